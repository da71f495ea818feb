//! Nonces that need no memory: when and for whom each was made stands in it, under a MAC.

use std::time::Duration;

use aws_lc_rs::hmac;
use domain::number::InstitutionCode;
use env::{EnvRng, Time};
use rand_core::Rng as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// For how long a nonce may be used.
pub const LIFE: Duration = Duration::from_secs(60);
/// By how much a nonce of another process may seem to come from the future.
const SKEW: Duration = Duration::from_secs(1);

/// Where a card is read: the connection that the nonce was made for, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The institution, by its certificate.
    pub institution: InstitutionCode,
    /// Its terminal, by its certificate.
    pub terminal: String,
    /// What only the two ends of this connection know (RFC 5705).
    pub exporter: [u8; 32],
}

/// A part of a place as a nonce has it: enough to tell which part is another one.
type Short = [u8; 8];

impl Place {
    fn parts(&self) -> [Short; 3] {
        let short = |label: &[u8], what: &[u8]| {
            let hash = Sha256::new().chain_update(label).chain_update(what).finalize();
            let mut short = Short::default();
            short.copy_from_slice(&hash[..8]);
            short
        };
        [
            short(b"institution\0", self.institution.as_str().as_bytes()),
            short(b"terminal\0", self.terminal.as_bytes()),
            short(b"connection\0", &self.exporter),
        ]
    }
}

/// The key under which nonces are made. All processes of verification have the same one.
pub struct NonceKey(hmac::Key);

/// What a use of a nonce is remembered by: when it was made (µs, big-endian) and its randomness. It exists once, and later
/// ones are greater, so that memories stand in the order in which they are forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NonceId(#[serde(with = "hex::serde")] pub [u8; NONCE_ID_LEN]);

/// The length of a [`NonceId`] in bytes.
pub const NONCE_ID_LEN: usize = 8 + 16;

/// The length of a nonce in bytes: version, time, randomness, place, MAC.
pub const NONCE_LEN: usize = 1 + 8 + 16 + 24 + 16;
const VERSION: u8 = 1;
const TAG_AT: usize = NONCE_LEN - 16;

/// Why a nonce is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NonceFault {
    NotOurs,
    Stale,
    Future,
    OtherInstitution,
    OtherTerminal,
    OtherConnection,
}

impl NonceKey {
    /// From 32 secret bytes.
    #[must_use]
    pub fn new(secret: &[u8; 32]) -> NonceKey {
        NonceKey(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// A nonce for a place, now.
    #[must_use]
    pub fn make(&self, place: &Place, now: Time, rng: &mut EnvRng) -> [u8; NONCE_LEN] {
        let mut nonce = [0; NONCE_LEN];
        let mut random = [0; 16];
        rng.fill_bytes(&mut random);
        let parts = place.parts();
        let said = [
            &[VERSION][..],
            &now.micros().to_be_bytes(),
            &random,
            parts.as_flattened(),
        ]
        .concat();
        nonce[..TAG_AT].copy_from_slice(&said);
        nonce[TAG_AT..].copy_from_slice(&self.tag(&said));
        nonce
    }

    /// What a nonce is remembered by, when it was made here, lately, for this place.
    pub(super) fn read(&self, nonce: &[u8], place: &Place, now: Time) -> Result<NonceId, NonceFault> {
        let (said, tag) = nonce.split_at_checked(TAG_AT).ok_or(NonceFault::NotOurs)?;
        let same = aws_lc_rs::constant_time::verify_slices_are_equal(&self.tag(said), tag);
        if same.is_err() || said[0] != VERSION {
            return Err(NonceFault::NotOurs);
        }
        let [institution, terminal, connection] = place.parts();
        for (part, at, fault) in [
            (institution, 25, NonceFault::OtherInstitution),
            (terminal, 33, NonceFault::OtherTerminal),
            (connection, 41, NonceFault::OtherConnection),
        ] {
            if said[at..at + 8] != part {
                return Err(fault);
            }
        }
        let mut micros = [0; 8];
        micros.copy_from_slice(&said[1..9]);
        let made = Time::from_micros(i64::from_be_bytes(micros));
        if made > now + SKEW {
            return Err(NonceFault::Future);
        }
        if now > made + LIFE {
            return Err(NonceFault::Stale);
        }
        let mut id = [0; NONCE_ID_LEN];
        id.copy_from_slice(&said[1..25]);
        Ok(NonceId(id))
    }

    /// The first half of an HMAC-SHA-256.
    fn tag(&self, said: &[u8]) -> [u8; 16] {
        let whole = hmac::sign(&self.0, said);
        let mut tag = [0; 16];
        tag.copy_from_slice(&whole.as_ref()[..16]);
        tag
    }
}
