//! Sealing: what makes stored and forwarded bytes useless to whoever has no business with them.
//!
//! This crate takes bytes and gives bytes. It knows no role, no table and no message; the callers say what a
//! thing is *for*, and that purpose is bound into every result, so that nothing sealed for one place opens in
//! another.
//!
//! | part | what it does | who uses it |
//! |---|---|---|
//! | [`SealedNumber`] | a 個人番号 that only the hub can open (HPKE, RFC 9180) | office seals, hub opens |
//! | [`ColumnKey`] | a sealed column (AES-256-GCM-SIV, RFC 8452), bound to its [`Place`] | every role that stores people |
//! | [`IndexKey`] | a [`BlindIndex`] (HMAC-SHA-256): equality without the value | look-ups by number |
//! | [`RootKey`] | the one secret of a role, in a file; all keys above come from it | start of a role |
//! | [`KeyProvider`] | where keys come from: the root file now, a hardware module later | start of a role |
//!
//! # How a number travels (promise `no-number`)
//!
//! The function that reads twelve digits calls [`SealedNumber::seal`] before it returns. From there on the number
//! is 61 bytes (82 characters in JSON) that name the office, the 紐付番号 and the revision they were made for.
//! Spools, databases, logs and errors hold only these. At intake the hub calls [`HubPrivateKey::open`], computes
//! [`IndexKey::index_number`], asks the residents' register, and drops the digits, which overwrites them.
//!
//! ```
//! # fn demo(env: &env::Env) -> Result<(), Box<dyn std::error::Error>> {
//! use domain::number::IndividualNumber;
//! use seal::{RootKey, SealedNumber, SealingContext};
//! # mod seal { pub use madoguchi_seal::*; }
//!
//! let mut rng = env.rng();
//! let hub_root = RootKey::generate(&mut rng);
//! let hub = hub_root.hub_private_key();
//! let context = SealingContext { office: "12139994", link: "L-000123", revision: 1 };
//!
//! let number = IndividualNumber::parse("123456789018")?;
//! let sealed = SealedNumber::seal(&mut rng, &hub.public_key(), &number, &context)?;
//! let opened = hub.open(&sealed, &context)?;
//! # let _ = opened; Ok(())
//! # }
//! ```
//!
//! # Rules of this crate
//!
//! - All randomness comes from [`env::EnvRng`]: in a simulation the same seed gives the same bytes.
//! - What does not open says [`SealError::Refused`] and nothing else, so that nobody can probe with it.
//! - Whatever is bound to a purpose is framed injectively: two different purposes never give the same bytes.
//! - Every format starts with a version byte, which is bound too; a new algorithm is a new byte.
//! - No secret type can be shown, copied or serialised; keys live on the heap and are overwritten when dropped.
//!   What a cipher leaves on the stack while it works is not overwritten; that remains.

mod armour;
mod blind_index;
mod column;
mod error;
mod framing;
mod hub_key;
mod keys;
#[cfg(test)]
mod platform;
mod provider;
mod sealed_number;
#[cfg(test)]
mod testing;

pub use blind_index::{BlindIndex, IndexKey};
pub use column::{ColumnKey, Place};
pub use error::{FormatError, FormatRule, KeyFileError, SealError};
pub use hub_key::{HubPrivateKey, HubPublicKey};
pub use keys::RootKey;
pub use provider::{KeyError, KeyProvider};
pub use sealed_number::{SealedNumber, SealingContext};
