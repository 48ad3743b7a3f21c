//! Serves files to a browser on this machine: a page that loads WebAssembly wants an address, not a path.

use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;

/// A server that ends with the process.
pub struct StaticFiles {
    address: String,
}

impl StaticFiles {
    /// Serves each file under its name.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn serve(files: BTreeMap<String, PathBuf>) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = format!("http://{}", listener.local_addr()?);
        let files = Arc::new(files);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let files = Arc::clone(&files);
                // A browser that closes a connection early is none of the test's business.
                std::thread::spawn(move || drop(answer(&stream, &files)));
            }
        });
        Ok(Self { address })
    }

    /// `http://127.0.0.1:PORT`
    pub fn address(&self) -> &str {
        &self.address
    }
}

fn answer(mut stream: &TcpStream, files: &BTreeMap<String, PathBuf>) -> Result<()> {
    let mut lines = BufReader::new(stream).lines();
    let request = lines.next().context("no request")??;
    while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
    let name = request.split(' ').nth(1).unwrap_or_default().trim_start_matches('/');
    let Some(bytes) = files.get(name).and_then(|path| fs_err::read(path).ok()) else {
        return Ok(write!(stream, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?);
    };
    let kind = match name.rsplit('.').next() {
        Some("html") => "text/html",
        Some("js") => "text/javascript",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    };
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        bytes.len()
    )?;
    Ok(stream.write_all(&bytes)?)
}
