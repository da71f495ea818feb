//! Salted hashes: a commitment to a part of a record.
//!
//! A record has two parts, *identity* and *served* (design §5), each hashed under a salt of its own. The hashes
//! can be compared and published; without the salt they do not show whether somebody's guess is right.

use std::fmt;

use env::EnvRng;
use rand_core::Rng as _;
use sha2::{Digest, Sha256};

use crate::error::{FormatError, FormatRule};

/// Its length is fixed and so is the salt's: nothing can be moved from one into the other.
const LABEL: &[u8] = b"madoguchi salted hash 1";

/// Sixteen random bytes, kept as close as the part they belong to: with them a guess can be tried.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt([u8; 16]);

impl Salt {
    /// A fresh salt. Every part of every revision has its own.
    #[must_use]
    pub fn random(rng: &mut EnvRng) -> Salt {
        let mut bytes = [0; 16];
        rng.fill_bytes(&mut bytes);
        Salt(bytes)
    }

    /// Takes the bytes of a column or message.
    ///
    /// # Errors
    /// [`FormatError`] when they are not 16.
    pub fn from_bytes(bytes: &[u8]) -> Result<Salt, FormatError> {
        let rule = FormatRule::Length {
            expected: 16,
            found: bytes.len(),
        };
        bytes
            .try_into()
            .map(Salt)
            .map_err(|_| FormatError { what: "salt", rule })
    }

    /// The bytes, for a column or message.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(…)")
    }
}

/// SHA-256 of a label, the salt and the canonical bytes of the part.
#[must_use]
pub fn salted_hash(salt: &Salt, bytes: &[u8]) -> [u8; 32] {
    Sha256::new()
        .chain_update(LABEL)
        .chain_update(salt.0)
        .chain_update(bytes)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::rng;

    /// Computed with Python: hashlib.sha256(label + bytes([5])*16 + bytes).
    #[test]
    fn known_answers() {
        let salt = Salt::from_bytes(&[5; 16]).unwrap();
        assert_eq!(
            hex::encode(salted_hash(&salt, b"identity")),
            "a076c2d85c69671cf3bb05b3fc3091a1d9505d4473014000a08b06716566e30a"
        );
        assert_eq!(
            hex::encode(salted_hash(&salt, b"")),
            "128cd17950de7f8f4f0e1959d5c2efe76204c08e6c306aa8c93f6f0faddb063f"
        );
    }

    #[test]
    fn another_salt_or_another_byte_is_another_hash() {
        let mut rng = rng(1);
        let (one, two) = (Salt::random(&mut rng), Salt::random(&mut rng));
        assert_ne!(one, two);
        assert_eq!(salted_hash(&one, b"a"), salted_hash(&one, b"a"));
        assert_ne!(salted_hash(&one, b"a"), salted_hash(&two, b"a"));
        assert_ne!(salted_hash(&one, b"a"), salted_hash(&one, b"b"));
    }

    #[test]
    fn a_column_gives_the_salt_back() {
        let salt = Salt::random(&mut rng(2));
        assert_eq!(Salt::from_bytes(salt.as_bytes()), Ok(salt));
        assert_eq!(
            Salt::from_bytes(&[0; 15]).unwrap_err().to_string(),
            "salt: has length 15; 16 is expected"
        );
    }
}
