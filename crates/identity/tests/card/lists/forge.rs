//! Lists written by hand, byte by byte, so that anything about them can be wrong.

use crate::forge::{
    AUTHORITY_KEY, Extension, issuer_name, key_name, keys, sequence, sha256_with_rsa, signed, tlv, utc,
};
use crate::identity::card::{ListFault, RevocationList};
use crate::judged::anchors;

pub(crate) const NUMBER: &str = "2.5.29.20";
pub(crate) const REASON: &str = "2.5.29.21";
pub(crate) const DELTA: &str = "2.5.29.27";
pub(crate) const OTHER_ISSUER: &str = "2.5.29.29";
pub(crate) const POINT: &str = "2.5.29.28";
/// The number of the forge's good card.
pub(crate) const SERIAL: &[u8] = &[6, 0, 1, 2];

/// A list in parts.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Forgery {
    pub(crate) version: Vec<u8>,
    pub(crate) algorithm: [Vec<u8>; 2],
    pub(crate) issuer: Vec<u8>,
    pub(crate) signer: usize,
    pub(crate) period: [Vec<u8>; 2],
    pub(crate) revoked: Vec<Entry>,
    pub(crate) extensions: Vec<Extension>,
}

/// A number, and the extensions of its entry.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Entry {
    pub(crate) serial: Vec<u8>,
    pub(crate) extensions: Vec<Extension>,
}

impl Entry {
    pub(crate) fn of(serial: &[u8]) -> Entry {
        Entry {
            serial: serial.to_vec(),
            extensions: Vec::new(),
        }
    }

    fn write(&self) -> Vec<u8> {
        let extensions = all(&self.extensions);
        sequence(&[tlv(2, &self.serial), utc("261101000000Z"), extensions])
    }
}

/// Extensions, or nothing where there are none.
fn all(extensions: &[Extension]) -> Vec<u8> {
    let written: Vec<Vec<u8>> = extensions.iter().map(Extension::write).collect();
    match written.is_empty() {
        true => Vec::new(),
        false => sequence(&written),
    }
}

impl Forgery {
    pub(crate) fn good(issuer: usize, revoked: &[&[u8]]) -> Forgery {
        let key_id = tlv(0x80, &key_name(&keys().issuers[issuer]));
        Forgery {
            version: tlv(2, &[1]),
            algorithm: [sha256_with_rsa(), sha256_with_rsa()],
            issuer: issuer_name(),
            signer: issuer,
            period: [utc("261126000000Z"), utc("261127000000Z")],
            revoked: revoked.iter().map(|serial| Entry::of(serial)).collect(),
            extensions: vec![
                Extension::new(AUTHORITY_KEY, false, sequence(&[key_id])),
                Extension::new(NUMBER, false, tlv(2, &[1])),
            ],
        }
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        let entries: Vec<Vec<u8>> = self.revoked.iter().map(Entry::write).collect();
        let entries = match entries.is_empty() {
            true => Vec::new(),
            false => sequence(&entries),
        };
        let extensions = match all(&self.extensions) {
            none if none.is_empty() => none,
            some => tlv(0xa0, &some),
        };
        let said = sequence(&[
            self.version.clone(),
            self.algorithm[0].clone(),
            self.issuer.clone(),
            self.period.concat(),
            entries,
            extensions,
        ]);
        let signer = match self.signer {
            2 => &keys().stranger,
            n => &keys().issuers[n],
        };
        signed(&said, &self.algorithm[1], signer, &[])
    }

    pub(crate) fn parse(&self) -> Result<RevocationList, ListFault> {
        RevocationList::parse(anchors(), &self.write())
    }
}

/// A key's list of now.
pub(crate) fn list(issuer: usize, revoked: &[&[u8]]) -> RevocationList {
    Forgery::good(issuer, revoked).parse().unwrap()
}

/// A key's empty list of a period.
pub(crate) fn list_of(issuer: usize, period: [&str; 2]) -> RevocationList {
    let mut forgery = Forgery::good(issuer, &[]);
    forgery.period = period.map(utc);
    forgery.parse().unwrap()
}
