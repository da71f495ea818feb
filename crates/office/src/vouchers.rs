//! Vouchers (医療券・調剤券): which institution may treat a person in a month.

use std::sync::Arc;

use domain::identity::Link;
use domain::month::TreatmentMonth;
use domain::permit::Permit;
use domain::voucher::{Voucher, fits};
use exchange::registration::{Content, Kind, Part, RecordId};
use serde::{Deserialize, Serialize};

use crate::decide::{Decided, Decision};
use crate::store::decisions::Stored;
use crate::{Office, OfficeError};

/// A voucher as the office issues or corrects it.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewVoucher {
    /// The record; the voucher's 交付番号 when nothing is said.
    #[serde(default)]
    pub(crate) record: Option<RecordId>,
    /// The version to make; the next when nothing is said.
    #[serde(default)]
    pub(crate) revision: Option<u32>,
    /// What it says.
    pub(crate) voucher: Box<Voucher>,
}

/// A voucher's withdrawal (撤回). Only vouchers are withdrawn; eligibilities end.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Withdrawal {
    /// The version to make; the next when nothing is said.
    #[serde(default)]
    pub(crate) revision: Option<u32>,
}

impl Office {
    /// Issues or corrects a voucher.
    pub(crate) async fn issue(
        self: &Arc<Self>,
        permit: &Permit,
        link: Link,
        new: NewVoucher,
    ) -> Result<Decided, OfficeError> {
        let said = crate::api::said(&new);
        let record = match new.record {
            Some(record) => record,
            // A voucher's record is its number, so that the same voucher sent twice is one.
            None => match RecordId::parse(new.voucher.issue_number.as_str()) {
                Ok(record) => record,
                Err(_) => self.draw_record()?,
            },
        };
        let content = Content::Voucher {
            served: Part::new(self.salt(), new.voucher),
        };
        self.decide(
            permit,
            Decision {
                link,
                record,
                revision: new.revision,
                content,
                said,
                said_before: None,
            },
        )
        .await
    }

    /// Withdraws a voucher.
    pub(crate) async fn withdraw(
        self: &Arc<Self>,
        permit: &Permit,
        link: Link,
        record: RecordId,
        withdrawal: Withdrawal,
    ) -> Result<Decided, OfficeError> {
        let said = crate::api::said(&withdrawal);
        let content = Content::Withdrawn(Kind::Voucher);
        self.decide(
            permit,
            Decision {
                link,
                record,
                revision: withdrawal.revision,
                content,
                said,
                said_before: None,
            },
        )
        .await
    }

    /// The numbers that the counter of a month gives are not anybody's to give: the run would find them taken.
    pub(crate) fn must_not_be_counted(
        &self,
        record: &RecordId,
        voucher: &Voucher,
    ) -> Result<(), OfficeError> {
        let taken = [
            ("record", record.as_str()),
            ("issue_number", voucher.issue_number.as_str()),
        ];
        for (rule, text) in taken {
            if is_counted(text) {
                return Err(OfficeError::Rule {
                    rule,
                    why: "診療年月と7桁の番号は福祉事務所が採番します。ほかの形の番号にしてください。".into(),
                });
            }
        }
        Ok(())
    }

    /// A voucher must be right in itself and lie within an eligibility of the person.
    pub(crate) fn check_voucher(&self, voucher: &Voucher, held: &[Stored]) -> Result<(), OfficeError> {
        if let Err(faults) = voucher.check() {
            let why: Vec<String> = faults.iter().map(ToString::to_string).collect();
            return Err(OfficeError::Rule {
                rule: "voucher",
                why: why.join("; "),
            });
        }
        let mut misfit = "the person has no eligibility".to_owned();
        for stored in held {
            if let Content::Eligibility { served } = self.open_version(stored)? {
                match fits(voucher, &served.body.eligibility) {
                    Ok(()) => return Ok(()),
                    Err(why) => misfit = why.to_string(),
                }
            }
        }
        Err(OfficeError::Rule {
            rule: "eligibility",
            why: misfit,
        })
    }
}

/// Whether a number has the form that [`Office::complete`] gives: the month, and how many there were in it.
fn is_counted(text: &str) -> bool {
    text.len() == 13
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && text
            .get(..6)
            .is_some_and(|month| TreatmentMonth::parse(month).is_ok())
}

#[cfg(test)]
mod tests {
    use super::is_counted;

    #[test]
    fn numbers_of_the_counter_are_known_by_their_form() {
        assert!(is_counted("2026110000412"));
        for other in [
            "S000000001",
            "202611000041",
            "20261100004123",
            "2026130000412",
            "202611000041x",
        ] {
            assert!(!is_counted(other), "{other}");
        }
    }
}
