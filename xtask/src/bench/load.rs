//! `cargo xtask bench load`: searches or questions a second and their times with several clients while reviews run, and the memory of
//! the service over time, on this machine.
//!
//! Hard because clients and service share the cores: a client is a thread that writes a request and reads an answer on one
//! connection, and does as good as nothing else. A client sends its next question when it has its answer, so times are
//! those of a service that is as busy as it can be, not of one that is asked now and then. The figures are raw: no warm-up
//! is left out but the first request of each connection.

use crate::build;
use crate::steps::{program, root, say};
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Options of the benchmark.
#[derive(Args)]
pub struct Options {
    /// The program; built for development where none is named
    #[arg(long)]
    binary: Option<PathBuf>,
    /// A store with the corpus, of which a copy is used
    #[arg(long, default_value = "target/e2e-store")]
    store: PathBuf,
    /// Numbers of clients
    #[arg(long, value_delimiter = ',', default_value = "1,8,64")]
    clients: Vec<usize>,
    /// How searches are made: hybrid, dense or lexical; `ask` asks questions instead
    #[arg(long, default_value = "hybrid")]
    mode: String,
    /// Seconds for each number of clients
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Minutes of the run that watches memory, with 8 clients and a review; 0 for none
    #[arg(long, default_value_t = 0)]
    minutes: u64,
    /// Leave out the reviews beside the searches
    #[arg(long)]
    no_reviews: bool,
    /// A draft to review again and again
    #[arg(long, default_value = "samples/nghi-dinh-lao-dong/draft.docx")]
    draft: PathBuf,
    /// Where the figures go as JSON, too
    #[arg(short, long)]
    output: Option<PathBuf>,
}

/// What is searched for; each client begins elsewhere.
const QUESTIONS: [&str; 16] = [
    "thời gian thử việc",
    "bồi thường thiệt hại ngoài hợp đồng",
    "tuổi chịu trách nhiệm hình sự",
    "người lao động đơn phương chấm dứt hợp đồng",
    "thời hiệu khởi kiện vụ án dân sự",
    "hợp đồng vận chuyển hàng hóa bằng đường biển",
    "tạm giam để điều tra",
    "tiền lương làm thêm giờ",
    "quyền thừa kế của con ngoài giá thú",
    "án phí sơ thẩm",
    "tội trộm cắp tài sản",
    "cầm giữ tàu biển",
    "nghỉ thai sản",
    "giao dịch dân sự vô hiệu",
    "người bào chữa",
    "kỷ luật sa thải",
];

/// Runs the service and the clients.
pub fn run(options: &Options) -> Result<()> {
    let binary = match &options.binary {
        Some(binary) => binary.clone(),
        None => build::rasoat(false)?,
    };
    let store = root().join(&options.store);
    ensure!(store.join("rasoat.sqlite").is_file(), "{} is no store; `cargo xtask test` makes one", store.display());
    let own = tempfile::tempdir()?;
    copy(&store, own.path())?;
    let service = Service::start(&binary, own.path())?;
    let draft = fs_err::read(root().join(&options.draft))?;
    let mut figures = Vec::new();
    say(&format!("idle: {} MB resident", service.resident()?));
    for clients in &options.clients {
        let measured = measure(&service, *clients, Duration::from_secs(options.seconds), options, &draft)?;
        say(&measured.line());
        figures.push(measured.value());
    }
    if options.minutes > 0 {
        let measured = measure(&service, 8, Duration::from_secs(60 * options.minutes), options, &draft)?;
        say(&measured.line());
        say(&format!("resident MB, every 10 seconds: {:?}", measured.resident));
        figures.push(measured.value());
    }
    if let Some(file) = &options.output {
        let about = json!({ "mode": options.mode, "reviews": !options.no_reviews, "runs": figures });
        fs_err::write(file, serde_json::to_string_pretty(&about)?)?;
    }
    Ok(())
}

/// What was measured with some clients.
struct Measured {
    clients: usize,
    seconds: f64,
    /// Of each search, in milliseconds, sorted.
    times: Vec<f64>,
    reviews: usize,
    /// Megabytes, every ten seconds.
    resident: Vec<u64>,
}

impl Measured {
    /// The time within which a share of the searches was answered.
    fn within(&self, share: f64) -> f64 {
        let at = (share * self.times.len() as f64).ceil() as usize;
        self.times.get(at.saturating_sub(1)).copied().unwrap_or(f64::NAN)
    }

    fn line(&self) -> String {
        format!(
            "{:>3} clients, {:.0} s: {:.1} answers a second; ms p50 {:.1}, p95 {:.1}, p99 {:.1}, most {:.1}; {} reviews \
             ended; resident MB {} at first, {} at last, {} at most",
            self.clients,
            self.seconds,
            self.times.len() as f64 / self.seconds,
            self.within(0.5),
            self.within(0.95),
            self.within(0.99),
            self.within(1.0),
            self.reviews,
            self.resident.first().copied().unwrap_or_default(),
            self.resident.last().copied().unwrap_or_default(),
            self.resident.iter().max().copied().unwrap_or_default(),
        )
    }

    fn value(&self) -> Value {
        json!({
            "clients": self.clients, "seconds": self.seconds, "searches": self.times.len(),
            "per_second": self.times.len() as f64 / self.seconds,
            "p50_ms": self.within(0.5), "p95_ms": self.within(0.95), "p99_ms": self.within(0.99),
            "reviews": self.reviews, "resident_mb": self.resident,
        })
    }
}

fn measure(service: &Service, clients: usize, lasting: Duration, options: &Options, draft: &[u8]) -> Result<Measured> {
    let (stop, reviews) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        let reviewing = (!options.no_reviews).then(|| scope.spawn(|| review(service, draft, &stop, &reviews)));
        if reviewing.is_some() {
            // It is under way before anybody searches.
            std::thread::sleep(Duration::from_millis(500));
        }
        let began = Instant::now();
        let searching: Vec<_> = (0..clients)
            .map(|client| {
                let stop = &stop;
                scope.spawn(move || search(service, client, &options.mode, stop))
            })
            .collect();
        let mut resident = vec![service.resident()?];
        while began.elapsed() < lasting {
            std::thread::sleep(Duration::from_secs(10).min(lasting.saturating_sub(began.elapsed())));
            resident.push(service.resident()?);
        }
        stop.store(true, Ordering::SeqCst);
        let seconds = began.elapsed().as_secs_f64();
        let mut times = Vec::new();
        for client in searching {
            times.extend(client.join().map_err(|_| anyhow::anyhow!("a client panicked"))??);
        }
        if let Some(reviewing) = reviewing {
            reviewing.join().map_err(|_| anyhow::anyhow!("the reviewer panicked"))??;
        }
        times.sort_by(f64::total_cmp);
        Ok(Measured { clients, seconds, times, reviews: reviews.load(Ordering::SeqCst), resident })
    })
}

/// Searches until it is told to stop; the time of each search but the first, which opens the connection.
fn search(service: &Service, client: usize, mode: &str, stop: &AtomicBool) -> Result<Vec<f64>> {
    let mut connection = Connection::open(&service.host)?;
    let mut times = Vec::new();
    for at in 0.. {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        let question = QUESTIONS[(client * 5 + at) % QUESTIONS.len()];
        let path = format!("/api/search?q={}&k=10&mode={mode}&as_of=2026-11-21", escaped(question));
        let asked = json!({ "question": question, "as_of": "2026-11-21" }).to_string();
        let began = Instant::now();
        let (status, body) = match mode {
            "ask" => connection.post("/api/ask", "application/json", asked.as_bytes())?,
            _ => connection.get(&path)?,
        };
        let took = began.elapsed();
        ensure!(status == 200, "a search was answered {status}: {}", String::from_utf8_lossy(&body));
        if at > 0 {
            times.push(took.as_secs_f64() * 1000.0);
        }
    }
    Ok(times)
}

/// Reviews the draft again and again.
fn review(service: &Service, draft: &[u8], stop: &AtomicBool, ended: &AtomicUsize) -> Result<()> {
    let mut connection = Connection::open(&service.host)?;
    while !stop.load(Ordering::SeqCst) {
        let edge = "rasoat-load";
        let mut body = format!(
            "--{edge}\r\nContent-Disposition: form-data; name=\"as_of\"\r\n\r\n2026-11-21\r\n--{edge}\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"draft.docx\"\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(draft);
        body.extend_from_slice(format!("\r\n--{edge}--\r\n").as_bytes());
        let (status, answer) =
            connection.post("/api/reviews", &format!("multipart/form-data; boundary={edge}"), &body)?;
        ensure!(status == 202, "a review was answered {status}: {}", String::from_utf8_lossy(&answer));
        let job: Value = serde_json::from_slice(&answer)?;
        let path = format!("/api/reviews/{}", job["id"].as_str().context("a job without an id")?);
        loop {
            std::thread::sleep(Duration::from_millis(50));
            let job: Value = serde_json::from_slice(&connection.get(&path)?.1)?;
            match job["state"].as_str() {
                Some("done") => break,
                Some("running") if !stop.load(Ordering::SeqCst) => {}
                // What is under way at the end is stopped, so that the next figures begin alike.
                Some("running") => {
                    connection.ask("DELETE", &path, "text/plain", &[])?;
                    return Ok(());
                }
                _ => bail!("a review ended as {job}"),
            }
        }
        ended.fetch_add(1, Ordering::SeqCst);
    }
    Ok(())
}

/// A connection that is kept.
struct Connection {
    host: String,
    stream: BufReader<TcpStream>,
}

impl Connection {
    fn open(host: &str) -> Result<Self> {
        let stream = TcpStream::connect(host)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(300)))?;
        Ok(Self { host: host.to_owned(), stream: BufReader::new(stream) })
    }

    fn get(&mut self, path: &str) -> Result<(u16, Vec<u8>)> {
        self.ask("GET", path, "text/plain", &[])
    }

    fn post(&mut self, path: &str, kind: &str, body: &[u8]) -> Result<(u16, Vec<u8>)> {
        self.ask("POST", path, kind, body)
    }

    fn ask(&mut self, method: &str, path: &str, kind: &str, body: &[u8]) -> Result<(u16, Vec<u8>)> {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
            self.host,
            body.len()
        );
        let stream = self.stream.get_mut();
        stream.write_all(&[head.as_bytes(), body].concat())?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).context("no answer")?;
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line)?;
            if line.trim().is_empty() {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
        }
        let mut answer = vec![0; length];
        self.stream.read_exact(&mut answer)?;
        Ok((status, answer))
    }
}

fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// The service, ended with this.
struct Service {
    child: Child,
    host: String,
}

impl Service {
    fn start(binary: &Path, store: &Path) -> Result<Self> {
        let mut command = program(binary);
        command.arg("--store").arg(store).args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped());
        let mut child = command.spawn().context("failed to start the service")?;
        let stdout = child.stdout.take().context("the service has no stdout")?;
        let mut service = Self { child, host: String::new() };
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let (_, host) = line.trim().split_once("http://").with_context(|| format!("no address in `{line}`"))?;
        service.host = host.to_owned();
        Ok(service)
    }

    /// Megabytes it holds; 0 where the system does not say so in `/proc`.
    fn resident(&self) -> Result<u64> {
        let status = fs_err::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let Some(line) = line else { return Ok(0) };
        let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kilobytes / 1024)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Copies a folder; SQLite's journals hold nothing that nobody writes.
fn copy(from: &Path, to: &Path) -> Result<()> {
    for entry in fs_err::read_dir(from)? {
        let entry = entry?;
        let (name, place) = (entry.file_name().to_string_lossy().into_owned(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            fs_err::create_dir_all(&place)?;
            copy(&entry.path(), &place)?;
        } else if !name.ends_with("-wal") && !name.ends_with("-shm") {
            fs_err::copy(entry.path(), place)?;
        }
    }
    Ok(())
}
