//! How far an office's records have come: what verification has confirmed, and what was let go that was held.
//!
//! An office asks for it again and again with what it knows already. Times are the hub's, in µs since
//! 1970-01-01T00:00:00Z; nothing is ordered by them.

use domain::identity::Link;
use serde::{Deserialize, Serialize};

use super::envelope::Lane;

/// What is new for an office.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Up to which of its own files verification has applied each lane, step by step, the oldest first.
    pub files: Vec<Through>,
    /// Whose held records were let go, in the order of the hub's positions.
    pub let_go: Vec<LetGo>,
}

/// Verification had applied all files of a lane up to this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Through {
    /// The office's lane.
    pub lane: Lane,
    /// The office's file number.
    pub number: i64,
    /// When verification said so.
    pub at: i64,
}

/// The records of a person that were held became visible at the hub: the register agreed.
///
/// From then on no record of the person waits, but a later correction of who they are: so all kinds are let go, of
/// the kind person those up to `revision`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetGo {
    /// The hub's position.
    pub n: i64,
    /// The person.
    pub link: Link,
    /// The revision of the person's own record that the register agreed with.
    pub revision: u32,
    /// When the register had agreed.
    pub at: i64,
    /// When verification had applied it; absent as long as it has not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible_at: Option<i64>,
}
