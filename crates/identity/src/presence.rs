//! With the card: a signature over this nonce, this institution, this terminal, this purpose, on this connection, now
//! (promise `presence`).
//!
//! ```text
//! verification                        the desk's terminal                    the card
//!   nonce ───────────────────────────▶ statement: nonce, where, what for ──▶ signs its hash
//!   (time and place, under a MAC)  ◀── statement, certificate, signature ◀──
//!   place is this connection's? fresh? certificate proven, not revoked? signature over exactly this?
//!   then its use is a row that exists once
//! ```
//!
//! The card signs whatever hash it is handed, so everything that a signature must not be good for elsewhere stands in what is
//! hashed. Nothing of a nonce is kept until it is used: it says itself when and for whom it was made, and a MAC says that it was
//! made here. That it is used once is a row in the same commit as the answer; that is the caller's ([`Present::nonce`]).
//!
//! - [`nonce`]: making and reading nonces.
//! - [`proof`]: the statement, and the judgement on it.

pub mod nonce;
pub mod proof;

pub use nonce::{NONCE_ID_LEN, NONCE_LEN, NonceId, NonceKey, Place};
pub use proof::{Judge, Method, NotPresent, Present, Proof, Statement};
