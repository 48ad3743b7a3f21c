use crate::fixture::{docx, zip_of};
use crate::{FormatError, Interrupt, Limits, documents, each_document};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

fn names(bytes: &[u8]) -> Vec<String> {
    documents("a.zip", bytes, &Limits::default()).unwrap().into_iter().map(|(name, _)| name).collect()
}

/// A ZIP with one stored member whose name is these very bytes, without the flag for UTF-8.
fn zip_with_raw_name(name: &[u8], content: &[u8]) -> Vec<u8> {
    let placeholder = "x".repeat(name.len());
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    writer.start_file(placeholder.as_str(), stored).unwrap();
    writer.write_all(content).unwrap();
    let mut bytes = writer.finish().unwrap().into_inner();
    let at: Vec<usize> = bytes
        .windows(name.len())
        .enumerate()
        .filter(|(_, part)| *part == placeholder.as_bytes())
        .map(|(at, _)| at)
        .collect();
    for at in at {
        bytes[at..at + name.len()].copy_from_slice(name);
    }
    bytes
}

#[test]
fn everything_in_an_archive_is_read_or_named() {
    let akn = "<akomaNtoso xmlns=\"http://docs.oasis-open.org/legaldocml/ns/akn/3.0\"><act name=\"a\"><body><article><num>1</num><content><p>Lời.</p></content></article></body></act></akomaNtoso>";
    let inner = zip_of(&[("b.txt", "Điều 2. B".as_bytes())]);
    let bytes = zip_of(&[
        ("a.docx", &docx("<w:p><w:r><w:t>Một</w:t></w:r></w:p>")),
        ("a.xml", akn.as_bytes()),
        ("trong/inner.zip", &inner),
        ("a.exe", b"MZ\x90\0\x03"),
        ("a.jsonl", b"{\"text\": \"Ba\"}\n{\"text\": \"Bon\"}"),
    ]);
    let all = documents("a.zip", &bytes, &Limits::default()).unwrap();
    let read: Vec<(String, Option<String>)> =
        all.into_iter().map(|(name, read)| (name, read.ok().map(|read| read.text))).collect();
    let expected = [
        ("a.zip/a.docx", Some("Một")),
        ("a.zip/a.xml", Some("Điều 1. Lời.")),
        ("a.zip/trong/inner.zip/b.txt", Some("Điều 2. B")),
        ("a.zip/a.exe", None),
        ("a.zip/a.jsonl/1", Some("Ba")),
        ("a.zip/a.jsonl/2", Some("Bon")),
    ];
    assert_eq!(read, expected.map(|(name, text)| (name.to_owned(), text.map(str::to_owned))));
}

#[test]
fn names_are_read_in_the_code_page_their_packer_wrote() {
    let utf8 = "luật.txt".as_bytes();
    assert_eq!(names(&zip_with_raw_name(utf8, b"x")), ["a.zip/luật.txt"]);
    // "Điều" as windows-1258 writes it: Đ, i, ê with a combining grave, u.
    assert_eq!(names(&zip_with_raw_name(b"\xd0i\xea\xccu.txt", b"x")), ["a.zip/Điều.txt"]);
}

#[test]
fn paths_do_not_lead_out_of_the_archive() {
    for (name, plain) in [
        ("../../etc/passwd", "a.zip/etc/passwd"),
        ("/srv/x", "a.zip/srv/x"),
        ("C:\\x\\y.txt", "a.zip/x/y.txt"),
        ("a/./b//c", "a.zip/a/b/c"),
        ("x\u{7}\ny", "a.zip/xy"),
    ] {
        assert_eq!(names(&zip_with_raw_name(name.as_bytes(), b"x")), [plain], "{name}");
    }
}

#[test]
fn archives_within_archives_draw_on_one_purse() {
    let limits = Limits { expanded_bytes: 3 << 20, ..Limits::default() };
    let text = "Điều 1. A\n".repeat(100_000);
    let one = zip_of(&[("a.txt", text.as_bytes())]);
    let members: Vec<(String, &[u8])> = (0..8).map(|at| (format!("{at}.zip"), one.as_slice())).collect();
    let members: Vec<(&str, &[u8])> = members.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let all = documents("a.zip", &zip_of(&members), &limits).unwrap();
    let read = all.iter().filter(|(_, read)| read.is_ok()).count();
    assert!(read <= 2, "{read} documents of 1.3 MiB each were unpacked where 3 MiB are allowed");
    assert!(all.iter().any(|(_, read)| matches!(read, Err(FormatError::Bomb { .. }))));
}

#[test]
fn archives_are_opened_three_deep_and_no_deeper() {
    let mut bytes = zip_of(&[("a.txt", b"x")]);
    for _ in 0..4 {
        bytes = zip_of(&[("a.zip", &bytes)]);
    }
    let all = documents("a.zip", &bytes, &Limits::default()).unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].1.clone().unwrap_err().code(), "input.unsupported");
}

#[test]
fn a_caller_who_stops_gets_no_half_of_an_archive() {
    let limits = Limits { interrupt: Interrupt::when(|| true), ..Limits::default() };
    let bytes = zip_of(&[("a.txt", b"x")]);
    assert_eq!(documents("a.zip", &bytes, &limits).unwrap_err(), FormatError::Interrupted);
}

#[test]
fn a_member_locked_with_a_password_is_called_so_and_the_others_are_read() {
    let mut bytes = zip_of(&[("khoa.txt", b"x"), ("mo.txt", "Điều 1. A".as_bytes())]);
    // Bit 0 of the flags says a member is encrypted (APPNOTE 4.4.4): in its own header and in the directory.
    bytes[6] |= 1;
    let directory = bytes.windows(4).position(|part| part == b"PK\x01\x02").unwrap();
    bytes[directory + 8] |= 1;
    let all = documents("a.zip", &bytes, &Limits::default()).unwrap();
    assert_eq!(all[0].1.clone().unwrap_err(), FormatError::Encrypted);
    assert_eq!(all[1].1.clone().unwrap().text, "Điều 1. A");
}

#[test]
fn a_document_whose_time_is_over_is_refused_alone_when_the_next_has_time_of_its_own() {
    let over = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let asked = over.clone();
    let interrupt = Interrupt::when(move || asked.load(std::sync::atomic::Ordering::SeqCst));
    let limits = Limits { interrupt, ..Limits::default() };
    let bytes = zip_of(&[("1.txt", b"A"), ("2.txt", b"B"), ("3.txt", b"C")]);
    let mut codes = Vec::new();
    each_document("a.zip", &bytes, &limits, &mut |_, _, outcome| {
        codes.push(outcome.map(|read| read.text).map_err(|error| error.code()));
        over.store(codes.len() == 1, std::sync::atomic::Ordering::SeqCst);
        Ok(())
    })
    .unwrap();
    assert_eq!(codes, [Ok("A".into()), Err("input.interrupted"), Ok("C".into())]);
}

#[test]
fn whoever_hears_of_the_documents_can_end_the_reading() {
    let bytes = zip_of(&[("1.txt", b"A"), ("2.txt", b"B")]);
    let mut heard = 0;
    let ended = each_document("a.zip", &bytes, &Limits::default(), &mut |_, _, _| {
        heard += 1;
        Err(FormatError::Mismatch)
    });
    assert_eq!((ended, heard), (Err(FormatError::Mismatch), 1));
}

#[test]
fn one_member_that_unpacks_to_too_much_costs_the_others_nothing() {
    let blanks = vec![b' '; 6 << 20];
    let bytes = zip_of(&[("1.txt", b"A"), ("2.txt", &blanks), ("3.txt", b"C")]);
    let all = documents("a.zip", &bytes, &Limits::default()).unwrap();
    let codes: Vec<_> =
        all.into_iter().map(|(_, read)| read.map(|read| read.text).map_err(|error| error.code())).collect();
    assert_eq!(codes, [Ok("A".into()), Err("input.bomb"), Ok("C".into())]);
}
