//! Parts of an address (RFC 3986): a part is escaped byte by byte when it is written and read back as it was.

/// `text` as a part of an address; with `keep` among what stays as it is, beside letters, digits and `-._~`.
pub fn escaped(text: &str, keep: &[u8]) -> String {
    let mut written = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || keep.contains(&byte) {
            written.push(char::from(byte));
        } else {
            written.push_str(&format!("%{byte:02X}"));
        }
    }
    written
}

/// The text of an escaped part; what is no escape stays, and what is no UTF-8 is replaced.
pub fn unescaped(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let pair = after.first_chunk::<2>().and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()).filter(|_| first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The value of `name` in a query such as `q=lao%20%C4%91%E1%BB%99ng&as_of=2026-01-01`; empty where there is none.
pub fn value_of(query: &str, name: &str) -> String {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(key, _)| *key == name).map(|(_, value)| unescaped(value)).next().unwrap_or_default()
}

/// A query of those pairs that have a value, with its question mark; empty where none has.
pub fn query(pairs: &[(&str, &str)]) -> String {
    let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
    let written: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", escaped(value, b"/"))).collect();
    if written.is_empty() { String::new() } else { format!("?{}", written.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_escaped_is_read_back() {
        for text in ["", "45/2019/QH14", "30/2020/NĐ-CP", "thử việc & lương 100%", "a?b#c=d+e", "12/CP@1994-03-18"]
        {
            assert_eq!(unescaped(&escaped(text, b"/")), text);
            assert!(escaped(text, b"").bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte)));
        }
        assert_eq!(unescaped("100%"), "100%");
        assert_eq!(unescaped("%zz%4"), "%zz%4");
        assert_eq!(unescaped("%C4"), "\u{fffd}");
    }

    #[test]
    fn a_query_has_only_what_has_a_value() {
        let written = query(&[("q", "thử việc"), ("as_of", ""), ("eid", "art_5")]);
        assert_eq!(written, "?q=th%E1%BB%AD%20vi%E1%BB%87c&eid=art_5");
        assert_eq!(value_of(&written[1..], "q"), "thử việc");
        assert_eq!(value_of(&written[1..], "as_of"), "");
        assert_eq!(query(&[("q", "")]), "");
    }
}
