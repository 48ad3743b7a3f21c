//! Files made to exhaust the machine: each refused or read, with the time and the memory it took.
//!
//! The figures are printed and not held to: a machine under load is slower. What is held is that each ends, and how.

use crate::archives::say;
use rasoat_formats::{FormatError, Limits, documents};
use std::io::{Cursor, Write};
use std::time::Instant;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Peak memory of this process in KiB since the last reset, where the system tells.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|size| size.parse().ok()).unwrap_or(0)
}

fn reset_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

fn zip_of(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(name.as_str(), SimpleFileOptions::default().large_file(true)).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A packed member of so many MiB of one byte.
fn zip_of_zeros(mebibytes: usize) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("a.txt", SimpleFileOptions::default().large_file(true)).unwrap();
    let chunk = vec![b'0'; 1 << 20];
    for _ in 0..mebibytes {
        writer.write_all(&chunk).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// What became of the first document, or of the container.
fn outcome(what: &str, name: &str, bytes: &[u8]) -> String {
    let mut limits = Limits::default();
    if what.contains("64 MiB are allowed") {
        limits.expanded_bytes = 64 << 20;
    }
    match documents(name, bytes, &limits) {
        Err(error) => error.code().to_owned(),
        Ok(all) => {
            let read = all.iter().filter(|(_, read)| read.is_ok()).count();
            let errors = all.iter().filter_map(|(_, read)| read.as_ref().err()).map(FormatError::code);
            let mut codes: Vec<&str> = errors.collect();
            codes.sort_unstable();
            codes.dedup();
            format!("{read} read {}", codes.join(" ")).trim().to_owned()
        }
    }
}

#[test]
fn files_made_to_exhaust_the_machine_end_in_bounded_memory() {
    let zeros = zip_of_zeros(1024);
    let nested: Vec<(String, Vec<u8>)> = (0..64).map(|at| (format!("{at}.zip"), zip_of_zeros(64))).collect();
    let nested = zip_of(&nested);
    let inner = zip_of(&(0..16).map(|at| (format!("{at}.txt"), vec![b'x'; 3 << 20])).collect::<Vec<_>>());
    let mild: Vec<(String, Vec<u8>)> = (0..16).map(|at| (format!("{at}.zip"), inner.clone())).collect();
    let many: Vec<(String, Vec<u8>)> = (0..60_000).map(|at| (format!("{at}"), Vec::new())).collect();
    let laughs = format!(
        "<!DOCTYPE x [<!ENTITY a \"ha\">{}]><akomaNtoso><act><body><p>&z9;</p></body></act></akomaNtoso>",
        (0..10).map(|at| format!("<!ENTITY z{at} \"{}\">", "&a;".repeat(10))).collect::<String>()
    );
    let files: Vec<(&str, &str, Vec<u8>, &str)> = vec![
        ("a ZIP of 1 GiB of one byte", "a.zip", zeros, "0 read input.bomb"),
        ("a GZIP of 256 MiB of one byte", "a.txt.gz", gzip(&vec![b'0'; 256 << 20]), "input.bomb"),
        ("64 ZIPs of 64 MiB of one byte in a ZIP", "a.zip", nested, "0 read input.bomb"),
        (
            "16 ZIPs of 16 texts of 3 MiB in a ZIP, where 64 MiB are allowed",
            "a.zip",
            zip_of(&mild),
            "21 read input.bomb",
        ),
        ("a ZIP of 60,000 members", "a.zip", zip_of(&many), "input.bomb"),
        ("a page of 100,000 nested elements", "a.html", "<div>".repeat(100_000).into_bytes(), "0 read input.bomb"),
        (
            "a page of 1,000,000 open paragraphs",
            "a.html",
            format!("<html>{}", "<p>Điều 1.".repeat(1_000_000)).into_bytes(),
            "1 read",
        ),
        ("XML that expands tenfold ten times", "a.xml", laughs.into_bytes(), "0 read input.empty"),
        (
            "XML of 1,000,000 nested elements",
            "a.xml",
            format!("<akomaNtoso>{}", "<p>".repeat(1_000_000)).into_bytes(),
            "0 read input.bomb",
        ),
        ("a text of 60 MiB in one line", "a.txt", "điều ".repeat(7_800_000).into_bytes(), "1 read"),
        ("a text of 60 MiB of short lines", "a.txt", "a\n".repeat(30 << 20).into_bytes(), "1 read"),
        ("JSON nested 1,000,000 deep", "a.json", "[".repeat(1_000_000).into_bytes(), "0 read input.truncated"),
    ];
    for (what, name, bytes, expected) in files {
        reset_peak();
        let before = resident();
        let start = Instant::now();
        let found = outcome(what, name, &bytes);
        let took = start.elapsed();
        let memory = peak().map_or(0, |peak| peak.saturating_sub(before)) >> 10;
        say(&format!(
            "{what} ({} KiB): {found}; {:.2} s, {memory} MiB more memory",
            bytes.len() >> 10,
            took.as_secs_f64()
        ));
        assert_eq!(found, expected, "{what}");
    }
}
