//! PDF against DOCX: real laws printed by LibreOffice and read back, beside poppler's `pdftotext`.
//!
//! The reference is this crate's own reading of the DOCX, so what is measured is what printing and reading back loses.
//! Characters are compared with blanks made one; paragraphs as lines in order; structure by the identifiers of all
//! provisions. `RASOAT_MEASURE_ALL=1` takes every file instead of a sample, `RASOAT_MEASURE_SHOW=1` prints differences.

use crate::archives::{folder, say, tar_zst};
use crate::libreoffice::office;
use rasoat_formats::{Limits, Position, Problem, RecognisedLine, extract, from_recognised};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// How one reading of a file compares with the reference.
#[derive(Default, Clone, Copy)]
struct Score {
    files: usize,
    characters: usize,
    wrong: usize,
    paragraphs: usize,
    equal_paragraphs: usize,
    equal_trees: usize,
}

impl Score {
    fn add(&mut self, other: Self) {
        self.files += other.files;
        self.characters += other.characters;
        self.wrong += other.wrong;
        self.paragraphs += other.paragraphs;
        self.equal_paragraphs += other.equal_paragraphs;
        self.equal_trees += other.equal_trees;
    }

    fn error_rate(&self) -> f64 {
        self.wrong as f64 / self.characters.max(1) as f64
    }

    /// Holds it to floors, and the trees to all but one in a hundred.
    fn holds(&self, most_wrong: f64, least_paragraphs: f64) {
        assert!(self.error_rate() <= most_wrong, "characters: {:.6}", self.error_rate());
        assert!(self.paragraph_share() >= least_paragraphs, "paragraphs: {:.4}", self.paragraph_share());
        assert!(self.equal_trees * 100 >= self.files * 99, "trees: {} of {}", self.equal_trees, self.files);
    }

    fn paragraph_share(&self) -> f64 {
        self.equal_paragraphs as f64 / self.paragraphs.max(1) as f64
    }
}

#[test]
fn laws_printed_to_pdf_read_as_they_do_from_docx() {
    let Some(data) = folder("laws-docx") else { return };
    let Some(ours) = measure("laws-docx", tar_zst(data.join("laws-docx.tar.zst")), 6) else { return };
    ours.holds(0.000_05, 0.995);
}

#[test]
fn documents_as_offices_write_them_read_from_pdf_as_they_do_from_docx() {
    let Some(data) = folder("other-texts") else { return };
    let Some(ours) = measure("offices", tar_zst(data.join("VlegalAI_56docx.tar.zst")), 3) else { return };
    ours.holds(0.003_5, 0.97);
}

/// The same pages as pictures, recognised by Tesseract, against their text; words only, our layout.
#[test]
fn scans_recognised_by_tesseract_read_nearly_as_their_text() {
    let Some(data) = folder("other-texts") else { return };
    let files = tar_zst(data.join("VlegalAI_56docx.tar.zst"));
    let names = ["Luật-51-2010-QH12.docx", "Nghị-định-135-2020-NĐ-CP.docx"];
    let docx: Vec<_> = files.into_iter().filter(|(name, _)| names.iter().any(|own| name.ends_with(own))).collect();
    assert_eq!(docx.len(), names.len(), "the archive lacks a document");
    let Some(pdfs) = print_to_pdf("offices", &docx) else { return };
    let first = if std::env::var_os("RASOAT_MEASURE_ALL").is_some() { 3 } else { 1 };
    let mut score = Score::default();
    let (mut words, mut doubted) = (0, 0);
    for path in &pdfs {
        let whole = extract("a.pdf", &std::fs::read(path).unwrap(), &Limits::default()).unwrap();
        let Some(lines) = recognise(path, first) else { return };
        words += lines.len();
        let read = from_recognised(lines, first).unwrap();
        if let Some(Problem::Recognised { doubtful, .. }) = read.problems.first() {
            doubted += doubtful;
        }
        let end = whole.places.iter().filter(|place| matches!(place.at, Position::Page { page, .. } if page <= first));
        let end = end.map(|place| place.end).max().unwrap_or(0);
        let one = compare(&whole.text[..end], &read.text);
        if std::env::var_os("RASOAT_MEASURE_SHOW").is_some() {
            show(&path.display().to_string(), &whole.text[..end], &read.text, &one);
        }
        score.add(one);
    }
    say(&format!(
        "recognised: {} pages, {words} words, {doubted} doubtful; {:.2} % characters wrong, {:.1} % paragraphs equal",
        first * 2,
        score.error_rate() * 100.0,
        score.paragraph_share() * 100.0
    ));
    assert!(score.error_rate() <= 0.03, "characters: {:.5}", score.error_rate());
}

const DOTS_AN_INCH: u32 = 200;

/// Words of the first pages; `None`, with the reason printed, where a program is missing.
fn recognise(path: &Path, pages: u32) -> Option<Vec<RecognisedLine>> {
    let stem = path.with_extension("");
    let missing = |what: &str| {
        say(&format!("skipped: no {what}"));
        None
    };
    let dots = DOTS_AN_INCH.to_string();
    let arguments = ["-r", &dots, "-gray", "-png", "-l", &pages.to_string()];
    if Command::new("pdftoppm").args(arguments).arg(path).arg(&stem).output().is_err() {
        return missing("pdftoppm (poppler)");
    }
    let name = stem.file_name().unwrap().to_string_lossy().into_owned();
    let mut pictures: Vec<PathBuf> = std::fs::read_dir(stem.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "png"))
        .filter(|path| path.file_name().is_some_and(|own| own.to_string_lossy().starts_with(&name)))
        .collect();
    pictures.sort();
    let mut lines = Vec::new();
    for (page, picture) in (1..).zip(pictures) {
        let Ok(output) = Command::new("tesseract").arg(&picture).args(["-", "-l", "vie", "tsv"]).output() else {
            return missing("tesseract");
        };
        std::fs::remove_file(picture).unwrap();
        for row in String::from_utf8_lossy(&output.stdout).lines() {
            let cells: Vec<&str> = row.split('\t').collect();
            let [level, .., left, top, width, height, confidence, text] = cells.as_slice() else { continue };
            if *level != "5" {
                continue;
            }
            let place = |dots: &str| dots.parse::<u32>().unwrap() * 7200 / DOTS_AN_INCH;
            lines.push(RecognisedLine {
                page,
                left: place(left),
                top: place(top),
                right: place(left) + place(width),
                bottom: place(top) + place(height),
                text: (*text).to_owned(),
                confidence: confidence.parse::<f64>().unwrap_or(0.0) as u8,
            });
        }
    }
    if lines.is_empty() { missing("Vietnamese for tesseract") } else { Some(lines) }
}

/// Prints the table of one set; `None` where a program is missing.
fn measure(set: &str, files: Vec<(String, Vec<u8>)>, every: usize) -> Option<Score> {
    let all = std::env::var_os("RASOAT_MEASURE_ALL").is_some();
    let docx: Vec<(String, Vec<u8>)> = files
        .into_iter()
        .filter(|(name, _)| name.ends_with(".docx"))
        .enumerate()
        .filter(|(at, _)| all || at % every == 0)
        .map(|(_, file)| file)
        .collect();
    let pdfs = print_to_pdf(set, &docx)?;
    let mut scores = [Score::default(); 3];
    let (mut pages, mut time) = (0, Duration::ZERO);
    for ((name, bytes), path) in docx.iter().zip(pdfs) {
        let Ok(reference) = extract(name, bytes, &Limits::default()) else { continue };
        let pdf = std::fs::read(&path).unwrap();
        let start = Instant::now();
        let read = extract("x.pdf", &pdf, &Limits::default());
        time += start.elapsed();
        let read = match read {
            Ok(read) => read,
            Err(error) => {
                say(&format!("{name}: {error}"));
                continue;
            }
        };
        pages += read.pages.unwrap_or(0);
        let readings = [read.text, pdftotext(&path, &["-layout"])?, pdftotext(&path, &[])?];
        for (at, reading) in readings.iter().enumerate() {
            let score = compare(&reference.text, reading);
            if at == 0 && std::env::var_os("RASOAT_MEASURE_SHOW").is_some() {
                show(name, &reference.text, reading, &score);
                say(&format!("    {:?}", read.problems.iter().map(|problem| problem.code()).collect::<Vec<_>>()));
            }
            scores[at].add(score);
        }
    }
    say(&format!(
        "{set}: {} files, {pages} pages, {:.0} pages a second",
        scores[0].files,
        f64::from(pages) / time.as_secs_f64()
    ));
    say("  reader              characters wrong  paragraphs equal  trees equal");
    for (reader, score) in ["rasoat", "pdftotext -layout", "pdftotext"].iter().zip(&scores) {
        say(&format!(
            "  {reader:<20}{:>14.3} %{:>16.2} %{:>11}/{}",
            score.error_rate() * 100.0,
            score.paragraph_share() * 100.0,
            score.equal_trees,
            score.files
        ));
    }
    Some(scores[0])
}

/// Prints documents with LibreOffice, once; what is there already is taken.
fn print_to_pdf(set: &str, docx: &[(String, Vec<u8>)]) -> Option<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("printed").join(set);
    std::fs::create_dir_all(&folder).unwrap();
    let stem = |name: &str| name.rsplit('/').next().unwrap_or(name).trim_end_matches(".docx").to_owned();
    let paths: Vec<PathBuf> = docx.iter().map(|(name, _)| folder.join(format!("{}.pdf", stem(name)))).collect();
    let missing: Vec<usize> = (0..docx.len()).filter(|at| !paths[*at].exists()).collect();
    if !missing.is_empty() {
        let mut arguments = ["--convert-to", "pdf", "--outdir"].map(Into::into).to_vec();
        arguments.push(folder.clone().into_os_string());
        for at in missing {
            let source = folder.join(format!("{}.docx", stem(&docx[at].0)));
            std::fs::write(&source, &docx[at].1).unwrap();
            arguments.push(source.into_os_string());
        }
        office(&folder, &arguments, &paths)?;
    }
    Some(paths)
}

fn pdftotext(path: &Path, options: &[&str]) -> Option<String> {
    match Command::new("pdftotext").args(options).arg(path).arg("-").output() {
        Ok(output) => Some(rasoat_formats::normalise(&String::from_utf8_lossy(&output.stdout))),
        Err(_) => {
            say("skipped: no pdftotext (poppler) to compare with");
            None
        }
    }
}

/// The paragraphs with blanks made one and without the dots that lead to a tab stop, which are no text in a DOCX.
fn paragraphs(text: &str) -> Vec<String> {
    without_leaders(text)
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty())
        .collect()
}

fn without_leaders(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut dots = String::new();
    for ch in text.chars() {
        if matches!(ch, '.' | '…' | '_') {
            dots.push(ch);
            continue;
        }
        out.push_str(if dots.chars().count() > 3 || dots.contains('…') { " " } else { &dots });
        dots.clear();
        out.push(ch);
    }
    out + &dots
}

fn provisions(text: &str) -> Vec<String> {
    rasoat_law::structure::parse(text).provisions.iter().map(|provision| provision.eid.as_str().to_owned()).collect()
}

fn compare(reference: &str, reading: &str) -> Score {
    let (wanted, got) = (paragraphs(reference), paragraphs(reading));
    let equal: usize = capture_diff_slices(Algorithm::Myers, &wanted, &got)
        .iter()
        .map(|op| if let DiffOp::Equal { len, .. } = op { *len } else { 0 })
        .sum();
    Score {
        files: 1,
        characters: wanted.join(" ").chars().count(),
        wrong: wrong_characters(&wanted.join(" "), &got.join(" ")),
        paragraphs: wanted.len(),
        equal_paragraphs: equal,
        equal_trees: usize::from(provisions(reference) == provisions(reading)),
    }
}

/// The characters that must be changed, put in or taken out: words are aligned first, then letters where they differ.
fn wrong_characters(wanted: &str, got: &str) -> usize {
    let (wanted, got): (Vec<&str>, Vec<&str>) = (wanted.split(' ').collect(), got.split(' ').collect());
    capture_diff_slices(Algorithm::Myers, &wanted, &got)
        .into_iter()
        .filter(|op| !matches!(op, DiffOp::Equal { .. }))
        .map(|op| {
            let (old, new) = (wanted[op.old_range()].join(" "), got[op.new_range()].join(" "));
            distance(&old, &new) + usize::from(old.is_empty() != new.is_empty())
        })
        .sum()
}

/// Levenshtein's distance; long stretches that differ wholly count as their longer side.
fn distance(old: &str, new: &str) -> usize {
    let (old, new): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
    if old.len().saturating_mul(new.len()) > 16_000_000 {
        return old.len().max(new.len());
    }
    let mut row: Vec<usize> = (0..=new.len()).collect();
    for (i, a) in old.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, b) in new.iter().enumerate() {
            let best = (corner + usize::from(a != b)).min(row[j] + 1).min(row[j + 1] + 1);
            corner = row[j + 1];
            row[j + 1] = best;
        }
    }
    row[new.len()]
}

fn show(name: &str, reference: &str, reading: &str, score: &Score) {
    say(&format!(
        "{name}: {:.4} % wrong, {:.1} % paragraphs, tree {}",
        score.error_rate() * 100.0,
        score.paragraph_share() * 100.0,
        if score.equal_trees == 1 { "equal" } else { "DIFFERS" }
    ));
    let (wanted, got) = (paragraphs(reference), paragraphs(reading));
    let short = |lines: &[String]| -> Vec<String> {
        lines.iter().take(3).map(|line| line.chars().take(150).collect()).collect()
    };
    for op in capture_diff_slices(Algorithm::Myers, &wanted, &got)
        .into_iter()
        .filter(|op| !matches!(op, DiffOp::Equal { .. }))
        .take(8)
    {
        say(&format!("    - {:?}\n    + {:?}", short(&wanted[op.old_range()]), short(&got[op.new_range()])));
    }
}

#[test]
fn hostile_pdfs_are_refused_at_little_cost() {
    say("hostile PDFs                               bytes   refused as              ms   peak MiB");
    let text = b"BT /F 9 Tf 9 9 Td (x) Tj ET".to_vec();
    let mut pages = vec!["<< /Type /Catalog /Pages 2 0 R >>".into(), tree(10_000)];
    pages.extend(
        (0..10_000).map(|_| b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 10003 0 R >>".to_vec()),
    );
    pages.push(stream("", &text));
    cost("10,000 pages", &file(&pages), "input.too_many_pages");

    let one = |content: Vec<u8>, further: Vec<Vec<u8>>| {
        let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> \
                    /Font << /F << /Type /Font /Subtype /TrueType /ToUnicode 5 0 R >> >> >> >>";
        let mut objects =
            vec![b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(), tree(1), page.as_bytes().to_vec(), content];
        objects.extend(further);
        file(&objects)
    };
    let gibibyte = deflated_zeros(1 << 30);
    cost("1 GiB in a content stream", &one(stream("/Filter /FlateDecode", &gibibyte), Vec::new()), "input.bomb");
    let twice = deflated(&gibibyte);
    let content = stream("/Filter [/FlateDecode /FlateDecode]", &twice);
    cost("the same, deflated twice", &one(content, Vec::new()), "input.bomb");
    let map = stream("/Filter [/FlateDecode /FlateDecode]", &twice);
    cost("the same, in a font's map", &one(stream("", &text), vec![map]), "input.bomb");
    let forms = (5..20).map(|form| {
        let own = format!("/Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X {} 0 R >> >>", form + 1);
        stream(&own, "/X Do ".repeat(40).as_bytes())
    });
    cost("forms that draw 40 forms, 12 deep", &one(stream("", b"/X Do "), forms.collect()), "input.bomb");
    let deep = (0..100_000).map(|at| format!("<< /Type /Pages /Kids [{} 0 R] /Count 1 >>", at + 3).into_bytes());
    let mut nested = vec![b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()];
    nested.extend(deep);
    cost("a page tree 100,000 deep", &file(&nested), "input.no_text");
    cost("100 MB of nested arrays", &one([stream("", &vec![b'['; 60_000_000])].concat(), Vec::new()), "input.no_text");
}

fn cost(what: &str, bytes: &[u8], wanted: &str) {
    // Linux starts a new peak when 5 is written here (proc(5)); elsewhere no figure is printed.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let before = peak_mebibytes();
    let start = Instant::now();
    let code = match extract("a.pdf", bytes, &Limits::default()) {
        Ok(read) => format!("{:?}", read.problems),
        Err(error) => error.code().to_owned(),
    };
    let time = start.elapsed().as_millis();
    let peak = peak_mebibytes().saturating_sub(before);
    say(&format!("  {what:<36}{:>10}   {code:<20}{time:>6}{peak:>11}", bytes.len()));
    assert_eq!(code, wanted, "{what}");
}

fn peak_mebibytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) >> 10
}

fn tree(pages: usize) -> Vec<u8> {
    let kids: Vec<String> = (0..pages).map(|at| format!("{} 0 R", at + 3)).collect();
    format!("<< /Type /Pages /Kids [{}] /Count {pages} >>", kids.join(" ")).into_bytes()
}

fn stream(dictionary: &str, data: &[u8]) -> Vec<u8> {
    let head = format!("<< {dictionary} /Length {} >>\nstream\n", data.len());
    [head.as_bytes(), data, b"\nendstream"].concat()
}

fn file(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (at, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.extend_from_slice(format!("{} 0 obj\n", at + 1).as_bytes());
        file.extend_from_slice(object);
        file.extend_from_slice(b"\nendobj\n");
    }
    let start = file.len();
    file.extend_from_slice(table.as_bytes());
    let trailer = format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    file.extend_from_slice(trailer.as_bytes());
    file
}

fn deflated(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn deflated_zeros(bytes: usize) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    let chunk = vec![0; 1 << 20];
    for _ in 0..bytes >> 20 {
        encoder.write_all(&chunk).unwrap();
    }
    encoder.finish().unwrap()
}
