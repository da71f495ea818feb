//! The hub's tables.

pub(crate) mod asking;
pub(crate) mod counts;
pub(crate) mod enrolments;
pub(crate) mod insurers;
pub(crate) mod made;
pub(crate) mod marks;
pub(crate) mod outgoing;
pub(crate) mod persons;
pub(crate) mod progress;
pub(crate) mod records;
