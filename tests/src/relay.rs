//! A way to a server of the tests that can be encrypted, cut as a server that is killed is cut off, and that remembers what
//! clients sent.

use crate::certificate::Certificate;
use anyhow::{Context, Result};
use postgres::config::Host;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context as Waking, Poll};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

/// What a client says first when it wants encryption.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// A relay on a port of this machine.
pub struct Relay {
    runtime: Runtime,
    server: String,
    acceptor: Option<TlsAcceptor>,
    address: SocketAddr,
    running: Option<JoinHandle<()>>,
    sent: Sent,
}

/// What clients sent, one connection's bytes among another's.
type Sent = Arc<Mutex<Vec<u8>>>;

impl Relay {
    /// Starts one to a server, as PostgreSQL's clients write it (`host=… port=…`); with a certificate it speaks TLS with whoever asks for it.
    pub fn start(server: &str, certificate: Option<&Certificate>) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let acceptor = certificate.map(Certificate::acceptor).transpose()?;
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut relay =
            Self { runtime, server: server.to_owned(), acceptor, address: any, running: None, sent: Sent::default() };
        relay.run()?;
        Ok(relay)
    }

    /// What clients sent so far.
    pub fn sent(&self) -> Vec<u8> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Its `HOST:PORT`.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// Cuts every connection and takes no more.
    pub fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.abort();
            let _ = self.runtime.block_on(running);
        }
    }

    /// Takes connections, on the same port as before.
    pub fn run(&mut self) -> Result<()> {
        let listener = self.runtime.block_on(TcpListener::bind(self.address))?;
        self.address = listener.local_addr()?;
        let (server, acceptor, sent) = (self.server.clone(), self.acceptor.clone(), Arc::clone(&self.sent));
        self.running = Some(self.runtime.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (server, acceptor, sent) = (server.clone(), acceptor.clone(), Arc::clone(&sent));
                connections.spawn(async move {
                    // A connection that ends in an error ends.
                    let _ = serve(stream, &server, acceptor, sent).await;
                });
            }
        }));
        Ok(())
    }
}

async fn serve(mut stream: TcpStream, server: &str, acceptor: Option<TlsAcceptor>, sent: Sent) -> Result<()> {
    let mut first = [0; 8];
    stream.read_exact(&mut first).await?;
    match acceptor {
        Some(acceptor) if first == SSL_REQUEST => {
            stream.write_all(b"S").await?;
            pass_on(Heard { stream: acceptor.accept(stream).await?, sent }, server, &[]).await
        }
        None if first == SSL_REQUEST => {
            stream.write_all(b"N").await?;
            pass_on(Heard { stream, sent }, server, &[]).await
        }
        _ => {
            sent.lock().unwrap_or_else(PoisonError::into_inner).extend(first);
            pass_on(Heard { stream, sent }, server, &first).await
        }
    }
}

async fn pass_on(mut client: impl AsyncRead + AsyncWrite + Unpin, server: &str, first: &[u8]) -> Result<()> {
    let config: postgres::Config = server.parse()?;
    let port = config.get_ports().first().copied().unwrap_or(5432);
    match config.get_hosts().first().context("a server without a host")? {
        Host::Tcp(host) => {
            let mut server = TcpStream::connect((host.as_str(), port)).await?;
            server.write_all(first).await?;
            copy_bidirectional(&mut client, &mut server).await?;
        }
        #[cfg(unix)]
        Host::Unix(folder) => {
            let mut server = tokio::net::UnixStream::connect(folder.join(format!(".s.PGSQL.{port}"))).await?;
            server.write_all(first).await?;
            copy_bidirectional(&mut client, &mut server).await?;
        }
    }
    Ok(())
}

/// A client's connection whose words are remembered.
struct Heard<S> {
    stream: S,
    sent: Sent,
}

impl<S: AsyncRead + Unpin> AsyncRead for Heard<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        waking: &mut Waking<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(waking, buffer);
        let fresh = &buffer.filled()[before..];
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).extend(fresh);
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Heard<S> {
    fn poll_write(mut self: Pin<&mut Self>, waking: &mut Waking<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(waking, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, waking: &mut Waking<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(waking)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, waking: &mut Waking<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(waking)
    }
}
