//! The versions that an event makes: eligibilities first, then the vouchers that it shortens or withdraws.

use domain::eligibility::Eligibility;
use domain::event::Preview;
use domain::identity::Link;
use domain::regime::NumberValidity;
use domain::voucher::Voucher;
use exchange::registration::{Content, EligibilityServed, Kind, Part, RecordId};

use super::{Standing, VoucherEffect, What};
use crate::decide::Decision;
use crate::eligibilities::NewEligibility;
use crate::{Office, OfficeError};

/// An eligibility as it stands, under its record.
type Held = (RecordId, EligibilityServed);

impl Office {
    /// The eligibilities that are other than before.
    pub(super) fn new_eligibilities(
        &self,
        link: &Link,
        id: &RecordId,
        standing: &Standing,
        preview: &Preview,
        what: &What,
    ) -> Result<Vec<Decision>, OfficeError> {
        let changed = changed(&standing.eligibilities, &preview.eligibilities);
        let decide = |(after, before): (&Eligibility, Option<&Held>)| match before {
            Some((record, served)) => {
                let served = EligibilityServed {
                    eligibility: after.clone(),
                    numbers: served.numbers.clone(),
                };
                let served = Part::new(self.salt(), served);
                Ok(decision(link, record, Content::Eligibility { served }))
            }
            // A new eligibility is named after the event that began it.
            None => self.eligibility_decision(
                link.clone(),
                NewEligibility {
                    record: Some(id.clone()),
                    revision: None,
                    payer: after.payer,
                    recipient: after.recipient,
                    start: after.start,
                    end: after.end,
                    numbers: numbers_of(standing, after, what),
                },
            ),
        };
        changed.into_iter().map(decide).collect()
    }

    /// The vouchers that it shortens or withdraws.
    pub(super) fn changed_vouchers(
        &self,
        link: &Link,
        standing: &Standing,
        effects: &[VoucherEffect],
    ) -> Vec<Decision> {
        let mut decisions = Vec::with_capacity(effects.len());
        for effect in effects {
            let Some((record, voucher)) = standing
                .vouchers
                .iter()
                .find(|(record, _)| *record == effect.record)
            else {
                continue;
            };
            let content = match (effect.new_from, effect.new_through) {
                (Some(valid_from), Some(valid_through)) => {
                    let shortened = Voucher {
                        valid_from,
                        valid_through,
                        ..voucher.clone()
                    };
                    let served = Part::new(self.salt(), Box::new(shortened));
                    Content::Voucher { served }
                }
                _ => Content::Withdrawn(Kind::Voucher),
            };
            decisions.push(decision(link, record, content));
        }
        decisions
    }
}

fn decision(link: &Link, record: &RecordId, content: Content) -> Decision {
    Decision {
        link: link.clone(),
        record: record.clone(),
        revision: None,
        content,
        said: Vec::new(),
        said_before: None,
    }
}

/// What is other than before, each with what it was; nothing for what is new. No event changes when or under which
/// numbers an eligibility began, only its end.
fn changed<'a>(before: &'a [Held], after: &'a [Eligibility]) -> Vec<(&'a Eligibility, Option<&'a Held>)> {
    let mut before: Vec<&Held> = before.iter().collect();
    let take = |before: &mut Vec<&'a Held>, same: &dyn Fn(&Eligibility) -> bool| {
        let at = before.iter().position(|(_, served)| same(&served.eligibility))?;
        Some(before.swap_remove(at))
    };
    let mut other = Vec::new();
    for one in after {
        if take(&mut before, &|held| held == one).is_none() {
            other.push(one);
        }
    }
    let began = |one: &Eligibility| (one.start, one.payer, one.recipient);
    other
        .into_iter()
        .map(|one| (one, take(&mut before, &|held| began(held) == began(one))))
        .collect()
}

/// Every number of a new eligibility: those said, or of a 再開 those the person had.
fn numbers_of(standing: &Standing, after: &Eligibility, what: &What) -> Vec<NumberValidity> {
    if let What::Start { numbers, .. } = what {
        return numbers.clone();
    }
    let had = standing.eligibilities.iter().filter(|(_, served)| {
        (served.eligibility.payer, served.eligibility.recipient) == (after.payer, after.recipient)
    });
    had.max_by_key(|(_, served)| served.eligibility.start)
        .map(|(_, served)| served.numbers.clone())
        .unwrap_or_default()
}
