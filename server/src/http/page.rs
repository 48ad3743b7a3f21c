//! The web application, embedded at compile time.

use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

#[derive(rust_embed::RustEmbed)]
#[folder = "../target/web"]
#[allow_missing = true]
struct Web;

/// Nothing is loaded from anywhere else, no form is sent but by a script, and the page may not be framed.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; object-src 'none'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// The worker that holds private drafts may run what it came with and reach nothing: the browser refuses it every connection,
/// every further script, whose address could carry a draft's words, and every worker of its own. What it came with, its
/// static imports, was fetched under its page's policy.
const WORKER: &str = "private/worker.js";
const WORKER_POLICY: &str = "default-src 'none'; script-src 'wasm-unsafe-eval'; worker-src 'none'; connect-src 'none'";

/// Fonts, whose names bear their version: what has such a name never changes.
const FONTS: &str = "fonts/";

/// Whether the front end was there when the program was built.
pub fn is_built() -> bool {
    Web::get("index.html").is_some()
}

/// A file of the application; `/` is its page.
pub async fn file(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let path = if path.is_empty() { "index.html" } else { path };
    match Web::get(path) {
        Some(file) => {
            let tag = file.metadata.sha256_hash().iter().take(8).map(|b| format!("{b:02x}")).collect::<String>();
            let tag = format!("W/\"{tag}\"");
            let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
            let is_known = known.is_some_and(|list| list.split(',').any(|one| one.trim() == tag));
            // What the application starts with was packed when it was built.
            let mut wanted = wanted(&headers);
            let packed = wanted.find_map(|(coding, ending)| Some((coding, Web::get(&format!("{path}.{ending}"))?)));
            let lasting = if path.starts_with(FONTS) { "public, max-age=31536000, immutable" } else { "no-cache" };
            let headers = [
                (header::CONTENT_TYPE, file.metadata.mimetype().to_owned()),
                (header::CONTENT_SECURITY_POLICY, if path == WORKER { WORKER_POLICY } else { POLICY }.to_owned()),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
                (header::REFERRER_POLICY, "no-referrer".to_owned()),
                (header::CACHE_CONTROL, lasting.to_owned()),
                (header::VARY, header::ACCEPT_ENCODING.to_string()),
                // Weak: it is also sent compressed.
                (header::ETAG, tag),
            ];
            if is_known {
                return (StatusCode::NOT_MODIFIED, headers).into_response();
            }
            match packed {
                Some((coding, packed)) => (headers, [(header::CONTENT_ENCODING, coding)], packed.data).into_response(),
                None => (headers, file.data).into_response(),
            }
        }
        None if path == "index.html" => {
            (StatusCode::SERVICE_UNAVAILABLE, "Giao diện chưa được dựng: chạy `cargo xtask demo`.\n").into_response()
        }
        None => super::problem::unknown_route().into_response(),
    }
}

/// How files were packed when the application was built, the smallest first, and what their names end in.
const PACKED: [(&str, &str); 2] = [("br", "br"), ("gzip", "gz")];

/// The packings that whoever asks can read (RFC 9110, section 12.5.3), what is wanted most first and of equals the smallest;
/// of brotli browsers say so on safe connections only.
fn wanted(headers: &HeaderMap) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
    let weighed = PACKED.into_iter().map(|packed| (weight(headers, packed.0), packed));
    let mut wanted: Vec<(f32, (&str, &str))> = weighed.filter(|(weight, _)| *weight > 0.0).collect();
    wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
    wanted.into_iter().map(|(_, packed)| packed)
}

/// How much a coding is wanted: 0 where it is refused or not named.
fn weight(headers: &HeaderMap, coding: &str) -> f32 {
    let said = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let named = |one: &str| -> Option<f32> {
        let (name, weight) = one.split_once(';').unwrap_or((one, ""));
        let weight = weight.trim().to_ascii_lowercase();
        let weight = weight.strip_prefix("q=").map_or(Some(1.0), |weight| weight.trim().parse().ok());
        name.trim().eq_ignore_ascii_case(coding).then_some(weight.unwrap_or(0.0))
    };
    said.flat_map(|list| list.split(',')).find_map(named).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn what_is_packed_is_sent_to_whoever_says_that_it_can_be_read() {
        let sent = |said: &'static str| {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(said))]);
            wanted(&headers).map(|(coding, _)| coding).collect::<Vec<_>>()
        };
        assert_eq!(sent("gzip, deflate, br, zstd"), ["br", "gzip"]);
        assert_eq!(sent("BR;q=0.1, gzip;q=1"), ["gzip", "br"]);
        assert_eq!(sent("br;q=0, gzip"), ["gzip"]);
        assert_eq!(sent("br;Q=0"), [""; 0]);
        assert_eq!(sent("brotli"), [""; 0]);
        assert_eq!(wanted(&HeaderMap::new()).count(), 0);
    }
}
