//! Whom a certificate names.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use der::{Decode, Encode};
use rustls::pki_types::CertificateDer;
use x509_cert::Certificate;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

use crate::Time;

/// Whoever a certificate is of. That it was issued and is in force is for others to say.
#[derive(Debug)]
pub(super) struct Peer {
    /// The name, without the beginning that every name of this world has.
    pub(super) name: Arc<str>,
    /// The name of the authority that issued the certificate, as DER.
    pub(super) issuer: Vec<u8>,
    /// The certificate's number.
    pub(super) serial: Box<[u8]>,
    /// The last moment of its validity.
    pub(super) through: Time,
    /// The certificate, and those between it and the authority.
    pub(super) chain: Vec<CertificateDer<'static>>,
    /// The reading of our files by which an authority stood behind it; 0 when none was asked.
    pub(super) proven: AtomicU64,
}

impl Peer {
    /// Nothing for a certificate that names nobody of this world, or several.
    pub(super) fn of(chain: &[CertificateDer<'_>], names_under: &str) -> Option<Peer> {
        let said = Certificate::from_der(chain.first()?).ok()?;
        let said = said.tbs_certificate();
        let (_, names) = said.get_extension::<SubjectAltName>().ok()??;
        let mut named = names.0.iter().filter_map(|name| match name {
            GeneralName::UniformResourceIdentifier(uri) => uri.as_str().strip_prefix(names_under),
            _ => None,
        });
        let (name, None) = (named.next()?, named.next()) else {
            return None;
        };
        Some(Peer {
            name: name.into(),
            issuer: said.issuer().to_der().ok()?,
            serial: said.serial_number().as_bytes().into(),
            through: time(said.validity().not_after),
            chain: chain.iter().map(|one| one.clone().into_owned()).collect(),
            proven: AtomicU64::new(0),
        })
    }
}

/// A certificate's time.
pub(super) fn time(time: x509_cert::time::Time) -> Time {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    Time::from_micros(seconds.saturating_mul(1_000_000))
}
