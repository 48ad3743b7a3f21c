//! A comparison as one web page that needs nothing else: readable on screen, on paper and by a screen reader.
//!
//! Colour alone tells nothing to many readers, so insertions and deletions are underlined and struck through, carry
//! `ins` and `del` (which screen readers announce), and each provision says in words what happened to it.

use super::{ChangeKind, Compared, Redline, Words};
use rasoat_law::Eid;
use std::fmt::Write as _;

const STYLE: &str = "body{font:16px/1.5 'Times New Roman',serif;max-width:60rem;margin:1rem auto;padding:0 1rem;color:#111;background:#fff}\
h1{font-size:1.4rem}section{border-left:4px solid #bbb;padding:.1rem 0 .1rem .8rem;margin:.6rem 0}\
section.changed{border-color:#9a6700}section.added{border-color:#116329}section.removed{border-color:#a40e26}\
h2{font:600 .85rem/1.3 system-ui,sans-serif;margin:.2rem 0;color:#444}p{margin:.3rem 0}\
ins{background:#d7f5dd;color:#0b4b1f;text-decoration:underline}del{background:#fde2e4;color:#82071e;text-decoration:line-through}\
details{color:#444;margin:.4rem 0}summary{font:.85rem system-ui,sans-serif;cursor:pointer}dl{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem}dl div{display:flex;gap:.4rem;white-space:nowrap}dd{margin:0;font-weight:600}";

/// Unchanged paragraphs in a row, from this many on, are folded away.
const FOLDED: usize = 3;

impl Redline {
    /// As a page of HTML, in Vietnamese. The names are those of the two versions.
    pub fn html(&self, old_name: &str, new_name: &str) -> String {
        let counts = self.counts();
        let mut page = format!(
            "<!doctype html>\n<html lang=\"vi\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
             <title>So sánh {old} và {new}</title><style>{STYLE}</style></head><body><main>\
             <h1>So sánh hai bản: <del>{old}</del> → <ins>{new}</ins></h1><dl>",
            old = escape(old_name),
            new = escape(new_name),
        );
        for (name, count) in [
            ("Giữ nguyên", counts.same),
            ("Sửa đổi", counts.changed),
            ("Thêm mới", counts.added),
            ("Bỏ", counts.removed),
            ("Chuyển chỗ", counts.moved),
        ] {
            let _ = write!(page, "<div><dt>{name}:</dt><dd>{count} đoạn</dd></div>");
        }
        page.push_str("</dl>");
        for group in self.paragraphs.chunk_by(belong_together) {
            write_group(&mut page, group);
        }
        page.push_str("</main></body></html>\n");
        page
    }
}

fn belong_together(a: &Compared, b: &Compared) -> bool {
    let same = |compared: &Compared| compared.change == ChangeKind::Same;
    if same(a) || same(b) { same(a) && same(b) } else { a.change == b.change && a.old == b.old && a.new == b.new }
}

fn write_group(page: &mut String, group: &[Compared]) {
    let Some(first) = group.first() else { return };
    if first.change == ChangeKind::Same {
        if group.len() >= FOLDED {
            let _ = write!(page, "<details><summary>{} đoạn không đổi", group.len());
            let last = group.last().and_then(|last| last.new.as_ref()).map(Eid::label);
            if let (Some(from), Some(to)) = (first.new.as_ref().map(Eid::label), last) {
                let _ = write!(page, " ({} – {})", escape(&from), escape(&to));
            }
            page.push_str("</summary>");
            write_paragraphs(page, group);
            page.push_str("</details>");
        } else {
            write_paragraphs(page, group);
        }
        return;
    }
    let class = match first.change {
        ChangeKind::Added | ChangeKind::MovedHere => "added",
        ChangeKind::Removed | ChangeKind::MovedAway => "removed",
        ChangeKind::Changed | ChangeKind::Same => "changed",
    };
    let _ = write!(page, "<section class=\"{class}\"><h2>{}</h2>", escape(&heading(first)));
    write_paragraphs(page, group);
    page.push_str("</section>");
}

/// "Khoản 2 Điều 5 (trước là khoản 1 Điều 4): sửa đổi".
fn heading(compared: &Compared) -> String {
    let label = |eid: &Option<Eid>| eid.as_ref().map(Eid::label);
    let place = match (label(&compared.old), label(&compared.new)) {
        (Some(old), Some(new)) if old != new => format!("{new} (trước là {old})"),
        (_, Some(place)) | (Some(place), None) => place,
        (None, None) => "Phần đầu, phần cuối".to_owned(),
    };
    let what = match compared.change {
        ChangeKind::Same => "giữ nguyên",
        ChangeKind::Changed => "sửa đổi",
        ChangeKind::Added => "thêm mới",
        ChangeKind::Removed => "bỏ",
        ChangeKind::MovedAway => "chuyển đi chỗ khác",
        ChangeKind::MovedHere => "chuyển từ chỗ khác đến",
    };
    format!("{place}: {what}")
}

fn write_paragraphs(page: &mut String, group: &[Compared]) {
    for compared in group {
        page.push_str("<p>");
        for words in &compared.words {
            let _ = match words {
                Words::Kept(text) => write!(page, "{}", escape(text)),
                Words::Deleted(text) => write!(page, "<del>{}</del>", escape(text)),
                Words::Inserted(text) => write!(page, "<ins>{}</ins>", escape(text)),
            };
        }
        page.push_str("</p>");
    }
}

fn escape(text: &str) -> String {
    quick_xml::escape::escape(text).into_owned()
}
