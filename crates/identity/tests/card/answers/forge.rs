//! Answers written by hand, byte by byte, so that anything about them can be wrong.

use std::time::Duration;

use env::Time;
use rcgen::{KeyPair, PublicKeyData as _, SigningKey as _};

use crate::forge::{
    AUTHORITY_KEY, BASIC, COMMON_NAME, EXTENDED, Extension, Forged, KEY_USAGE, PRINTABLE, authority,
    generalized, issuer_name, key_name, keys, name, oid, sequence, sha256_with_rsa, tlv, utc,
};
use crate::identity::card::{Anchor, Anchors};
use crate::identity::profile::World;

pub(crate) const NO_CHECK: &str = "1.3.6.1.5.5.7.48.1.5";
pub(crate) const NONCE: &str = "1.3.6.1.5.5.7.48.1.2";
pub(crate) const SHA1: &str = "1.3.14.3.2.26";
pub(crate) const SHA256: &str = "2.16.840.1.101.3.4.2.1";
/// The number of the forge's good card.
pub(crate) const SERIAL: &[u8] = &[6, 0, 1, 2];

/// A moment some hours from another one, as certificates and answers have it.
pub(crate) fn text(from: Time, hours: i64) -> String {
    let micros = from.micros() + hours * 3_600_000_000;
    let moment = jiff::Timestamp::from_microsecond(micros).unwrap();
    moment.strftime("%Y%m%d%H%M%SZ").to_string()
}

const YEAR: i64 = 365 * 24;

/// The forge's authorities, with a period around a moment.
pub(crate) fn authority_around(n: usize, now: Time) -> Vec<u8> {
    let mut own = authority(n);
    own.period = [(-2 * YEAR), 2 * YEAR].map(|hours| utc(&text(now, hours)[2..]));
    own.write()
}

pub(crate) fn anchors_around(now: Time) -> Anchors {
    let pin = |n| Anchor::pin(World::Sandbox, &authority_around(n, now)).unwrap();
    Anchors::new(World::Sandbox, [pin(0), pin(1)])
}

/// Who signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signer {
    Issuer(usize),
    Delegate,
    Stranger,
}

impl Signer {
    pub(crate) fn key(self) -> &'static KeyPair {
        match self {
            Signer::Issuer(n) => &keys().issuers[n],
            Signer::Delegate => &keys().delegate,
            Signer::Stranger => &keys().stranger,
        }
    }

    /// Named by its key.
    pub(crate) fn by_key(self) -> Vec<u8> {
        tlv(0xa2, &tlv(4, &hashed(SHA1, self.key().der_bytes())))
    }

    /// Named by its name.
    pub(crate) fn by_name(self) -> Vec<u8> {
        let name = match self {
            Signer::Issuer(_) => issuer_name(),
            Signer::Delegate => delegate_name(),
            Signer::Stranger => name(&[(COMMON_NAME, PRINTABLE, "stranger")]),
        };
        tlv(0xa1, &name)
    }
}

fn delegate_name() -> Vec<u8> {
    name(&[(COMMON_NAME, PRINTABLE, "responder")])
}

/// The certificate of the delegate; nothing is wrong with this one.
pub(crate) fn delegate(issuer: usize, now: Time) -> Forged {
    let mut own = Forged::good(issuer);
    own.subject = delegate_name();
    own.serial = vec![9];
    own.key = keys().delegate.subject_public_key_info();
    own.period = [-24, 24].map(|hours| utc(&text(now, hours)[2..]));
    let key_id = tlv(0x80, &key_name(&keys().issuers[issuer]));
    own.extensions = vec![
        Extension::new(KEY_USAGE, true, vec![3, 2, 7, 0x80]),
        Extension::new(EXTENDED, false, sequence(&[oid("1.3.6.1.5.5.7.3.9")])),
        Extension::new(NO_CHECK, false, vec![5, 0]),
        Extension::new(AUTHORITY_KEY, false, sequence(&[key_id])),
        Extension::new(BASIC, false, sequence(&[])),
    ];
    own
}

pub(crate) fn hashed(algorithm: &str, bytes: &[u8]) -> Vec<u8> {
    use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256 as SHA2, digest};
    let algorithm = match algorithm {
        SHA1 => &SHA1_FOR_LEGACY_USE_ONLY,
        _ => &SHA2,
    };
    digest(algorithm, bytes).as_ref().to_vec()
}

/// A word on one certificate, in parts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Word {
    /// The hash's algorithm and its parameters.
    pub(crate) hash: (&'static str, Vec<u8>),
    pub(crate) issuer: usize,
    pub(crate) name_hash: Option<Vec<u8>>,
    pub(crate) serial: Vec<u8>,
    pub(crate) status: Vec<u8>,
    pub(crate) this: Vec<u8>,
    pub(crate) next: Vec<u8>,
    pub(crate) extensions: Vec<Extension>,
}

pub(crate) fn good_status() -> Vec<u8> {
    vec![0x80, 0]
}

pub(crate) fn unknown_status() -> Vec<u8> {
    vec![0x82, 0]
}

pub(crate) fn revoked_status(since: &str) -> Vec<u8> {
    tlv(0xa1, &generalized(since))
}

impl Word {
    pub(crate) fn good(issuer: usize, now: Time) -> Word {
        Word {
            hash: (SHA1, vec![5, 0]),
            issuer,
            name_hash: None,
            serial: SERIAL.to_vec(),
            status: good_status(),
            this: generalized(&text(now, -1)),
            next: tlv(0xa0, &generalized(&text(now, 1))),
            extensions: Vec::new(),
        }
    }

    fn write(&self) -> Vec<u8> {
        let (algorithm, parameters) = &self.hash;
        let name = self.name_hash.clone();
        let id = sequence(&[
            sequence(&[oid(algorithm), parameters.clone()]),
            tlv(4, &name.unwrap_or_else(|| hashed(algorithm, &issuer_name()))),
            tlv(4, &hashed(algorithm, keys().issuers[self.issuer].der_bytes())),
            tlv(2, &self.serial),
        ]);
        sequence(&[
            id,
            self.status.clone(),
            self.this.clone(),
            self.next.clone(),
            extensions(&self.extensions),
        ])
    }
}

fn extensions(all: &[Extension]) -> Vec<u8> {
    let all: Vec<Vec<u8>> = all.iter().map(Extension::write).collect();
    match all.is_empty() {
        true => Vec::new(),
        false => tlv(0xa1, &sequence(&all)),
    }
}

/// An answer in parts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ForgedAnswer {
    /// The status and what follows it.
    pub(crate) status: u8,
    pub(crate) kind: &'static str,
    pub(crate) version: Vec<u8>,
    pub(crate) responder: Vec<u8>,
    pub(crate) produced: Vec<u8>,
    pub(crate) words: Vec<Word>,
    pub(crate) extensions: Vec<Extension>,
    pub(crate) algorithm: Vec<u8>,
    pub(crate) signer: Signer,
    pub(crate) certificates: Vec<Vec<u8>>,
    /// A bit of the signature that is another one.
    pub(crate) flipped: Option<usize>,
    /// How many bytes are cut off at the end, and what stands after it.
    pub(crate) cut: usize,
    pub(crate) after: Vec<u8>,
}

impl ForgedAnswer {
    /// Nothing is wrong with this one: the issuing key itself says that the card is good.
    pub(crate) fn good(issuer: usize, now: Time) -> ForgedAnswer {
        let signer = Signer::Issuer(issuer);
        ForgedAnswer {
            status: 0,
            kind: "1.3.6.1.5.5.7.48.1.1",
            version: Vec::new(),
            responder: signer.by_key(),
            produced: generalized(&text(now, -1)),
            words: vec![Word::good(issuer, now)],
            extensions: Vec::new(),
            algorithm: sha256_with_rsa(),
            signer,
            certificates: Vec::new(),
            flipped: None,
            cut: 0,
            after: Vec::new(),
        }
    }

    /// The same by a delegate.
    pub(crate) fn delegated(issuer: usize, now: Time) -> ForgedAnswer {
        ForgedAnswer {
            responder: Signer::Delegate.by_key(),
            signer: Signer::Delegate,
            certificates: vec![delegate(issuer, now).write()],
            ..ForgedAnswer::good(issuer, now)
        }
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        let words: Vec<Vec<u8>> = self.words.iter().map(Word::write).collect();
        let data = sequence(&[
            self.version.clone(),
            self.responder.clone(),
            self.produced.clone(),
            sequence(&words),
            extensions(&self.extensions),
        ]);
        let mut signature = self.signer.key().sign(&data).unwrap();
        if let Some(bit) = self.flipped {
            signature[bit / 8 % 256] ^= 1 << (bit % 8);
        }
        let signature = tlv(3, &[&[0], signature.as_slice()].concat());
        let certificates = match self.certificates.is_empty() {
            true => Vec::new(),
            false => tlv(0xa0, &sequence(&self.certificates)),
        };
        let basic = sequence(&[data, self.algorithm.clone(), signature, certificates]);
        let bytes = tlv(0xa0, &sequence(&[oid(self.kind), tlv(4, &basic)]));
        let mut whole = match self.status {
            0 => sequence(&[tlv(0x0a, &[0]), bytes]),
            status => sequence(&[tlv(0x0a, &[status])]),
        };
        whole.truncate(whole.len().saturating_sub(self.cut));
        whole.extend(&self.after);
        whole
    }
}

/// Some hours.
pub(crate) fn hours(number: u64) -> Duration {
    Duration::from_hours(number)
}
