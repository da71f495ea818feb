//! Rows of a file that are judged and written in one unit: what is made of them before it, what the database says of
//! them, and what is to be written. The database is asked and told once for all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use domain::identity::PersonId;
use exchange::registration::feed::FileRef;
use exchange::registration::{File, Kind, Record};
use storage::Tx;

use super::judge::key_of;
use super::person::Said;
use crate::store::asking::OfPerson;
use crate::store::persons::{self, Person};
use crate::store::records::{self, New, Newest};
use crate::{Hub, HubError};

/// Records in one unit of a long file.
pub(super) const CHUNK: usize = 500;

/// Some whole persons of a file, and what can be made of their rows without the database: nothing that takes long is
/// done while others wait for it.
pub(super) struct Chunk {
    rows: Range<usize>,
    made: Vec<Made>,
}

/// What was made of a row.
pub(super) struct Made {
    /// Its content, sealed for its place.
    pub(super) sealed: Vec<u8>,
    /// What it says of who the person is; only in a person's record.
    pub(super) said: Option<Said>,
}

/// What the database says of a chunk's rows.
pub(super) struct There {
    /// The newest version of each row's record, in the rows' order.
    pub(super) newest: Vec<Option<Newest>>,
    /// The persons who are known, by link.
    pub(super) persons: BTreeMap<String, Person>,
    /// The links whose person's record has another name than a row's.
    pub(super) named_otherwise: BTreeSet<String>,
    /// The holders of numbers, by blind index.
    pub(super) holders: BTreeMap<Vec<u8>, PersonId>,
}

/// What judging wants written.
#[derive(Default)]
pub(super) struct Writes<'a> {
    pub(super) persons: Vec<Person>,
    /// Entries that the register agreed with before they got another number.
    pub(super) parted: Vec<OfPerson>,
    pub(super) records: Vec<New<'a>>,
}

impl Chunk {
    /// The rows from `first` on: about [`CHUNK`], to the end of a person.
    pub(super) fn of(hub: &Hub, file: &File, first: usize) -> Chunk {
        let rows = first..end_of_chunk(&file.records, first);
        let office = file.envelope.office.as_str();
        let records = file.records.get(rows.clone()).unwrap_or_default();
        let made = records.iter().map(|record| Made {
            sealed: hub.seal(key_of(office, record), &record.content),
            said: hub.said_by(office, record),
        });
        Chunk {
            made: made.collect(),
            rows,
        }
    }

    /// Where the next chunk begins.
    pub(super) fn end(&self) -> usize {
        self.rows.end
    }

    /// The rows, each with its number in the file, and what was made of them.
    pub(super) fn rows<'a>(&'a self, file: &'a File) -> Vec<(u32, &'a Record, &'a Made)> {
        let first = u32::try_from(self.rows.start).unwrap_or(u32::MAX) + 1;
        let records = file.records.get(self.rows.clone()).unwrap_or_default();
        (first..)
            .zip(records)
            .zip(&self.made)
            .map(|((row, record), made)| (row, record, made))
            .collect()
    }
}

impl There {
    /// Asks the database about rows.
    pub(super) async fn ask(
        tx: &mut Tx,
        office: &str,
        rows: &[(u32, &Record, &Made)],
    ) -> Result<There, HubError> {
        let keys: Vec<_> = rows.iter().map(|(_, record, _)| key_of(office, record)).collect();
        let mut links: Vec<_> = keys.iter().map(|key| (key.office, key.link)).collect();
        links.dedup();
        let numbers = rows
            .iter()
            .filter_map(|(_, _, made)| made.said.as_ref()?.number_index());
        let known = persons::find_all(tx, &links).await?;
        let of_persons = keys.iter().filter(|key| key.kind == Kind::Person).copied();
        Ok(There {
            newest: records::newest(tx, &keys).await?,
            persons: known
                .into_iter()
                .map(|person| (person.link.clone(), person))
                .collect(),
            named_otherwise: records::named_otherwise(tx, of_persons).await?,
            holders: persons::by_numbers(tx, &numbers.collect::<Vec<_>>()).await?,
        })
    }
}

impl Writes<'_> {
    /// Writes everything but what the feed tells: whose link has ended, that is left.
    pub(super) async fn write(self, tx: &mut Tx, file: FileRef) -> Result<Vec<OfPerson>, HubError> {
        persons::put(tx, &self.persons).await?;
        records::put(tx, file, &self.records).await?;
        Ok(self.parted)
    }
}

/// About [`CHUNK`] rows further, at the end of a person.
fn end_of_chunk(rows: &[Record], first: usize) -> usize {
    let mut end = (first + CHUNK).min(rows.len());
    while let Some([last, next]) = end.checked_sub(1).and_then(|last| rows.get(last..=end)) {
        if last.link != next.link {
            break;
        }
        end += 1;
    }
    end
}
