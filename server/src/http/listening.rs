//! Listening for requests, plainly or by TLS, until the process is told to stop.
//!
//! Hard because both ends must be orderly: a client that dawdles over its handshake keeps nobody else out (though a
//! thousand at once do, for ten seconds), and at the end no new connection is taken while requests under way are
//! answered, in a time that is bounded.

use crate::failure::{Failure, Kind, Result};
use crate::stop;
use crate::tls::Identity;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::serve::{Listener, ListenerExt};
use rasoat_api::messages::Message;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_stream::StreamExt;
use tower_http::set_header::SetResponseHeaderLayer;

/// So long requests under way may take once the process is told to stop.
const PATIENCE: Duration = Duration::from_secs(10);
/// So long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Handshakes at once.
const HANDSHAKES: usize = 1024;
/// How often the certificate's files are looked at.
const LOOK: Duration = Duration::from_secs(10);
/// A year, as browsers want it for their lists.
const STRICT: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// So long a client may be silent in the middle of a body; a connection that waits for ever would be one for itself.
pub const SILENCE: Duration = Duration::from_secs(30);

/// A request whose body ends in an error once its client was silent for so long.
pub fn unhurried(request: Request, silence: Duration) -> Request {
    request.map(|body| {
        let parts = body.into_data_stream().timeout(silence);
        Body::from_stream(parts.map(|part| part.unwrap_or_else(|late| Err(axum::Error::new(late)))))
    })
}

/// Serves until Ctrl-C or SIGTERM, by TLS where there is a certificate; `announce` hears of the address, such as
/// `http://127.0.0.1:8765`, once requests are taken there.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn serve(
    listen: SocketAddr,
    identity: Option<Identity>,
    router: Router,
    announce: impl FnOnce(&str) -> Result<()>,
) -> Result<()> {
    let listener = TcpListener::bind(listen).await.map_err(|error| refused(listen, &error))?;
    let address = listener.local_addr().map_err(Failure::internal)?;
    // Before the address is told: whoever reads it may stop the service at once.
    let signals = Signals::new().map_err(Failure::internal)?;
    let scheme = if identity.is_some() { "https" } else { "http" };
    announce(&format!("{scheme}://{address}"))?;
    let served = async {
        match identity {
            None => {
                let listener = listener.tap_io(quick);
                let router = router.into_make_service_with_connect_info::<SocketAddr>();
                axum::serve(listener, router).with_graceful_shutdown(stop::heard()).into_future().await
            }
            Some(identity) => {
                let identity = Arc::new(identity);
                let acceptor = TlsAcceptor::from(Arc::new(identity.settings().map_err(io::Error::other)?));
                let rereading = tokio::spawn(read_again(identity));
                let router =
                    router.layer(SetResponseHeaderLayer::overriding(header::STRICT_TRANSPORT_SECURITY, STRICT));
                let router = router.into_make_service_with_connect_info::<SocketAddr>();
                // Tapped, though nothing is done: so axum knows where a connection comes from.
                let listener = Encrypted::new(listener, address, acceptor).tap_io(|_| ());
                let served = axum::serve(listener, router).with_graceful_shutdown(stop::heard()).into_future().await;
                rereading.abort();
                served
            }
        }
    };
    tokio::select! {
        served = served => served.map_err(Failure::internal),
        () = signals.end() => Ok(()),
    }
}

fn refused(listen: SocketAddr, error: &io::Error) -> Failure {
    let (address, why) = (listen.to_string(), error.to_string());
    let values = [("address", address.as_str()), ("why", why.as_str())];
    Failure::new(Kind::Usage, "listen.refused", Message::AddressInUse, Message::AddressInUseHint, &values)
}

/// Answers leave at once, however short.
fn quick(stream: &mut TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "answers may be held back");
    }
}

/// The signals by which the process is told to stop.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    async fn next(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => (),
            _ = self.interrupt.recv() => (),
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }

    /// Asks all work to stop at the first signal, and returns when patience is over or a second one comes.
    async fn end(mut self) {
        self.next().await;
        tracing::info!("told to stop");
        stop::ask();
        let _ = tokio::time::timeout(PATIENCE, self.next()).await;
    }
}

/// Reads the certificate again when its files change, and on SIGHUP.
async fn read_again(identity: Arc<Identity>) {
    #[cfg(unix)]
    let mut asked = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok();
    loop {
        #[cfg(unix)]
        let hangup = async {
            match &mut asked {
                Some(asked) => _ = asked.recv().await,
                None => std::future::pending().await,
            }
        };
        #[cfg(not(unix))]
        let hangup = std::future::pending::<()>();
        let is_asked = tokio::select! {
            () = hangup => true,
            () = tokio::time::sleep(LOOK) => false,
        };
        let identity = Arc::clone(&identity);
        let read = tokio::task::spawn_blocking(move || {
            if !is_asked && !identity.has_changed() {
                return;
            }
            match identity.read_again() {
                Ok(()) => tracing::info!("the certificate was read again"),
                Err(failure) => tracing::error!(%failure, "the certificate read before stays in use"),
            }
        });
        let _ = read.await;
    }
}

/// Connections whose handshake is done; those under way wait for nobody and keep nobody waiting.
struct Encrypted {
    done: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Encrypted {
    fn new(mut listener: TcpListener, address: SocketAddr, acceptor: TlsAcceptor) -> Self {
        let (sender, done) = mpsc::channel(64);
        let places = Arc::new(Semaphore::new(HANDSHAKES));
        let accepting = tokio::spawn(async move {
            while let Ok(place) = Arc::clone(&places).acquire_owned().await {
                let (mut stream, from) = Listener::accept(&mut listener).await;
                quick(&mut stream);
                let (acceptor, sender) = (acceptor.clone(), sender.clone());
                tokio::spawn(async move {
                    match tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
                        // At the end nobody takes it any more.
                        Ok(Ok(stream)) => drop(sender.send((stream, from)).await),
                        Ok(Err(error)) => tracing::debug!(%error, "no handshake"),
                        Err(_) => tracing::debug!("a handshake took too long"),
                    }
                    drop(place);
                });
            }
        });
        Self { done, address, accepting }
    }
}

impl Listener for Encrypted {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.done.recv().await {
            Some(connection) => connection,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.address)
    }
}

impl Drop for Encrypted {
    fn drop(&mut self) {
        // Closes the socket: whoever comes now is refused.
        self.accepting.abort();
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    #[test]
    fn a_body_that_never_goes_on_ends_in_an_error_and_a_whole_one_arrives() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let read = |body: Body| {
            runtime.block_on(async {
                let request = unhurried(Request::new(body), Duration::from_millis(20));
                axum::body::to_bytes(request.into_body(), 100).await
            })
        };
        assert_eq!(read(Body::from("dự thảo")).unwrap(), "dự thảo");
        let begun = tokio_stream::iter([Ok::<_, io::Error>("dự ")]).chain(tokio_stream::pending());
        assert!(read(Body::from_stream(begun)).is_err());
    }
}
