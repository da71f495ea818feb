//! A decision: a new version in the office's store and its file in the outbox, in one commit.
//!
//! Several decisions about one person go into one file, so that the hub judges them together.
//!
//! - [`prepare`]: which version a decision makes, or that it was made before.
//! - [`writing`]: the versions' rows, the ledger and the file.

use std::sync::Arc;

use domain::entrustment::EntrustmentId;
use domain::identity::Link;
use domain::permit::{Action, Permit};
use exchange::registration::{Content, Kind, Lane, RecordId};
use serde::Serialize;
use storage::Tx;

use crate::store::decisions;
use crate::store::ledger::Withdrawn;
use crate::{Office, OfficeError};

mod prepare;
mod writing;

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
    /// The same as rows of before have it, where they have it otherwise.
    pub(crate) said_before: Option<Vec<u8>>,
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
        let (office, names_revision) = (self.clone(), decision.revision.is_some());
        let unit = async move |tx: &mut Tx| {
            let new = match office.prepare(tx, &decision).await? {
                Prepared::Known(decided) => return Ok(decided),
                Prepared::New(new) => new,
            };
            office.check(tx, &decision, new.revision).await?;
            let lane = match new.kind {
                Kind::Shielding => Lane::Shield,
                // Insurers' rows and cards are not the office's to decide; the hub refuses them.
                Kind::Person | Kind::Eligibility | Kind::Voucher | Kind::Insurance | Kind::Card => {
                    Lane::Single
                }
            };
            let mut decided = office.put_together(tx, lane, vec![new]).await?;
            decided.pop().ok_or(OfficeError::Shape { table: "decision" })
        };
        // The same revision again is known, so it may be asked whether it stands; without one it would be the next.
        let decided = if names_revision {
            self.store.settled("office.decide", unit).await?
        } else {
            self.store.unit("office.decide", unit).await?
        };
        self.courier.ring();
        Ok(decided)
    }

    /// What must be so before anything leaves the office.
    async fn check(&self, tx: &mut Tx, decision: &Decision, revision: u32) -> Result<(), OfficeError> {
        let link = decision.link.as_str();
        if decision.content.kind() != Kind::Person {
            self.must_know(tx, link).await?;
        }
        match &decision.content {
            Content::Voucher { served } => {
                if revision == 1 {
                    self.must_not_be_counted(&decision.record, &served.body)?;
                }
                let held = decisions::of_kind(tx, link, Kind::Eligibility).await?;
                self.check_voucher(&served.body, &held)
            }
            Content::Eligibility { .. } => self.must_not_overlap(tx, decision, &[]).await,
            _ => Ok(()),
        }
    }

    /// Nothing is decided about nobody.
    pub(crate) async fn must_know(&self, tx: &mut Tx, link: &str) -> Result<(), OfficeError> {
        match decisions::newest(tx, link, Kind::Person, crate::people::RECORD).await? {
            Some(_) => Ok(()),
            None => Err(OfficeError::NoPerson),
        }
    }
}
