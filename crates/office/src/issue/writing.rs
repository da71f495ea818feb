//! Drafts become vouchers: each gets its 交付番号, is serialised once, and is entered in the ledger.

use domain::identity::Link;
use domain::month::TreatmentMonth;
use domain::monthly::{Draft, Staff};
use domain::voucher::IssueNumber;
use exchange::registration::written::voucher_content;
use exchange::registration::{Kind, RecordId};
use storage::{Tx, positions};

use crate::decide::{Entry, New};
use crate::store::ledger::{Withdrawn, month_number};
use crate::{Office, OfficeError};

/// What was planned for a person.
pub(crate) type Drafts = (Link, Staff, Vec<Draft>);

impl Office {
    /// Numbers the drafts and makes their first versions. The numbers are taken in the caller's unit, so that a unit
    /// that is undone leaves no gap.
    pub(crate) async fn complete(
        &self,
        tx: &mut Tx,
        month: TreatmentMonth,
        drafts: Vec<Drafts>,
    ) -> Result<Vec<New>, OfficeError> {
        let count: usize = drafts.iter().map(|(_, _, drafts)| drafts.len()).sum();
        let mut news = Vec::with_capacity(count);
        if count == 0 {
            return Ok(news);
        }
        let counter = format!("issue/{month}");
        let mut serial = positions::take(tx, &counter, u32::try_from(count).unwrap_or(u32::MAX)).await?;
        for (link, staff, drafts) in drafts {
            for draft in drafts {
                news.push(self.first_version(month, &link, &staff, draft, serial)?);
                serial += 1;
            }
        }
        Ok(news)
    }

    fn first_version(
        &self,
        month: TreatmentMonth,
        link: &Link,
        staff: &Staff,
        draft: Draft,
        serial: i64,
    ) -> Result<New, OfficeError> {
        let shape = || OfficeError::Shape { table: "position" };
        // The month, and how many there were in it: short, and in the order of issue.
        let number = IssueNumber::parse(&format!("{month}{serial:07}")).map_err(|_| shape())?;
        // A voucher's record is its number: nothing else of an office names it once.
        let record = RecordId::parse(number.as_str()).map_err(|_| shape())?;
        let entrustment = draft.entrustment.clone();
        let voucher = draft.complete(number, staff.clone());
        let content = voucher_content(self.salt(), &voucher);
        Ok(New {
            link: link.clone(),
            kind: Kind::Voucher,
            record,
            revision: 1,
            said: Vec::new(),
            content,
            entry: Some(Entry {
                month: month_number(month),
                entrustment: Some(entrustment),
                withdrawn: Withdrawn::No,
            }),
        })
    }
}
