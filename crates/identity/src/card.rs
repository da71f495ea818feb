//! The card's certificate (利用者証明用電子証明書): read, tied to a pinned key, looked up among what was revoked.
//!
//! ```text
//! bytes ─▶ certificate: strict form ─▶ path: issuer, key, signature, time ─▶ revocation: list, freshness
//!              Fault                        Refused                              Standing
//! ```
//!
//! - [`certificate`]: the bytes, and nothing in them that is not of the profile.
//! - [`anchors`]: the pinned keys, several under one name.
//! - [`path`]: whether one of them issued it, and whether it is in force.
//! - [`revocation`]: the lists, how fresh they are, and what is refused when they are not.

use std::fmt;

use serde::{Deserialize, Serialize};

pub mod anchors;
pub mod certificate;
pub mod path;
pub mod revocation;
mod signed;

pub use anchors::{Anchor, AnchorFault, Anchors};
pub use certificate::{CardCertificate, Fault};
pub use path::{InForce, Refused};
pub use revocation::{ListFault, RevocationList, Standing};

/// A key that issues certificates: SHA-256 over its SubjectPublicKeyInfo.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct KeyId(#[serde(with = "hex::serde")] pub [u8; 32]);

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({})", hex::encode(&self.0[..8]))
    }
}

/// A certificate's serial number: the bytes of a positive integer without leading zeros, at most 20.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Serial(#[serde(with = "hex::serde")] pub(crate) Vec<u8>);

impl Serial {
    /// From the content of a DER integer; nothing when that is negative, zero or too long.
    #[must_use]
    pub fn from_integer(content: &[u8]) -> Option<Serial> {
        let digits = match content {
            [0, rest @ ..] => rest,
            [first, ..] if *first < 0x80 => content,
            _ => return None,
        };
        (!digits.is_empty() && digits.len() <= 20 && digits[0] != 0).then(|| Serial(digits.to_vec()))
    }
}

impl fmt::Debug for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Serial({self})")
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

/// What a card is found by: who issued its certificate, and under which number. Neither alone says who it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CardId {
    /// The issuing key.
    pub issuer: KeyId,
    /// The certificate's number.
    pub serial: Serial,
}
