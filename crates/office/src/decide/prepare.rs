//! Which version a decision makes, and how the ledger enters it.

use domain::month::TreatmentMonth;
use exchange::registration::part::canonical;
use exchange::registration::{Content, Kind, Lane};
use storage::Tx;

use super::{Decided, Decision, Entry, New, Prepared};
use crate::store::decisions::{self, Stored};
use crate::store::ledger::{Withdrawn, month_number};
use crate::{Office, OfficeError};

impl Office {
    /// Says which version a decision makes, or that it is made already.
    pub(crate) async fn prepare(&self, tx: &mut Tx, decision: &Decision) -> Result<Prepared, OfficeError> {
        let kind = decision.content.kind();
        let (link, record) = (decision.link.as_str(), decision.record.as_str());
        let newest = decisions::newest(tx, link, kind, record).await?;
        let next = newest.as_ref().map_or(1, |newest| newest.revision + 1);
        if let (Some(asked), Some(newest)) = (decision.revision, &newest)
            && asked == newest.revision
            && decision.is_said_by(newest)
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
            Kind::Person | Kind::Eligibility | Kind::Shielding | Kind::Insurance | Kind::Card => None,
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
            if let Content::Voucher { served } = self.open_version(&stored)? {
                return Ok(Some(served.body.treatment_month));
            }
        }
        Ok(None)
    }
}

impl Decision {
    fn is_said_by(&self, stored: &Stored) -> bool {
        stored.said == self.said || self.said_before.as_ref() == Some(&stored.said)
    }
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
