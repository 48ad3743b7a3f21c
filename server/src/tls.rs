//! TLS: the certificate the service shows, and the roots by which it trusts another's.
//!
//! Hard because a certificate is replaced while the service runs, by programs that write its two files one after the
//! other: they are read again when they change or when somebody asks, and a pair that cannot be used leaves the last good
//! one in place. ring computes, not aws-lc, which takes minutes to compile.

use crate::configuration::Tls;
use crate::failure::{Failure, Kind, Result};
use rasoat_api::messages::Message;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{RootCertStore, ServerConfig};
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

/// What computes.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// A certificate with its key, as their files last gave them.
pub struct Identity {
    files: Tls,
    held: RwLock<(Arc<CertifiedKey>, Stamp)>,
}

/// What tells that one of the files was written: when it was, and its length.
type Stamp = [Option<(SystemTime, u64)>; 2];

impl Identity {
    /// Reads a certificate and its key.
    ///
    /// # Errors
    /// When a file cannot be read, is not what it should be, or the two are not a pair.
    pub fn read(files: &Tls) -> Result<Self> {
        let stamp = stamp(files);
        Ok(Self { files: files.clone(), held: RwLock::new((Arc::new(pair(files)?), stamp)) })
    }

    /// Reads the files again and takes what they hold.
    ///
    /// # Errors
    /// As [`Identity::read`]; what was held before is then kept, and not tried again until a file changes.
    pub fn read_again(&self) -> Result<()> {
        let stamp = stamp(&self.files);
        let read = pair(&self.files);
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        held.1 = stamp;
        held.0 = Arc::new(read?);
        Ok(())
    }

    /// Whether a file was written since it was last read.
    pub fn has_changed(&self) -> bool {
        stamp(&self.files) != self.held.read().unwrap_or_else(PoisonError::into_inner).1
    }

    /// How connections are made with it.
    ///
    /// # Errors
    /// When the cryptography does not know the protocol's versions.
    pub fn settings(self: &Arc<Self>) -> Result<ServerConfig> {
        let mut settings = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(Failure::internal)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>);
        settings.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(settings)
    }
}

impl ResolvesServerCert for Identity {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner).0))
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").field("files", &self.files).finish_non_exhaustive()
    }
}

fn stamp(files: &Tls) -> Stamp {
    [&files.certificate, &files.key].map(|file| {
        let about = fs_err::metadata(file).ok()?;
        Some((about.modified().ok()?, about.len()))
    })
}

fn pair(files: &Tls) -> Result<CertifiedKey> {
    let chain = certificates(&files.certificate)?;
    let bytes = fs_err::read(&files.key).map_err(|error| unusable(&files.key, &error.to_string()))?;
    let key = PrivateKeyDer::from_pem_slice(&bytes).map_err(|error| unusable(&files.key, &error.to_string()))?;
    CertifiedKey::from_der(chain, key, &provider()).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => {
            let (certificate, key) = (files.certificate.display().to_string(), files.key.display().to_string());
            let values = [("certificate", certificate.as_str()), ("key", key.as_str())];
            Failure::new(
                Kind::Usage,
                "tls.no_pair",
                Message::CertificateNotPair,
                Message::CertificateUnusableHint,
                &values,
            )
        }
        error => unusable(&files.certificate, &error.to_string()),
    })
}

/// Every certificate of a PEM file, at least one.
fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let bytes = fs_err::read(file).map_err(|error| unusable(file, &error.to_string()))?;
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&bytes)
        .collect::<std::result::Result<_, _>>()
        .map_err(|error| unusable(file, &error.to_string()))?;
    if chain.is_empty() { Err(unusable(file, "no certificate in PEM form")) } else { Ok(chain) }
}

fn unusable(file: &Path, why: &str) -> Failure {
    let file = file.display().to_string();
    let values = [("file", file.as_str()), ("why", why)];
    let (message, hint) = (Message::CertificateUnusable, Message::CertificateUnusableHint);
    Failure::new(Kind::Usage, "tls.unusable", message, hint, &values)
}

/// The roots in a PEM file, else those of the system.
///
/// # Errors
/// When the file cannot be read or the system has none.
pub fn roots(named: Option<&Path>) -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    if let Some(file) = named {
        for certificate in certificates(file)? {
            roots.add(certificate).map_err(|error| unusable(file, &error.to_string()))?;
        }
        return Ok(roots);
    }
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let why = found.errors.first().map_or_else(String::new, |error| format!(" ({error})"));
        let (message, hint) = (Message::NoSystemRoots, Message::NoSystemRootsHint);
        return Err(Failure::new(Kind::Missing, "tls.no_roots", message, hint, &[("why", &why)]));
    }
    Ok(roots)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use std::path::PathBuf;
    use tempfile::TempDir;

    /// Writes a certificate for a name and its key; gives the files.
    fn written(folder: &TempDir, name: &str) -> Tls {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        let files = Tls { certificate: folder.path().join("a.pem"), key: folder.path().join("a.key") };
        std::fs::write(&files.certificate, made.cert.pem()).unwrap();
        std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
        files
    }

    #[test]
    fn what_is_no_pair_is_told_in_one_line_that_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let files = written(&folder, "a.vidu");
        Identity::read(&files).unwrap();
        let noise = folder.path().join("noise");
        std::fs::write(&noise, "no certificate").unwrap();
        let other = tempfile::tempdir().unwrap();
        let foreign = written(&other, "b.vidu");
        let absent = PathBuf::from("absent.pem");
        let check = |certificate: &PathBuf, key: &PathBuf, code: &str, named: &PathBuf| {
            let files = Tls { certificate: certificate.clone(), key: key.clone() };
            let failure = Identity::read(&files).unwrap_err();
            assert_eq!((failure.code, failure.kind), (code, Kind::Usage), "{failure}");
            let line = failure.to_string();
            assert!(line.contains(&named.display().to_string()) && !line.contains('\n'), "{line}");
        };
        check(&absent, &files.key, "tls.unusable", &absent);
        check(&files.certificate, &absent, "tls.unusable", &absent);
        check(&noise, &files.key, "tls.unusable", &noise);
        check(&files.certificate, &noise, "tls.unusable", &noise);
        check(&files.certificate, &foreign.key, "tls.no_pair", &foreign.key);
    }

    #[test]
    fn a_new_pair_is_taken_and_a_broken_one_leaves_the_old() {
        let folder = tempfile::tempdir().unwrap();
        let files = written(&folder, "a.vidu");
        let identity = Identity::read(&files).unwrap();
        let shown = || identity.held.read().unwrap().0.cert[0].clone();
        let first = shown();
        assert!(!identity.has_changed());
        written(&folder, "a-much-longer-name.vidu");
        assert!(identity.has_changed());
        identity.read_again().unwrap();
        let second = shown();
        assert_ne!(second, first);
        std::fs::write(&files.key, "half a ke").unwrap();
        assert!(identity.has_changed());
        assert_eq!(identity.read_again().unwrap_err().code, "tls.unusable");
        assert!(!identity.has_changed(), "told once");
        assert_eq!(shown(), second);
    }
}
