//! Eligibility (資格情報): when aid began, and when it ended.

use std::sync::Arc;

use domain::calendar::Date;
use domain::eligibility::{Eligibility, Ending};
use domain::identity::Link;
use domain::month::TreatmentMonth;
use domain::number::{PayerNumber, RecipientNumber};
use domain::permit::Permit;
use domain::regime::{NumberRegime, NumberValidity, PersonNumber};
use exchange::registration::{Content, EligibilityServed, Part, RecordId};
use serde::{Deserialize, Serialize};

use crate::decide::{Decided, Decision};
use crate::{Office, OfficeError};

/// An eligibility as the office decides it. Ending it is the next revision of the same record.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewEligibility {
    /// The record; a new one is drawn when nothing is said.
    #[serde(default)]
    pub(crate) record: Option<RecordId>,
    /// The version to make; the next when nothing is said.
    #[serde(default)]
    pub(crate) revision: Option<u32>,
    /// 公費負担者番号.
    pub(crate) payer: PayerNumber,
    /// 受給者番号.
    pub(crate) recipient: RecipientNumber,
    /// 保護開始・再開日.
    pub(crate) start: Date,
    /// 停止・廃止・移管・死亡.
    #[serde(default)]
    pub(crate) end: Option<Ending>,
    /// Every number with its months, when they have changed; else the one above, from the first month on.
    #[serde(default)]
    pub(crate) numbers: Vec<NumberValidity>,
}

impl Office {
    /// Decides an eligibility.
    pub(crate) async fn decide_eligibility(
        self: &Arc<Self>,
        permit: &Permit,
        link: Link,
        new: NewEligibility,
    ) -> Result<Decided, OfficeError> {
        let decision = self.eligibility_decision(link, new)?;
        self.decide(permit, decision).await
    }

    /// What an eligibility decides.
    pub(crate) fn eligibility_decision(
        &self,
        link: Link,
        new: NewEligibility,
    ) -> Result<Decision, OfficeError> {
        let said = crate::api::said(&new);
        let eligibility = Eligibility {
            payer: new.payer,
            recipient: new.recipient,
            office_name: self.name.clone(),
            start: new.start,
            end: new.end,
        };
        eligibility.check().map_err(|fault| OfficeError::Rule {
            rule: "eligibility",
            why: fault.to_string(),
        })?;
        let numbers = self.numbers(&new)?;
        let served = Part::new(self.salt(), EligibilityServed { eligibility, numbers });
        let record = match new.record {
            Some(record) => record,
            None => self.draw_record()?,
        };
        Ok(Decision {
            link,
            record,
            revision: new.revision,
            content: Content::Eligibility { served },
            said,
        })
    }

    /// Every number with its months. A fixed number needs no list: it counts from the first month on. An office
    /// that changes numbers each month says which was whose when, because only it knows.
    fn numbers(&self, new: &NewEligibility) -> Result<Vec<NumberValidity>, OfficeError> {
        let number = PersonNumber {
            payer: new.payer,
            recipient: new.recipient,
        };
        match (self.number_regime, new.numbers.as_slice()) {
            (NumberRegime::Fixed, []) => Ok(vec![
                NumberRegime::Fixed.validity(number, TreatmentMonth::of(new.start)),
            ]),
            (NumberRegime::Monthly, []) => Err(OfficeError::Rule {
                rule: "numbers",
                why: "this office's numbers change each month: list every number with its months".into(),
            }),
            (_, numbers) if numbers.iter().any(|held| held.number == number) => Ok(numbers.to_vec()),
            (_, _) => Err(OfficeError::Rule {
                rule: "numbers",
                why: "the number that it has now stands in the list of its numbers".into(),
            }),
        }
    }
}
