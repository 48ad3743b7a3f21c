//! Files of every kind in, and every kind of file out.

use anyhow::{Result, ensure};
use rasoat_tests::program::{Rasoat, with_copied_corpus, with_corpus, with_empty_store};
use rasoat_tests::service::Service;
use rasoat_tests::{samples, skip};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const TODAY: &str = "2026-11-21";

/// A small decree of our own writing; letters beyond ASCII as RTF writes them.
fn rtf() -> String {
    let text =
        "NGHỊ ĐỊNH\nVề việc thử\nĐiều 1. Phạm vi\nNghị định này quy định việc thử.\nĐiều 2. Hiệu lực\n1. Một.\n2. Hai.";
    let mut body = String::new();
    for ch in text.chars() {
        match ch {
            '\n' => body.push_str("\\par\n"),
            _ if ch.is_ascii() => body.push(ch),
            _ => body.push_str(&format!("\\u{}?", ch as u32)),
        }
    }
    format!("{{\\rtf1\\ansi\\deff0{{\\fonttbl{{\\f0 Times New Roman;}}}}\\f0 {body}}}")
}

/// Whether programs of other makers are there; where one is not, that is said. `cargo xtask test` installs them.
fn installed(programs: &[&str]) -> bool {
    if std::env::var_os("RASOAT_NO_OFFICE").is_some() {
        skip("LibreOffice, poppler or Tesseract is not installed");
        return false;
    }
    let missing = programs.iter().find(|program| {
        let asked = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        asked.is_err()
    });
    if let Some(program) = missing {
        skip(&format!("{program} is not installed"));
    }
    missing.is_none()
}

fn parse(rasoat: &Rasoat, file: &Path) -> Result<Value> {
    rasoat.json(["parse", "--json", file.to_str().unwrap()])
}

fn eids(parsed: &Value) -> Vec<String> {
    let provisions = parsed["provisions"].as_array().unwrap();
    provisions.iter().map(|provision| provision["eid"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_old_format_without_libreoffice_names_the_command_that_installs_it() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("cu.rtf");
    fs_err::write(&file, rtf())?;
    let mut command = rasoat.command(["parse", file.to_str().unwrap()]);
    let output = command.env("RASOAT_SOFFICE", folder.path().join("khong-co")).output()?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{complaint}");
    assert!(complaint.contains("LibreOffice") && complaint.contains("install"), "{complaint}");
    assert_eq!(complaint.trim_end().lines().count(), 1, "{complaint}");
    Ok(())
}

#[test]
fn an_old_format_is_read_through_libreoffice_and_says_so() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    if !installed(&["soffice"]) {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("cũ.rtf");
    fs_err::write(&file, rtf())?;
    let parsed = parse(&rasoat, &file)?;
    assert_eq!(eids(&parsed), ["art_1", "art_2", "art_2__para_1", "art_2__para_2"]);
    let codes: Vec<&str> = parsed["problems"].as_array().unwrap().iter().filter_map(|p| p["code"].as_str()).collect();
    assert!(codes.contains(&"source.converted"), "{codes:?}");
    Ok(())
}

/// A page of a decree as a scanner gives it: a PDF that holds a picture and no text.
fn scan(folder: &Path) -> Result<PathBuf> {
    let run = |command: &mut Command| -> Result<()> {
        let done = command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        ensure!(done.success(), "{command:?}");
        Ok(())
    };
    fs_err::write(folder.join("a.rtf"), rtf())?;
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    run(Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", "pdf", "--outdir"])
        .arg(folder)
        .arg(folder.join("a.rtf")))?;
    run(Command::new("pdftoppm")
        .args(["-r", "200", "-jpeg", "-singlefile"])
        .arg(folder.join("a.pdf"))
        .arg(folder.join("page")))?;
    let picture = fs_err::read(folder.join("page.jpg"))?;
    let (width, height) = (jpeg_size(&picture, 2), jpeg_size(&picture, 0));
    let content = b"q 595 0 0 842 0 0 cm /I Do Q";
    let objects: [Vec<u8>; 5] = [
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</I 5 0 R>>>>/Contents 4 0 R>>".to_vec(),
        [format!("<</Length {}>>stream\n", content.len()).as_bytes(), content, b"\nendstream"].concat(),
        [
            format!(
                "<</Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode/Length {}>>stream\n",
                picture.len()
            )
            .as_bytes(),
            &picture,
            b"\nendstream",
        ]
        .concat(),
    ];
    let mut pdf = b"%PDF-1.4\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (object, number) in objects.iter().zip(1..) {
        table.push_str(&format!("{:010} 00000 n \n", pdf.len()));
        pdf.extend(format!("{number} 0 obj\n").bytes().chain(object.iter().copied()).chain(*b"\nendobj\n"));
    }
    let start = pdf.len();
    pdf.extend(table.bytes());
    pdf.extend(format!("trailer<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1).bytes());
    let file = folder.join("quet.pdf");
    fs_err::write(&file, pdf)?;
    Ok(file)
}

/// Height (`at` 0) or width (`at` 2) in a JPEG's frame header (ITU-T T.81, B.2.2).
fn jpeg_size(picture: &[u8], at: usize) -> u16 {
    let frame = picture.windows(2).position(|mark| mark[0] == 0xff && (0xc0..=0xc2).contains(&mark[1])).unwrap();
    u16::from_be_bytes([picture[frame + 5 + at], picture[frame + 6 + at]])
}

#[test]
fn a_scan_is_read_by_ocr_with_a_warning_and_without_ocr_names_it() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    if !installed(&["soffice", "pdftoppm", "tesseract"]) {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let file = scan(folder.path())?;
    let mut command = rasoat.command(["parse", file.to_str().unwrap()]);
    let without = command.env("RASOAT_TESSERACT", folder.path().join("khong-co")).output()?;
    assert_eq!(without.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&without.stderr).contains("Tesseract"));

    let parsed = parse(&rasoat, &file)?;
    let found = eids(&parsed);
    assert!(found.contains(&"art_1".to_owned()) && found.contains(&"art_2".to_owned()), "{parsed}");
    let codes: Vec<&str> = parsed["problems"].as_array().unwrap().iter().filter_map(|p| p["code"].as_str()).collect();
    assert!(codes.contains(&"source.recognised"), "{codes:?}");
    Ok(())
}

#[test]
fn two_versions_of_a_draft_are_compared_by_provision() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let (old, new) = (folder.path().join("1.txt"), folder.path().join("2.txt"));
    fs_err::write(&old, "Điều 1. Thời hạn\nCơ quan trả lời trong 10 ngày.\nĐiều 2. Phí\nKhông thu phí.")?;
    fs_err::write(&new, "Điều 1. Thời hạn\nCơ quan trả lời trong 15 ngày.\nĐiều 2. Phí\nKhông thu phí.")?;
    let page = folder.path().join("so-sanh.html");
    let (old, new, page) = (old.to_str().unwrap(), new.to_str().unwrap(), page.to_str().unwrap());
    let outcome = rasoat.run(["compare", old, new])?;
    assert_eq!(outcome.stdout, "Điều 1: Cơ quan trả lời trong [-10-]{+15+} ngày.\n", "{}", outcome.stderr);
    assert_eq!(rasoat.run(["compare", old, new, "--format", "html", "-o", page])?.code, Some(0));
    assert!(fs_err::read_to_string(page)?.contains("<del>10</del><ins>15</ins>"));
    Ok(())
}

#[test]
fn the_store_gives_the_lists_of_a_systematisation() -> Result<()> {
    let Some(rasoat) = with_corpus() else { return Ok(()) };
    let rows = |which: &str| -> Result<Vec<String>> {
        let outcome = rasoat.run(["list", which, "--as-of", TODAY])?;
        ensure!(outcome.code == Some(0), "{}", outcome.stderr);
        Ok(outcome.stdout.lines().map(str::to_owned).collect())
    };
    let (in_force, expired) = (rows("in-force")?.join("\n"), rows("expired")?.join("\n"));
    assert!(in_force.contains("45/2019/QH14"), "the Labour Code is in force: {in_force}");
    assert!(!expired.contains("45/2019/QH14"), "{expired}");
    let folder = tempfile::tempdir()?;
    let sheet = folder.path().join("danh-muc.xlsx");
    let arguments = ["list", "in-force", "--as-of", TODAY, "--format", "xlsx", "-o", sheet.to_str().unwrap()];
    assert_eq!(rasoat.run(arguments)?.code, Some(0));
    assert!(fs_err::read(sheet)?.starts_with(b"PK"));
    assert_eq!(rasoat.run(["list", "action"])?.code, Some(2), "without files there is nothing to review");
    Ok(())
}

#[test]
fn a_review_is_handed_in_as_sheet_table_and_sarif() -> Result<()> {
    let Some(rasoat) = with_copied_corpus() else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    let draft = fs_err::read(samples::all()[0].draft())?;
    let review = service.start_review("dự thảo.docx", &draft, TODAY)?;
    assert_eq!(service.events(&review)?.last().unwrap().name, "done");
    let get = |query: &str| -> Result<Vec<u8>> {
        let mut answer = service.get(&format!("/api/reviews/{review}/export?{query}"))?;
        ensure!(answer.status() == 200, "{query}: {}", answer.status());
        Ok(answer.body_mut().read_to_vec()?)
    };
    let result = service.json(&format!("/api/reviews/{review}/result"))?;
    let findings = result["findings"].as_array().unwrap();

    let sarif: Value = serde_json::from_slice(&get("format=sarif")?)?;
    let (run, text) = (&sarif["runs"][0], sarif["runs"][0]["artifacts"][1]["contents"]["text"].as_str().unwrap());
    assert_eq!(run["results"].as_array().unwrap().len(), findings.len());
    for (result, finding) in run["results"].as_array().unwrap().iter().zip(findings) {
        let region = &result["locations"][0]["physicalLocation"]["region"];
        let number = |field: &str| region[field].as_u64().unwrap() as usize;
        let words: String = text.chars().skip(number("charOffset")).take(number("charLength")).collect();
        assert_eq!(finding["quote"], words);
    }

    let sheet = part(&get("format=form&reviewer=Nguyen%20Van%20A")?, "word/document.xml")?;
    assert!(sheet.contains("PHIẾU RÀ SOÁT VĂN BẢN") && sheet.contains("Nguyen Van A"));
    assert!(sheet.contains("theo mẫu tham khảo"), "the form is not the official one until somebody has checked it");
    let first = findings[0]["quote"].as_str().unwrap();
    let strings = part(&get("format=xlsx")?, "xl/sharedStrings.xml")?;
    assert!(strings.contains(&first.replace('&', "&amp;")), "{first}");
    let csv = String::from_utf8(get("format=csv")?)?;
    assert_eq!(csv.lines().next().unwrap().split(',').next(), Some("id"));
    let suggested = part(&get("format=docx&suggest=true")?, "word/document.xml")?;
    assert!(suggested.contains("<w:ins ") && suggested.contains("<w:del "), "suggestions are tracked changes");
    assert_eq!(service.get(&format!("/api/reviews/{review}/export?format=doc"))?.status(), 400);
    Ok(())
}

fn part(package: &[u8], name: &str) -> Result<String> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(package))?;
    Ok(std::io::read_to_string(archive.by_name(name)?)?)
}

/// An OpenDocument text whose picture lies on a server.
fn odt_with_a_picture_at(address: &str) -> Result<Vec<u8>> {
    let content = format!(
        r#"<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" office:version="1.2"><office:body><office:text><text:p>Điều 1. Phạm vi</text:p><text:p>Nghị định này quy định việc thử.<draw:frame text:anchor-type="as-char" svg:width="5cm" svg:height="5cm"><draw:image xlink:href="http://{address}/anh.png" xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"/></draw:frame></text:p></office:text></office:body></office:document-content>"#
    );
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, part) in [
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        (
            "META-INF/manifest.xml",
            r#"<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"#,
        ),
        ("content.xml", content.as_str()),
    ] {
        writer.start_file(name, zip::write::SimpleFileOptions::default())?;
        std::io::Write::write_all(&mut writer, part.as_bytes())?;
    }
    Ok(writer.finish()?.into_inner())
}

#[test]
fn a_draft_that_links_to_a_picture_tells_nobody_that_it_is_read() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    if !installed(&["soffice"]) {
        return Ok(());
    }
    let server = std::net::TcpListener::bind("127.0.0.1:0")?;
    server.set_nonblocking(true)?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("a.odt");
    fs_err::write(&file, odt_with_a_picture_at(&server.local_addr()?.to_string())?)?;
    assert_eq!(eids(&parse(&rasoat, &file)?), ["art_1"]);
    let asked = server.accept().map(|_| ()).map_err(|error| error.kind());
    assert_eq!(asked, Err(std::io::ErrorKind::WouldBlock), "LibreOffice fetched what the draft links to");
    Ok(())
}
