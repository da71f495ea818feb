//! Writing versions: sealed rows, the ledger, and the one file that carries them.

use domain::entrustment::EntrustmentId;
use exchange::registration::written::add_line;
use exchange::registration::{Content, Kind, Lane, Mode};
use seal::Place;
use storage::Tx;

use super::{Decided, New};
use crate::store::decisions::{self, Key, Stored, Version};
use crate::store::ledger::{self, Line};
use crate::{Office, OfficeError};

impl Office {
    /// Writes versions and the one file that carries them; the rows of a person stand one after the other.
    pub(crate) async fn put_together(
        &self,
        tx: &mut Tx,
        lane: Lane,
        news: Vec<New>,
    ) -> Result<Vec<Decided>, OfficeError> {
        let mut body = Vec::with_capacity(news.iter().map(|new| new.content.len() + 128).sum());
        for new in &news {
            add_line(&mut body, &new.link, &new.record, new.revision, &new.content);
        }
        let rows = u32::try_from(news.len()).unwrap_or(u32::MAX);
        let number = self
            .outbox
            .put_lines(tx, lane, Mode::EachPerson, rows, &body)
            .await?;
        let decided_at = self.env.now().micros();
        let contents: Vec<Vec<u8>> = news.iter().map(|new| self.seal(new)).collect();
        let mut versions = Vec::with_capacity(news.len());
        for (new, content) in news.iter().zip(&contents) {
            versions.push(new_version(new, content, lane, number, decided_at));
        }
        decisions::put_all(tx, &versions).await?;
        let lines: Vec<Line<'_>> = news.iter().filter_map(|new| line(new, lane, number)).collect();
        ledger::put_all(tx, &lines).await?;
        let decided = |new: New| Decided {
            link: new.link,
            kind: new.kind,
            record: new.record,
            revision: new.revision,
            lane,
            number,
            decided_at,
        };
        Ok(news.into_iter().map(decided).collect())
    }

    /// Seals a version's content for its row.
    fn seal(&self, new: &New) -> Vec<u8> {
        at_place(key_of(new), |place| {
            self.column.seal(&mut self.env.rng(), place, &new.content)
        })
    }

    /// Opens a version's content.
    pub(crate) fn open(&self, stored: &Stored) -> Result<Content, OfficeError> {
        let shape = || OfficeError::Shape { table: "decision" };
        let key = Key {
            link: &stored.link,
            kind: Kind::from_name(&stored.kind).ok_or_else(shape)?,
            record: &stored.record,
            revision: stored.revision,
        };
        let body = at_place(key, |place| self.column.open(place, &stored.content));
        let body = body.map_err(|source| OfficeError::Sealed {
            table: "decision",
            source,
        })?;
        serde_json::from_slice(&body).map_err(|_| shape())
    }
}

fn key_of(new: &New) -> Key<'_> {
    Key {
        link: new.link.as_str(),
        kind: new.kind,
        record: new.record.as_str(),
        revision: new.revision,
    }
}

fn new_version<'a>(new: &'a New, content: &'a [u8], lane: Lane, number: i64, decided_at: i64) -> Version<'a> {
    Version {
        key: key_of(new),
        content,
        said: &new.said,
        lane: lane.name(),
        number,
        decided_at,
    }
}

/// The line of the ledger; vouchers only.
fn line(new: &New, lane: Lane, number: i64) -> Option<Line<'_>> {
    let entry = new.entry.as_ref()?;
    Some(Line {
        month: entry.month,
        link: new.link.as_str(),
        record: new.record.as_str(),
        entrustment: entry.entrustment.as_ref().map(EntrustmentId::as_str),
        revision: new.revision,
        lane: lane.name(),
        number,
        withdrawn: entry.withdrawn,
    })
}

fn at_place<T>(key: Key<'_>, work: impl FnOnce(&Place<'_>) -> T) -> T {
    let revision = key.revision.to_be_bytes();
    let row: [&[u8]; 4] = [
        key.link.as_bytes(),
        key.kind.name().as_bytes(),
        key.record.as_bytes(),
        &revision,
    ];
    work(&Place {
        table: "decision",
        row: &row,
        column: "content",
    })
}
