//! What the hub passes on to verification.
//!
//! The feed has the same three lanes. In each, entries are numbered by the hub without gaps, in the order of its
//! commits. A long entry comes in parts; it becomes visible at the reader when its last part is there.

use std::time::Duration;

use domain::identity::OfficeCode;
use serde::{Deserialize, Serialize};

use super::envelope::Lane;
use super::record::Record;

/// A position in each lane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Heads {
    /// The last position in the shield lane; 0 before the first.
    pub shield: i64,
    /// The last position in the single lane.
    pub single: i64,
    /// The last position in the bulk lane.
    pub bulk: i64,
}

impl Heads {
    /// The position in a lane.
    pub fn get(&self, lane: Lane) -> i64 {
        match lane {
            Lane::Shield => self.shield,
            Lane::Single => self.single,
            Lane::Bulk => self.bulk,
        }
    }

    /// Sets the position in a lane.
    pub fn set(&mut self, lane: Lane, n: i64) {
        match lane {
            Lane::Shield => self.shield = n,
            Lane::Single => self.single = n,
            Lane::Bulk => self.bulk = n,
        }
    }

    /// Whether every lane is at least as far as in the other.
    pub fn reach(&self, other: &Heads) -> bool {
        Lane::ALL
            .into_iter()
            .all(|lane| self.get(lane) >= other.get(lane))
    }
}

/// A page of the feed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Entries to apply in this order: the shield lane's first.
    pub entries: Vec<Entry>,
    /// Offices' marks that are newer than the reader has.
    pub marks: Vec<Mark>,
}

/// One entry, or one part of a long one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The lane of the feed.
    pub lane: Lane,
    /// The position in that lane.
    pub n: i64,
    /// The row after which this part begins: what came in earlier parts.
    pub after_row: u32,
    /// The row up to which this part goes.
    pub through_row: u32,
    /// Whether this part is the last.
    pub last: bool,
    /// The office whose records these are.
    pub office: OfficeCode,
    /// The file that they came in; absent when held records of a person were released.
    pub file: Option<FileRef>,
    /// The records. A file whose records are all held is an entry without any.
    pub records: Vec<Fed>,
}

/// A file's place in its office's lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRef {
    /// The office's lane.
    pub lane: Lane,
    /// The file's number.
    pub number: i64,
}

/// A record on its way to verification: who it is about by the hub's name for the person, and no identity part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fed {
    /// The hub's name for the person (`PersonId`), 32 hexadecimal digits.
    pub person: String,
    /// The record, served part only.
    pub record: Record,
}

/// An office's word that, at a moment, it had sent everything up to these files.
///
/// Who has applied all of them knows the office as of that moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The office.
    pub office: OfficeCode,
    /// The hub's running number of the mark; 0 when the office says it.
    #[serde(default)]
    pub n: i64,
    /// The moment, in µs since 1970-01-01T00:00:00Z.
    pub at: i64,
    /// The last file of each lane that the office had made by then.
    pub heads: Heads,
}

impl Mark {
    /// How far clocks may differ. A moment further ahead was said by a clock that was wrong, the reader's own perhaps: it
    /// is not how fresh an office is, and whatever comes after it takes its place.
    pub const AHEAD: Duration = Duration::from_mins(5);
}
