//! A part of a record: a body with a salted hash, so that copies can be compared without being shown.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Sixteen random bytes that make equal bodies hash differently. Written as 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Salt(pub [u8; 16]);

/// The hash of a salted body: SHA-256. Written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct PartHash(pub [u8; 32]);

/// Keeps these hashes apart from every other use of SHA-256.
const LABEL: &[u8] = b"madoguchi/part/1\0";

/// A body with its salt and hash.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part<T> {
    /// The salt.
    pub salt: Salt,
    /// The hash over label, salt and canonical body.
    pub hash: PartHash,
    /// What the part says.
    pub body: T,
}

impl<T: Serialize> Part<T> {
    /// Hashes a body.
    pub fn new(salt: Salt, body: T) -> Part<T> {
        let hash = hash(salt, &body);
        Part { salt, hash, body }
    }

    /// Whether the hash is the body's.
    pub fn holds(&self) -> bool {
        hash(self.salt, &self.body) == self.hash
    }
}

impl<T> fmt::Debug for Part<T> {
    /// Shows the hash, never the body.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Part({})", hex::encode(self.hash.0))
    }
}

/// The canonical encoding of a body. Bodies are structs of text and numbers, so encoding them cannot fail; if it
/// ever did, the empty encoding would match no hash.
pub fn canonical<T: Serialize>(body: &T) -> Vec<u8> {
    serde_json::to_vec(body).unwrap_or_default()
}

fn hash<T: Serialize>(salt: Salt, body: &T) -> PartHash {
    hash_of(salt, &canonical(body))
}

/// The hash of a body that is canonical already.
pub(crate) fn hash_of(salt: Salt, body: &[u8]) -> PartHash {
    let mut digest = Sha256::new();
    digest.update(LABEL);
    digest.update(salt.0);
    digest.update(body);
    PartHash(digest.finalize().into())
}

/// Reads and writes fixed bytes as hexadecimal digits.
macro_rules! as_hex {
    ($name:ident, $what:literal) => {
        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&hex::encode(self.0))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                let mut bytes = [0; std::mem::size_of::<$name>()];
                hex::decode_to_slice(text.as_bytes(), &mut bytes)
                    .map_err(|_| serde::de::Error::custom(concat!("expected ", $what)))?;
                Ok($name(bytes))
            }
        }
    };
}
pub(crate) use as_hex;

as_hex!(Salt, "a salt of 32 hexadecimal digits");
as_hex!(PartHash, "a hash of 64 hexadecimal digits");
