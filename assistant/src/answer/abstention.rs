//! No answer as an answer: why there is none, and where to ask instead.
//!
//! Hard because silence and a wrong answer look alike to whoever asks. Every refusal has one of five reasons; it says what
//! is missing, asks one question back where that would settle it, and names the body that can answer. Where the stake is a
//! person's liberty, body or child, a sentence of law is too little: legal aid is named (Law 11/2017/QH14 on legal aid,
//! Article 7, says for whom it is free).

use super::Sources;
use super::evidence::{Evidence, Statement, heading};
use super::question::{Question, Wants};
use super::wording::Wording;
use jiff::civil::Date;
use rasoat_embeddings::analysis::tokens;
use rasoat_law::{DocNumber, Effect, Status, date, text};
use std::collections::HashSet;

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// It is no question of law, or asks how to break it.
    OutOfScope,
    /// The law at hand does not hold the answer.
    NotInCorpus,
    /// What it asks about is not in force on the day.
    NotInForce,
    /// It means several things.
    Ambiguous,
    /// A short answer could do harm.
    DangerousToSimplify,
}

impl Reason {
    /// The contract's name.
    pub fn code(self) -> &'static str {
        match self {
            Self::OutOfScope => "out_of_scope",
            Self::NotInCorpus => "not_in_corpus",
            Self::NotInForce => "not_in_force",
            Self::Ambiguous => "ambiguous",
            Self::DangerousToSimplify => "dangerous_to_simplify",
        }
    }
}

/// Why there is no answer, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Abstention {
    /// The reason.
    pub reason: Reason,
    /// What is missing, in a sentence or two.
    pub why: String,
    /// The one question that would settle it.
    pub asks_back: Option<String>,
    /// Where to ask.
    pub where_to_ask: String,
}

impl Abstention {
    /// With the words that go with a reason.
    pub(super) fn new(reason: Reason, question: &Question) -> Self {
        let why = match reason {
            Reason::OutOfScope => {
                "Câu hỏi này không phải là câu hỏi về quy định của pháp luật, nên không có điều luật nào để trả lời."
            }
            Reason::NotInCorpus => {
                "Chưa tìm thấy quy định đang có hiệu lực trả lời đúng câu hỏi này trong các văn bản đang có, nên không trả lời để \
                 tránh sai."
            }
            Reason::NotInForce => "Quy định được hỏi không có hiệu lực tại ngày đang xét, nên không dùng để trả lời.",
            Reason::Ambiguous => "Câu hỏi có thể hiểu theo nhiều cách, mỗi cách một quy định khác nhau.",
            Reason::DangerousToSimplify => {
                "Việc này ảnh hưởng trực tiếp đến tự do, an toàn hoặc quyền quan trọng của một người; một câu trả lời ngắn có thể \
                 gây hại, cần người có chuyên môn xem xét toàn bộ sự việc."
            }
        };
        Self { reason, why: why.into(), asks_back: None, where_to_ask: where_to_ask(reason, question) }
    }

    /// As it is read: why, what is asked back, where to ask.
    pub fn text(&self) -> String {
        let parts = [Some(self.why.as_str()), self.asks_back.as_deref(), Some(self.where_to_ask.as_str())];
        parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
    }
}

/// Words of matters in which a short answer may do harm when it is the asker's own.
const PERIL: [&str; 44] = [
    "đi tù",
    "ngồi tù",
    "tù giam",
    "bị bắt",
    "bắt giam",
    "bị tạm giam",
    "tạm giam",
    "bị tạm giữ",
    "bị khởi tố",
    "khởi tố",
    "bị truy nã",
    "truy nã",
    "đầu thú",
    "tự thú",
    "bị can",
    "bị cáo",
    "tử hình",
    "giết",
    "chết người",
    "bạo hành",
    "bạo lực",
    "bị đánh",
    "đánh đập",
    "đánh tôi",
    "đánh em",
    "đánh vợ",
    "chồng đánh",
    "hiếp dâm",
    "bị hiếp",
    "xâm hại",
    "quấy rối",
    "dâm ô",
    "tự tử",
    "tự sát",
    "không muốn sống",
    "đe dọa",
    "dọa giết",
    "bị vu oan",
    "bị oan",
    "giành quyền nuôi con",
    "giành con",
    "bắt cóc",
    "bị lừa bán",
    "mua bán người",
];

/// Who asks for themselves or theirs.
const OWN: [&str; 25] = [
    "tôi",
    "tao",
    "em bị",
    "em muốn",
    "em có",
    "em đang",
    "em nên",
    "em phải",
    "mình bị",
    "mình có",
    "mình nên",
    "mình phải",
    "mình đang",
    "cháu bị",
    "cháu có",
    "cháu nên",
    "chồng em",
    "con em",
    "nhà em",
    "người nhà",
    "chồng mình",
    "vợ mình",
    "con mình",
    "anh trai em",
    "bố em",
];

/// Words of asking how to break the law or get round it.
const UNLAWFUL: [&str; 15] = [
    "trốn thuế",
    "lách luật",
    "làm giả",
    "làm giấy tờ giả",
    "mua bằng giả",
    "trốn nghĩa vụ",
    "trốn nợ",
    "xóa dấu vết",
    "phi tang",
    "không bị phát hiện",
    "không bị bắt",
    "hối lộ",
    "chạy án",
    "rửa tiền",
    "qua mặt",
];

/// Words of asking how.
const HOW: [&str; 8] =
    ["làm thế nào để", "làm sao để", "cách nào để", "cách để", "làm cách nào", "chỉ cách", "hướng dẫn cách", "mẹo"];

/// Words that questions of law have.
const LEGAL: [&str; 70] = [
    "luật",
    "phạt",
    "tội",
    "thủ tục",
    "hồ sơ",
    "giấy phép",
    "đăng ký",
    "quyền",
    "nghĩa vụ",
    "hợp đồng",
    "quy định",
    "tòa án",
    "kiện",
    "khiếu nại",
    "tố cáo",
    "thừa kế",
    "di chúc",
    "ly hôn",
    "kết hôn",
    "bồi thường",
    "tài sản",
    "đất",
    "nhà",
    "thuế",
    "lệ phí",
    "bảo hiểm",
    "lao động",
    "lương",
    "nghỉ",
    "thử việc",
    "sa thải",
    "công ty",
    "doanh nghiệp",
    "giấy tờ",
    "căn cước",
    "hộ chiếu",
    "khai sinh",
    "cư trú",
    "tạm trú",
    "thường trú",
    "giao thông",
    "xe",
    "công an",
    "ủy ban",
    "cơ quan",
    "nhà nước",
    "hành vi",
    "vi phạm",
    "xử lý",
    "trách nhiệm",
    "thời hạn",
    "thời hiệu",
    "điều kiện",
    "cấp",
    "nộp",
    "đơn",
    "công chứng",
    "chứng thực",
    "vay",
    "nợ",
    "lãi",
    "mua bán",
    "cho thuê",
    "thuê",
    "con nuôi",
    "nuôi con",
    "giám hộ",
    "tù",
    "nghị định",
    "thông tư",
];

/// Words that point at something said before, which nobody said here.
const POINTING: [&str; 12] = [
    "trường hợp này",
    "trường hợp đó",
    "việc này",
    "việc đó",
    "như vậy thì",
    "như thế thì",
    "cái này",
    "cái đó",
    "hành vi này",
    "hành vi đó",
    "điều này",
    "lỗi này",
];

/// Words of content that name no matter by themselves, without marks.
const VAGUE: [&str; 9] = ["thoi", "han", "gian", "hieu", "phat", "nop", "tien", "phi", "xu"];

/// What keeps a question from being searched for at all.
pub(super) fn before_search(question: &Question, sources: &Sources<'_>, day: Date) -> Option<Abstention> {
    let wording = Wording::of(&question.words);
    if question.words.trim().is_empty() {
        return Some(Abstention::new(Reason::OutOfScope, question));
    }
    if wording.says_any(&HOW) && wording.says_any(&UNLAWFUL) {
        let mut abstention = Abstention::new(Reason::OutOfScope, question);
        abstention.why =
            "Câu hỏi tìm cách làm trái hoặc né tránh pháp luật; công cụ này không hướng dẫn việc đó.".into();
        return Some(abstention);
    }
    if wording.says_any(&PERIL) && wording.says_any(&OWN) {
        return Some(Abstention::new(Reason::DangerousToSimplify, question));
    }
    if let Some(abstention) = named(question, sources, day) {
        return Some(abstention);
    }
    let words = question.content();
    let content = words.iter().filter(|token| !VAGUE.contains(&token.plain.as_str())).count();
    if question.named.is_empty() && (content < 1 || words.len() < 2 || content < 5 && wording.says_any(&POINTING)) {
        let mut abstention = Abstention::new(Reason::Ambiguous, question);
        abstention.why = "Câu hỏi chưa nói rõ về việc gì.".into();
        abstention.asks_back = Some(asked_back(question.wants).into());
        return Some(abstention);
    }
    None
}

/// The one question to ask back where the matter is not said.
fn asked_back(wants: Wants) -> &'static str {
    match wants {
        Wants::Amount | Wants::HowMuch | Wants::Punishment => {
            "Bạn hỏi về hành vi nào, do ai thực hiện (ví dụ: người lái xe ô tô không dừng đèn đỏ)?"
        }
        Wants::Deadline => "Bạn hỏi thời hạn của việc gì (ví dụ: thời hạn thử việc, thời hiệu khởi kiện về hợp đồng)?",
        Wants::Body => "Bạn cần làm thủ tục hoặc giải quyết việc gì?",
        _ => "Bạn hỏi về việc gì, xảy ra với ai?",
    }
}

/// What the question names and cannot be answered from.
fn named(question: &Question, sources: &Sources<'_>, day: Date) -> Option<Abstention> {
    let is_held = |number: &DocNumber| sources.corpus.document(number).is_some();
    let mut first = None;
    for named in &question.named {
        let title = title(&named.document, sources);
        let status = sources.corpus.status(&named.document, day);
        let abstained = |reason, why: String| Some(Abstention { why, ..Abstention::new(reason, question) });
        let of_part = named.eid.as_ref().map(|eid| sources.corpus.status_of(&named.document, eid, day));
        let ended = match status.effect {
            Effect::Expired => {
                let next = sources.register.successor(&named.document, day).map(|entry| entry.title());
                let since = status.to.map(|day| format!(" từ ngày {}", date::show(day))).unwrap_or_default();
                let next = next.map(|next| format!(", được thay bằng {next}")).unwrap_or_default();
                Some(format!("{title} đã hết hiệu lực{since}{next}."))
            }
            Effect::NotYetInForce => {
                let from =
                    status.from.map(|day| format!(", có hiệu lực từ ngày {}", date::show(day))).unwrap_or_default();
                Some(format!("{title} chưa có hiệu lực tại ngày {}{from}.", date::show(day)))
            }
            Effect::Suspended => Some(format!("{title} đang bị ngưng hiệu lực tại ngày {}.", date::show(day))),
            _ => None,
        };
        let found = if let Some(why) = ended {
            abstained(Reason::NotInForce, why)
        } else if let Some(eid) = &named.eid
            && let Some(part) = &of_part
            && matches!(part.effect, Effect::Expired | Effect::NotYetInForce | Effect::Suspended)
        {
            let effect = part.effect.term();
            let by = changed_by(part, day, sources).map(|by| format!(", theo {by}")).unwrap_or_default();
            let what = upper_start(&eid.label());
            abstained(Reason::NotInForce, format!("{what} {title} {effect} tại ngày {}{by}.", date::show(day)))
        } else if !is_held(&named.document) {
            let lapsed = (status.effect == Effect::PartlyExpired).then(|| changed_by(&status, day, sources)).flatten();
            if lapsed.is_some()
                && let Some(later) = taken_over(&named.document, &status, question, sources, day)
            {
                let why = format!(
                    "{title} đã hết hiệu lực một phần: các quy định về lĩnh vực được hỏi bị bãi bỏ, nay được quy định tại {later}."
                );
                first = first.or(abstained(Reason::NotInForce, why));
                continue;
            }
            let why = match lapsed {
                // Which of its parts is asked about, only its text could tell.
                Some(by) => format!(
                    "{title} đã hết hiệu lực một phần: nhiều quy định bị bãi bỏ bởi {by}. Nội dung văn bản này không có trong các văn \
                     bản đang có, nên không biết phần được hỏi còn hiệu lực hay không."
                ),
                None => format!("{title} không có trong các văn bản đang có, nên không tra được nội dung."),
            };
            abstained(Reason::NotInCorpus, why)
        } else if let Some(eid) = named.eid.as_ref().filter(|eid| lacks(&named.document, eid.as_str(), sources)) {
            abstained(Reason::NotInCorpus, format!("{title} không có {}.", eid.label()))
        } else {
            // One that can be answered from is enough.
            return None;
        };
        first = first.or(found);
    }
    first
}

/// The later document that took over what a question asks of one that lapsed in part, by their names: both are about fines
/// in road traffic, and of railways, which stayed, the question does not speak.
fn taken_over(
    number: &DocNumber,
    status: &Status,
    question: &Question,
    sources: &Sources<'_>,
    day: Date,
) -> Option<String> {
    let words = |text: &str| -> HashSet<String> { tokens(text).into_iter().map(|token| token.word).collect() };
    let held = sources.register.get(number)?;
    let old = words(held.name.rsplit_once("về việc").map_or(held.name.as_str(), |(_, subject)| subject));
    let called = words(&format!("{} {number}", held.kind.name()));
    let asked = question.content().into_iter().map(|token| token.word);
    let asked: HashSet<String> = asked.filter(|word| !called.contains(word)).collect();
    let ending = status.events.iter().filter(|event| event.kind.ends() && event.date.is_some_and(|date| date <= day));
    ending.filter_map(|event| event.by.as_ref().zip(event.date)).find_map(|(by, since)| {
        let name = &sources.register.get(by)?.name;
        let new = words(name);
        let kept: Vec<&String> = old.difference(&new).collect();
        let amends = text::fold(name).starts_with(&text::fold("sửa đổi"));
        let takes =
            !amends && old.len() >= 5 && kept.len() * 2 < old.len() && !kept.iter().any(|word| asked.contains(*word));
        takes.then(|| format!("{} (từ ngày {})", title(by, sources), date::show(since)))
    })
}

/// The documents that ended something by `day`, the last one first, each with its day.
fn changed_by(status: &Status, day: Date, sources: &Sources<'_>) -> Option<String> {
    let mut found: Vec<(Option<Date>, String)> = Vec::new();
    let ending = status.events.iter().filter(|event| event.kind.ends() && event.date.is_none_or(|date| date <= day));
    for event in ending {
        let Some(by) = &event.by else { continue };
        let since = event.date.map(|day| format!(" (từ ngày {})", date::show(day))).unwrap_or_default();
        let said = (event.date, format!("{}{since}", title(by, sources)));
        if !found.contains(&said) {
            found.push(said);
        }
    }
    found.sort_by_key(|(since, _)| std::cmp::Reverse(*since));
    found.truncate(3);
    let list: Vec<String> = found.into_iter().map(|(_, said)| said).collect();
    (!list.is_empty()).then(|| list.join(", "))
}

fn lacks(number: &DocNumber, eid: &str, sources: &Sources<'_>) -> bool {
    sources.corpus.document(number).is_some_and(|held| held.document.get(eid).is_none())
}

fn title(number: &DocNumber, sources: &Sources<'_>) -> String {
    let held = sources.corpus.document(number).map(|held| held.title.clone());
    held.or_else(|| sources.register.get(number).map(|entry| entry.title()))
        .unwrap_or_else(|| format!("Văn bản số {number}"))
}

fn upper_start(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// How near articles stand that leave open which is meant.
const NEAR: f32 = 0.5;

/// Why what was found is not likely enough to answer, where it is not.
pub(super) fn refusal(question: &Question, found: &Evidence, confidence: f64, bar: f32) -> Option<Reason> {
    if open_matters(question, found).is_some() {
        return Some(Reason::Ambiguous);
    }
    if confidence >= f64::from(bar) {
        return None;
    }
    let is_legal = Wording::of(&question.words).says_any(&LEGAL) || !question.named.is_empty();
    Some(if is_legal { Reason::NotInCorpus } else { Reason::OutOfScope })
}

/// Several matters that a short question may mean, by the headings of their articles: each sets a value of the kind asked
/// for, and none stands out.
fn open_matters(question: &Question, found: &Evidence) -> Option<Vec<String>> {
    if !question.wants.is_value() || question.content().len() > 4 || !question.named.is_empty() {
        return None;
    }
    let best = found.statements.first()?;
    let mut seen = HashSet::new();
    let near = found.statements.iter().filter(|statement| {
        best.score - statement.score <= NEAR
            && statement.has_value == Some(true)
            && seen.insert((statement.held.number.to_string(), statement.article))
    });
    let headings: Vec<String> =
        near.filter_map(|statement| heading(&statement.held, statement.article)).map(str::to_owned).collect();
    (headings.len() >= 3).then(|| headings.into_iter().take(4).collect())
}

/// The abstention after a search, with what was nearest.
pub(super) fn after_search(
    reason: Reason,
    question: &Question,
    found: &Evidence,
    dropped: Option<(Statement, Effect)>,
) -> Abstention {
    let mut abstention = Abstention::new(reason, question);
    match reason {
        Reason::Ambiguous => {
            let matters = open_matters(question, found).unwrap_or_default();
            abstention.asks_back = Some(format!("Bạn hỏi về trường hợp nào: {}?", matters.join("; ")));
        }
        Reason::NotInForce => {
            if let Some((statement, effect)) = dropped {
                let held = &statement.held;
                let label = held.document.provisions[statement.piece.unit].eid.label();
                abstention.why = format!(
                    "Quy định gần nhất với câu hỏi là {label} {}, nhưng {} tại ngày đang xét.",
                    held.title,
                    effect.term()
                );
            }
        }
        Reason::NotInCorpus => {
            if let Some(best) = found.statements.first() {
                let held = &best.held;
                let label = held.document.provisions[best.article].eid.label();
                let subject = heading(held, best.article).map(|heading| format!(" ({heading})")).unwrap_or_default();
                abstention.why.push_str(&format!(
                    " Điều gần nhất tìm được, chưa đủ chắc để dùng làm câu trả lời: {label} {}{subject}.",
                    held.title
                ));
            }
        }
        Reason::OutOfScope | Reason::DangerousToSimplify => {}
    }
    abstention
}

/// Bodies that know a matter, by the words of the question.
const BODIES: [(&[&str], &str); 12] = [
    (
        &["khai sinh", "khai tử", "hộ tịch", "kết hôn", "chứng thực", "hôn nhân", "độc thân", "giám hộ"],
        "Ủy ban nhân dân cấp xã nơi cư trú (bộ phận tư pháp - hộ tịch)",
    ),
    (
        &[
            "căn cước",
            "cư trú",
            "thường trú",
            "tạm trú",
            "hộ chiếu",
            "lý lịch tư pháp",
            "đăng ký xe",
            "giấy phép lái xe",
            "nhập cảnh",
        ],
        "Công an cấp xã hoặc Công an cấp tỉnh",
    ),
    (
        &["giao thông", "nồng độ cồn", "đèn đỏ", "quá tốc độ", "biển báo", "xe máy", "ô tô", "lái xe"],
        "Phòng Cảnh sát giao thông Công an cấp tỉnh",
    ),
    (
        &["đất", "sổ đỏ", "quyền sử dụng đất", "nhà ở"],
        "văn phòng đăng ký đất đai hoặc Ủy ban nhân dân cấp xã nơi có đất",
    ),
    (&["thuế", "hóa đơn", "mã số thuế"], "cơ quan thuế quản lý trực tiếp"),
    (
        &["bảo hiểm xã hội", "bảo hiểm y tế", "thai sản", "lương hưu", "trợ cấp thất nghiệp"],
        "cơ quan bảo hiểm xã hội nơi đóng bảo hiểm",
    ),
    (
        &["lao động", "tiền lương", "sa thải", "thử việc", "công đoàn", "tăng ca"],
        "Sở Nội vụ hoặc công đoàn nơi làm việc",
    ),
    (
        &["doanh nghiệp", "đăng ký kinh doanh", "công ty", "hộ kinh doanh"],
        "cơ quan đăng ký kinh doanh cấp tỉnh (Sở Tài chính)",
    ),
    (&["công chứng", "di chúc", "thừa kế"], "tổ chức hành nghề công chứng"),
    (&["kiện", "khởi kiện", "tòa án", "ly hôn", "thi hành án"], "Tòa án nhân dân khu vực nơi bị đơn cư trú"),
    (&["con nuôi", "quốc tịch", "luật sư", "trợ giúp pháp lý"], "Sở Tư pháp"),
    (&["nghĩa vụ quân sự", "nhập ngũ"], "Ban Chỉ huy quân sự cấp xã"),
];

/// Where to ask.
fn where_to_ask(reason: Reason, question: &Question) -> String {
    let wording = Wording::of(&question.words);
    if reason == Reason::DangerousToSimplify {
        let child = if wording.says_any(&["con", "cháu", "trẻ em", "xâm hại", "dâm ô"]) {
            " Việc liên quan đến trẻ em: gọi 111 (Tổng đài quốc gia bảo vệ trẻ em)."
        } else {
            ""
        };
        return format!(
            "Hãy hỏi Trung tâm trợ giúp pháp lý nhà nước của tỉnh, thành phố (miễn phí cho người thuộc Điều 7 Luật Trợ giúp pháp lý năm \
             2017) hoặc luật sư. Đang gặp nguy hiểm: gọi 113.{child}"
        );
    }
    if reason == Reason::OutOfScope {
        return "Nếu bạn muốn hỏi về một quy định, hãy nói rõ việc gì và xảy ra khi nào.".into();
    }
    let body = BODIES.iter().find(|(words, _)| wording.says_any(words)).map(|(_, body)| *body);
    match body {
        Some(body) => format!("Có thể hỏi {body}, hoặc tra cứu Cơ sở dữ liệu quốc gia về pháp luật (vbpl.vn)."),
        None => "Có thể tra cứu Cơ sở dữ liệu quốc gia về pháp luật (vbpl.vn), Cổng Dịch vụ công quốc gia, hoặc hỏi Ủy ban nhân dân \
                 cấp xã nơi cư trú."
            .into(),
    }
}
