//! How a certificate is named to a responder: by hashes of its issuer's name and key.
//!
//! SHA-1 only shortens here; nothing is proven by it. Who makes two issuers of one hash has still no signature of a pinned key.

use aws_lc_rs::digest::{self, SHA1_FOR_LEGACY_USE_ONLY, SHA256};
use der::Encode;
use der::asn1::{AnyRef, Int, ObjectIdentifier, OctetString};
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::message::{CertId, ResponderId};
use crate::card::signed::has_null;
use crate::card::{Anchor, CardId, Serial};

/// The hash by which a certificate's issuer is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedBy {
    /// SHA-1: what responders understand since 1999.
    Sha1,
    /// SHA-256.
    Sha256,
}

const SHA1_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
const SHA256_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");

impl NamedBy {
    fn of(algorithm: &AlgorithmIdentifierOwned) -> Option<NamedBy> {
        // The NULL may stand there or not (RFC 5754 §2).
        let plain = algorithm.parameters.is_none() || has_null(algorithm);
        match algorithm.oid {
            SHA1_ID if plain => Some(NamedBy::Sha1),
            SHA256_ID if plain => Some(NamedBy::Sha256),
            _ => None,
        }
    }

    fn hash(self, bytes: &[u8]) -> digest::Digest {
        match self {
            NamedBy::Sha1 => digest::digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes),
            NamedBy::Sha256 => digest::digest(&SHA256, bytes),
        }
    }

    fn id(self) -> AlgorithmIdentifierOwned {
        AlgorithmIdentifierOwned {
            oid: match self {
                NamedBy::Sha1 => SHA1_ID,
                NamedBy::Sha256 => SHA256_ID,
            },
            parameters: Some(AnyRef::NULL.into()),
        }
    }
}

impl CertId {
    /// A certificate of an issuer's name (DER) and key (PKCS #1).
    pub(crate) fn new(by: NamedBy, name: &[u8], key: &[u8], serial: &Serial) -> der::Result<CertId> {
        let mut number = serial.as_bytes().to_vec();
        if number.first().is_some_and(|first| *first >= 0x80) {
            number.insert(0, 0);
        }
        Ok(CertId {
            hash: by.id(),
            name: OctetString::new(by.hash(name).as_ref())?,
            key: OctetString::new(by.hash(key).as_ref())?,
            serial: Int::new(&number)?,
        })
    }

    /// Whether a pinned key is its issuer.
    pub(super) fn is_of(&self, anchor: &Anchor) -> bool {
        NamedBy::of(&self.hash).is_some_and(|by| {
            by.hash(&anchor.name).as_ref() == self.name.as_bytes()
                && by.hash(&anchor.key).as_ref() == self.key.as_bytes()
        })
    }

    /// The card, when its number is one.
    pub(super) fn card(&self, anchor: &Anchor) -> Option<CardId> {
        Some(CardId {
            issuer: anchor.id(),
            serial: Serial::from_integer(self.serial.as_bytes())?,
        })
    }
}

impl ResponderId {
    /// A key (PKCS #1), by its hash.
    pub(crate) fn of_key(key: &[u8]) -> der::Result<ResponderId> {
        Ok(ResponderId::Key(OctetString::new(
            NamedBy::Sha1.hash(key).as_ref(),
        )?))
    }

    /// Whether it means who has this name (DER) and key (PKCS #1).
    pub(super) fn is(&self, name: &[u8], key: &[u8]) -> bool {
        match self {
            ResponderId::Name(said) => said.to_der().is_ok_and(|said| said == name),
            ResponderId::Key(hash) => NamedBy::Sha1.hash(key).as_ref() == hash.as_bytes(),
        }
    }
}
