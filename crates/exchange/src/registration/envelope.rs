//! The first line of a file: whose it is, its place in its lane, and how to tell that it is whole.

use domain::identity::OfficeCode;
use serde::{Deserialize, Serialize};

use super::part::as_hex;

/// Three ways from an office to the hub, so that what is urgent never waits for what is long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Shielding flags: always first.
    Shield,
    /// Single decisions as they fall.
    Single,
    /// The month's run.
    Bulk,
}

impl Lane {
    /// All lanes, the most urgent first.
    pub const ALL: [Lane; 3] = [Lane::Shield, Lane::Single, Lane::Bulk];

    /// The lane's name, as files and databases write it.
    pub const fn name(self) -> &'static str {
        match self {
            Lane::Shield => "shield",
            Lane::Single => "single",
            Lane::Bulk => "bulk",
        }
    }

    /// The lane of this name.
    pub fn from_name(name: &str) -> Option<Lane> {
        Lane::ALL.into_iter().find(|lane| lane.name() == name)
    }
}

impl std::fmt::Display for Lane {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// What happens when the records of one person break a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// That person's records are refused together; everybody else's are applied.
    #[default]
    EachPerson,
    /// The whole file is refused.
    AllOrNothing,
}

/// A SHA-256 over bytes of a file. Written as 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileHash(pub [u8; 32]);

as_hex!(FileHash, "a SHA-256 of 64 hexadecimal digits");

/// The layout that this crate writes and reads.
pub const LAYOUT: u32 = 1;

/// The envelope of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// The version of this layout: [`LAYOUT`].
    pub registration: u32,
    /// The office that made the file.
    pub office: OfficeCode,
    /// The lane.
    pub lane: Lane,
    /// The file's number in its lane, from 1, without gaps.
    pub number: i64,
    /// What a broken rule does.
    #[serde(default)]
    pub mode: Mode,
    /// How many records follow, one a line.
    pub rows: u32,
    /// SHA-256 over all bytes of the file, with zeros for the 64 digits of this very field.
    pub sha256: FileHash,
    /// When the office made it, in µs since 1970-01-01T00:00:00Z.
    pub made_at: i64,
}
