//! Certificates that a test makes for itself, and a client that trusts one of them.

use anyhow::{Context, Result};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// A certificate for this machine, signed by itself.
pub struct Certificate {
    /// The certificate in PEM.
    pub certificate: String,
    /// Its key in PEM.
    pub key: String,
}

impl Certificate {
    /// A fresh one for these names.
    pub fn of(names: &[&str]) -> Result<Self> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let made = rcgen::generate_simple_self_signed(names)?;
        Ok(Self { certificate: made.cert.pem(), key: made.signing_key.serialize_pem() })
    }

    /// Writes both files into a folder; gives their paths.
    pub fn write(&self, folder: &Path) -> Result<(PathBuf, PathBuf)> {
        let (certificate, key) = (folder.join("rasoat.pem"), folder.join("rasoat.key"));
        fs_err::write(&certificate, &self.certificate)?;
        fs_err::write(&key, &self.key)?;
        Ok((certificate, key))
    }

    /// A server's side of connections.
    pub fn acceptor(&self) -> Result<TlsAcceptor> {
        let chain = CertificateDer::pem_slice_iter(self.certificate.as_bytes()).collect::<Result<Vec<_>, _>>()?;
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes())?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let settings = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        Ok(TlsAcceptor::from(Arc::new(settings.with_no_client_auth().with_single_cert(chain, key)?)))
    }

    /// GET of `https://127.0.0.1:PORT` by a client that trusts this certificate alone: the whole answer as text.
    pub fn get(&self, address: &str, path: &str) -> Result<String> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.certificate.as_bytes())?)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let settings = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let connector = TlsConnector::from(Arc::new(settings.with_root_certificates(roots).with_no_client_auth()));
        let host = address.strip_prefix("https://").context("not https")?;
        tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
            let stream = tokio::net::TcpStream::connect(host).await?;
            let mut stream = connector.connect(ServerName::try_from("127.0.0.1")?, stream).await?;
            let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            stream.write_all(request.as_bytes()).await?;
            let mut answer = Vec::new();
            // Some servers close without saying so in TLS; what they sent is there all the same.
            let _ = stream.read_to_end(&mut answer).await;
            Ok(String::from_utf8_lossy(&answer).into_owned())
        })
    }
}
