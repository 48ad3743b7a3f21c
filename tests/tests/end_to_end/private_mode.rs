//! Private mode in a real browser: a draft that never leaves it gets the findings that the server gives, and every byte
//! that went to the server is looked at.

use anyhow::{Context, Result, ensure};
use rasoat_tests::program::{Rasoat, with_copied_corpus, with_empty_store};
use rasoat_tests::reader::Reader;
use rasoat_tests::relay::Relay;
use rasoat_tests::samples::{self, Sample};
use rasoat_tests::scenes::{PASSWORD, join, keeping_accounts};
use rasoat_tests::service::Service;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a review in the browser may take on a machine that does other things as well.
const PATIENCE: Duration = Duration::from_secs(400);

/// A draft with one fault that the register alone proves.
const SHORT: &str = "THÔNG TƯ\nCăn cứ Luật Kế toán ngày 17 tháng 6 năm 2003;\nĐiều 1. Hồ sơ\nHồ sơ gồm đơn.\n";

/// Not a print macro: the test harness swallows what those print when a test passes.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// A finding without its number: check, place and the provision that proves it.
fn told(review: &Value) -> BTreeSet<String> {
    let findings = review["findings"].as_array().unwrap().iter();
    let one = |f: &Value| {
        let law = &f["evidence"][0];
        format!("{} {}-{} {} {}", f["check"], f["start"], f["end"], law["document"], law["eid"])
    };
    findings.map(one).collect()
}

/// A sample's draft under a name that nothing else has.
fn named(sample: &Sample, folder: &Path, name: &str) -> Result<PathBuf> {
    let place = folder.join(name);
    fs_err::copy(sample.draft(), &place)?;
    Ok(place)
}

/// Chooses a file and its day in the start page.
fn make_ready(reader: &Reader, file: &Path, as_of: &str) -> Result<()> {
    reader.choose("#file-input", file)?;
    reader
        .script(&format!(
            "const field = document.getElementById('as-of'); field.value = '{as_of}'; field.dispatchEvent(new Event('input'));"
        ))
        .map(drop)
}

/// Reviews a file in the page; the answer is the review's identifier and the review as the browser has it.
fn review_here(reader: &Reader, file: &Path, as_of: &str) -> Result<(String, Value)> {
    make_ready(reader, file, as_of)?;
    ended(reader)
}

/// Starts what is made ready; the answer is the review's identifier once its page is there.
fn started(reader: &Reader) -> Result<String> {
    let before = reader.place()?;
    reader.click("#start-review")?;
    let until = Instant::now() + PATIENCE;
    loop {
        let place = reader.place()?;
        if let Some(id) = place.strip_prefix("#/review/").filter(|_| place != before) {
            ensure!(id.starts_with("private-"), "the review {id} is the server's");
            return Ok(id.to_owned());
        }
        let failed = reader.shown("[role=alert]")?;
        ensure!(failed.is_empty() && Instant::now() < until, "no review began: {failed:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Starts the review that is made ready and waits for its end.
fn ended(reader: &Reader) -> Result<(String, Value)> {
    let id = started(reader)?;
    finished(reader)?;
    let review = reader.script_later(&format!(
        "const done = arguments[arguments.length - 1];
         rasoatPrivate().then(desk => desk.result('{id}', 'vi')).then(done, error => done(String(error)));"
    ))?;
    Ok((id, serde_json::from_str(review.as_str().unwrap_or_default()).context("no review")?))
}

/// Waits until the review whose page is shown has ended.
fn finished(reader: &Reader) -> Result<()> {
    let until = Instant::now() + PATIENCE;
    while reader.shown("#download-docx")?.is_empty() {
        let failed = reader.shown("[role=alert]")?;
        ensure!(failed.is_empty() && Instant::now() < until, "the review did not end: {failed:?}");
        std::thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}

/// From now on the page's downloads are kept in `saved`: a browser without a window saves none.
fn watch_downloads(reader: &Reader) -> Result<()> {
    reader
        .script(
            "globalThis.saved = [];
             const make = URL.createObjectURL.bind(URL);
             URL.createObjectURL = file => { saved.push(file); return make(file); };",
        )
        .map(drop)
}

/// Clicks a download of the review page and waits for its file; the answer is its first bytes as letters.
fn downloaded(reader: &Reader, button: &str) -> Result<String> {
    reader.script("saved.length = 0; document.querySelector('.more-downloads').open = true;")?;
    reader.click(button)?;
    let until = Instant::now() + PATIENCE;
    while reader.script("return saved.length")? != 1 {
        let failed = reader.shown("[role=alert]")?;
        ensure!(failed.is_empty() && Instant::now() < until, "{button} gave no file: {failed:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
    let head = reader.script_later(
        "const done = arguments[arguments.length - 1];
         saved[0].arrayBuffer().then(bytes => done(String.fromCharCode(...new Uint8Array(bytes).slice(0, 2))));",
    )?;
    Ok(head.as_str().unwrap_or_default().to_owned())
}

/// Loads the law before a draft is there, as the start page does, so that what comes after can be told from it.
fn load(reader: &Reader) -> Result<()> {
    let loaded = reader.script_later(
        "const done = arguments[arguments.length - 1];
         Promise.all([rasoatPrivate(), fetch('/api/pack').then(answer => answer.json())])
           .then(([desk, pack]) => desk.open('vi', pack.schema, () => {})).then(done, error => done(`failed: ${error}`));",
    )?;
    ensure!(loaded.as_str().is_some_and(|loaded| loaded.starts_with('{')), "{loaded}");
    Ok(())
}

/// As `encodeURIComponent` writes a text.
fn percent(text: &str) -> String {
    let mut written = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => written.push(byte.into()),
            b'-' | b'_' | b'.' | b'!' | b'~' | b'*' | b'\'' | b'(' | b')' => written.push(byte.into()),
            _ => written.push_str(&format!("%{byte:02X}")),
        }
    }
    written
}

/// As JSON writes a text, with and without letters beyond ASCII.
fn json(text: &str) -> [String; 2] {
    let plain = Value::from(text).to_string();
    let plain = plain[1..plain.len() - 1].to_owned();
    let mut escaped = String::new();
    for letter in plain.chars() {
        match letter.is_ascii() {
            true => escaped.push(letter),
            false => {
                letter.encode_utf16(&mut [0; 2]).iter().for_each(|unit| escaped.push_str(&format!("\\u{unit:04x}")))
            }
        }
    }
    [plain, escaped]
}

/// What could tell somebody of a draft.
struct Traces {
    words: Vec<String>,
    bytes: Vec<Vec<u8>>,
}

impl Traces {
    /// Those of a file: its name, its words as `rasoat` reads them, its bytes in windows over the whole of it.
    fn of(rasoat: &Rasoat, file: &Path) -> Result<Self> {
        let text = rasoat.json(["--json", "parse", file.to_str().unwrap()])?;
        let text = text["text"].as_str().unwrap();
        let mut words: Vec<String> = vec![file.file_name().unwrap().to_str().unwrap().to_owned()];
        let phrases = text.split(['\n', ';', '.']).map(str::trim).filter(|words| words.len() > 24);
        words.extend(phrases.map(str::to_owned));
        ensure!(words.len() > 10, "too little of {} is looked for", file.display());
        let whole = fs_err::read(file)?;
        let bytes: Vec<Vec<u8>> =
            whole.chunks_exact(whole.len() / 8).filter_map(|part| part.get(..64)).map(<[u8]>::to_vec).collect();
        ensure!(bytes.len() >= 8, "{} is too small", file.display());
        Ok(Self { words, bytes })
    }

    /// Those of a review: what its findings say.
    fn of_findings(review: &Value) -> Self {
        let findings = review["findings"].as_array().unwrap().iter();
        Self { words: findings.map(|f| f["message"].as_str().unwrap().to_owned()).collect(), bytes: Vec::new() }
    }

    /// Which of them stand in what was sent, in any way in which a request could carry them.
    fn found(&self, sent: &[u8]) -> Vec<String> {
        let text = String::from_utf8_lossy(sent);
        // Escapes are written in letters of either size.
        let small = text.to_lowercase();
        let carried = |words: &&String| {
            let [plain, escaped] = json(words);
            let coded = percent(words);
            let form = coded.replace("%20", "+");
            text.contains(&**words)
                || text.contains(&plain)
                || [escaped, coded, form].iter().any(|way| small.contains(&way.to_lowercase()))
        };
        let mut found: Vec<String> = self.words.iter().filter(carried).cloned().collect();
        let raw = |part: &&Vec<u8>| sent.windows(part.len()).any(|window| window == &***part);
        found.extend(self.bytes.iter().filter(raw).map(|part| format!("bytes {:02x?}…", &part[..8])));
        found
    }
}

/// A page behind a relay that remembers what it sent.
fn watched(service: &Service) -> Result<Option<(Relay, Reader)>> {
    let port = service.address().rsplit_once(':').unwrap().1;
    let relay = Relay::start(&format!("host=127.0.0.1 port={port}"), None)?;
    let Some(reader) = Reader::at(&format!("http://{}", relay.host())) else { return Ok(None) };
    Ok(Some((relay, reader?)))
}

#[test]
fn a_draft_is_reviewed_in_the_browser_and_no_byte_of_it_reaches_the_server() -> Result<()> {
    let Some(rasoat) = with_copied_corpus() else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    let Some((mut relay, reader)) = watched(&service)? else { return Ok(()) };
    let all = samples::all();
    let sample = |name: &str| all.iter().find(|sample| sample.name() == name).unwrap();
    let (first, second) = (sample("nghi-dinh-lao-dong"), sample("quyet-dinh-tinh"));
    let folder = tempfile::tempdir()?;
    let files =
        [named(first, folder.path(), "mat-lao-dong-4711.docx")?, named(second, folder.path(), "mat-tinh-4712.docx")?];
    let mut others: Vec<(&Sample, PathBuf)> = Vec::new();
    for (at, other) in all.iter().filter(|sample| ![first.name(), second.name()].contains(&sample.name())).enumerate() {
        others.push((other, named(other, folder.path(), &format!("mat-khac-481{at}.docx"))?));
    }
    assert_eq!(others.len(), 3);

    // What the server finds, told to it by another way than the one that is watched.
    let at_server = |sample: &Sample| -> Result<Value> {
        let id = service.start_review("du-thao.docx", &fs_err::read(sample.draft())?, &sample.as_of()?)?;
        service.events(&id)?;
        service.json(&format!("/api/reviews/{id}/result"))
    };
    let wanted = [at_server(first)?, at_server(second)?];
    let wanted_of_others: Vec<Value> = others.iter().map(|(sample, _)| at_server(sample)).collect::<Result<_>>()?;

    reader.open("#/")?;
    reader.click("#private-mode")?;
    reader.inspect("private-start")?;
    reader.see_no(".recent .skeleton")?;
    load(&reader)?;
    watch_downloads(&reader)?;

    // Loaded once, it needs the server no more: not one byte is sent from here on, and then there is none to send to.
    let before = relay.sent().len();
    let (id, found) = review_here(&reader, &files[0], &first.as_of()?)?;
    let mut traces = vec![Traces::of_findings(&found)];
    reader.see("#private-notice", "trình duyệt của bạn")?;
    ensure!(!reader.script("return document.title")?.to_string().contains("4711"), "the title names the file");
    reader.inspect("private-desk")?;
    compare(&first.name(), &found, &wanted[0])?;
    reader.click("#private-proof")?;
    for rule in ["connect-src", "script-src", "worker-src"] {
        reader.see("[data-closed=true]", rule)?;
    }
    let isolated = reader.script("return crossOriginIsolated")?;
    ensure!(isolated == true, "the page's workers may share no memory");
    let workers = reader.script(
        "const room = navigator.deviceMemory >= 8 ? 4 : navigator.deviceMemory >= 4 ? 2 : 1;
         return Math.min(navigator.hardwareConcurrency, room)",
    )?;
    reader.see("[data-closed=true]", &format!("số tiến trình: {workers})"))?;
    let read = reader.script_later(&format!(
        "const done = arguments[arguments.length - 1];
         rasoatPrivate().then(desk => desk.proof('{id}', 'vi')).then(done, error => done(String(error)));"
    ))?;
    let read: Value = serde_json::from_str(read.as_str().unwrap_or_default()).context("no proof")?;
    let along = read["read"].as_array().unwrap().iter().skip(1);
    ensure!(along.clone().all(|parts| parts.as_u64() > Some(0)), "some worker read nothing: {read}");
    reader.see("[data-quiet=true]", "chưa gửi yêu cầu nào")?;
    reader.picture("private-proof")?;
    a_link_to_the_law_is_asked_about(&reader, found["findings"].as_array().unwrap().len())?;
    for (button, head) in [
        ("#download-docx", "PK"),
        ("#download-form", "PK"),
        ("#download-suggested", "PK"),
        ("#download-xlsx", "PK"),
        ("#download-csv", ""),
        ("#download-sarif", "{"),
        ("#download-json", "{"),
    ] {
        let told = downloaded(&reader, button)?;
        ensure!(told.starts_with(head) && told.chars().count() == 2, "{button} begins with {told:?}");
    }
    let sent = relay.sent();
    ensure!(sent.len() == before, "a private review sent {}", String::from_utf8_lossy(&sent[before..]));

    reader.script("location.hash = '#/'")?;
    reader.see(".recent", "mat-lao-dong-4711.docx")?;
    reader.see(".recent .private-badge", "Chế độ riêng tư")?;
    let before = relay.sent().len();
    let (_, found) = review_here(&reader, &files[1], &second.as_of()?)?;
    traces.push(Traces::of_findings(&found));
    compare(&second.name(), &found, &wanted[1])?;
    downloaded(&reader, "#download-docx")?;
    ensure!(relay.sent().len() == before, "the page asked the server for something during a private review");
    relay.stop();
    downloaded(&reader, "#download-form")?;
    reader.script("location.hash = '#/'")?;
    reader.click(".paste summary")?;
    reader.fill("#pasted", SHORT)?;
    let (_, found) = ended(&reader)?;
    ensure!(told(&found).iter().any(|finding| finding.starts_with("\"basis.expired")), "without a network: {found}");
    let mut found_offline = Vec::new();
    for ((sample, file), wanted) in others.iter().zip(&wanted_of_others) {
        reader.script("location.hash = '#/'")?;
        reader.see(".recent", "mat-tinh-4712.docx")?;
        let (_, found) = review_here(&reader, file, &sample.as_of()?)?;
        compare(&sample.name(), &found, wanted)?;
        found_offline.push(Traces::of_findings(&found));
    }

    // What was sent in all, from the first request to the last.
    for file in files.iter().chain(others.iter().map(|(_, file)| file)) {
        traces.push(Traces::of(&rasoat, file)?);
    }
    traces.extend(found_offline);
    let sent = relay.sent();
    for traces in &traces {
        let found = traces.found(&sent);
        ensure!(found.is_empty(), "the server was sent {found:#?}");
    }
    relay.run()?;
    what_is_sent_is_found(&reader, &relay, &files[1], &traces[3])
}

/// A link that would tell the server which law the draft leads to is asked about before it is followed.
fn a_link_to_the_law_is_asked_about(reader: &Reader, findings: usize) -> Result<()> {
    reader.script("globalThis.asked = []; window.confirm = question => { asked.push(question); return false; };")?;
    let here = reader.place()?;
    let link = "#evidence a[href^='#/law']";
    for finding in 0..findings {
        reader.click(&format!("#findings [data-finding=\"{finding}\"] button"))?;
        reader.see(".evidence", "")?;
        if !reader.shown(link)?.is_empty() {
            break;
        }
    }
    reader.click(link)?;
    ensure!(reader.place()? == here && reader.script("return asked.length")? == 1, "a link was followed unasked");
    Ok(())
}

/// The search finds what a page does send, by each way: a draft that is uploaded, and words in an address and in JSON.
fn what_is_sent_is_found(reader: &Reader, relay: &Relay, file: &Path, traces: &Traces) -> Result<()> {
    let words = &traces.words[5];
    let (before, value) = (relay.sent().len(), Value::from(words.as_str()));
    reader.script_later(&format!(
        "const done = arguments[arguments.length - 1];
         fetch('/healthz?words=' + encodeURIComponent({value})).then(done, done);"
    ))?;
    let sent = relay.sent();
    ensure!(traces.found(&sent[before..]).contains(words), "words in an address are not found");
    let before = sent.len();
    reader.script_later(&format!(
        "const done = arguments[arguments.length - 1];
         const ascii = JSON.stringify({value}).replace(/[\\u0080-\\uffff]/g,
           letter => '\\\\u' + letter.charCodeAt(0).toString(16).padStart(4, '0'));
         fetch('/healthz', {{ method: 'POST', body: ascii }}).then(done, done);"
    ))?;
    let sent = relay.sent();
    ensure!(traces.found(&sent[before..]).contains(words), "words in JSON are not found");
    let before = sent.len();
    reader.script("location.hash = '#/'")?;
    reader.see("[role=switch][aria-checked=true]", "")?;
    reader.click("#private-mode")?;
    reader.choose("#file-input", file)?;
    reader.click("#start-review")?;
    reader.see("#progress", "")?;
    let found = traces.found(&relay.sent()[before..]);
    ensure!(found.contains(&traces.words[0]), "the name of an uploaded file is not found: {found:?}");
    let parts = found.iter().filter(|trace| trace.starts_with("bytes ")).count();
    ensure!(parts * 2 > traces.bytes.len(), "the bytes of an uploaded file are not found: {found:?}");
    Ok(())
}

/// What workers make of one question together is what one alone makes of it, whoever fails.
#[test]
fn several_read_together_what_one_would_read_alone() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let [script, module] = ["cases.mjs", "together.mjs"].map(|name| folder.path().join(name));
    fs_err::write(&script, include_str!("../../fixtures/together.mjs"))?;
    fs_err::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("../private/worker/together.js"), &module)?;
    let output = match std::process::Command::new("node").arg(script).arg(module).output() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            say("workers that read together are not tried apart from the browser: there is no node");
            return Ok(());
        }
        output => output?,
    };
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout)?;
    let cases: Vec<Value> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    ensure!(cases.len() == 6, "{text}");
    for case in &cases {
        ensure!(case["same"] == true && case["encoded"] == true, "{case}");
        for (way, read) in case["ways"].as_array().unwrap().iter().zip(case["read"].as_array().unwrap()) {
            let read = read.as_u64().unwrap();
            let as_said = match way.as_str().unwrap() {
                "reads" => read > 0,
                "absent" => read == 0,
                _ => read == 1,
            };
            ensure!(as_said, "{way} read {read}: {case}");
        }
    }
    Ok(())
}

#[test]
fn stopping_one_private_review_leaves_the_others_and_erasing_leaves_none() -> Result<()> {
    let Some(rasoat) = with_copied_corpus() else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    let Some((relay, reader)) = watched(&service)? else { return Ok(()) };
    let all = samples::all();
    let sample = all.iter().find(|sample| sample.name() == "nghi-dinh-lao-dong").unwrap();
    let folder = tempfile::tempdir()?;
    let draft = named(sample, folder.path(), "mat-4713.docx")?;
    let short = folder.path().join("mat-4714.txt");
    fs_err::write(&short, SHORT)?;
    let day = sample.as_of()?;

    // What was chosen when it began is kept to, though the switch is pressed while the law is loaded. What should read along
    // dies before it can, and nobody waits for it.
    reader.open("#/")?;
    reader.script(
        "const Started = Worker;
         globalThis.Worker = class extends Started {
           constructor(address, options) {
             super(address, options);
             if (options.name !== 'rasoat-private') this.terminate();
           }
         };",
    )?;
    reader.click("#private-mode")?;
    make_ready(&reader, &short, &day)?;
    reader
        .script("document.getElementById('start-review').click(); document.getElementById('private-mode').click();")?;
    reader.see("#private-notice", "trình duyệt của bạn")?;
    finished(&reader)?;
    watch_downloads(&reader)?;
    let kept = reader.place()?;
    downloaded(&reader, "#download-csv")?;
    reader.see("#private-law", "Pháp luật nạp lúc")?;

    // Stopping ends the worker; the review before it and the one behind it do not notice.
    reader.script("location.hash = '#/'")?;
    make_ready(&reader, &draft, &day)?;
    started(&reader)?;
    reader.see("#cancel", "")?;
    let stopped = reader.place()?;
    reader.script("location.hash = '#/'")?;
    make_ready(&reader, &short, &day)?;
    let next = started(&reader)?;
    reader.script(&format!("location.hash = '{stopped}'"))?;
    reader.click("#cancel")?;
    reader.see_no("#cancel")?;
    reader.script(&format!("location.hash = '#/review/{next}'"))?;
    reader.see_no("#cancel")?;
    finished(&reader)?;
    downloaded(&reader, "#download-csv")?;
    reader.script(&format!("location.hash = '{kept}'"))?;
    reader.see("#findings", "Luật Kế toán")?;
    downloaded(&reader, "#download-xlsx")?;

    // A worker that fails is followed by another.
    reader.script(
        "const post = Worker.prototype.postMessage;
         Worker.prototype.postMessage = function (message, ...rest) {
           if (message.what === 'file') { Worker.prototype.postMessage = post; message.what = 'nothing'; }
           return post.call(this, message, ...rest);
         };",
    )?;
    reader.script("document.querySelector('.more-downloads').open = true")?;
    reader.click("#download-csv")?;
    reader.see("[role=alert]", "dừng bất ngờ")?;
    reader.script("saved.length = 0")?;
    reader.click("#download-json")?;
    let until = Instant::now() + PATIENCE;
    while reader.script("return saved.length")? != 1 {
        ensure!(Instant::now() < until, "no file after a worker that failed: {:?}", reader.shown("[role=alert]")?);
        std::thread::sleep(Duration::from_millis(100));
    }

    // Erased is erased: one, then all.
    reader.script("window.confirm = () => true")?;
    reader.click("#private-erase")?;
    reader.see(".recent", "mat-4714.txt")?;
    let left = reader.shown(".recent .private-badge")?.len();
    ensure!(left == 2, "{left} private reviews are listed");
    reader.script(&format!("location.hash = '{kept}'"))?;
    reader.see("[role=alert]", "không còn trong trình duyệt")?;
    reader.script(&format!("location.hash = '#/review/{next}'"))?;
    reader.click("#private-erase-all")?;
    reader.see(".recent", "")?;
    reader.see_no(".recent .private-badge")?;
    reader.see_no(".recent .skeleton")?;
    ensure!(reader.shown(".recent .private-badge")?.is_empty(), "private reviews are still listed");

    let sent = relay.sent();
    let found = Traces::of(&rasoat, &draft)?.found(&sent);
    ensure!(found.is_empty(), "the server was sent {found:#?}");
    Ok(())
}

#[test]
fn what_one_person_reviewed_privately_is_gone_before_the_next_is_there() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let (service, link) = keeping_accounts(&rasoat, folder.path(), "")?;
    let Some(reader) = Reader::at(service.address()) else { return Ok(()) };
    let reader = reader?;
    join(&reader, &link, "an.nguyen", "Nguyễn Văn An")?;
    reader.see("#who", "Nguyễn Văn An")?;
    reader.script("location.hash = '#/administration'")?;
    reader.click("#invite")?;
    let invitation = reader.value("#invitation-link")?;
    let secret = invitation.rsplit_once('/').context("no link")?.1;
    let taken = json!({"secret": secret, "login": "binh.tran", "name": "Trần Thị Bình", "password": PASSWORD});
    let answer = service.ask("POST", "/api/invitations/taken", &[], Some(&taken))?;
    ensure!(answer.status() == 201, "{}", answer.body());
    let draft = folder.path().join("mat-4715.txt");
    fs_err::write(&draft, SHORT)?;
    let log_in = |login: &str, name: &str| -> Result<()> {
        reader.fill("#login", login)?;
        reader.fill("#password", PASSWORD)?;
        reader.click("#log-in")?;
        reader.see("#who", name).map(drop)
    };
    // Whether the page still has the review.
    let has = |review: &str| -> Result<bool> {
        let result = reader.script_later(&format!(
            "const done = arguments[arguments.length - 1];
             rasoatPrivate().then(desk => desk.result('{review}', 'vi')).then(done, error => done(String(error)));"
        ))?;
        match result.as_str() {
            Some("gone") => Ok(false),
            Some(review) if review.starts_with('{') => Ok(true),
            other => anyhow::bail!("{other:?}"),
        }
    };

    // Whoever logs out is asked first, and may stay.
    reader.script("location.hash = '#/'")?;
    reader.click("#private-mode")?;
    let (first, _) = review_here(&reader, &draft, "2026-12-01")?;
    reader.script("globalThis.asked = []; window.confirm = question => { asked.push(question); return false; };")?;
    reader.click("#log-out")?;
    let asked = reader.script("return asked.join()")?.to_string();
    ensure!(asked.contains("riêng tư"), "before it is erased: {asked}");
    ensure!(has(&first)?, "erased though its reviewer stayed");
    reader.script("window.confirm = () => true")?;
    reader.click("#log-out")?;
    reader.see("#to-login", "Đăng nhập")?;
    ensure!(!has(&first)?, "a private review outlived its reviewer's session");

    // The next person finds nothing of it; nor does the one after, though the session ended by itself.
    reader.click("#to-login")?;
    log_in("binh.tran", "Trần Thị Bình")?;
    reader.script("location.hash = '#/'")?;
    reader.see(".recent", "")?;
    reader.see_no(".recent .skeleton")?;
    ensure!(reader.shown(".recent .private-badge")?.is_empty(), "the next person sees private reviews");
    let (second, _) = review_here(&reader, &draft, "2026-12-01")?;
    reader.script_later(
        "const done = arguments[arguments.length - 1];
         (async () => {
           const session = await (await fetch('/api/session')).json();
           done((await fetch('/api/session', {method: 'DELETE', headers: {'x-rasoat-csrf': session.csrf}})).status);
         })().catch(error => done(String(error)));",
    )?;
    reader.script("location.hash = '#/account'")?;
    reader.see("#log-in", "Đăng nhập")?;
    ensure!(has(&second)?, "a session that ended by itself costs nobody the work");
    log_in("an.nguyen", "Nguyễn Văn An")?;
    ensure!(!has(&second)?, "a private review is left to another account");
    reader.script("location.hash = '#/'")?;
    reader.see(".recent", "")?;
    reader.see_no(".recent .skeleton")?;
    ensure!(reader.shown(".recent .private-badge")?.is_empty(), "another account sees private reviews");
    Ok(())
}

/// The checks of the text find the same; conflicts, whose models count in fewer bits here, nearly.
fn compare(name: &str, here: &Value, server: &Value) -> Result<()> {
    let (own, wanted) = (told(here), told(server));
    let apart: Vec<&String> = own.symmetric_difference(&wanted).collect();
    say(&format!(
        "{name}: {} findings here, {} at the server, {} apart {apart:?}; here {}, at the server {}",
        own.len(),
        wanted.len(),
        apart.len(),
        here["timing"],
        server["timing"],
    ));
    let of_text: Vec<&&String> = apart.iter().filter(|finding| !finding.starts_with("\"conflict.")).collect();
    ensure!(of_text.is_empty(), "{name}: {of_text:#?}");
    ensure!(
        here["checks"] == server["checks"],
        "{name}: other checks ran: {} and {}",
        here["checks"],
        server["checks"]
    );
    ensure!(apart.len() * 10 <= wanted.len(), "{name}: more than a tenth is apart: {apart:#?}");
    Ok(())
}

/// Has the page note when a review is asked for, when its first finding can be seen, and when it has ended.
const WATCH: &str = "
    window.watch = {};
    document.addEventListener('click', ({target}) => {
      if (target.closest('#start-review')) window.watch = {began: performance.now()};
    }, true);
    new MutationObserver(() => {
      const passed = performance.now() - window.watch.began;
      if (document.querySelector('.finding')) window.watch.first ??= passed;
      if (document.querySelector('#download-docx')) window.watch.end ??= passed;
    }).observe(document, {subtree: true, childList: true})";

/// A measuring, of which only the findings are held to anything: every sample at the server and in the browser, by the same
/// page, with the times that a person sees and the memory of the browser's process that runs page and worker.
#[test]
#[ignore = "a measuring, of minutes: cargo test -p rasoat-tests --test end_to_end private_mode:: -- --ignored --nocapture"]
fn measure_every_sample_at_the_server_and_in_the_browser() -> Result<()> {
    let Some(rasoat) = with_copied_corpus() else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    let Some(reader) = Reader::at(service.address()) else { return Ok(()) };
    let reader = reader?;
    let all = samples::all();
    let seconds = |what: &str| -> Result<f64> {
        let took = reader.script(&format!("return window.watch.{what}"))?.as_f64();
        Ok(took.with_context(|| format!("the page saw no {what}"))? / 1000.0)
    };
    let memory = |when: &str| {
        if let Some((now, most)) = reader.memory() {
            say(&format!("memory {when}: {} MB, at most {} MB", now >> 20, most >> 20));
        }
    };
    let times = |sample: &Sample, place: &str| -> Result<()> {
        let (first, end) = (seconds("first")?, seconds("end")?);
        say(&format!("{} {place}: first finding after {first:.2} s, the end after {end:.2} s", sample.name()));
        reader.script("location.hash = '#/'").map(drop)
    };

    reader.open("#/")?;
    reader.script(WATCH)?;
    let mut wanted = Vec::new();
    for sample in &all {
        make_ready(&reader, &sample.draft(), &sample.as_of()?)?;
        reader.click("#start-review")?;
        finished(&reader)?;
        let place = reader.place()?;
        let id = place.strip_prefix("#/review/").with_context(|| format!("the page is at {place}"))?;
        wanted.push(service.json(&format!("/api/reviews/{id}/result"))?);
        times(sample, "at the server")?;
    }
    memory("before private mode");
    reader.click("#private-mode")?;
    let mut outcome = Ok(());
    for (place, processors) in [("in one worker", "1"), ("in as many as there are processors", "undefined")] {
        // Opened anew, the page has no workers yet.
        reader.open("#/")?;
        reader.script(WATCH)?;
        reader.see("#private-mode", "")?;
        reader.script(&format!(
            "const processors = {processors} ?? navigator.hardwareConcurrency;
             Object.defineProperty(navigator, 'hardwareConcurrency', {{ value: processors }})"
        ))?;
        let began = Instant::now();
        load(&reader)?;
        say(&format!("{place}: private mode was loaded in {:.1} s", began.elapsed().as_secs_f64()));
        memory("once it is loaded");
        for (sample, wanted) in all.iter().zip(&wanted) {
            let (_, found) = review_here(&reader, &sample.draft(), &sample.as_of()?)?;
            times(sample, place)?;
            // All are told before one of them fails the test.
            outcome = outcome.and(compare(&sample.name(), &found, wanted));
        }
        memory("after them");
    }
    outcome
}
