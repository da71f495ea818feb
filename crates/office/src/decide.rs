//! A decision: a new version in the office's store and its file in the outbox, in one commit.

use std::sync::Arc;

use domain::identity::Link;
use domain::permit::{Action, Permit};
use exchange::registration::{Content, Kind, Lane, Mode, Record, RecordId};
use seal::Place;
use serde::Serialize;
use storage::Tx;

use crate::store::{self, Key, Stored};
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

impl Office {
    /// Decides. The courier is told after the commit.
    pub(crate) async fn decide(
        self: &Arc<Self>,
        permit: &Permit,
        decision: Decision,
    ) -> Result<Decided, OfficeError> {
        permit.require(Action::DecideAtOffice)?;
        let office = self.clone();
        let unit = async move |tx: &mut Tx| office.write(tx, &decision).await;
        let decided = self.store.unit("office.decide", unit).await?;
        self.courier.ring();
        Ok(decided)
    }

    async fn write(&self, tx: &mut Tx, decision: &Decision) -> Result<Decided, OfficeError> {
        let kind = decision.content.kind();
        let newest = store::newest(tx, decision.link.as_str(), kind, decision.record.as_str()).await?;
        let next = newest.as_ref().map_or(1, |newest| newest.revision + 1);
        if let (Some(asked), Some(newest)) = (decision.revision, &newest)
            && asked == newest.revision
            && newest.said == decision.said
        {
            return decided(decision, kind, newest);
        }
        let revision = decision.revision.unwrap_or(next);
        if revision != next {
            return Err(OfficeError::Revision {
                asked: revision,
                next,
            });
        }
        self.check(tx, decision).await?;
        let lane = if kind == Kind::Shielding {
            Lane::Shield
        } else {
            Lane::Single
        };
        let (link, record) = (decision.link.clone(), decision.record.clone());
        let content = decision.content.clone();
        let sent = [Record {
            link,
            record,
            revision,
            content,
        }];
        let number = self.outbox.put(tx, lane, Mode::EachPerson, &sent).await?;
        let key = Key {
            link: decision.link.as_str(),
            kind,
            record: decision.record.as_str(),
            revision,
        };
        let decided_at = self.env.now();
        let content = self.seal(key, &decision.content);
        store::put(
            tx,
            key,
            &content,
            &decision.said,
            lane.name(),
            number,
            decided_at.micros(),
        )
        .await?;
        let (link, record) = (decision.link.clone(), decision.record.clone());
        Ok(Decided {
            link,
            kind,
            record,
            revision,
            lane,
            number,
            decided_at: decided_at.micros(),
        })
    }

    /// What must be so before anything leaves the office.
    async fn check(&self, tx: &mut Tx, decision: &Decision) -> Result<(), OfficeError> {
        let link = decision.link.as_str();
        let person = store::of_kind(tx, link, Kind::Person).await?;
        if person.is_empty() && decision.content.kind() != Kind::Person {
            return Err(OfficeError::NoPerson);
        }
        if let Content::Voucher { served } = &decision.content {
            let held = store::of_kind(tx, link, Kind::Eligibility).await?;
            self.check_voucher(link, &served.body, &held)?;
        }
        Ok(())
    }

    /// Seals a version's content for its row.
    fn seal(&self, key: Key<'_>, content: &Content) -> Vec<u8> {
        let body = exchange::registration::part::canonical(content);
        at_place(key, |place| self.column.seal(&mut self.env.rng(), place, &body))
    }

    /// Opens a version's content.
    pub(crate) fn open(&self, link: &str, kind: Kind, stored: &Stored) -> Result<Content, OfficeError> {
        let key = Key {
            link,
            kind,
            record: &stored.record,
            revision: stored.revision,
        };
        let body = at_place(key, |place| self.column.open(place, &stored.content));
        let body = body.map_err(|source| OfficeError::Sealed {
            table: "decision",
            source,
        })?;
        serde_json::from_slice(&body).map_err(|_| OfficeError::Shape { table: "decision" })
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
