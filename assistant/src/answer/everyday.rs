//! What people write and what the law says: abbreviations, chat spellings, everyday words.
//!
//! Hard because an abbreviation stands for one thing only in its surroundings ("đ" is a currency, a letter and Điều),
//! and because the law's word for an everyday one depends on the field. So what is unambiguous is spelled out, and terms
//! of law are added to the search and never put in the place of what was asked. Both tables are our own.

use super::wording::Wording;
use rasoat_embeddings::analysis::{Token, tokens};
use rasoat_law::register::Register;
use std::sync::LazyLock;

/// Abbreviations, without marks and in lower case.
const ABBREVIATIONS: [(&str, &str); 74] = [
    ("cccd", "căn cước công dân"),
    ("cmnd", "chứng minh nhân dân"),
    ("cmt", "chứng minh nhân dân"),
    ("lltp", "lý lịch tư pháp"),
    ("gpkd", "giấy phép kinh doanh"),
    ("dkkd", "đăng ký kinh doanh"),
    ("gplx", "giấy phép lái xe"),
    ("gpxd", "giấy phép xây dựng"),
    ("gcn", "giấy chứng nhận"),
    ("gcnqsdd", "giấy chứng nhận quyền sử dụng đất"),
    ("qsdd", "quyền sử dụng đất"),
    ("sdd", "sử dụng đất"),
    ("bhxh", "bảo hiểm xã hội"),
    ("bhyt", "bảo hiểm y tế"),
    ("bhtn", "bảo hiểm thất nghiệp"),
    ("hdld", "hợp đồng lao động"),
    ("nld", "người lao động"),
    ("nsdld", "người sử dụng lao động"),
    ("tuld", "thỏa ước lao động tập thể"),
    ("tnld", "tai nạn lao động"),
    ("dkkh", "đăng ký kết hôn"),
    ("hngd", "hôn nhân và gia đình"),
    ("ubnd", "Ủy ban nhân dân"),
    ("hdnd", "Hội đồng nhân dân"),
    ("tand", "Tòa án nhân dân"),
    ("tandtc", "Tòa án nhân dân tối cao"),
    ("vksnd", "Viện kiểm sát nhân dân"),
    ("vks", "Viện kiểm sát"),
    ("csgt", "cảnh sát giao thông"),
    ("csdt", "cơ quan điều tra"),
    ("tnhh", "trách nhiệm hữu hạn"),
    ("dntn", "doanh nghiệp tư nhân"),
    ("htx", "hợp tác xã"),
    ("tncn", "thu nhập cá nhân"),
    ("tndn", "thu nhập doanh nghiệp"),
    ("gtgt", "giá trị gia tăng"),
    ("mst", "mã số thuế"),
    ("blhs", "Bộ luật Hình sự"),
    ("blds", "Bộ luật Dân sự"),
    ("blld", "Bộ luật Lao động"),
    ("bltths", "Bộ luật Tố tụng hình sự"),
    ("blttds", "Bộ luật Tố tụng dân sự"),
    ("blhh", "Bộ luật Hàng hải Việt Nam"),
    ("tths", "tố tụng hình sự"),
    ("ttds", "tố tụng dân sự"),
    ("tthc", "thủ tục hành chính"),
    ("vphc", "vi phạm hành chính"),
    ("xpvphc", "xử phạt vi phạm hành chính"),
    ("vbqppl", "văn bản quy phạm pháp luật"),
    ("atgt", "an toàn giao thông"),
    ("gtdb", "giao thông đường bộ"),
    ("tngt", "tai nạn giao thông"),
    ("nvqs", "nghĩa vụ quân sự"),
    ("btth", "bồi thường thiệt hại"),
    ("tgpl", "trợ giúp pháp lý"),
    ("thads", "thi hành án dân sự"),
    ("dvc", "dịch vụ công"),
    ("cty", "công ty"),
    ("dn", "doanh nghiệp"),
    ("nv", "nhân viên"),
    ("ld", "lao động"),
    ("ko", "không"),
    ("khg", "không"),
    ("hok", "không"),
    ("kh", "không"),
    ("k", "không"),
    ("dc", "được"),
    ("vs", "với"),
    ("ntn", "như thế nào"),
    ("bn", "bao nhiêu"),
    ("bnh", "bao nhiêu"),
    ("j", "gì"),
    ("ck", "chồng"),
    ("vk", "vợ"),
];

/// Everyday words of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Everyday {
    /// The words.
    pub said: &'static str,
    /// The law's words for them.
    pub terms: Vec<&'static str>,
}

/// What people say of a matter, and the headings and terms of law that it is searched by as well: `said;terms` a line,
/// either side with `|` between alternatives, and ` + ` between words that must all be said. Our own writing, of the six
/// codes and what is asked about beside them, mended by what the development questions missed; no held-back question was
/// looked at for it.
const TERMS: &str = include_str!("../../data/everyday.csv");

/// At most so many lines of the table are added to a search: more terms would drown the question.
const ADDED: usize = 3;

/// The lines of [`TERMS`].
static LINES: LazyLock<Vec<Line>> = LazyLock::new(|| TERMS.lines().skip(1).filter_map(Line::read).collect());

/// A line of the table.
struct Line {
    /// Alternatives, each with the phrases that must all be said.
    said: Vec<(&'static str, Vec<&'static str>)>,
    terms: Vec<&'static str>,
}

impl Line {
    fn read(line: &'static str) -> Option<Self> {
        let (said, terms) = line.split_once(';')?;
        let said = said.split('|').map(|way| (way, way.split(" + ").collect())).collect();
        Some(Self { said, terms: terms.split('|').collect() })
    }

    /// The way of saying it that tells most, where a question says one.
    fn said_in(&self, wording: &Wording) -> Option<&(&'static str, Vec<&'static str>)> {
        let said = self.said.iter().filter(|(_, phrases)| phrases.iter().all(|phrase| wording.says(phrase)));
        said.max_by_key(|(way, _)| way.len())
    }
}

/// Words that mean no more than the law's: what has these has said them. They are not looked for, since they stand in too
/// many provisions.
const SAME: [(&str, &str); 44] = [
    ("công ty", "người sử dụng lao động, doanh nghiệp"),
    ("sếp", "người sử dụng lao động"),
    ("chủ doanh nghiệp", "người sử dụng lao động"),
    ("nhân viên", "người lao động"),
    ("công nhân", "người lao động"),
    ("người làm", "người lao động"),
    ("tối đa", "không quá, không được vượt quá, không vượt quá, dưới, đến"),
    ("nhiều nhất", "không quá, không được vượt quá, tối đa"),
    ("cao nhất", "không quá, không được vượt quá, tối đa"),
    ("lâu nhất", "không quá, tối đa"),
    ("tối thiểu", "ít nhất, không thấp hơn, từ đủ, trở lên"),
    ("thấp nhất", "ít nhất, không thấp hơn, tối thiểu"),
    ("bố", "cha"),
    ("ba", "cha"),
    ("má", "mẹ"),
    ("mất", "chết"),
    ("qua đời", "chết"),
    ("chết", "gây hậu quả chết người"),
    ("hàng xóm", "người khác, bất động sản liền kề"),
    ("chó", "súc vật"),
    ("mèo", "súc vật"),
    ("trâu", "súc vật"),
    ("cắn", "gây thiệt hại, súc vật gây ra"),
    ("húc", "gây thiệt hại, súc vật gây ra"),
    ("lấy lại", "trả lại, hoàn trả"),
    ("đòi lại", "trả lại, hoàn trả"),
    ("đòi nợ", "trả nợ"),
    ("tiền cọc", "đặt cọc, tài sản đặt cọc"),
    ("đi tù", "phạt tù"),
    ("ở tù", "phạt tù"),
    ("ngồi tù", "phạt tù"),
    ("chủ nhà", "bên cho thuê"),
    ("người thuê", "bên thuê"),
    ("người vay", "bên vay"),
    ("chủ nợ", "bên cho vay"),
    ("trẻ em", "người dưới 16 tuổi"),
    ("vị thành niên", "người chưa thành niên, người dưới 18 tuổi"),
    ("có bầu", "mang thai"),
    ("mang bầu", "mang thai"),
    ("ra tòa", "khởi kiện"),
    ("nói miệng", "bằng lời nói"),
    ("ốm", "ốm đau"),
    ("đẻ", "sinh con"),
    ("ngày lễ", "nghỉ lễ, lễ, tết"),
];

/// The text with its abbreviations spelled out: `k2 Đ5 NĐ 79/2025` is "khoản 2 Điều 5 Nghị định 79/2025/NĐ-CP".
pub(super) fn spelled_out(text: &str, register: &Register) -> String {
    let words = tokens(text);
    let mut out = String::with_capacity(text.len() + 32);
    let mut end = 0;
    let mut at = 0;
    while let Some(token) = words.get(at) {
        out.push_str(text.get(end..token.span.start).unwrap_or_default());
        let written = token.span.of(text);
        let (said, taken) = meant(&words, at, text, register).unwrap_or_else(|| (written.to_owned(), 1));
        out.push_str(&said);
        end = words.get(at + taken - 1).map_or(token.span.end, |last| last.span.end);
        at += taken;
    }
    out.push_str(text.get(end..).unwrap_or_default());
    out
}

/// What the word at `at` means, and how many words that takes.
fn meant(words: &[Token], at: usize, text: &str, register: &Register) -> Option<(String, usize)> {
    let token = &words[at];
    let (plain, next) = (token.plain.as_str(), words.get(at + 1).filter(|next| next.joined));
    let number = |token: &Token| token.plain.starts_with(|c: char| c.is_ascii_digit());
    // k2, đ5, Đ.5
    if let Some((unit, digits)) = unit_and_number(plain) {
        return Some((format!("{unit} {digits}"), 1));
    }
    if let (Some(unit), Some(next)) = (unit_of(plain), next)
        && next.plain.bytes().all(|b| b.is_ascii_digit())
        && (plain != "d" || token.word.starts_with('đ'))
    {
        return Some((format!("{unit} {}", next.plain), 2));
    }
    // A document by kind and number; of a decree the letters are known.
    let kind = match plain {
        "nd" => Some("Nghị định"),
        "tt" => Some("Thông tư"),
        "qd" => Some("Quyết định"),
        "nq" => Some("Nghị quyết"),
        "luat" => Some("Luật"),
        "dinh" if at > 0 && words[at - 1].plain == "nghi" => Some("định"),
        _ => None,
    };
    if let (Some(kind), Some(next)) = (kind, next.filter(|next| number(next)))
        && next.plain.contains('/')
    {
        return Some((format!("{kind} {}", whole_number(next.span.of(text), kind, register)), 2));
    }
    // "10 kg" stays; so does a word that carries marks: "nữ" is not "nu".
    if token.word.replace('đ', "d") != plain || at > 0 && number(&words[at - 1]) && plain.len() < 3 {
        return None;
    }
    let found = ABBREVIATIONS.iter().find(|(short, _)| *short == plain)?;
    Some((found.1.to_owned(), 1))
}

fn unit_of(plain: &str) -> Option<&'static str> {
    match plain {
        "k" => Some("khoản"),
        "d" => Some("Điều"),
        _ => None,
    }
}

/// `k2`: ("khoản", "2").
fn unit_and_number(plain: &str) -> Option<(&'static str, &str)> {
    let (letter, digits) = plain.split_at_checked(1)?;
    let figures = digits.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let fits = !figures.is_empty() && figures.len() < 4 && figures.bytes().all(|b| b.is_ascii_digit());
    (fits && digits.len() - figures.len() < 2).then(|| unit_of(letter).map(|unit| (unit, digits)))?
}

/// A number cut short, made whole where only one document can be meant.
fn whole_number(written: &str, kind: &str, register: &Register) -> String {
    if written.matches('/').count() != 1 || !written.bytes().all(|b| b.is_ascii_digit() || b == b'/') {
        return written.to_owned();
    }
    if kind == "Nghị định" || kind == "định" {
        return format!("{written}/NĐ-CP");
    }
    let letters = match kind {
        "Thông tư" => "/TT-",
        "Quyết định" => "/QĐ-",
        "Nghị quyết" => "/NQ-",
        _ => "/QH",
    };
    let begins = format!("{written}{letters}");
    let mut held = register.entries().iter().filter(|entry| entry.number.as_str().starts_with(&begins));
    match (held.next(), held.next()) {
        (Some(only), None) => only.number.to_string(),
        _ => written.to_owned(),
    }
}

/// What words of a question may stand as in the law, without being looked for.
pub(super) fn same(wording: &Wording) -> Vec<Everyday> {
    let known = SAME.iter().map(|(said, terms)| Everyday { said, terms: terms.split(", ").collect() });
    known.filter(|everyday| wording.says(everyday.said)).collect()
}

/// The terms of law for the everyday words of a question, which it does not say itself: what tells most first, and
/// nothing that a longer phrase of the question says better ("bị lừa" within "lừa đảo qua mạng").
pub(super) fn terms(wording: &Wording) -> Vec<Everyday> {
    let mut said: Vec<(&(&str, Vec<&str>), &Line)> =
        LINES.iter().filter_map(|line| line.said_in(wording).map(|way| (way, line))).collect();
    said.sort_by_key(|((way, _), _)| std::cmp::Reverse(way.len()));
    let mut kept: Vec<(&(&str, Vec<&str>), &Line)> = Vec::new();
    for (way, line) in said {
        let within = |longer: &Vec<&str>| {
            way.1.iter().all(|phrase| longer.iter().any(|other| Wording::of(other).says_marked(phrase)))
        };
        let told_better = kept.iter().any(|((longer, phrases), _)| longer.len() > way.0.len() && within(phrases));
        if !told_better && !line.terms.iter().any(|term| wording.says(term)) {
            kept.push((way, line));
        }
    }
    let everyday = |(way, line): (&(&'static str, _), &Line)| Everyday { said: way.0, terms: line.terms.clone() };
    kept.into_iter().take(ADDED).map(everyday).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn check(text: &str, expected: &str) {
        assert_eq!(spelled_out(text, Register::built_in()), expected);
    }

    #[test]
    fn abbreviations_are_spelled_out() {
        check("làm lại cccd ở đâu", "làm lại căn cước công dân ở đâu");
        check("Xin LLTP, GPKD ntn?", "Xin lý lịch tư pháp, giấy phép kinh doanh như thế nào?");
        check("hđlđ k có thời hạn", "hợp đồng lao động không có thời hạn");
        check("cty k trả lương đc ko", "công ty không trả lương được không");
        check("10 kg, 5 k, người nữ", "10 kg, 5 k, người nữ");
    }

    #[test]
    fn a_citation_in_short_is_written_out() {
        check("k2 Đ5 NĐ 79/2025", "khoản 2 Điều 5 Nghị định 79/2025/NĐ-CP");
        check("k 2 đ 25 BLLĐ", "khoản 2 Điều 25 Bộ luật Lao động");
        check("Nghị định 168/2024 phạt gì", "Nghị định 168/2024/NĐ-CP phạt gì");
        check("theo nd 30/2020/NĐ-CP", "theo Nghị định 30/2020/NĐ-CP");
        check("luật 45/2019/QH14", "Luật 45/2019/QH14");
    }

    fn searched_by(question: &str) -> Vec<&'static str> {
        terms(&Wording::of(question)).into_iter().flat_map(|one| one.terms).collect()
    }

    #[test]
    fn everyday_words_are_searched_by_the_laws_as_well() {
        let fired = "người sử dụng lao động đơn phương chấm dứt hợp đồng lao động";
        assert_eq!(searched_by("Bị đuổi việc thì sao"), [fired, "xử lý kỷ luật sa thải"]);
        assert_eq!(searched_by("bi duoi viec thi sao"), [fired, "xử lý kỷ luật sa thải"]);
        assert_eq!(searched_by("Thời gian thử việc"), [""; 0]);
    }

    #[test]
    fn what_a_longer_phrase_says_is_said_by_it_alone() {
        assert_eq!(searched_by("Ăn trộm chó bị gì"), ["tội trộm cắp tài sản"]);
        assert_eq!(searched_by("Chó nhà hàng xóm cắn con tôi"), ["bồi thường thiệt hại do súc vật gây ra"]);
    }

    #[test]
    fn words_that_stand_apart_may_say_it_together() {
        assert_eq!(searched_by("Bố mất thì con có phải đi học không"), [""; 0]);
        assert_eq!(
            searched_by("Bố mất thì con có phải trả nợ không"),
            ["thực hiện nghĩa vụ tài sản do người chết để lại"]
        );
    }

    #[test]
    fn the_table_has_nothing_twice_and_nothing_empty() {
        let mut seen = HashSet::new();
        assert_eq!(LINES.len(), TERMS.lines().count() - 1, "a line without its terms");
        for line in LINES.iter() {
            for phrase in line.said.iter().flat_map(|(_, phrases)| phrases).chain(&line.terms) {
                assert!(!tokens(phrase).is_empty() && phrase.trim() == *phrase, "{phrase:?}");
            }
            for term in &line.terms {
                assert!(line.said.iter().all(|(way, _)| seen.insert((*way, *term))), "{term} twice");
            }
        }
    }
}
