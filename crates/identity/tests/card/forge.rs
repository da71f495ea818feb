//! Certificates written by hand, byte by byte, so that anything about them can be wrong.

use std::sync::OnceLock;

use crate::identity::authority::issuing::rsa_key;
use rcgen::{KeyPair, PublicKeyData, SigningKey};

/// Something of DER: a tag, its length, its content.
pub(crate) fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    match content.len() {
        len @ 0..=127 => bytes.push(u8::try_from(len).unwrap()),
        len @ 128..=255 => bytes.extend([0x81, u8::try_from(len).unwrap()]),
        len => bytes.extend([
            0x82,
            u8::try_from(len >> 8).unwrap(),
            u8::try_from(len & 255).unwrap(),
        ]),
    }
    bytes.extend(content);
    bytes
}

pub(crate) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

/// An object identifier from its text.
pub(crate) fn oid(text: &str) -> Vec<u8> {
    let id = der::asn1::ObjectIdentifier::new(text).unwrap();
    tlv(6, id.as_bytes())
}

/// A name: each part its own, with its string's tag.
pub(crate) fn name(parts: &[(&str, u8, &str)]) -> Vec<u8> {
    let rdns = parts.iter().map(|(id, tag, text)| {
        let attribute = sequence(&[oid(id), tlv(*tag, text.as_bytes())]);
        tlv(0x31, &attribute)
    });
    sequence(&rdns.collect::<Vec<_>>())
}

pub(crate) const COUNTRY: &str = "2.5.4.6";
pub(crate) const COMMON_NAME: &str = "2.5.4.3";
pub(crate) const PRINTABLE: u8 = 0x13;

/// An extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Extension {
    pub(crate) id: &'static str,
    pub(crate) critical: bool,
    pub(crate) content: Vec<u8>,
}

impl Extension {
    pub(crate) fn new(id: &'static str, critical: bool, content: Vec<u8>) -> Extension {
        Extension {
            id,
            critical,
            content,
        }
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        let critical = if self.critical {
            vec![1, 1, 0xff]
        } else {
            Vec::new()
        };
        sequence(&[oid(self.id), critical, tlv(4, &self.content)])
    }
}

pub(crate) const KEY_USAGE: &str = "2.5.29.15";
pub(crate) const POLICIES: &str = "2.5.29.32";
pub(crate) const AUTHORITY_KEY: &str = "2.5.29.35";
pub(crate) const BASIC: &str = "2.5.29.19";
pub(crate) const ALT_NAME: &str = "2.5.29.17";
pub(crate) const EXTENDED: &str = "2.5.29.37";

/// The keys of these tests, drawn once: drawing takes longer than all they are used for.
pub(crate) struct Keys {
    pub(crate) issuers: [KeyPair; 2],
    pub(crate) stranger: KeyPair,
    pub(crate) card: KeyPair,
    /// Of one to whom an issuing key delegates its answers.
    pub(crate) delegate: KeyPair,
}

pub(crate) fn keys() -> &'static Keys {
    static KEYS: OnceLock<Keys> = OnceLock::new();
    KEYS.get_or_init(|| {
        let draw = || rsa_key().unwrap();
        Keys {
            issuers: [draw(), draw()],
            stranger: draw(),
            card: draw(),
            delegate: draw(),
        }
    })
}

/// A key's name for itself, as the forge's authorities have it.
pub(crate) fn key_name(key: &KeyPair) -> Vec<u8> {
    use sha2::Digest as _;
    sha2::Sha256::digest(key.subject_public_key_info())[..20].to_vec()
}

/// The policy of the sandbox, as an extension's content.
pub(crate) fn policies(ids: &[&str]) -> Vec<u8> {
    let all: Vec<Vec<u8>> = ids.iter().map(|id| sequence(&[oid(id)])).collect();
    sequence(&all)
}

pub(crate) const SANDBOX_POLICY: &str = "1.2.392.200149.8.5.1.0.30";
pub(crate) const SIGNING_POLICY: &str = "1.2.392.200149.8.5.1.0.20";
pub(crate) const PRODUCTION_POLICY: &str = "1.2.392.200149.8.5.1.3.30";

/// sha256WithRSAEncryption with NULL.
pub(crate) fn sha256_with_rsa() -> Vec<u8> {
    sequence(&[oid("1.2.840.113549.1.1.11"), vec![5, 0]])
}

/// The name under which both issuing keys issue.
pub(crate) fn issuer_name() -> Vec<u8> {
    name(&[
        (COUNTRY, PRINTABLE, "JP"),
        ("2.5.4.10", PRINTABLE, "Madoguchi Sandbox Forge"),
        ("2.5.4.11", PRINTABLE, "user authentication"),
    ])
}

/// A certificate in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Forged {
    pub(crate) version: Vec<u8>,
    /// The content of the integer.
    pub(crate) serial: Vec<u8>,
    pub(crate) algorithm: [Vec<u8>; 2],
    pub(crate) issuer: Vec<u8>,
    pub(crate) period: [Vec<u8>; 2],
    pub(crate) subject: Vec<u8>,
    pub(crate) key: Vec<u8>,
    /// What stands between key and extensions: nothing, as a rule.
    pub(crate) between: Vec<u8>,
    pub(crate) extensions: Vec<Extension>,
    /// Who signs: 0 and 1 are the issuing keys, 2 is a stranger.
    pub(crate) signer: usize,
    /// What stands after the signature.
    pub(crate) after: Vec<u8>,
}

/// UTCTime.
pub(crate) fn utc(text: &str) -> Vec<u8> {
    tlv(0x17, text.as_bytes())
}

/// GeneralizedTime.
pub(crate) fn generalized(text: &str) -> Vec<u8> {
    tlv(0x18, text.as_bytes())
}

impl Forged {
    /// Nothing is wrong with this one: issued by a key, in force from 2024 to 2029.
    pub(crate) fn good(issuer: usize) -> Forged {
        let keys = keys();
        let key_id = tlv(0x80, &key_name(&keys.issuers[issuer]));
        Forged {
            version: tlv(0xa0, &[2, 1, 2]),
            serial: vec![6, 0, 1, 2],
            algorithm: [sha256_with_rsa(), sha256_with_rsa()],
            issuer: issuer_name(),
            period: [utc("240101000000Z"), utc("290401145959Z")],
            subject: name(&[
                (COUNTRY, PRINTABLE, "JP"),
                (COMMON_NAME, PRINTABLE, "0123456789ABCDEFGHJKLMN"),
            ]),
            key: keys.card.subject_public_key_info(),
            between: Vec::new(),
            extensions: vec![
                Extension::new(KEY_USAGE, true, vec![3, 2, 7, 0x80]),
                Extension::new(POLICIES, true, policies(&[SANDBOX_POLICY])),
                Extension::new(AUTHORITY_KEY, false, sequence(&[key_id])),
            ],
            signer: issuer,
            after: Vec::new(),
        }
    }

    pub(crate) fn extension(&mut self, id: &str) -> &mut Extension {
        self.extensions.iter_mut().find(|one| one.id == id).unwrap()
    }

    pub(crate) fn without(mut self, id: &str) -> Forged {
        self.extensions.retain(|one| one.id != id);
        self
    }

    pub(crate) fn with(mut self, extension: Extension) -> Forged {
        self.extensions.push(extension);
        self
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        let extensions: Vec<Vec<u8>> = self.extensions.iter().map(Extension::write).collect();
        let extensions = match extensions.is_empty() {
            true => Vec::new(),
            false => tlv(0xa3, &sequence(&extensions)),
        };
        let said = sequence(&[
            self.version.clone(),
            tlv(2, &self.serial),
            self.algorithm[0].clone(),
            self.issuer.clone(),
            sequence(&self.period),
            self.subject.clone(),
            self.key.clone(),
            self.between.clone(),
            extensions,
        ]);
        let signer = match self.signer {
            2 => &keys().stranger,
            n => &keys().issuers[n],
        };
        signed(&said, &self.algorithm[1], signer, &self.after)
    }
}

/// Something with its signature.
pub(crate) fn signed(said: &[u8], algorithm: &[u8], signer: &KeyPair, after: &[u8]) -> Vec<u8> {
    let signature = [&[0], signer.sign(said).unwrap().as_slice()].concat();
    let parts = [
        said.to_vec(),
        algorithm.to_vec(),
        tlv(3, &signature),
        after.to_vec(),
    ];
    sequence(&parts)
}

/// The forge's authorities: two keys under one name, the first in force until 2028, the second from 2023 on.
pub(crate) fn authority(n: usize) -> Forged {
    let key = &keys().issuers[n];
    let mut own = Forged::good(n);
    own.serial = vec![1];
    own.subject = issuer_name();
    own.key = key.subject_public_key_info();
    own.period = match n {
        0 => [utc("180101000000Z"), utc("280331145959Z")],
        _ => [utc("230101000000Z"), utc("330331145959Z")],
    };
    own.extensions = vec![
        Extension::new(BASIC, true, sequence(&[vec![1, 1, 0xff]])),
        Extension::new(KEY_USAGE, true, vec![3, 2, 1, 6]),
        Extension::new("2.5.29.14", false, tlv(4, &key_name(key))),
    ];
    own
}
