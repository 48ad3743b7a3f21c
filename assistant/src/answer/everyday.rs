//! What people write and what the law says: abbreviations, chat spellings, everyday words.
//!
//! Hard because an abbreviation stands for one thing only in its surroundings ("đ" is a currency, a letter and Điều),
//! and because the law's word for an everyday one depends on the field. So what is unambiguous is spelled out, and terms
//! of law are added to the search and never put in the place of what was asked. Both tables are our own.

use super::wording::Wording;
use rasoat_embeddings::analysis::{Token, tokens};
use rasoat_law::register::Register;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Everyday {
    /// The words.
    pub said: &'static str,
    /// The law's words for them, between commas.
    pub terms: &'static str,
}

/// Everyday words, and the terms of law that they are searched by as well.
const TERMS: [(&str, &str); 46] = [
    ("sổ đỏ", "giấy chứng nhận quyền sử dụng đất"),
    ("sổ hồng", "giấy chứng nhận quyền sở hữu nhà ở"),
    ("đuổi việc", "đơn phương chấm dứt hợp đồng lao động, sa thải"),
    ("cho thôi việc", "chấm dứt hợp đồng lao động, trợ cấp thôi việc"),
    ("nghỉ việc", "đơn phương chấm dứt hợp đồng lao động của người lao động"),
    ("xin nghỉ", "đơn phương chấm dứt hợp đồng lao động"),
    ("tăng ca", "làm thêm giờ"),
    ("làm thêm", "làm thêm giờ"),
    ("ca đêm", "làm việc vào ban đêm"),
    ("nghỉ phép", "nghỉ hằng năm"),
    ("phép năm", "nghỉ hằng năm"),
    ("nghỉ đẻ", "nghỉ thai sản"),
    ("nghỉ sinh", "nghỉ thai sản"),
    ("nghỉ tết", "nghỉ lễ, tết"),
    ("về hưu", "tuổi nghỉ hưu"),
    ("nghỉ hưu", "tuổi nghỉ hưu"),
    ("nợ lương", "trả lương chậm, kỳ hạn trả lương"),
    ("chậm lương", "trả lương chậm"),
    ("quỵt lương", "trả lương không đúng hạn"),
    ("trộm", "trộm cắp tài sản"),
    ("giật đồ", "cướp giật tài sản"),
    ("giật điện thoại", "cướp giật tài sản"),
    ("lừa tiền", "lừa đảo chiếm đoạt tài sản"),
    ("lừa đảo", "lừa đảo chiếm đoạt tài sản"),
    ("quỵt nợ", "không trả nợ khi đến hạn, lạm dụng tín nhiệm chiếm đoạt tài sản"),
    ("xù nợ", "không trả nợ khi đến hạn"),
    ("đánh nhau", "cố ý gây thương tích, gây rối trật tự công cộng"),
    ("đánh người", "cố ý gây thương tích"),
    ("cho vay nặng lãi", "cho vay lãi nặng trong giao dịch dân sự"),
    ("vay nặng lãi", "cho vay lãi nặng trong giao dịch dân sự"),
    ("lãi cao nhất", "lãi suất vay"),
    ("chửi", "làm nhục người khác, xúc phạm danh dự, nhân phẩm"),
    ("bịa đặt", "vu khống"),
    ("nói xấu", "vu khống, xúc phạm danh dự"),
    ("li dị", "ly hôn"),
    ("ly dị", "ly hôn"),
    ("bao lâu", "thời gian, thời hạn"),
    ("chó", "bồi thường thiệt hại do súc vật gây ra"),
    ("chia đất", "phân chia di sản"),
    ("không để lại di chúc", "thừa kế theo pháp luật, hàng thừa kế"),
    ("không có di chúc", "thừa kế theo pháp luật, hàng thừa kế"),
    ("bằng lái", "giấy phép lái xe"),
    ("đèn đỏ", "không chấp hành hiệu lệnh của đèn tín hiệu giao thông"),
    ("nhậu", "nồng độ cồn"),
    ("say rượu", "nồng độ cồn"),
    ("xe máy", "xe mô tô, xe gắn máy"),
];

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
    let known = SAME.iter().map(|(said, terms)| Everyday { said, terms });
    known.filter(|everyday| wording.says(everyday.said)).collect()
}

/// The terms of law for the everyday words of a question, which it does not say itself.
pub(super) fn terms(wording: &Wording) -> Vec<Everyday> {
    let fits =
        |everyday: &Everyday| wording.says(everyday.said) && !everyday.terms.split(", ").any(|term| wording.says(term));
    TERMS.iter().map(|(said, terms)| Everyday { said, terms }).filter(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn everyday_words_are_searched_by_the_laws_as_well() {
        let found: Vec<&str> = terms(&Wording::of("Bị đuổi việc thì sao")).iter().map(|one| one.terms).collect();
        assert_eq!(found, ["đơn phương chấm dứt hợp đồng lao động, sa thải"]);
        assert!(terms(&Wording::of("Thời gian thử việc")).is_empty());
    }
}
