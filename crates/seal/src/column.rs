//! Sealed columns: values that a database holds but cannot read, move or exchange.
//!
//! AES-256-GCM-SIV (RFC 8452): should a nonce ever repeat, it shows that two equal values in one place are equal
//! and nothing more. Bytes: version (1) | nonce (12) | encrypted value | tag (16). The version and the value's
//! [`Place`] are associated data.
//!
//! **One key per office.** Keys per person, under the office's, come with the issue that destroys them on request
//! (crypto-shredding); they will be version 2 of the format.

use std::fmt;

use aes_gcm_siv::{AeadInOut, Aes256GcmSiv, KeyInit, Nonce, Tag};
use env::EnvRng;
use rand_core::Rng as _;

use crate::error::SealError;
use crate::framing::framed;

const VERSION: u8 = 1;
const NONCE_END: usize = 1 + 12;
const TAG: usize = 16;

/// Where a sealed value stands. What is sealed for one place does not open in another.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The table.
    pub table: &'a str,
    /// The primary key of the row, column by column, in the table's order. For versioned rows the revision is one
    /// of them, so that an old value does not open in a newer row.
    pub row: &'a [&'a [u8]],
    /// The column.
    pub column: &'a str,
}

impl Place<'_> {
    fn associated_data(&self) -> Vec<u8> {
        let names = [self.table.as_bytes(), self.column.as_bytes()];
        framed(
            "madoguchi sealed column 1",
            names.into_iter().chain(self.row.iter().copied()),
        )
    }
}

/// The key for the sealed columns of one office.
///
/// The key schedule is prepared once; use one `ColumnKey` again and again, from any thread. It comes from
/// [`crate::RootKey::column_key`].
pub struct ColumnKey(Box<Aes256GcmSiv>);

impl ColumnKey {
    pub(crate) fn new(secret: &[u8; 32]) -> ColumnKey {
        ColumnKey(Box::new(Aes256GcmSiv::new(secret.into())))
    }

    /// Seals a value for its place. The result is 29 bytes longer than the value.
    ///
    /// # Panics
    /// When the value has more than 64 GiB, which RFC 8452 does not allow. Every reader of this program bounds
    /// what it takes far below that.
    #[must_use]
    pub fn seal(&self, rng: &mut EnvRng, place: &Place<'_>, plaintext: &[u8]) -> Vec<u8> {
        let mut nonce = Nonce::default();
        rng.fill_bytes(&mut nonce);
        let mut sealed = Vec::with_capacity(NONCE_END + plaintext.len() + TAG);
        sealed.push(VERSION);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plaintext);
        let value = &mut sealed[NONCE_END..];
        let tag = self
            .0
            .encrypt_inout_detached(&nonce, &place.associated_data(), value.into())
            .expect("a value of at most 64 GiB");
        sealed.extend_from_slice(&tag);
        sealed
    }

    /// Opens what was sealed with this key for this place.
    ///
    /// # Errors
    /// [`SealError::Refused`] for another key, another place, or changed bytes; which is not said.
    pub fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let Some((VERSION, rest)) = sealed.split_first().map(|(version, rest)| (*version, rest)) else {
            return Err(SealError::Refused);
        };
        let (nonce, rest) = rest.split_first_chunk::<12>().ok_or(SealError::Refused)?;
        let (value, tag) = rest.split_last_chunk::<TAG>().ok_or(SealError::Refused)?;
        let mut plaintext = value.to_vec();
        self.0
            .decrypt_inout_detached(
                &Nonce::from(*nonce),
                &place.associated_data(),
                plaintext.as_mut_slice().into(),
                &Tag::from(*tag),
            )
            .map_err(|_| SealError::Refused)?;
        Ok(plaintext)
    }
}

impl Drop for ColumnKey {
    /// Overwrites the key schedule with that of a key of zeros.
    fn drop(&mut self) {
        *self.0 = Aes256GcmSiv::new(&[0; 32].into());
        // Somebody might look, so the compiler may not leave the overwriting out.
        std::hint::black_box(&self.0);
    }
}

impl fmt::Debug for ColumnKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ColumnKey(…)")
    }
}

#[cfg(test)]
mod tests;
