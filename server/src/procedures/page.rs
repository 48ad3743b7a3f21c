//! Procedures from the words of a page: decisions that publish them (quyết định công bố thủ tục hành chính) and pages of
//! portals, as Word or HTML.
//!
//! Hard because a page is a text with headings that each publisher writes in their own way ("a) Trình tự thực hiện:",
//! "Cơ quan thực hiện thủ tục hành chính:"), with tables whose cells come as lines. A part whose heading is not there stays
//! absent. Which parts there are: Decree 63/2010/NĐ-CP, Article 8(2).

use super::Procedure;
use rasoat_assistant::answer::procedure::{Paper, Way};
use rasoat_law::text::{fold, squeeze};

/// What stands under a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heading {
    Code,
    Name,
    Field,
    Level,
    Steps,
    Ways,
    Papers,
    Copies,
    Deadline,
    Fee,
    Subjects,
    Body,
    Result,
    Conditions,
    Forms,
    Bases,
    /// Known, and no part of a card.
    Other,
}

/// Headings as they begin; of two that fit, the first counts.
const HEADINGS: [(&str, Heading); 31] = [
    ("mã thủ tục", Heading::Code),
    ("mã số thủ tục", Heading::Code),
    ("tên thủ tục", Heading::Name),
    ("lĩnh vực", Heading::Field),
    ("cấp thực hiện", Heading::Level),
    ("cấp giải quyết", Heading::Level),
    ("trình tự thực hiện", Heading::Steps),
    ("cách thức thực hiện", Heading::Ways),
    ("thành phần, số lượng hồ sơ", Heading::Papers),
    ("thành phần và số lượng hồ sơ", Heading::Papers),
    ("thành phần hồ sơ", Heading::Papers),
    ("số lượng hồ sơ", Heading::Copies),
    ("số bộ hồ sơ", Heading::Copies),
    ("thời hạn giải quyết", Heading::Deadline),
    ("đối tượng thực hiện", Heading::Subjects),
    ("cơ quan phối hợp", Heading::Other),
    ("cơ quan có thẩm quyền", Heading::Other),
    ("cơ quan được ủy quyền", Heading::Other),
    ("cơ quan thực hiện", Heading::Body),
    ("cơ quan giải quyết", Heading::Body),
    ("kết quả thực hiện", Heading::Result),
    ("kết quả của việc thực hiện", Heading::Result),
    ("phí, lệ phí", Heading::Fee),
    ("lệ phí", Heading::Fee),
    ("tên mẫu đơn", Heading::Forms),
    ("mẫu đơn, mẫu tờ khai", Heading::Forms),
    ("yêu cầu, điều kiện", Heading::Conditions),
    ("căn cứ pháp lý", Heading::Bases),
    ("loại thủ tục", Heading::Other),
    ("địa chỉ tiếp nhận", Heading::Other),
    ("từ khóa", Heading::Other),
];

/// Cells that head the tables of ways and of papers.
const CELLS: [&str; 9] = [
    "hình thức nộp",
    "thời hạn giải quyết",
    "phí, lệ phí",
    "mô tả",
    "tên giấy tờ",
    "mẫu đơn, tờ khai",
    "số lượng",
    "stt",
    "loại giấy tờ",
];

/// Ways to hand a file in, as a row or a line of them begins.
const WAYS: [&str; 7] = [
    "trực tiếp",
    "nộp trực tiếp",
    "trực tuyến",
    "nộp trực tuyến",
    "dịch vụ bưu chính",
    "qua dịch vụ bưu chính",
    "qua bưu chính",
];

/// The procedures of a text; none where it has no heading of their steps under a name.
pub fn procedures(text: &str) -> Vec<Procedure> {
    let mut reader = Reader::default();
    for line in text.lines() {
        reader.line(line);
    }
    reader.ended()
}

#[derive(Default)]
struct Reader {
    done: Vec<Procedure>,
    open: Procedure,
    /// The heading above, and the lines below it.
    at: Option<Heading>,
    lines: Vec<String>,
    /// Whether a table stands there.
    table: bool,
    /// The last line that may be a procedure's name.
    title: Option<String>,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let words = squeeze(line);
        let bare = without_label(&words);
        if bare.is_empty() {
            return;
        }
        let is_cell = CELLS.contains(&bare.trim_end_matches(':').to_lowercase().as_str());
        if is_cell && (self.table || ["hình thức nộp", "tên giấy tờ"].contains(&bare.to_lowercase().as_str()))
        {
            self.table = true;
            return;
        }
        if let Some((heading, rest)) = heading(bare) {
            self.under(heading);
            if !rest.is_empty() {
                self.lines.push(rest.to_owned());
            }
            return;
        }
        // "1. Thủ tục đăng ký khai sinh" above the first heading.
        if bare.to_lowercase().starts_with("thủ tục") && !bare.ends_with(['.', ';']) && bare.chars().count() < 300 {
            self.title = Some(bare.trim_start_matches("Thủ tục:").trim().trim_end_matches(':').to_owned());
        }
        if self.at.is_some() {
            self.lines.push(bare.to_owned());
        }
    }

    /// What was read belongs to the heading above; another begins.
    fn under(&mut self, heading: Heading) {
        self.close();
        let is_next = match heading {
            Heading::Code => self.open.code.is_some() || !self.open.steps.is_empty(),
            Heading::Name => !self.open.name.is_empty(),
            Heading::Steps => !self.open.steps.is_empty(),
            _ => false,
        };
        if is_next {
            self.finish();
        }
        if heading == Heading::Steps && self.open.name.is_empty() {
            self.open.name = self.title.take().unwrap_or_default();
        }
        self.at = Some(heading);
        self.table = false;
    }

    fn close(&mut self) {
        let mut lines = std::mem::take(&mut self.lines);
        let Some(at) = self.at.take() else { return };
        // The name of the next procedure stands below the last part of this one.
        if let Some(title) = &self.title
            && lines.last().is_some_and(|last| last.contains(title.as_str()))
            && at != Heading::Name
        {
            lines.pop();
        }
        if lines.is_empty() {
            return;
        }
        let all = || Some(lines.join(" "));
        let open = &mut self.open;
        match at {
            Heading::Code => open.code = lines.first().cloned(),
            Heading::Name => open.name = lines.join(" "),
            Heading::Field => open.field = all(),
            Heading::Level => open.level = all(),
            Heading::Steps => {
                open.steps = match lines.as_slice() {
                    [one] => super::steps(one.clone()),
                    _ => lines,
                }
            }
            Heading::Ways => open.ways = ways(lines),
            Heading::Papers => open.papers.extend(papers(lines)),
            Heading::Copies => open.copies = all(),
            Heading::Deadline => open.deadline = all(),
            Heading::Fee => open.fee = all(),
            Heading::Subjects => open.subjects = all(),
            Heading::Body => open.body = all(),
            Heading::Result => open.result = all(),
            Heading::Conditions => open.conditions = all(),
            Heading::Bases => open.bases = lines,
            Heading::Forms => {
                let named = lines.into_iter().filter(|line| fold(line) != fold("Không"));
                open.papers.extend(named.map(|line| Paper { form: Some(line.clone()), name: line, copies: None }));
            }
            Heading::Other => {}
        }
    }

    /// The open one is done, where it has a name and says how it goes.
    fn finish(&mut self) {
        let open = std::mem::take(&mut self.open);
        let says_how = !open.steps.is_empty() || !open.papers.is_empty();
        if says_how && !open.name.trim().is_empty() {
            self.done.push(open);
        }
    }

    fn ended(mut self) -> Vec<Procedure> {
        self.title = None;
        self.close();
        self.finish();
        self.done
    }
}

/// A line without its bullet or its number: "1.", "1.2.", "a)", "(1)", "-", "+".
fn without_label(line: &str) -> &str {
    let line = line.trim_start_matches(['-', '–', '+', '*', '•', '●', ' ']);
    let end = line.find([' ', '\u{a0}']).unwrap_or(0);
    let (label, rest) = line.split_at(end);
    let inner = label.trim_start_matches('(').trim_end_matches(['.', ')', ':']);
    let is_number = !inner.is_empty() && inner.split('.').all(|part| part.chars().all(|c| c.is_ascii_digit()));
    let is_letter = inner.chars().count() == 1 && inner.chars().all(char::is_alphabetic);
    if inner.len() < label.len() && (is_number || is_letter) { rest.trim_start() } else { line }
}

/// The heading that a line is or begins with, and what follows its colon.
fn heading(line: &str) -> Option<(Heading, &str)> {
    let (head, rest) = line.split_once(':').unwrap_or((line, ""));
    // A sentence that begins like one goes on for longer.
    if head.chars().count() > 90 || head.ends_with(['.', ';']) {
        return None;
    }
    let lower = head.to_lowercase();
    let (name, found) = HEADINGS.into_iter().find(|(name, _)| lower.starts_with(name))?;
    let more = lower[name.len()..].trim();
    let belongs =
        ["", "hành chính", "thủ tục", "thủ tục hành chính", "hồ sơ", "(nếu có)", "gồm", "bao gồm", ", bao gồm"];
    let goes_on =
        more.starts_with(['(', ',', '–', '-', ';']) || more.starts_with("mẫu") || more.starts_with("của thủ tục");
    (belongs.contains(&more) || goes_on || more.starts_with("thủ tục hành chính")).then_some((found, rest.trim()))
}

/// Rows of a table, or lines, each a way.
fn ways(lines: Vec<String>) -> Vec<Way> {
    let mut found: Vec<Way> = Vec::new();
    let is_way = |line: &str| WAYS.iter().any(|way| line.to_lowercase().starts_with(way));
    let is_table = lines.iter().any(|line| WAYS.contains(&line.to_lowercase().as_str()));
    for line in lines {
        let lower = line.to_lowercase();
        match found.last_mut() {
            Some(last) if is_table && !is_way(&line) => {
                let is_time = ["ngày", "giờ", "tháng", "phút"].iter().any(|unit| lower.contains(unit));
                let is_fee = ["phí", "đồng", "miễn"].iter().any(|word| lower.contains(word));
                let place = match () {
                    () if is_time && last.deadline.is_none() && line.chars().count() < 80 => &mut last.deadline,
                    () if is_fee && last.fee.is_none() => &mut last.fee,
                    () => &mut last.note,
                };
                *place = Some(place.take().map_or_else(|| line.clone(), |before| format!("{before} {line}")));
            }
            _ => found.push(Way { way: line, ..Way::default() }),
        }
    }
    found
}

/// Rows of a table, or lines, each a paper; its form and its copies stand below it.
fn papers(lines: Vec<String>) -> Vec<Paper> {
    let mut found: Vec<Paper> = Vec::new();
    for line in lines {
        let lower = line.to_lowercase();
        let is_count = lower.starts_with("bản chính:") || lower.starts_with("bản sao:");
        let is_form = [".doc", ".docx", ".pdf"].iter().any(|end| lower.ends_with(end));
        match found.last_mut() {
            Some(last) if is_count => {
                last.copies =
                    Some(last.copies.take().map_or_else(|| line.clone(), |before| format!("{before}, {line}")));
            }
            Some(last) if is_form => last.form = Some(line),
            _ => found.push(Paper { name: line, ..Paper::default() }),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rasoat_assistant::answer::procedure::Part;

    /// As a decision publishes them; our own writing.
    const DECISION: &str = "QUYẾT ĐỊNH\nVề việc công bố thủ tục hành chính\nPHỤ LỤC\n1. Thủ tục mở cổng vườn hoa\n\
        a) Trình tự thực hiện:\n- Bước 1: Nộp đơn tại bộ phận một cửa.\n- Bước 2: Nhận giấy phép.\n\
        b) Cách thức thực hiện: Trực tiếp hoặc qua dịch vụ bưu chính.\n\
        c) Thành phần, số lượng hồ sơ:\n- Thành phần hồ sơ bao gồm:\n+ Đơn mở cổng;\n+ Bản vẽ cổng.\n- Số lượng hồ sơ: 01 bộ.\n\
        d) Thời hạn giải quyết: 03 ngày làm việc kể từ ngày nhận đủ hồ sơ.\n\
        đ) Đối tượng thực hiện thủ tục hành chính: Cá nhân.\ne) Cơ quan thực hiện thủ tục hành chính: Ủy ban nhân dân cấp xã.\n\
        g) Kết quả thực hiện thủ tục hành chính: Giấy phép.\nh) Phí, lệ phí (nếu có): Không.\n\
        i) Căn cứ pháp lý của thủ tục hành chính:\n- Luật Vườn hoa số 1/2020/QH14.\n\
        2. Thủ tục đóng cổng vườn hoa\na) Trình tự thực hiện: Bước 1: Báo. Bước 2: Đóng.\n";

    #[test]
    fn a_decision_that_publishes_several_is_read() {
        let found = procedures(DECISION);
        let names: Vec<&str> = found.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["Thủ tục mở cổng vườn hoa", "Thủ tục đóng cổng vườn hoa"]);
        let first = &found[0];
        assert_eq!(first.missing(), Vec::<Part>::new(), "{first:?}");
        assert_eq!(first.steps, ["Bước 1: Nộp đơn tại bộ phận một cửa.", "Bước 2: Nhận giấy phép."]);
        let papers: Vec<&str> = first.papers.iter().map(|paper| paper.name.as_str()).collect();
        assert_eq!(papers, ["Đơn mở cổng;", "Bản vẽ cổng."]);
        assert_eq!(first.copies.as_deref(), Some("01 bộ."));
        assert_eq!(first.body.as_deref(), Some("Ủy ban nhân dân cấp xã."));
        assert_eq!(first.fee.as_deref(), Some("Không."));
        assert_eq!(first.bases, ["Luật Vườn hoa số 1/2020/QH14."], "the next name is none of them");
        assert_eq!(found[1].steps, ["Bước 1: Báo.", "Bước 2: Đóng."]);
        assert!(found[1].missing().contains(&Part::Papers), "nothing is made up");
    }

    #[test]
    fn a_page_of_a_portal_is_read_with_its_tables() {
        let page = "Mã thủ tục:\n1.000001\nTên thủ tục:\nMở cổng\nCấp thực hiện:\nCấp Xã\nLoại thủ tục:\nTTHC được luật giao\n\
            Trình tự thực hiện:\nNộp đơn.\nNhận giấy.\nCách thức thực hiện:\nHình thức nộp\nThời hạn giải quyết\nPhí, lệ phí\nMô tả\n\
            Trực tiếp\n03 Ngày làm việc\nPhí: 10.000 Đồng\nTại một cửa\nTrực tuyến\n02 Ngày làm việc\n\
            Thành phần hồ sơ:\nTên giấy tờ\nMẫu đơn, tờ khai\nSố lượng\nĐơn mở cổng\nmau-1.docx\nBản chính: 1\nBản sao: 0\nBản vẽ\n\
            Đối tượng thực hiện:\nCông dân\nCơ quan thực hiện:\nỦy ban nhân dân cấp xã\nCơ quan phối hợp:\nCông an\n";
        let found = procedures(page);
        assert_eq!(found.len(), 1, "{found:?}");
        let one = &found[0];
        assert_eq!(
            (one.code.as_deref(), one.name.as_str(), one.level.as_deref()),
            (Some("1.000001"), "Mở cổng", Some("Cấp Xã"))
        );
        let ways: Vec<_> =
            one.ways.iter().map(|way| (way.way.as_str(), way.deadline.as_deref(), way.fee.as_deref())).collect();
        let wanted = [
            ("Trực tiếp", Some("03 Ngày làm việc"), Some("Phí: 10.000 Đồng")),
            ("Trực tuyến", Some("02 Ngày làm việc"), None),
        ];
        assert_eq!(ways, wanted);
        assert_eq!(one.ways[0].note.as_deref(), Some("Tại một cửa"));
        assert_eq!((one.papers.len(), one.papers[0].form.as_deref()), (2, Some("mau-1.docx")), "{:?}", one.papers);
        assert_eq!(one.papers[0].copies.as_deref(), Some("Bản chính: 1, Bản sao: 0"));
        assert_eq!(one.body.as_deref(), Some("Ủy ban nhân dân cấp xã"));
        assert_eq!(one.missing(), [Part::Copies]);
    }

    #[test]
    fn what_is_no_procedure_gives_none() {
        let law = "Điều 1. Trình tự thực hiện\n1. Người có yêu cầu nộp đơn.\nĐiều 2. Thời hạn giải quyết\nThời hạn là 03 ngày.";
        for text in ["", "\n\n", law, "Trình tự thực hiện:", "Tên thủ tục: A"] {
            assert_eq!(procedures(text), Vec::new(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(lines in prop::collection::vec("(- |a\\) |1\\. )?(Trình tự thực hiện|Thủ tục a|Tên thủ tục|Mô tả|Hình thức nộp|[a-zđ :]{0,12}):?", 0..30)) {
            for one in procedures(&lines.join("\n")) {
                prop_assert!(!one.name.trim().is_empty());
            }
        }
    }
}
