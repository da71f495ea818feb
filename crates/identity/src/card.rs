//! The card's certificate (利用者証明用電子証明書): read, tied to a pinned key, looked up among what was revoked.
//!
//! ```text
//! bytes ─▶ certificate: strict form ─▶ path: issuer, key, signature, time ─▶ revocation: list, answer, freshness
//!              Fault                        Refused                              Standing
//! ```
//!
//! - [`certificate`]: the bytes, and nothing in them that is not of the profile.
//! - [`anchors`]: the pinned keys, several under one name.
//! - [`path`]: whether one of them issued it, and whether it is in force.
//! - [`known`]: certificates that were tied to their key before.
//! - [`ocsp`]: what responders say of single cards.
//! - [`revocation`]: lists and answers, how fresh they are, and what is refused when they are not.

pub mod anchors;
pub mod certificate;
pub mod known;
pub mod ocsp;
pub mod path;
pub mod revocation;
mod signed;

pub use anchors::{Anchor, AnchorFault, Anchors};
pub use certificate::{CardCertificate, Fault};
pub use known::Known;
pub use ocsp::{OcspAnswer, OcspFault};
pub use path::{InForce, Refused};
pub use revocation::Standing;
pub use revocation::list::{ListFault, RevocationList};

pub use domain::card::{CardId, KeyId, NoSerial, Serial};
