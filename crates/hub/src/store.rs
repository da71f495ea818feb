//! The hub's tables.

pub(crate) mod counts;
pub(crate) mod insurers;
pub(crate) mod marks;
pub(crate) mod outgoing;
pub(crate) mod persons;
pub(crate) mod progress;
pub(crate) mod records;
