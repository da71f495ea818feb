//! Issuing (発券): what is due for one person in a month, at once and in the single lane.
//!
//! The same rules as the monthly run's: [`domain::monthly::plan`] over what the office has decided.
//!
//! - [`dossier`]: what is known of people, read for a range of them at a time.
//! - [`writing`]: drafts become vouchers with their numbers.

use std::sync::Arc;

use domain::entrustment::EntrustmentId;
use domain::identity::Link;
use domain::month::TreatmentMonth;
use domain::monthly::{LeftOut, LeftOutReason, MONTHS_AHEAD, MONTHS_BACK};
use domain::permit::{Action, Permit};
use exchange::registration::Lane;
use serde::{Deserialize, Serialize};
use storage::Tx;

use crate::decide::Decided;
use crate::{Office, OfficeError};

pub(crate) mod dossier;
pub(crate) mod writing;

use dossier::Issuing;

/// What was issued for a person in a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedNow {
    /// 診療年月
    pub month: TreatmentMonth,
    /// The new vouchers. A voucher's record is its 交付番号.
    pub vouchers: Vec<Decided>,
    /// What is due and got none.
    pub left_out: Vec<LeftOutNow>,
}

/// What is due and got no voucher, why, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOutNow {
    /// Which entrustment.
    pub entrustment: EntrustmentId,
    /// Why, by its stable name.
    pub reason: LeftOutReason,
    /// 理由
    pub label: String,
    /// 次にすること
    pub next: String,
}

/// The most months that one decision issues: as many as the window has that an office starts with.
const MOST_MONTHS: usize = MONTHS_BACK as usize + 1 + MONTHS_AHEAD as usize;

/// The months of a decision's `issue` list, each once, in the order in which they were said first.
pub(crate) fn months_of(list: &[TreatmentMonth]) -> Result<Vec<TreatmentMonth>, OfficeError> {
    if list.len() > MOST_MONTHS {
        return Err(OfficeError::Fault {
            field: "issue".to_owned(),
            why: format!("一度に発券できるのは {MOST_MONTHS} か月までです。"),
        });
    }
    let mut months = Vec::with_capacity(list.len());
    for month in list {
        if !months.contains(month) {
            months.push(*month);
        }
    }
    Ok(months)
}

impl From<LeftOut> for LeftOutNow {
    fn from(left_out: LeftOut) -> LeftOutNow {
        LeftOutNow {
            entrustment: left_out.entrustment,
            reason: left_out.reason,
            label: left_out.reason.label().to_owned(),
            next: left_out.reason.next_step().to_owned(),
        }
    }
}

impl Office {
    /// Issues what is due for a person in a month, now (随時発券). What was withdrawn by hand is issued anew.
    pub(crate) async fn issue_now(
        self: &Arc<Self>,
        permit: &Permit,
        link: Link,
        month: TreatmentMonth,
    ) -> Result<IssuedNow, OfficeError> {
        permit.require(Action::DecideAtOffice)?;
        self.must_be_issuable("month", [&month])?;
        let office = self.clone();
        let unit = async move |tx: &mut Tx| {
            office.must_know(tx, link.as_str()).await?;
            office.issue_due(tx, &link, month).await
        };
        let issued = self.store.unit("office.issue", unit).await?;
        self.courier.ring();
        Ok(issued)
    }

    /// Whether vouchers of these months, named in `field`, are issued now.
    pub(crate) fn must_be_issuable<'a>(
        &self,
        field: &str,
        months: impl IntoIterator<Item = &'a TreatmentMonth>,
    ) -> Result<(), OfficeError> {
        let today = self.today();
        for month in months {
            self.issuing
                .may_be_issued(*month, today)
                .map_err(|outside| OfficeError::Fault {
                    field: field.to_owned(),
                    why: outside.to_string(),
                })?;
        }
        Ok(())
    }

    /// Issues what is due for a person in a month, within the caller's unit.
    pub(crate) async fn issue_due(
        &self,
        tx: &mut Tx,
        link: &Link,
        month: TreatmentMonth,
    ) -> Result<IssuedNow, OfficeError> {
        let (first, last) = (link.as_str(), link.as_str());
        let mut dossiers = self.dossiers(tx, first, last, month).await?;
        let dossier = dossiers.remove(link.as_str()).unwrap_or_default();
        let register = self.register_for(tx, [&dossier].into_iter()).await?;
        let plan = dossier.plan(month, self.number_regime, &register, Issuing::Anew);
        let left_out = plan.left_out.into_iter().map(LeftOutNow::from).collect();
        let drafts = vec![(link.clone(), dossier.staff, plan.drafts)];
        let news = self.complete(tx, month, drafts).await?;
        let vouchers = if news.is_empty() {
            Vec::new()
        } else {
            self.put_together(tx, Lane::Single, news).await?
        };
        Ok(IssuedNow {
            month,
            vouchers,
            left_out,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(from: &str, count: usize) -> Vec<TreatmentMonth> {
        let first = TreatmentMonth::parse(from).unwrap();
        std::iter::successors(Some(first), |month| Some(month.next()))
            .take(count)
            .collect()
    }

    #[test]
    fn each_month_is_issued_once_and_no_more_than_the_window_has() {
        let whole = list("202511", 16);
        assert_eq!(months_of(&whole).unwrap(), whole);
        assert_eq!(months_of(&[]).unwrap(), []);
        let (a, b) = (whole[0], whole[1]);
        assert_eq!(months_of(&[b, a, b, a, a]).unwrap(), [b, a]);
        for many in [list("202511", 17), vec![a; 17]] {
            let fault = months_of(&many).unwrap_err();
            assert!(
                matches!(&fault, OfficeError::Fault { field, why } if field == "issue" && why.contains("16")),
                "{fault}"
            );
        }
    }
}
