//! The card at the desk: from a card in the reader to an answer, and to the file in `face`.
//!
//! ```text
//!  card            the desk                                     verification
//!    certificate ──▶
//!    unlocked by 暗証番号 or 顔認証
//!                  ── POST /institution/nonce ───────▶  both over one connection ([`line`])
//!                  ◀──────────── nonce ───────────────
//!    signs      ◀── statement: nonce, place, purpose, method, time, hash of what is asked
//!                  ── POST /institution/card ────────▶
//!                  ◀──────────── answer ──────────────   face/OQSsiquc01res_face_….xml ([`face`])
//! ```
//!
//! Whoever calls has opened and unlocked the card's session; what stands behind the wire is not known here. 目視確認 unlocks
//! nothing and signs nothing: it is an inquiry by number, and no matter of this module.
//!
//! - [`reading`]: the flow, and what it gives.
//! - [`fault`]: what can go wrong, and what is next.
//! - [`rack`]: the sandbox's virtual cards.
//! - [`reader`]: which reader of plastic cards is meant; with the feature `pcsc` a terminal has those.

pub(crate) mod face;
mod fault;
mod line;
mod rack;
pub mod reader;
mod reading;

pub use fault::{CardFault, Next};
pub use rack::TrialCard;
pub(crate) use rack::{InReader, NotLaid, OnReader, Rack, Shown};
pub use reading::{CardDesk, Read};
