//! Pages of the feed for verification: the shield lane first, then single decisions, then a part of the bulk.

use std::sync::Arc;
use std::time::Duration;

use domain::identity::{Link, OfficeCode};
use domain::permit::{Action, Permit};
use exchange::registration::Lane;
use exchange::registration::feed::{Entry, Fed, Heads, Page};
use exchange::registration::{Record, RecordId};
use relay::feed::What;
use storage::Tx;

use crate::store::outgoing::{self, Outgoing};
use crate::store::{made, marks};
use crate::{Hub, HubError};

/// Records in one page; a long file is continued in the next.
const RECORDS: usize = 500;
/// Entries of one lane in one page.
const ENTRIES: i64 = 200;
/// Entries whose persons are asked about together.
const TOGETHER: usize = 32;
/// Marks in one page.
const MARKS: i64 = 500;

/// Where a reader stands in a lane.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct After {
    /// The last entry that it has whole.
    pub(crate) n: i64,
    /// The row of the next entry up to which it has parts.
    pub(crate) row: u32,
}

/// Where a reader stands.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reading {
    pub(crate) shield: After,
    pub(crate) single: After,
    pub(crate) bulk: After,
    pub(crate) marks: i64,
}

impl Hub {
    /// The next page for a reader; when there is nothing new, waits for news, at most for `hold`.
    ///
    /// # Errors
    /// When the database says no, or a row does not open.
    pub(crate) async fn page(
        self: &Arc<Self>,
        permit: &Permit,
        reading: Reading,
        hold: Duration,
    ) -> Result<Page, HubError> {
        permit.require(Action::PullFeed)?;
        self.confirmations.note(reading.heads(), self.env.now().micros());
        // Registered before looking, so that news between the look and the wait is heard.
        let mut news = std::pin::pin!(self.news.notified());
        news.as_mut().enable();
        let page = self.look(reading).await?;
        if !page.entries.is_empty() || !page.marks.is_empty() {
            return Ok(page);
        }
        let asked = std::pin::pin!(self.stop.asked());
        let _nothing_came = self
            .env
            .timeout(hold, futures_util::future::select(news, asked))
            .await;
        self.look(reading).await
    }

    async fn look(self: &Arc<Self>, reading: Reading) -> Result<Page, HubError> {
        let hub = self.clone();
        let read = async move |tx: &mut Tx| {
            let mut page = Page::default();
            for lane in Lane::ALL {
                hub.add_lane(tx, lane, reading.after(lane), &mut page).await?;
            }
            page.marks = marks::after(tx, reading.marks, MARKS).await?;
            Ok(page)
        };
        self.store.read("hub.feed", read).await
    }

    /// Adds a lane's next entries, while there is room.
    async fn add_lane(&self, tx: &mut Tx, lane: Lane, after: After, page: &mut Page) -> Result<(), HubError> {
        let mut after_row = after.row;
        for entries in relay::feed::after(tx, lane, after.n, ENTRIES)
            .await?
            .chunks(TOGETHER)
        {
            let persons = entries.iter().filter_map(|entry| match &entry.what {
                What::Person(link) => Some((entry.office.as_str(), link.as_str())),
                What::File(_) | What::Made { .. } => None,
            });
            let mut of_persons = outgoing::of_persons(tx, &persons.collect::<Vec<_>>()).await?;
            let made = entries.iter().filter_map(|entry| match &entry.what {
                What::Made { kind, link, revision } => {
                    Some((entry.office.as_str(), link.as_str(), *kind, *revision))
                }
                What::File(_) | What::Person(_) => None,
            });
            let mut made = made::versions(tx, made).await?;
            for entry in entries {
                let used: usize = page.entries.iter().map(|entry| entry.records.len()).sum();
                if used >= RECORDS {
                    return Ok(());
                }
                let room = RECORDS - used;
                let (file, mut versions) = match &entry.what {
                    What::File(file) => {
                        // One more than there is room for tells whether this is all.
                        let most = i64::try_from(room + 1).unwrap_or(i64::MAX);
                        (
                            Some(*file),
                            outgoing::of_file(tx, &entry.office, *file, after_row, most).await?,
                        )
                    }
                    What::Person(link) => {
                        let key = (entry.office.clone(), link.clone());
                        (None, of_persons.remove(&key).unwrap_or_default())
                    }
                    What::Made { kind, link, revision } => {
                        let key = (entry.office.clone(), link.clone(), kind.name(), *revision);
                        (None, made.remove(&key).into_iter().collect())
                    }
                };
                let last = file.is_none() || versions.len() <= room;
                if !last {
                    versions.truncate(room);
                }
                let through_row = versions.last().map_or(after_row, |last| last.stored.row_in_file);
                let records = versions.iter().map(|version| self.fed(&entry.office, version));
                let records = records.collect::<Result<_, _>>()?;
                let (office, n) = (office_code(&entry.office)?, entry.n);
                page.entries.push(Entry {
                    lane,
                    n,
                    after_row,
                    through_row,
                    last,
                    office,
                    file,
                    records,
                });
                if !last {
                    return Ok(());
                }
                after_row = 0;
            }
        }
        Ok(())
    }

    /// Opens a record for whoever may know it by the hub's own name for the person only.
    fn fed(&self, office: &str, Outgoing { person, stored }: &Outgoing) -> Result<Fed, HubError> {
        let shape = || HubError::Shape { table: "record" };
        let record = Record {
            link: Link::parse(&stored.link).map_err(|_| shape())?,
            record: RecordId::parse(&stored.record).map_err(|_| shape())?,
            revision: stored.revision,
            content: self.open(office, stored)?.served_only(),
        };
        let person = person.to_string();
        Ok(Fed { person, record })
    }
}

impl Reading {
    /// The positions up to which the reader has everything whole.
    fn heads(&self) -> Heads {
        Heads {
            shield: self.shield.n,
            single: self.single.n,
            bulk: self.bulk.n,
        }
    }

    fn after(&self, lane: Lane) -> After {
        match lane {
            Lane::Shield => self.shield,
            Lane::Single => self.single,
            Lane::Bulk => self.bulk,
        }
    }
}

fn office_code(text: &str) -> Result<OfficeCode, HubError> {
    OfficeCode::parse(text).map_err(|_| HubError::Shape { table: "feed" })
}
