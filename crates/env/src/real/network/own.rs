//! Who we are: our certificate and its key.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

use super::peer::Peer;
use super::read::{Look, look, pems, private_bytes};
use crate::tls::{Files, TlsFault};

/// What the two files say.
pub(super) struct Own {
    /// Whom others see.
    pub(super) me: Peer,
    pub(super) key: PrivateKeyDer<'static>,
    looks: [Look; 2],
}

impl Own {
    pub(super) fn read(files: &Files) -> Result<Arc<Own>, TlsFault> {
        // Before reading: what changes while it is read is read again.
        let looks = looks(files);
        let wrong = |path: &Path, what: &str| TlsFault::Wrong {
            path: path.to_owned(),
            what: what.to_owned(),
        };
        let chain = pems::<CertificateDer<'static>>(&files.certificate)?;
        if chain.is_empty() {
            return Err(wrong(&files.certificate, "証明書（CERTIFICATE）がありません"));
        }
        let me = Peer::of(&chain, files.names_under).ok_or_else(|| TlsFault::OtherWorld {
            path: files.certificate.clone(),
            names_under: files.names_under,
        })?;
        let key = PrivateKeyDer::from_pem_slice(&private_bytes(&files.key)?)
            .map_err(|_| wrong(&files.key, "鍵（PRIVATE KEY）がありません"))?;
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        CertifiedKey::from_der(chain, key.clone_key(), &provider)
            .map_err(|error| wrong(&files.key, &error.to_string()))?;
        Ok(Arc::new(Own { me, key, looks }))
    }

    /// Whether the files look as they did.
    pub(super) fn looks_same(&self, files: &Files) -> bool {
        looks(files) == self.looks
    }

    /// Whether another certificate may take its place: a running role never becomes somebody else.
    pub(super) fn may_become(&self, next: &Own, files: &Files) -> Result<(), TlsFault> {
        if next.me.name == self.me.name {
            return Ok(());
        }
        Err(TlsFault::SomebodyElses {
            path: files.certificate.clone(),
            named: next.me.name.to_string(),
            expected: self.me.name.to_string(),
        })
    }
}

fn looks(files: &Files) -> [Look; 2] {
    [&files.certificate, &files.key].map(|path| look(path))
}
