//! What an OpenTelemetry collector is to the service: somebody who takes what is posted and keeps it.

use anyhow::Result;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Takes every request on a free port.
pub struct Collector {
    address: SocketAddr,
    /// Everything that was sent, heads and bodies.
    taken: Arc<Mutex<Vec<u8>>>,
}

impl Collector {
    /// Starts it.
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let (address, taken) = (listener.local_addr()?, Arc::new(Mutex::new(Vec::new())));
        let kept = Arc::clone(&taken);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let kept = Arc::clone(&kept);
                std::thread::spawn(move || while take(&stream, &kept).is_some() {});
            }
        });
        Ok(Self { address, taken })
    }

    /// Its address: `http://127.0.0.1:PORT`.
    pub fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Whether this was sent.
    pub fn has(&self, text: &str) -> bool {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.windows(text.len()).any(|window| window == text.as_bytes())
    }

    /// Waits until it was.
    pub fn gets(&self, text: &str) -> bool {
        let until = Instant::now() + Duration::from_secs(60);
        while !self.has(text) && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(100));
        }
        self.has(text)
    }
}

/// Takes one request and answers it; `None` where there is none any more.
fn take(mut stream: &TcpStream, kept: &Mutex<Vec<u8>>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let (mut request, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        request.extend_from_slice(line.as_bytes());
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok()?;
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    request.append(&mut body);
    kept.lock().unwrap_or_else(PoisonError::into_inner).append(&mut request);
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n").ok()
}
