//! A decision: a new version in the office's store and its file in the outbox, in one commit.
//!
//! Several decisions about one person go into one file ([`Office::put_together`]), so that the hub judges them together.

use std::sync::Arc;

use domain::entrustment::EntrustmentId;
use domain::identity::Link;
use domain::month::TreatmentMonth;
use domain::permit::{Action, Permit};
use exchange::registration::part::canonical;
use exchange::registration::written::add_line;
use exchange::registration::{Content, Kind, Lane, Mode, RecordId};
use seal::Place;
use serde::Serialize;
use storage::Tx;

use crate::store::decisions::{self, Key, Stored};
use crate::store::ledger::{self, Line, Withdrawn, month_number};
use crate::{Office, OfficeError};

/// What was decided, and where it stands in the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Decided {
    /// 紐付番号.
    pub link: Link,
    /// What it is about.
    pub kind: Kind,
    /// The record.
    pub record: RecordId,
    /// The version.
    pub revision: u32,
    /// The lane of the file that carries it.
    pub lane: Lane,
    /// The file's number.
    pub number: i64,
    /// When it was decided, in µs since 1970-01-01T00:00:00Z.
    pub decided_at: i64,
}

/// What is to be decided.
#[derive(Clone)]
pub(crate) struct Decision {
    pub(crate) link: Link,
    pub(crate) record: RecordId,
    /// The version to make; the next when nothing is said.
    pub(crate) revision: Option<u32>,
    pub(crate) content: Content,
    /// What the caller said, to recognise the same request.
    pub(crate) said: Vec<u8>,
}

/// A version that is to be written.
pub(crate) struct New {
    pub(crate) link: Link,
    pub(crate) kind: Kind,
    pub(crate) record: RecordId,
    pub(crate) revision: u32,
    /// The content in its canonical encoding.
    pub(crate) content: Vec<u8>,
    pub(crate) said: Vec<u8>,
    /// How the ledger enters it; vouchers only.
    pub(crate) entry: Option<Entry>,
}

/// How the ledger enters a version of a voucher.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Year × 100 + month.
    pub(crate) month: i64,
    pub(crate) entrustment: Option<EntrustmentId>,
    pub(crate) withdrawn: Withdrawn,
}

/// A decision that was made before, or a version that is to be written.
pub(crate) enum Prepared {
    Known(Decided),
    New(New),
}

impl Office {
    /// Decides. The courier is told after the commit.
    pub(crate) async fn decide(
        self: &Arc<Self>,
        permit: &Permit,
        decision: Decision,
    ) -> Result<Decided, OfficeError> {
        permit.require(Action::DecideAtOffice)?;
        let office = self.clone();
        let unit = async move |tx: &mut Tx| {
            let new = match office.prepare(tx, &decision).await? {
                Prepared::Known(decided) => return Ok(decided),
                Prepared::New(new) => new,
            };
            office.check(tx, &decision).await?;
            let lane = match new.kind {
                Kind::Shielding => Lane::Shield,
                // Insurers' rows are not the office's to decide; the hub refuses them.
                Kind::Person | Kind::Eligibility | Kind::Voucher | Kind::Insurance => Lane::Single,
            };
            let mut decided = office.put_together(tx, lane, vec![new]).await?;
            decided.pop().ok_or(OfficeError::Shape { table: "decision" })
        };
        let decided = self.store.unit("office.decide", unit).await?;
        self.courier.ring();
        Ok(decided)
    }

    /// Says which version a decision makes, or that it is made already.
    pub(crate) async fn prepare(&self, tx: &mut Tx, decision: &Decision) -> Result<Prepared, OfficeError> {
        let kind = decision.content.kind();
        let (link, record) = (decision.link.as_str(), decision.record.as_str());
        let newest = decisions::newest(tx, link, kind, record).await?;
        let next = newest.as_ref().map_or(1, |newest| newest.revision + 1);
        if let (Some(asked), Some(newest)) = (decision.revision, &newest)
            && asked == newest.revision
            && newest.said == decision.said
        {
            return Ok(Prepared::Known(decided(decision, kind, newest)?));
        }
        let revision = decision.revision.unwrap_or(next);
        if revision != next {
            return Err(OfficeError::Revision {
                asked: revision,
                next,
            });
        }
        let entry = match kind {
            Kind::Voucher => Some(self.entry(tx, decision, newest.is_some()).await?),
            Kind::Person | Kind::Eligibility | Kind::Shielding | Kind::Insurance => None,
        };
        Ok(Prepared::New(New {
            link: decision.link.clone(),
            kind,
            record: decision.record.clone(),
            revision,
            content: canonical(&decision.content),
            said: decision.said.clone(),
            entry,
        }))
    }

    /// How the ledger enters a voucher's new version: in the month that the voucher had from the beginning.
    async fn entry(&self, tx: &mut Tx, decision: &Decision, corrects: bool) -> Result<Entry, OfficeError> {
        let before = if corrects {
            self.month_before(tx, decision).await?
        } else {
            None
        };
        let (month, withdrawn) = match (&decision.content, before) {
            (Content::Voucher { served }, before) => {
                let month = served.body.treatment_month;
                if before.is_some_and(|before| before != month) {
                    return Err(OfficeError::Rule {
                        rule: "treatment_month",
                        why: "a voucher keeps its month: withdraw it and issue another".into(),
                    });
                }
                (month, Withdrawn::No)
            }
            (_, Some(before)) => (before, Withdrawn::ByHand),
            (_, None) => return Err(OfficeError::NoVoucher),
        };
        Ok(Entry {
            month: month_number(month),
            entrustment: None,
            withdrawn,
        })
    }

    async fn month_before(
        &self,
        tx: &mut Tx,
        decision: &Decision,
    ) -> Result<Option<TreatmentMonth>, OfficeError> {
        let (link, record) = (decision.link.as_str(), decision.record.as_str());
        for stored in decisions::versions(tx, link, Kind::Voucher, record).await? {
            if let Content::Voucher { served } = self.open(&stored)? {
                return Ok(Some(served.body.treatment_month));
            }
        }
        Ok(None)
    }

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
        let mut decided = Vec::with_capacity(news.len());
        for new in news {
            self.put(tx, &new, lane, number, decided_at).await?;
            decided.push(Decided {
                link: new.link,
                kind: new.kind,
                record: new.record,
                revision: new.revision,
                lane,
                number,
                decided_at,
            });
        }
        Ok(decided)
    }

    async fn put(
        &self,
        tx: &mut Tx,
        new: &New,
        lane: Lane,
        number: i64,
        decided_at: i64,
    ) -> Result<(), OfficeError> {
        let key = Key {
            link: new.link.as_str(),
            kind: new.kind,
            record: new.record.as_str(),
            revision: new.revision,
        };
        let sealed = at_place(key, |place| {
            self.column.seal(&mut self.env.rng(), place, &new.content)
        });
        decisions::put(tx, key, &sealed, &new.said, lane.name(), number, decided_at).await?;
        if let Some(entry) = &new.entry {
            let line = Line {
                month: entry.month,
                link: key.link,
                record: key.record,
                entrustment: entry.entrustment.as_ref().map(EntrustmentId::as_str),
                revision: new.revision,
                lane: lane.name(),
                number,
                withdrawn: entry.withdrawn,
            };
            ledger::put(tx, &line).await?;
        }
        Ok(())
    }

    /// What must be so before anything leaves the office.
    async fn check(&self, tx: &mut Tx, decision: &Decision) -> Result<(), OfficeError> {
        let link = decision.link.as_str();
        if decision.content.kind() != Kind::Person {
            self.must_know(tx, link).await?;
        }
        if let Content::Voucher { served } = &decision.content {
            let held = decisions::of_kind(tx, link, Kind::Eligibility).await?;
            self.check_voucher(&served.body, &held)?;
        }
        Ok(())
    }

    /// Nothing is decided about nobody.
    pub(crate) async fn must_know(&self, tx: &mut Tx, link: &str) -> Result<(), OfficeError> {
        match decisions::newest(tx, link, Kind::Person, crate::people::RECORD).await? {
            Some(_) => Ok(()),
            None => Err(OfficeError::NoPerson),
        }
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

fn decided(decision: &Decision, kind: Kind, stored: &Stored) -> Result<Decided, OfficeError> {
    Ok(Decided {
        link: decision.link.clone(),
        kind,
        record: decision.record.clone(),
        revision: stored.revision,
        lane: Lane::from_name(&stored.lane).ok_or(OfficeError::Shape { table: "decision" })?,
        number: stored.number,
        decided_at: stored.decided_at,
    })
}
