//! Eligibility (資格情報): when aid began, and when it ended.

use std::sync::Arc;

use domain::calendar::Date;
use domain::eligibility::{Eligibility, Ending};
use domain::identity::Link;
use domain::month::TreatmentMonth;
use domain::number::{PayerNumber, RecipientNumber};
use domain::permit::Permit;
use domain::regime::{self, NumberRegime, NumberValidity, PersonNumber};
use exchange::registration::{Content, EligibilityServed, Kind, Part, RecordId};
use serde::{Deserialize, Serialize};
use storage::Tx;

use crate::decide::{Decided, Decision, New};
use crate::store::decisions;
use crate::{Office, OfficeError};

/// A row that does not say what it must.
const SHAPE: OfficeError = OfficeError::Shape { table: "decision" };

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

    /// A person's eligibilities, the newest version of each.
    pub(crate) async fn eligibilities_of(
        &self,
        tx: &mut Tx,
        link: &Link,
    ) -> Result<Vec<(RecordId, EligibilityServed)>, OfficeError> {
        let mut eligibilities = Vec::new();
        for stored in decisions::of_kind(tx, link.as_str(), Kind::Eligibility).await? {
            if let Content::Eligibility { served } = self.open_version(&stored)? {
                let record = RecordId::parse(&stored.record).map_err(|_| SHAPE)?;
                eligibilities.push((record, served.body));
            }
        }
        Ok(eligibilities)
    }

    /// No day is covered twice: not by what the person has in the database, and not by what is decided together with
    /// this. Of anything but an eligibility there is nothing to say.
    pub(crate) async fn must_not_overlap(
        &self,
        tx: &mut Tx,
        decision: &Decision,
        together: &[New],
    ) -> Result<(), OfficeError> {
        let Content::Eligibility { served } = &decision.content else {
            return Ok(());
        };
        let mut held = self.eligibilities_of(tx, &decision.link).await?;
        let same = |new: &&New| new.link == decision.link && new.kind == Kind::Eligibility;
        for new in together.iter().filter(same) {
            held.retain(|(record, _)| *record != new.record);
            let content = serde_json::from_slice(&new.content);
            if let Content::Eligibility { served } = content.map_err(|_| SHAPE)? {
                held.push((new.record.clone(), served.body));
            }
        }
        let eligibility = &served.body.eligibility;
        for (record, other) in held {
            if record != decision.record && eligibility.overlaps(&other.eligibility) {
                return Err(OfficeError::Fault {
                    field: "start".to_owned(),
                    why: format!("記録 {} の資格と期間が重なります。", record.as_str()),
                });
            }
        }
        Ok(())
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
        eligibility
            .check()
            .map_err(|fault| OfficeError::fault("", &fault))?;
        regime::check_months(&new.numbers).map_err(|fault| OfficeError::fault("", &fault))?;
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
            said_before: None,
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
