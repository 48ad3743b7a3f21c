//! A way to the PostgreSQL server of the tests that can be encrypted, or cut as a server that is killed is cut off.

use crate::certificate::Certificate;
use anyhow::{Context, Result};
use postgres::config::Host;
use std::net::SocketAddr;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
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
}

impl Relay {
    /// Starts one to a server; with a certificate it speaks TLS with whoever asks for it.
    pub fn start(server: &str, certificate: Option<&Certificate>) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let acceptor = certificate.map(Certificate::acceptor).transpose()?;
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut relay = Self { runtime, server: server.to_owned(), acceptor, address: any, running: None };
        relay.run()?;
        Ok(relay)
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
        let (server, acceptor) = (self.server.clone(), self.acceptor.clone());
        self.running = Some(self.runtime.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (server, acceptor) = (server.clone(), acceptor.clone());
                connections.spawn(async move {
                    // A connection that ends in an error ends.
                    let _ = serve(stream, &server, acceptor).await;
                });
            }
        }));
        Ok(())
    }
}

async fn serve(mut stream: TcpStream, server: &str, acceptor: Option<TlsAcceptor>) -> Result<()> {
    let mut first = [0; 8];
    stream.read_exact(&mut first).await?;
    match acceptor {
        Some(acceptor) if first == SSL_REQUEST => {
            stream.write_all(b"S").await?;
            pass_on(acceptor.accept(stream).await?, server, &[]).await
        }
        None if first == SSL_REQUEST => {
            stream.write_all(b"N").await?;
            pass_on(stream, server, &[]).await
        }
        _ => pass_on(stream, server, &first).await,
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
