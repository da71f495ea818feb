//! The hub's tables.

pub(crate) mod marks;
pub(crate) mod outgoing;
pub(crate) mod persons;
pub(crate) mod records;
