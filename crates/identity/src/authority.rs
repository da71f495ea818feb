//! The sandbox's authorities: of the shape of the real ones, and of no worth outside.
//!
//! - [`issuing`]: a key that issues, and what it writes: certificates of cards and of organisations, lists of what it revoked.
//! - [`answering`]: what a responder says of single cards.
//! - [`folder`]: several of them in a folder; [`register`]: what they issued and revoked.
//!
//! The authority of cards has two keys under one name, as the real one has three: the second took over when the first came of
//! age, and both have counted from the same number. Whoever looks a card up by its serial number alone finds two people.

pub mod answering;
pub mod files;
pub mod folder;
pub mod issuing;
pub mod register;

pub use answering::{Answer, Delegate};
pub use folder::{Authorities, AuthorityError, Issued};
pub use issuing::{IssuingError, IssuingKey};
pub use register::Record;
