//! A card's certificate as bytes: everything that the profile says of its form, and nothing else.
//!
//! Here it is only read. Whether anybody stands behind it is a matter of the [`path`](super::path).

use std::time::Duration;

use der::asn1::ObjectIdentifier;
use der::{Decode, Encode};
use env::Time;
use sha2::{Digest, Sha256};
use x509_cert::certificate::{TbsCertificate, Version};
use x509_cert::ext::pkix::{
    BasicConstraints, CertificatePolicies, CrlDistributionPoints, ExtendedKeyUsage, KeyUsage, SubjectAltName,
    SubjectKeyIdentifier,
};
use x509_cert::name::Name;
use x509_cert::spki::SubjectPublicKeyInfoOwned;

use super::signed::{Signed, has_null, is_sha256_with_rsa, issuer_key, verifies};
use super::{KeyId, Serial};
use crate::profile::{CLIENT_AUTH, RSA, extension};

/// The longest certificate that is looked at, in bytes. Those of cards have some 1,300.
pub const MOST: usize = 4096;

/// Why bytes are no certificate of a card.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// More than [`MOST`] bytes.
    #[error("証明書が長すぎます（{0} バイト）")]
    TooLong(usize),
    /// Not DER, or something before, between or after.
    #[error("証明書として読めません")]
    Unreadable,
    /// Not version 3.
    #[error("証明書の版が 3 ではありません")]
    Version,
    /// The serial number is negative, zero or longer than 20 bytes.
    #[error("証明書の番号が正の整数（20バイト以内）ではありません")]
    Serial,
    /// Another algorithm, or two that differ.
    #[error("署名方式が SHA-256・RSA ではありません")]
    Algorithm,
    /// Identifiers that no profile uses any more.
    #[error("使われていない項目（固有識別子）があります")]
    UniqueId,
    /// It ends before it begins.
    #[error("有効期間が逆です")]
    Period,
    /// The subject is empty, or not one country and one opaque name.
    #[error("主体者名が決まった形ではありません")]
    Subject,
    /// Not RSA with 2048 bits and the exponent 65537.
    #[error("公開鍵が RSA 2048 ビット・指数 65537 ではありません")]
    PublicKey,
    /// An extension stands twice.
    #[error("同じ拡張が2回あります（{0}）")]
    Twice(ObjectIdentifier),
    /// A critical extension that is not known here.
    #[error("知らない必須の拡張があります（{0}）")]
    UnknownCritical(ObjectIdentifier),
    /// An extension does not say what it must.
    #[error("拡張の内容が決まった形ではありません（{0}）")]
    Extension(ObjectIdentifier),
    /// An extension that must be there.
    #[error("必要な拡張がありません（{0}）")]
    Missing(ObjectIdentifier),
    /// The key may do more or less than sign for authentication.
    #[error("鍵の用途が利用者証明ではありません")]
    KeyUsage,
    /// An authority's certificate.
    #[error("発行者の証明書です")]
    Authority,
}

/// A certificate of the card's form.
#[derive(Clone, Debug)]
pub struct CardCertificate {
    /// What was signed.
    content: Vec<u8>,
    signature: Vec<u8>,
    /// The issuer's name, as bytes: names are compared as they stand.
    pub(super) issuer: Vec<u8>,
    /// The issuing key's own name for itself, when the certificate says it.
    pub(super) issuer_key: Option<Vec<u8>>,
    serial: Serial,
    pub(super) from: Time,
    pub(super) through: Time,
    pub(super) policies: Vec<ObjectIdentifier>,
    /// PKCS #1 `RSAPublicKey`.
    key: Vec<u8>,
}

impl CardCertificate {
    /// Reads a certificate.
    ///
    /// # Errors
    /// [`Fault`]: the first thing that is not as the profile has it.
    pub fn parse(bytes: &[u8]) -> Result<CardCertificate, Fault> {
        if bytes.len() > MOST {
            return Err(Fault::TooLong(bytes.len()));
        }
        let signed = Signed::parse(bytes).map_err(|_| Fault::Unreadable)?;
        let said = TbsCertificate::from_der(signed.content).map_err(|_| Fault::Unreadable)?;
        // What was signed is what is read: another encoding of the same would be another certificate.
        if said.to_der().ok().as_deref() != Some(signed.content) {
            return Err(Fault::Unreadable);
        }
        if said.version() != Version::V3 {
            return Err(Fault::Version);
        }
        let serial = Serial::from_integer(said.serial_number().as_bytes()).ok_or(Fault::Serial)?;
        if !is_sha256_with_rsa(&signed.algorithm) || *said.signature() != signed.algorithm {
            return Err(Fault::Algorithm);
        }
        if said.issuer_unique_id().is_some() || said.subject_unique_id().is_some() {
            return Err(Fault::UniqueId);
        }
        let (from, through) = period(said.validity());
        if through < from {
            return Err(Fault::Period);
        }
        check_subject(said.subject())?;
        let key = rsa_2048(said.subject_public_key_info()).ok_or(Fault::PublicKey)?;
        let extensions = Extensions::read(&said)?;
        Ok(CardCertificate {
            content: signed.content.to_vec(),
            signature: signed.signature.to_vec(),
            issuer: said.issuer().to_der().map_err(|_| Fault::Unreadable)?,
            issuer_key: extensions.issuer_key,
            serial,
            from,
            through,
            policies: extensions.policies,
            key,
        })
    }

    /// Its number, which means nothing without the key that gave it.
    #[must_use]
    pub fn serial(&self) -> &Serial {
        &self.serial
    }

    /// Whether the card that has its key signed a message.
    #[must_use]
    pub fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        verifies(&self.key, message, signature)
    }

    /// Whether a key of PKCS #1 form issued it.
    pub(super) fn is_issued_by(&self, key: &[u8]) -> bool {
        verifies(key, &self.content, &self.signature)
    }
}

/// One country and one name that says nothing of anybody.
fn check_subject(subject: &Name) -> Result<(), Fault> {
    let is_one = |rdn: &x509_cert::name::RelativeDistinguishedName| rdn.iter().count() == 1;
    let (country, name) = (subject.country(), subject.common_name());
    let japan = country.is_ok_and(|country| country.is_some_and(|country| country.as_str() == "JP"));
    let named = name.is_ok_and(|name| {
        name.is_some_and(|name| {
            let name = name.value();
            (1..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
    });
    let exact = subject.iter_rdn().all(is_one) && subject.iter_rdn().count() == 2;
    if exact && japan && named {
        Ok(())
    } else {
        Err(Fault::Subject)
    }
}

/// The PKCS #1 key in a SubjectPublicKeyInfo, when it is RSA with 2048 bits and the exponent 65537.
pub(super) fn rsa_2048(info: &SubjectPublicKeyInfoOwned) -> Option<Vec<u8>> {
    if info.algorithm.oid != RSA || !has_null(&info.algorithm) {
        return None;
    }
    let key = info.subject_public_key.as_bytes()?;
    let parts = RsaPublicKey::from_der(key).ok()?;
    let modulus = parts.modulus.as_bytes();
    let strong = modulus.len() == 256 && modulus[0] >= 0x80 && modulus[255] & 1 == 1;
    (strong && parts.exponent.as_bytes() == [1, 0, 1]).then(|| key.to_vec())
}

/// RFC 8017 §A.1.1.
#[derive(der::Sequence)]
struct RsaPublicKey<'a> {
    modulus: der::asn1::UintRef<'a>,
    exponent: der::asn1::UintRef<'a>,
}

/// A key's own name: SHA-256 over its SubjectPublicKeyInfo.
pub(super) fn key_id(info: &SubjectPublicKeyInfoOwned) -> Option<KeyId> {
    Some(KeyId(Sha256::digest(info.to_der().ok()?).into()))
}

/// A certificate's time as ours.
pub(crate) fn time(time: x509_cert::time::Time) -> Time {
    let since = time.to_unix_duration().as_secs();
    Time::from_micros(i64::try_from(since).unwrap_or(i64::MAX).saturating_mul(1_000_000))
}

/// From the first to the last microsecond: the last second is of the period to its end.
pub(super) fn period(validity: &x509_cert::time::Validity) -> (Time, Time) {
    let end = time(validity.not_after) + Duration::from_micros(999_999);
    (time(validity.not_before), end)
}

/// What the extensions say.
#[derive(Default)]
struct Extensions {
    issuer_key: Option<Vec<u8>>,
    policies: Vec<ObjectIdentifier>,
}

impl Extensions {
    fn read(said: &TbsCertificate) -> Result<Extensions, Fault> {
        let all = said.extensions().map_or(&[][..], Vec::as_slice);
        let mut read = Extensions::default();
        let mut usage = false;
        for (at, one) in all.iter().enumerate() {
            let id = one.extn_id;
            if all[..at].iter().any(|earlier| earlier.extn_id == id) {
                return Err(Fault::Twice(id));
            }
            let bytes = one.extn_value.as_bytes();
            match id {
                extension::KEY_USAGE => {
                    let said: KeyUsage = decode(id, bytes)?;
                    usage = one.critical && said.0 == x509_cert::ext::pkix::KeyUsages::DigitalSignature;
                    if !usage {
                        return Err(Fault::KeyUsage);
                    }
                }
                extension::EXTENDED_KEY_USAGE => {
                    let said: ExtendedKeyUsage = decode(id, bytes)?;
                    if !said.0.contains(&CLIENT_AUTH) {
                        return Err(Fault::KeyUsage);
                    }
                }
                extension::BASIC_CONSTRAINTS => {
                    let said: BasicConstraints = decode(id, bytes)?;
                    if said.ca || said.path_len_constraint.is_some() {
                        return Err(Fault::Authority);
                    }
                }
                extension::CERTIFICATE_POLICIES => {
                    let said: CertificatePolicies = decode(id, bytes)?;
                    read.policies = said.0.iter().map(|policy| policy.policy_identifier).collect();
                    some(id, said.0)?;
                }
                extension::AUTHORITY_KEY_IDENTIFIER => {
                    read.issuer_key = issuer_key(bytes).map_err(|_| Fault::Extension(id))?;
                }
                extension::SUBJECT_KEY_IDENTIFIER => drop(decode::<SubjectKeyIdentifier>(id, bytes)?),
                extension::SUBJECT_ALT_NAME => some(id, decode::<SubjectAltName>(id, bytes)?.0)?,
                extension::CRL_DISTRIBUTION_POINTS => {
                    some(id, decode::<CrlDistributionPoints>(id, bytes)?.0)?;
                }
                _ if one.critical => return Err(Fault::UnknownCritical(id)),
                _ => {}
            }
        }
        if !usage {
            return Err(Fault::Missing(extension::KEY_USAGE));
        }
        if read.policies.is_empty() {
            return Err(Fault::Missing(extension::CERTIFICATE_POLICIES));
        }
        Ok(read)
    }
}

/// What an extension says, to its last byte.
fn decode<'a, T: Decode<'a>>(id: ObjectIdentifier, bytes: &'a [u8]) -> Result<T, Fault> {
    T::from_der(bytes).map_err(|_| Fault::Extension(id))
}

/// A list in an extension has at least one (`SIZE (1..MAX)`).
fn some<T>(id: ObjectIdentifier, list: Vec<T>) -> Result<(), Fault> {
    if list.is_empty() {
        Err(Fault::Extension(id))
    } else {
        Ok(())
    }
}
