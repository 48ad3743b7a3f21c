//! Competence (thẩm quyền): whether the issuer may issue a document of this kind on that day, and whether a document of
//! this kind may hold what the draft holds.
//!
//! Source: Law 64/2025/QH15, Articles 4, 8 and 55, as amended by Law 87/2025/QH15; before 1 April 2025 Law 80/2015/QH13,
//! Articles 4, 12, 14 and 152. Not here: whether the matter belongs to the issuer's field.

pub(super) mod kind;
pub(super) mod scope;

use jiff::civil::{Date, date};
use rasoat_law::text::fold;

/// The level of a local body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Local {
    Province,
    District,
    Commune,
}

/// Year, month and day.
type FirstDay = (i16, i8, i8);

/// Cities that are provinces: the six old ones, and those that became one since.
const CITIES: [(&str, Option<FirstDay>); 9] = [
    ("hà nội", None),
    ("hồ chí minh", None),
    ("hải phòng", None),
    ("đà nẵng", None),
    ("cần thơ", None),
    ("huế", Some((2025, 1, 1))),
    ("đồng nai", Some((2026, 4, 30))),
    ("quảng ninh", Some((2026, 9, 1))),
    ("bắc ninh", Some((2026, 9, 20))),
];

/// The level that a body's name tells: "Ủy ban nhân dân huyện Ba Vì". `None` for central bodies and bare names.
fn local(issuer: &str, on: Date) -> Option<Local> {
    let name = fold(issuer);
    if !name.contains(&fold("ủy ban nhân dân")) && !name.contains(&fold("hội đồng nhân dân")) {
        return None;
    }
    let people = fold("nhân dân");
    let unit = name.rsplit(people.as_str()).next().unwrap_or_default().trim();
    let after = |word: &str| unit.strip_prefix(fold(word).as_str()).and_then(|rest| rest.strip_prefix(' '));
    let is = |words: &[&str]| words.iter().any(|word| after(word).is_some());
    if is(&["tỉnh"]) {
        return Some(Local::Province);
    }
    if is(&["huyện", "quận", "thị xã"]) {
        return Some(Local::District);
    }
    if is(&["xã", "phường", "thị trấn", "đặc khu"]) {
        return Some(Local::Commune);
    }
    let city = after("thành phố").or_else(|| after("tp"))?;
    let central = CITIES
        .iter()
        .any(|(name, since)| city == fold(name) && since.is_none_or(|(year, month, day)| on >= date(year, month, day)));
    // A city under a province was a district; since 1 July 2025 there is none, and "thành phố Huế" before 2025 was one.
    Some(if central { Local::Province } else { Local::District })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_of_a_local_body_is_in_its_name() {
        let check = |issuer: &str, level| assert_eq!(local(issuer, date(2025, 8, 1)), level, "{issuer}");
        check("Ủy ban nhân dân tỉnh Đồng Nai", Some(Local::Province));
        check("Hội đồng nhân dân thành phố Huế", Some(Local::Province));
        check("Ủy ban nhân dân thành phố Vinh", Some(Local::District));
        check("Ủy ban nhân dân thị xã Sơn Tây", Some(Local::District));
        check("Chủ tịch Ủy ban nhân dân xã An Khánh", Some(Local::Commune));
        check("Bộ Tư pháp", None);
        check("Ủy ban nhân dân", None);
        assert_eq!(local("Ủy ban nhân dân thành phố Huế", date(2024, 8, 1)), Some(Local::District));
    }
}
