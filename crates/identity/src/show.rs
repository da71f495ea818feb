//! What a certificate or a revocation list says, for people. Nothing is judged here.

use der::Decode;
use env::Time;
use serde::Serialize;
use x509_cert::Certificate;
use x509_cert::crl::CertificateList;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{BasicConstraints, CertificatePolicies, SubjectAltName};

use crate::card::Serial;
use crate::profile::{RSA, World};

/// The bytes are neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("証明書としても失効リストとしても読めません")]
pub struct Neither;

/// What it says.
#[derive(Debug, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Said {
    /// A certificate.
    Certificate {
        /// The issuer's name.
        issuer: String,
        /// Whose it is.
        subject: String,
        /// Its number, hexadecimal.
        serial: String,
        /// From when, in Japan.
        from: String,
        /// Until when, in Japan.
        through: String,
        /// The kind of its key.
        key: &'static str,
        /// Whether it is an authority's.
        authority: bool,
        /// Policies, by identifier.
        policies: Vec<String>,
        /// The world that its policy names, of a card's certificate.
        #[serde(skip_serializing_if = "Option::is_none")]
        world: Option<World>,
        /// Other names: tenants (URI) and names that it answers under.
        names: Vec<String>,
    },
    /// A revocation list.
    RevocationList {
        /// The issuer's name.
        issuer: String,
        /// When it was made, in Japan.
        made: String,
        /// When the next one is due, in Japan.
        #[serde(skip_serializing_if = "Option::is_none")]
        next: Option<String>,
        /// The numbers that it revokes.
        revoked: Vec<Serial>,
    },
}

/// What a certificate or a list in DER says.
///
/// # Errors
/// [`Neither`].
pub fn show(bytes: &[u8]) -> Result<Said, Neither> {
    if let Ok(certificate) = Certificate::from_der(bytes) {
        return Ok(certificate_said(&certificate));
    }
    let list = CertificateList::<x509_cert::certificate::Rfc5280>::from_der(bytes).map_err(|_| Neither)?;
    let said = &list.tbs_cert_list;
    let revoked = said.revoked_certificates.iter().flatten();
    Ok(Said::RevocationList {
        issuer: said.issuer.to_string(),
        made: moment(said.this_update),
        next: said.next_update.map(moment),
        revoked: revoked
            .filter_map(|entry| Serial::from_integer(entry.serial_number.as_bytes()))
            .collect(),
    })
}

fn certificate_said(certificate: &Certificate) -> Said {
    let said = certificate.tbs_certificate();
    let basic = said.get_extension::<BasicConstraints>().ok().flatten();
    let policies = said.get_extension::<CertificatePolicies>().ok().flatten();
    let policies: Vec<_> = policies
        .map(|(_, policies)| policies.0.iter().map(|one| one.policy_identifier).collect())
        .unwrap_or_default();
    let world = [World::Sandbox, World::Production]
        .into_iter()
        .find(|world| policies.contains(&world.authentication_policy()));
    let names = said.get_extension::<SubjectAltName>().ok().flatten();
    let names = names.map(|(_, names)| names.0).unwrap_or_default();
    Said::Certificate {
        issuer: said.issuer().to_string(),
        subject: said.subject().to_string(),
        serial: hex::encode(said.serial_number().as_bytes()),
        from: moment(said.validity().not_before),
        through: moment(said.validity().not_after),
        key: match said.subject_public_key_info().algorithm.oid {
            RSA => "RSA",
            _ => "EC",
        },
        authority: basic.is_some_and(|(_, basic)| basic.ca),
        policies: policies.iter().map(ToString::to_string).collect(),
        world,
        names: names.iter().map(name).collect(),
    }
}

fn name(name: &GeneralName) -> String {
    match name {
        GeneralName::UniformResourceIdentifier(uri) => uri.to_string(),
        GeneralName::DnsName(name) => name.to_string(),
        GeneralName::DirectoryName(name) => name.to_string(),
        GeneralName::IpAddress(bytes) => match bytes.as_bytes() {
            [a, b, c, d] => format!("{a}.{b}.{c}.{d}"),
            other => hex::encode(other),
        },
        _ => "?".to_owned(),
    }
}

/// A time of certificates in Japan.
fn moment(time: x509_cert::time::Time) -> String {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    let time = Time::from_micros(seconds.saturating_mul(1_000_000));
    time.jst().strftime("%Y-%m-%dT%H:%M:%S+09:00").to_string()
}

/// The bytes within PEM armour, or the bytes as they are when there is none.
///
/// # Errors
/// [`Neither`] when the armour holds nothing that can be read.
pub fn unarmoured(bytes: &[u8]) -> Result<Vec<u8>, Neither> {
    if !bytes.starts_with(b"-----BEGIN ") {
        return Ok(bytes.to_vec());
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Neither)?;
    let lines = text
        .lines()
        .skip(1)
        .take_while(|line| !line.starts_with("-----END "));
    let content: String = lines.map(str::trim).collect();
    base64::Engine::decode(&base64::engine::general_purpose::STANDARD, content).map_err(|_| Neither)
}
