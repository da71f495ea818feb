//! Blind indexes: finding a row by a value that the database does not know.
//!
//! A 個人番号 has fewer than 10¹¹ possible values, so any hash without a key is undone in hours. With a key that
//! the database does not have, an index shows only that two rows have the same value.

use std::fmt;

use domain::number::IndividualNumber;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::error::{FormatError, FormatRule};
use crate::framing::length_of;

/// HMAC-SHA-256 of a value under a key of its purpose. Stored in place of the value, to look it up.
///
/// It stands for one person as long as the key lives, so `Debug` does not show it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlindIndex([u8; 32]);

impl BlindIndex {
    /// Takes the bytes of a column.
    ///
    /// # Errors
    /// [`FormatError`] when they are not 32.
    pub fn from_bytes(bytes: &[u8]) -> Result<BlindIndex, FormatError> {
        let rule = FormatRule::Length {
            expected: 32,
            found: bytes.len(),
        };
        bytes.try_into().map(BlindIndex).map_err(|_| FormatError {
            what: "blind index",
            rule,
        })
    }

    /// The 32 bytes, for a column.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Sixty-four hexadecimal digits.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }
}

impl fmt::Debug for BlindIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BlindIndex(…)")
    }
}

/// The key of the blind indexes of one purpose. It comes from [`crate::RootKey::index_key`].
///
/// Indexes of different purposes have nothing in common, even for the same value.
pub struct IndexKey(Box<Hmac<Sha256>>);

impl IndexKey {
    /// The two key blocks are hashed here, once.
    pub(crate) fn new(secret: &[u8; 32]) -> IndexKey {
        // As a whole block: the only way in that cannot fail. HMAC pads a shorter key with zeros (RFC 2104).
        let mut block = zeroize::Zeroizing::new([0; 64]);
        block[..32].copy_from_slice(secret);
        IndexKey(Box::new(Hmac::new((&*block).into())))
    }

    /// The index of a value made of parts, for instance an office and a name in it.
    #[must_use]
    pub fn index(&self, parts: &[&[u8]]) -> BlindIndex {
        let mut mac = Hmac::clone(&self.0);
        for part in parts {
            mac.update(&length_of(part));
            mac.update(part);
        }
        BlindIndex(mac.finalize().into_bytes().into())
    }

    /// The index of a 個人番号, so that the digits stay inside this crate. Hub intake looks people up by it, the register's stand-in
    /// too; an office recognises by it, under a key of its own, a number that it was told before.
    #[must_use]
    pub fn index_number(&self, number: &IndividualNumber) -> BlindIndex {
        self.index(&[number.expose().as_bytes()])
    }
}

impl Drop for IndexKey {
    /// Overwrites the prepared state with that of a key of zeros.
    fn drop(&mut self) {
        *self.0 = Hmac::new(&[0; 64].into());
        // Somebody might look, so the compiler may not leave the overwriting out.
        std::hint::black_box(&self.0);
    }
}

impl fmt::Debug for IndexKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IndexKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{NUMBERS, cases, number};
    use proptest::prelude::*;

    fn key(byte: u8) -> IndexKey {
        IndexKey::new(&[byte; 32])
    }

    /// Computed with Python: hmac.digest(bytes([7])*32, b"".join(len(p).to_bytes(8)+p …), "sha256").
    #[test]
    fn known_answers() {
        let of = |parts: &[&[u8]]| key(7).index(parts).to_hex();
        assert_eq!(
            of(&[b"12139994", b"L-000123"]),
            "38e9d4e83e5e570cfd220980435052724011a1bb31dc64ea0298226038831ce2"
        );
        assert_eq!(
            of(&[]),
            "9dac6a74401b46ed9b489d0e19d68d1b13cc6b5090352fdcfa5bd74df4e69d87"
        );
    }

    #[test]
    fn a_number_has_one_index_per_key() {
        for digits in NUMBERS {
            assert_eq!(
                key(1).index_number(&number(digits)),
                key(1).index_number(&number(digits))
            );
            assert_ne!(
                key(1).index_number(&number(digits)),
                key(2).index_number(&number(digits))
            );
            assert_eq!(
                key(1).index_number(&number(digits)),
                key(1).index(&[digits.as_bytes()])
            );
        }
    }

    #[test]
    fn a_column_gives_the_index_back() {
        let index = key(1).index(&[b"a"]);
        assert_eq!(BlindIndex::from_bytes(index.as_bytes()), Ok(index));
        let error = BlindIndex::from_bytes(b"short").unwrap_err();
        assert_eq!(error.to_string(), "blind index: has length 5; 32 is expected");
    }

    proptest! {
        #![proptest_config(cases(128))]

        #[test]
        fn only_the_same_parts_have_the_same_index(
            a in prop::collection::vec(prop::collection::vec(0u8..2, 0..3), 0..4),
            b in prop::collection::vec(prop::collection::vec(0u8..2, 0..3), 0..4),
        ) {
            let of = |parts: &[Vec<u8>]| {
                let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
                key(3).index(&parts)
            };
            prop_assert_eq!(a == b, of(&a) == of(&b));
        }
    }
}
