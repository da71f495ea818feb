//! The sandbox's authorities: of the shape of the real ones, and of no worth outside.
//!
//! - [`issuing`]: a key that issues, and what it writes: certificates of cards and of organisations, lists of what it revoked.
//! - [`folder`]: several of them in a folder, with a register of what they issued.
//!
//! The authority of cards has two keys under one name, as the real one has three: the second took over when the first came of
//! age, and both have counted from the same number. Whoever looks a card up by its serial number alone finds two people.

pub mod folder;
pub mod issuing;

pub use folder::{Authorities, AuthorityError, Issued, Record};
pub use issuing::{IssuingError, IssuingKey, Tenant};
