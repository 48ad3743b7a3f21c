//! The encoder in Chromium beside onnxruntime-web: one thread each, the same weights, the same ids, taking turns.
//!
//! Hard because a shared machine is never as fast twice: the engines alternate text by text, and what counts is the
//! ratio of their medians. The peer is installed by npm under `target`, its model is whatever int8 ONNX file is named
//! (`ids`, `[1, n]` int64, or `input_ids` with its companions); nothing of it is part of the product.

use crate::steps::{on_path, program, root, run as run_command, say};
use crate::web;
use anyhow::{Context, Result, bail};
use clap::Args;
use flate2::{Compression, write::GzEncoder};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

/// The version of the peer.
const PEER: &str = "onnxruntime-web@1.30.0";

/// Headless, as root too, and without anything that would look for the network.
const FLAGS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// What is measured, and with what.
#[derive(Args)]
pub struct Options {
    /// The encoder's file for the browser: browser.bin in the installed encoder's folder
    #[arg(long)]
    encoder: PathBuf,
    /// The same weights in int8 for onnxruntime-web; without it the encoder's two modules are measured alone
    #[arg(long)]
    onnx: Option<PathBuf>,
    /// Turns each engine takes with each text
    #[arg(long, default_value_t = 20)]
    turns: usize,
}

/// Runs the benchmark and prints what the page and the sizes say.
///
/// # Errors
/// When Chromium or npm is missing, or the page fails.
pub fn run(options: &Options) -> Result<()> {
    let chromium = on_path("chromium").or_else(|| on_path("google-chrome")).context("Chromium is missing")?;
    web::build()?;
    let modules = web::private();
    let mut files = BTreeMap::from([
        ("page.html".to_owned(), root().join("xtask/src/bench/browser.html")),
        ("browser.bin".to_owned(), options.encoder.clone()),
    ]);
    for entry in fs_err::read_dir(&modules)? {
        let entry = entry?;
        files.insert(entry.file_name().to_string_lossy().into_owned(), entry.path());
    }
    let ours = ["browser.bin", "encoder.js", "relaxed_simd.js", "relaxed_simd_bg.wasm"];
    let sizes = |names: &[&str]| names.iter().map(|name| files[*name].clone()).collect::<Vec<_>>();
    report_size("rasoat", &sizes(&ours))?;
    if let Some(onnx) = &options.onnx {
        let peer = install_peer()?;
        let parts = ["ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"];
        for part in parts {
            files.insert(part.to_owned(), peer.join(part));
        }
        files.insert("model.onnx".to_owned(), onnx.clone());
        let mut downloads: Vec<PathBuf> = parts.iter().map(|part| peer.join(part)).collect();
        downloads.push(onnx.clone());
        report_size(PEER, &downloads)?;
    }
    let (said, lines) = channel();
    let address = serve(files, said)?;
    let profile = tempfile::tempdir()?;
    let query = format!("turns={}&peer={}", options.turns, u8::from(options.onnx.is_some()));
    let mut browser = Command::new(chromium)
        .args(FLAGS)
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("{address}/page.html?{query}"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let outcome = listen(&lines);
    end(&mut browser)?;
    outcome
}

/// Prints what the page says until it says `done`.
fn listen(lines: &std::sync::mpsc::Receiver<String>) -> Result<()> {
    loop {
        let line = lines.recv_timeout(PATIENCE).context("the page says nothing any more")?;
        match line.as_str() {
            "done" => return Ok(()),
            line => match line.strip_prefix("error ") {
                Some(error) => bail!("the page failed: {error}"),
                None => say(line),
            },
        }
    }
}

fn end(browser: &mut Child) -> Result<()> {
    browser.kill()?;
    browser.wait()?;
    Ok(())
}

/// onnxruntime-web's files under `target`.
fn install_peer() -> Result<PathBuf> {
    let folder = root().join("target/bench-web");
    fs_err::create_dir_all(&folder)?;
    let files = folder.join("node_modules/onnxruntime-web");
    let manifest = fs_err::read_to_string(files.join("package.json")).unwrap_or_default();
    let version = PEER.rsplit('@').next().unwrap_or_default();
    if !manifest.contains(&format!("\"version\": \"{version}\"")) {
        let quiet = ["--no-audit", "--no-fund", "--no-save", "--ignore-scripts"];
        run_command(program("npm").arg("install").args(quiet).arg("--prefix").arg(&folder).arg(PEER))?;
    }
    Ok(files.join("dist"))
}

fn report_size(name: &str, files: &[PathBuf]) -> Result<()> {
    let (mut raw, mut packed) = (0, 0);
    for file in files {
        let bytes = fs_err::read(file)?;
        let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
        encoder.write_all(&bytes)?;
        raw += bytes.len();
        packed += encoder.finish()?.len();
    }
    say(&format!("{name}: {:.1} MB to download, {:.1} MB with gzip", raw as f64 / 1e6, packed as f64 / 1e6));
    Ok(())
}

/// Serves the files, and hands on what the page posts.
fn serve(files: BTreeMap<String, PathBuf>, said: Sender<String>) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = format!("http://{}", listener.local_addr()?);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A browser that closes a connection early asks again.
            let _ = answer(&stream, &files, &said);
        }
    });
    Ok(address)
}

fn answer(mut stream: &TcpStream, files: &BTreeMap<String, PathBuf>, said: &Sender<String>) -> Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end().to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    if request.starts_with("POST") {
        said.send(String::from_utf8_lossy(&body).into_owned())?;
        return Ok(write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?);
    }
    let name = request.split(' ').nth(1).unwrap_or_default().trim_start_matches('/');
    let name = name.split('?').next().unwrap_or_default();
    let Some(bytes) = files.get(name).and_then(|path| fs_err::read(path).ok()) else {
        return Ok(write!(stream, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?);
    };
    let kind = media_type(Path::new(name));
    let length = bytes.len();
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n")?;
    Ok(stream.write_all(&bytes)?)
}

fn media_type(name: &Path) -> &'static str {
    match name.extension().and_then(|ending| ending.to_str()) {
        Some("html") => "text/html",
        Some("js" | "mjs") => "text/javascript",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}
