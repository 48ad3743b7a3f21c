//! Bodies, offices and classes of persons, and what each does in its sentence.
//!
//! Hard because a name ends where nothing marks it ("Bộ Văn hóa, Thể thao và Du lịch chủ trì"), because one body is
//! called in many ways, and because the same body may act in one half of a sentence and be told in the other.

use super::Dimension;
use super::reading::{Lexicon, Word, is};
use super::slot::{Body, Content, Found, Level, Part};
use std::sync::OnceLock;

/// How the words after a kind go on as its name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Name {
    /// Nothing but a level follows.
    None,
    /// Words with a capital; lists of them for ministries and departments.
    Proper,
    /// Words in small letters until a verb: "cơ quan đăng ký đất đai".
    Plain,
}

/// A kind of body.
#[derive(Clone, Copy)]
struct Kind {
    name: &'static str,
    level: Option<Level>,
    follows: Name,
    /// A class of persons, not an authority.
    subject: bool,
}

/// Words of a plain name that are kept.
const PLAIN_NAME_WORDS: usize = 5;

pub(super) fn read(text: &str, words: &[Word<'_>]) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let Some((kind, next)) = kinds().at(words, at).filter(|(kind, _)| is_name(kind, &words[at])) else {
            at += 1;
            continue;
        };
        let (name, level, end) = name(text, words, next, kind);
        let dimension = if kind.subject { Dimension::Subject } else { Dimension::Competence };
        let part = part(text, words, at, end);
        let body = Body { kind: kind.name, level: level.or(kind.level), name, part };
        found.push(Found::new(dimension, Content::Body(body), words, at, end));
        at = end;
    }
    found
}

/// "bộ hồ sơ", "vụ việc", "sở hữu", "phòng ngừa" are written small; the bodies are not.
fn is_name(kind: &Kind, word: &Word<'_>) -> bool {
    kind.follows != Name::Proper || word.is_capitalised()
}

/// The name and level after a kind, and the word after them.
fn name(text: &str, words: &[Word<'_>], mut at: usize, kind: Kind) -> (Vec<String>, Option<Level>, usize) {
    let mut name = Vec::new();
    let mut level = None;
    loop {
        let gap = at
            .checked_sub(1)
            .map_or("", |p| words.get(at).map_or("", |w| text.get(words[p].end()..w.start).unwrap_or_default()));
        let apart = gap.contains([';', '.', ':', '\n', '(']);
        if apart {
            break;
        }
        if kind.level.is_none()
            && !kind.subject
            && !gap.contains(',')
            && let Some((said, next)) = levels().at(words, at)
        {
            // "Ủy ban nhân dân tỉnh, thành phố trực thuộc trung ương"
            level = level.or(Some(said));
            at = next;
            continue;
        }
        if kind.level.is_none() && level.is_some() && gap.trim() == "," && levels().at(words, at).is_some() {
            at = levels().at(words, at).map_or(at + 1, |(_, next)| next);
            continue;
        }
        let Some(word) = words.get(at) else { break };
        let takes = match kind.follows {
            Name::None => false,
            Name::Proper => {
                let joins = gap.contains(',') || is(words, at, "và");
                let proper = word.is_capitalised() && kinds().at(words, at).is_none_or(|(k, _)| k.name == "quốc hội");
                if joins && !name.is_empty() {
                    // A list of fields is one ministry's name; a body with another head is not.
                    let next = if is(words, at, "và") { at + 1 } else { at };
                    words.get(next).is_some_and(Word::is_capitalised) && kinds().at(words, next).is_none()
                } else {
                    proper && !gap.contains(',')
                        // "Bảo hiểm xã hội Việt Nam", "Tài chính": the second syllable is written small.
                        || !name.is_empty()
                            && !gap.contains(',')
                            && words[at - 1].is_capitalised()
                            && !stops().contains(&word.folded)
                }
            }
            Name::Plain => {
                !gap.contains(',')
                    && name.len() < PLAIN_NAME_WORDS
                    && !stops().contains(&word.folded)
                    && !word.is_number()
            }
        };
        if !takes {
            break;
        }
        if !is(words, at, "và") {
            name.push(word.folded.clone());
        }
        at += 1;
    }
    (name, level, at)
}

/// What the body between words `from` and `to` does.
fn part(text: &str, words: &[Word<'_>], from: usize, to: usize) -> Part {
    if let Some((part, first)) = parts_before().before(words, from) {
        let said = text.get(words[first].start..words[from].start).unwrap_or_default();
        if !said.contains([';', '.', ':', '\n', ',']) {
            return part;
        }
    }
    // "gửi Sở Tư pháp và Bộ Tư pháp": the second receives too.
    if from >= 1 && is(words, to, "và") {
        return Part::Acts;
    }
    Part::Acts
}

fn parts_before() -> &'static Lexicon<Part> {
    static PARTS: OnceLock<Lexicon<Part>> = OnceLock::new();
    PARTS.get_or_init(|| {
        Lexicon::new(&[
            ("do", Part::Acts),
            ("giao", Part::Acts),
            ("giao cho", Part::Acts),
            ("thuộc thẩm quyền của", Part::Acts),
            ("thuộc thẩm quyền", Part::Acts),
            ("thẩm quyền của", Part::Acts),
            ("trách nhiệm của", Part::Acts),
            ("quyết định của", Part::Acts),
            ("theo quyết định của", Part::Acts),
            ("gửi", Part::Receives),
            ("gửi cho", Part::Receives),
            ("gửi đến", Part::Receives),
            ("gửi về", Part::Receives),
            ("gửi tới", Part::Receives),
            ("nộp tại", Part::Receives),
            ("nộp cho", Part::Receives),
            ("tại", Part::Receives),
            ("trình", Part::Receives),
            ("báo cáo", Part::Receives),
            ("báo cáo với", Part::Receives),
            ("thông báo cho", Part::Receives),
            ("thông báo đến", Part::Receives),
            ("cho", Part::Receives),
            ("đến", Part::Receives),
            ("tới", Part::Receives),
            ("lấy ý kiến", Part::Receives),
            ("lấy ý kiến của", Part::Receives),
            ("xin ý kiến", Part::Receives),
            ("xin ý kiến của", Part::Receives),
            ("đề nghị", Part::Receives),
            ("kiến nghị", Part::Receives),
            ("với", Part::Joins),
            ("phối hợp với", Part::Joins),
            ("phối hợp cùng", Part::Joins),
            ("cùng", Part::Joins),
            ("cùng với", Part::Joins),
            ("theo đề nghị của", Part::Stands),
            ("đề nghị của", Part::Stands),
            ("của", Part::Stands),
            ("thuộc", Part::Stands),
        ])
    })
}

fn levels() -> &'static Lexicon<Level> {
    use Level::{Central, Commune, District, Every, Province};
    static LEVELS: OnceLock<Lexicon<Level>> = OnceLock::new();
    LEVELS.get_or_init(|| {
        Lexicon::new(&[
            ("trung ương", Central),
            ("cấp tỉnh", Province),
            ("tỉnh", Province),
            ("các tỉnh", Province),
            ("thành phố trực thuộc trung ương", Province),
            ("thành phố", Province),
            ("cấp huyện", District),
            ("huyện", District),
            ("quận", District),
            ("thị xã", District),
            ("thành phố thuộc tỉnh", District),
            ("cấp xã", Commune),
            ("xã", Commune),
            ("phường", Commune),
            ("thị trấn", Commune),
            ("đặc khu", Commune),
            ("các cấp", Every),
            ("cấp", Every),
        ])
    })
}

/// Words at which a plain name ends.
fn stops() -> &'static std::collections::HashSet<String> {
    static STOPS: OnceLock<std::collections::HashSet<String>> = OnceLock::new();
    STOPS.get_or_init(|| {
        [
            "có", "phải", "được", "không", "chỉ", "đã", "sẽ", "là", "và", "hoặc", "hay", "khi", "nếu", "để", "theo",
            "tại", "trong", "từ", "đến", "với", "về", "cho", "do", "của", "nơi", "gửi", "trình", "trả", "cấp", "ban",
            "ra", "quyết", "xem", "thông", "báo", "lập", "tổ", "chủ", "phối", "thực", "tiếp", "kiểm", "yêu", "đề",
            "nộp", "chịu", "thì", "này", "đó", "nêu", "quy", "khác", "bị", "nhận", "gồm", "giải", "thẩm", "công",
        ]
        .map(crate::text::fold_word)
        .into()
    })
}

fn kinds() -> &'static Lexicon<Kind> {
    use Level::{Central, District, Province};
    use Name::{None as Bare, Plain, Proper};
    static KINDS: OnceLock<Lexicon<Kind>> = OnceLock::new();
    KINDS.get_or_init(|| {
        let body = |name, level, follows| Kind { name, level, follows, subject: false };
        let person = |name| Kind { name, level: None, follows: Bare, subject: true };
        let ubnd = body("ủy ban nhân dân", None, Proper);
        let chair = body("chủ tịch ủy ban nhân dân", None, Proper);
        let council = body("hội đồng nhân dân", None, Proper);
        Lexicon::new(&[
            ("Quốc hội", body("quốc hội", Some(Central), Bare)),
            ("Ủy ban Thường vụ Quốc hội", body("ủy ban thường vụ quốc hội", Some(Central), Bare)),
            ("Chủ tịch nước", body("chủ tịch nước", Some(Central), Bare)),
            ("Chính phủ", body("chính phủ", Some(Central), Bare)),
            ("Thủ tướng Chính phủ", body("thủ tướng chính phủ", Some(Central), Bare)),
            ("Thủ tướng", body("thủ tướng chính phủ", Some(Central), Bare)),
            ("Bộ trưởng", body("bộ trưởng", Some(Central), Proper)),
            ("Bộ trưởng Bộ", body("bộ trưởng", Some(Central), Proper)),
            ("Bộ", body("bộ", Some(Central), Proper)),
            ("Thủ trưởng cơ quan ngang Bộ", body("thủ trưởng cơ quan ngang bộ", Some(Central), Bare)),
            ("cơ quan ngang Bộ", body("cơ quan ngang bộ", Some(Central), Bare)),
            ("Thứ trưởng", body("thứ trưởng", Some(Central), Proper)),
            ("Ngân hàng Nhà nước", body("ngân hàng nhà nước", Some(Central), Bare)),
            ("Ngân hàng Nhà nước Việt Nam", body("ngân hàng nhà nước", Some(Central), Bare)),
            ("Thống đốc Ngân hàng Nhà nước", body("thống đốc", Some(Central), Bare)),
            ("Kiểm toán nhà nước", body("kiểm toán nhà nước", Some(Central), Bare)),
            ("Tổng cục trưởng", body("tổng cục trưởng", Some(Central), Proper)),
            ("Tổng cục", body("tổng cục", Some(Central), Proper)),
            ("Cục trưởng", body("cục trưởng", None, Proper)),
            ("Cục", body("cục", None, Proper)),
            ("Chi cục", body("chi cục", None, Proper)),
            ("Vụ trưởng", body("vụ trưởng", Some(Central), Proper)),
            ("Vụ", body("vụ", Some(Central), Proper)),
            ("Sở", body("sở", Some(Province), Proper)),
            ("Giám đốc Sở", body("giám đốc sở", Some(Province), Proper)),
            ("Phòng", body("phòng", Some(District), Proper)),
            ("Ủy ban nhân dân", ubnd),
            ("UBND", ubnd),
            ("Chủ tịch Ủy ban nhân dân", chair),
            ("Chủ tịch UBND", chair),
            ("Hội đồng nhân dân", council),
            ("HĐND", council),
            ("Thường trực Hội đồng nhân dân", body("thường trực hội đồng nhân dân", None, Proper)),
            ("Tòa án", body("tòa án", None, Bare)),
            ("Tòa án nhân dân", body("tòa án", None, Bare)),
            ("Tòa án nhân dân tối cao", body("tòa án nhân dân tối cao", Some(Central), Bare)),
            ("Chánh án", body("chánh án", None, Bare)),
            ("Thẩm phán", body("thẩm phán", None, Bare)),
            ("Viện kiểm sát", body("viện kiểm sát", None, Bare)),
            ("Viện kiểm sát nhân dân", body("viện kiểm sát", None, Bare)),
            ("Viện kiểm sát nhân dân tối cao", body("viện kiểm sát nhân dân tối cao", Some(Central), Bare)),
            ("Công an", body("công an", None, Bare)),
            ("Công an nhân dân", body("công an", None, Bare)),
            ("Thanh tra", body("thanh tra", None, Proper)),
            ("Chánh Thanh tra", body("chánh thanh tra", None, Proper)),
            ("Mặt trận Tổ quốc", body("mặt trận tổ quốc", None, Proper)),
            ("Ủy ban Mặt trận Tổ quốc", body("mặt trận tổ quốc", None, Proper)),
            ("Ban Chỉ đạo", body("ban chỉ đạo", None, Proper)),
            ("Ban quản lý", body("ban quản lý", None, Plain)),
            ("Cảng vụ", body("cảng vụ", None, Proper)),
            ("Giám đốc Cảng vụ", body("giám đốc cảng vụ", None, Proper)),
            ("Văn phòng", body("văn phòng", None, Proper)),
            ("Chánh Văn phòng", body("chánh văn phòng", None, Proper)),
            ("Hội đồng", body("hội đồng", None, Plain)),
            ("Chủ tịch Hội đồng", body("chủ tịch hội đồng", None, Plain)),
            ("Giám đốc", body("giám đốc", None, Plain)),
            ("Hiệu trưởng", body("hiệu trưởng", None, Plain)),
            ("Thủ trưởng", body("thủ trưởng", None, Plain)),
            ("người đứng đầu", body("người đứng đầu", None, Plain)),
            ("cấp phó", body("cấp phó", None, Plain)),
            ("cơ quan", body("cơ quan", None, Plain)),
            ("cơ quan nhà nước có thẩm quyền", body("cơ quan có thẩm quyền", None, Bare)),
            ("cơ quan có thẩm quyền", body("cơ quan có thẩm quyền", None, Bare)),
            ("người có thẩm quyền", body("người có thẩm quyền", None, Plain)),
            ("bên mua", person("bên mua")),
            ("bên bán", person("bên bán")),
            ("cá nhân", person("cá nhân")),
            // Alone, "tổ chức" is mostly a verb.
            ("tổ chức, cá nhân", person("tổ chức, cá nhân")),
            ("cá nhân, tổ chức", person("tổ chức, cá nhân")),
            ("tổ chức và cá nhân", person("tổ chức, cá nhân")),
            ("các tổ chức", person("tổ chức")),
            ("hộ gia đình", person("hộ gia đình")),
            ("hộ kinh doanh", person("hộ kinh doanh")),
            ("doanh nghiệp", person("doanh nghiệp")),
            ("hợp tác xã", person("hợp tác xã")),
            ("công dân", person("công dân")),
            ("người nước ngoài", person("người nước ngoài")),
            ("người lao động", person("người lao động")),
            ("người sử dụng lao động", person("người sử dụng lao động")),
            ("cộng đồng dân cư", person("cộng đồng dân cư")),
            ("viên chức", person("viên chức")),
            ("công chức", person("công chức")),
        ])
    })
}
