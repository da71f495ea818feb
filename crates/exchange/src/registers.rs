//! What the registers outside are asked and what they tell: cards, insurers' rows and the national register of institutions.
//!
//! The real ones have interfaces of their own that are not public; this family is our adapter, and what would differ sits
//! here. A register tells changes by position: who asks for what came after the last position it has misses nothing and
//! gets nothing twice for good, whatever dies.
//!
//! - [`cards`]: the hub asks whose a card is, and which cards somebody has.
//! - [`insurers`]: the hub asks for a person's rows by the number's blind index, with the periods of aid and nothing else.
//! - [`institutions`]: whoever decides or answers by designations pulls a copy.

pub mod cards;
pub mod changes;
pub mod institutions;
pub mod insurers;

/// The purpose of the index key that hub and registers share: numbers are asked for by the index that it makes.
pub const RESIDENTS_INDEX: &str = "residents";
