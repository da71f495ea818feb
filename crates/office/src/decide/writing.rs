//! Writing versions: sealed rows, the ledger, and the one file that carries them.

use domain::entrustment::EntrustmentId;
use exchange::registration::written::add_line;
use exchange::registration::{Content, File, Lane, Limits, Mode};
use storage::Tx;

use super::{Decided, New};
use crate::sealing::Sealing;
use crate::store::decisions::{self, Key, Stored, Version};
use crate::store::ledger::{self, Line};
use crate::{Office, OfficeError};

/// Where versions are sealed for.
const TABLE: &str = "decision";

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
        // The hub refuses a file for one row that it cannot read, and nothing goes after it: so it is said here and now.
        File::judge_lines(&body, &Limits::default()).map_err(|fault| OfficeError::Fault {
            field: fault.field,
            why: format!("{}: {}", fault.rule, fault.expected),
        })?;
        let rows = u32::try_from(news.len()).unwrap_or(u32::MAX);
        let number = self
            .outbox
            .put_lines(tx, lane, Mode::EachPerson, rows, &body)
            .await?;
        let decided_at = self.env.now().micros();
        let contents: Vec<Vec<u8>> = news.iter().map(|new| self.seal_version(new)).collect();
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
    fn seal_version(&self, new: &New) -> Vec<u8> {
        let row = [new.link.as_str(), new.kind.name(), new.record.as_str()];
        let at = Sealing {
            table: TABLE,
            row: &row,
            revision: new.revision,
        };
        self.seal(at, &new.content)
    }

    /// Opens a version's content.
    pub(crate) fn open_version(&self, stored: &Stored) -> Result<Content, OfficeError> {
        let row = [stored.link.as_str(), &stored.kind, &stored.record];
        let at = Sealing {
            table: TABLE,
            row: &row,
            revision: stored.revision,
        };
        self.open(at, &stored.content)
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
