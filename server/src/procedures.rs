//! Procedures from files: our own small format and the shapes of JSON in which published ones are passed around; pages and
//! decisions as Word or HTML are [`page`]'s.
//!
//! Hard because nobody publishes them in one shape: a field is a text here and a table there, and an empty one says
//! "Không có thông tin". What a shape does not have stays absent.

pub mod held;
mod page;

use crate::failure::{Failure, Kind, Result};
use crate::places::files_below;
use crate::{intake, stop};
use rasoat_api::messages::Message;
use rasoat_assistant::answer::Procedure;
use rasoat_assistant::answer::procedure::{Paper, Way};
use rasoat_embeddings::Cancelled;
use rasoat_law::text;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Endings of files that are read from a folder.
const ENDINGS: [&str; 5] = ["json", "jsonl", "html", "htm", "docx"];

/// Reads the procedures of files and of folders' files: JSON (one object, a list of them, or a line each), or a page.
///
/// # Errors
/// When a file cannot be read, or one that was named holds no procedure.
pub fn read(paths: &[PathBuf]) -> Result<Vec<Procedure>> {
    let mut found = Vec::new();
    for path in paths {
        let files = if path.is_dir() {
            let all = files_below(path).map_err(|error| Failure::open(path, &error))?;
            let ends = |file: &PathBuf| file.extension().is_some_and(|end| ENDINGS.iter().any(|known| end == *known));
            all.into_iter().filter(ends).collect()
        } else {
            vec![path.clone()]
        };
        let before = found.len();
        for file in files {
            let bytes = crate::command::read_limited(&file)?;
            found.extend(all_of(&file.display().to_string(), &bytes)?);
        }
        if found.len() == before {
            return Err(unusable(path));
        }
    }
    Ok(found)
}

/// Reads the procedures of one file that was handed over.
///
/// # Errors
/// When it cannot be read or holds no procedure.
pub fn of_bytes(name: &str, bytes: &[u8]) -> Result<Vec<Procedure>> {
    let found = all_of(name, bytes)?;
    if found.is_empty() { Err(unusable(Path::new(name))) } else { Ok(found) }
}

/// The procedures of a file, which may have none.
fn all_of(name: &str, bytes: &[u8]) -> Result<Vec<Procedure>> {
    // JSON says so by its first letter; what is not read as any is told as unusable, not as a page without procedures.
    if bytes.trim_ascii_start().first().is_some_and(|first| b"{[".contains(first)) {
        let values = values(bytes).ok_or_else(|| unusable(Path::new(name)))?;
        return Ok(values.iter().filter_map(procedure).collect());
    }
    let mut watch = |_, _| if stop::asked() { Err(Cancelled) } else { Ok(()) };
    let taken = intake::read(name, bytes, &mut watch)?;
    Ok(page::procedures(&taken.extracted.text))
}

fn unusable(path: &Path) -> Failure {
    let file = path.display().to_string();
    let (message, hint) = (Message::NoProcedures, Message::NoProceduresHint);
    Failure::new(Kind::Input, "procedures.unusable", message, hint, &[("file", &file)])
}

/// The objects of a file.
fn values(bytes: &[u8]) -> Option<Vec<Value>> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Array(all)) => Some(all),
        Ok(one @ Value::Object(_)) => Some(vec![one]),
        Ok(_) => None,
        Err(_) => {
            let lines = std::str::from_utf8(bytes).ok()?.lines().filter(|line| !line.trim().is_empty());
            lines.map(|line| serde_json::from_str(line).ok()).collect()
        }
    }
}

/// One object as a procedure; `None` where it is of no shape that is known.
fn procedure(value: &Value) -> Option<Procedure> {
    let found = if value.get("metadata").is_some_and(|about| about.get("tên_thủ_tục").is_some()) {
        sheet(value)
    } else if value.get("title").is_some() && value.get("Trình tự thực hiện").is_some() {
        portal(value)
    } else {
        serde_json::from_value(value.clone()).ok()?
    };
    (!found.name.trim().is_empty()).then_some(found)
}

/// A text that says something.
fn said(value: Option<&Value>) -> Option<String> {
    let words = value?.as_str()?;
    // Pages were cut out of HTML, and some tags stayed.
    let words = words.replace("</p>", "\n").replace("<p>", "").replace("<br>", "\n").replace("<br/>", "\n");
    let words = text::normalise(&words).trim().to_owned();
    (!words.is_empty() && text::fold(&words) != text::fold("Không có thông tin")).then_some(words)
}

fn lines(value: Option<&Value>) -> Vec<String> {
    let words = said(value).unwrap_or_default();
    words
        .lines()
        .map(|line| line.trim().trim_start_matches(['-', '+', ' ']).to_owned())
        .filter(|line| !line.is_empty())
        .collect()
}

fn each(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

/// As the national portal's pages were collected: Vietnamese headings as keys.
fn portal(value: &Value) -> Procedure {
    let ways = each(value.get("Cách thức thực hiện")).map(|way| Way {
        way: said(way.get("Hình thức nộp")).unwrap_or_default(),
        deadline: said(way.get("Thời hạn giải quyết")),
        fee: said(way.get("Phí, lệ phí")),
        note: said(way.get("Mô tả")),
    });
    let papers = each(value.get("Thành phần hồ sơ")).filter_map(|paper| {
        let form = said(paper.get("Mẫu đơn, tờ khai")).filter(|form| !form.ends_with('='));
        Some(Paper {
            name: said(paper.get("Tên giấy tờ"))?, form, copies: said(paper.get("Số lượng - bản chính"))
        })
    });
    Procedure {
        name: said(value.get("title")).unwrap_or_default(),
        steps: lines(value.get("Trình tự thực hiện")),
        ways: ways.collect(),
        papers: papers.collect(),
        body: said(value.get("Cơ quan thực hiện")),
        conditions: said(value.get("Yêu cầu, điều kiện thực hiện")),
        bases: lines(value.get("Căn cứ pháp lý")),
        ..Procedure::default()
    }
}

/// As detail sheets of the national database were converted: `metadata`, `content`, `tables`.
fn sheet(value: &Value) -> Procedure {
    let (about, content, tables) = (&value["metadata"], &value["content"], &value["tables"]);
    let ways = each(tables.get("hinh_thuc_nop")).map(|way| Way {
        way: said(way.get("hinh_thuc")).unwrap_or_default(),
        deadline: said(way.get("thoi_han_giai_quyet")),
        fee: said(way.get("phi_le_phi")),
        note: said(way.get("mo_ta")),
    });
    let papers = each(tables.get("thanh_phan_ho_so")).filter_map(|paper| {
        let copies = said(paper.get("ghi_chu")).map(|copies| copies.replace('\n', ", "));
        Some(Paper { name: said(paper.get("ten_giay_to"))?, form: said(paper.get("so_luong")), copies })
    });
    let bases = each(tables.get("can_cu_phap_ly")).filter_map(|basis| said(basis.get("so_ky_hieu")));
    Procedure {
        code: said(about.get("mã_thủ_tục")),
        name: said(about.get("tên_thủ_tục")).unwrap_or_default(),
        field: said(about.get("lĩnh_vực")),
        level: said(about.get("cấp_thực_hiện")),
        steps: steps(said(content.get("trình_tự_thực_hiện")).unwrap_or_default()),
        ways: ways.collect(),
        papers: papers.collect(),
        subjects: said(content.get("đối_tượng_thực_hiện")),
        body: said(content.get("cơ_quan_thực_hiện")),
        result: said(content.get("kết_quả_thực_hiện")),
        conditions: said(content.get("yêu_cầu_điều_kiện_thực_hiện")),
        bases: bases.collect(),
        ..Procedure::default()
    }
}

/// "Bước 1: … Bước 2: …", a step each.
fn steps(words: String) -> Vec<String> {
    let mut starts: Vec<usize> = words.match_indices("Bước ").map(|(at, _)| at).collect();
    if starts.first() != Some(&0) {
        starts.insert(0, 0);
    }
    starts.push(words.len());
    let steps = starts.windows(2).filter_map(|pair| words.get(pair[0]..pair[1]));
    steps.map(text::squeeze).filter(|step| !step.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use rasoat_assistant::answer::procedure::Part;

    fn only(json: &str) -> Procedure {
        values(json.as_bytes()).unwrap().iter().find_map(procedure).unwrap()
    }

    #[test]
    fn our_own_format_is_read_with_what_it_leaves_out() {
        let read =
            only(r#"{"name":"Mở cổng","deadline":"03 ngày","papers":[{"name":"Đơn"}],"bases":["30/2020/NĐ-CP"]}"#);
        assert_eq!((read.deadline.as_deref(), read.papers.len()), (Some("03 ngày"), 1));
        assert!(read.missing().contains(&Part::Steps) && !read.missing().contains(&Part::Deadline));
        assert!(values(b"{\"name\":\"A\"}\n{\"name\":\"B\"}\n").unwrap().len() == 2, "a line each");
        assert!(values(b"not json").is_none());
        assert!(procedure(&serde_json::json!({"test": 1})).is_none(), "no name, no procedure");
    }

    #[test]
    fn a_file_is_json_or_a_page_and_says_when_it_is_neither() {
        let html = "<html><body><h1>Thủ tục mở cổng</h1><h2>Trình tự thực hiện</h2><p>Nộp đơn.</p>\
            <h2>Thời hạn giải quyết:</h2><p>03 ngày</p></body></html>";
        let read = of_bytes("trang.html", html.as_bytes()).unwrap();
        assert_eq!((read[0].name.as_str(), read[0].deadline.as_deref()), ("Thủ tục mở cổng", Some("03 ngày")));
        assert_eq!(of_bytes("a.json", "{\"name\":\"Mở cổng\"}".as_bytes()).unwrap()[0].name, "Mở cổng");
        for (name, bytes) in
            [("a.json", "{\"name\":"), ("a.json", "[]"), ("a.html", "<html><body>Xin chào.</body></html>")]
        {
            assert_eq!(of_bytes(name, bytes.as_bytes()).unwrap_err().code, "procedures.unusable", "{bytes}");
        }
    }

    #[test]
    fn a_page_of_the_portal_is_read() {
        let read = only(
            r#"[{"title":"Mở cổng","Trình tự thực hiện":"- Nộp đơn.</p> \n- Nhận giấy.</p>",
            "Cách thức thực hiện":[{"Hình thức nộp":"Trực tiếp","Thời hạn giải quyết":"03 ngày","Phí, lệ phí":"","Mô tả":""}],
            "Thành phần hồ sơ":[{"Tên giấy tờ":"Đơn","Mẫu đơn, tờ khai":"x?ma=","Số lượng - bản chính":"Bản chính: 1"}],
            "Cơ quan thực hiện":"Ủy ban nhân dân cấp xã"}]"#,
        );
        assert_eq!(read.steps, ["Nộp đơn.", "Nhận giấy."]);
        assert_eq!((read.ways[0].deadline.as_deref(), read.ways[0].fee.as_deref()), (Some("03 ngày"), None));
        assert_eq!(read.papers[0].form, None, "a link to nothing is no form");
        assert_eq!(read.missing(), [Part::Copies, Part::Subjects]);
    }

    #[test]
    fn a_detail_sheet_is_read() {
        let read = only(
            r#"{"metadata":{"mã_thủ_tục":"1.000001","tên_thủ_tục":"Mở cổng","lĩnh_vực":"Vườn"},
            "content":{"trình_tự_thực_hiện":"Bước 1: Nộp. Bước 2: Nhận.","đối_tượng_thực_hiện":"Không có thông tin",
            "cơ_quan_thực_hiện":"Phòng Vườn"},
            "tables":{"hinh_thuc_nop":[{"hinh_thuc":"Trực tuyến","thoi_han_giai_quyet":"07 Ngày","phi_le_phi":"","mo_ta":""}],
            "thanh_phan_ho_so":[],"can_cu_phap_ly":[{"so_ky_hieu":"Thông tư số 67/2024/TT-BQP"}]}}"#,
        );
        assert_eq!(read.code.as_deref(), Some("1.000001"));
        assert_eq!(read.steps, ["Bước 1: Nộp.", "Bước 2: Nhận."]);
        assert_eq!(read.missing(), [Part::Papers, Part::Copies, Part::Subjects]);
        assert_eq!(read.bases, ["Thông tư số 67/2024/TT-BQP"]);
    }
}
