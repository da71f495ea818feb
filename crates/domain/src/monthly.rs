//! 月次発券: the monthly run, for one person and one month, as one pure function.
//!
//! [`plan`] takes what the office has decided and knows, and gives the vouchers to issue and, for everything that is due
//! and gets none, the reason by name. A second run over what the first has issued gives nothing twice. Nobody is left out
//! in silence: of each entrustment that is due in the month there is a voucher or a [`LeftOut`].

use crate::designation::Register;
use crate::eligibility::Eligibility;
use crate::entrustment::{Entrustment, EntrustmentId};
use crate::month::TreatmentMonth;
use crate::regime::{NumberRegime, NumberValidity};
use crate::rules::RuleSet;
use crate::self_payment::SelfPayment;
use crate::voucher::{Voucher, YesNo};

mod candidate;
mod draft;
mod left_out;
mod payment;
mod window;

use candidate::Candidate;

pub use draft::{Draft, Staff};
pub use left_out::{LeftOut, LeftOutReason};
pub use window::{IssuingWindow, MONTHS_AHEAD, MONTHS_BACK, OutsideWindow};

/// What the run knows about one person and one month.
#[derive(Clone, Copy)]
pub struct MonthInput<'a> {
    /// 診療年月
    pub month: TreatmentMonth,
    /// The person's entrustments, for whatever month; those not due in this one are passed over.
    pub entrustments: &'a [Entrustment],
    /// The person's eligibilities at this office.
    pub eligibilities: &'a [Eligibility],
    /// 本人支払額 of the month.
    pub self_payment: &'a SelfPayment,
    /// What the office states about the person's insurance.
    pub statement: Statement,
    /// How the office numbers its people.
    pub regime: NumberRegime,
    /// The numbers the person has had; looked at where they change every month.
    pub numbers: &'a [NumberValidity],
    /// The national register of institutions.
    pub register: &'a dyn Register,
    /// The person's vouchers of this month that stand, from this office.
    pub issued: &'a [Issued],
}

/// What the office states on every voucher of a person in a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Statement {
    /// 社会保険状況: あり makes the vouchers 併用.
    pub social_insurance: YesNo,
    /// 後期高齢者医療の該当状況
    pub elderly_care: YesNo,
    /// 都道府県費の該当状況
    pub prefectural_expenses: YesNo,
}

/// A voucher that stands, and what it was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// Its entrustment; none for a voucher whose entrustment is not known.
    pub entrustment: Option<EntrustmentId>,
    /// The voucher.
    pub voucher: Voucher,
}

/// What the run shall do for one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The vouchers to issue, in the order in which the 本人支払額 was put on them.
    pub vouchers: Vec<Draft>,
    /// What is due and gets no voucher, in the order of the entrustments.
    pub left_out: Vec<LeftOut>,
}

/// What to issue to this person for this month, by the rules in force on the month's first day.
///
/// Pure: the same input gives the same plan, and a second run over what the first has issued gives no voucher.
///
/// 1. Each entrustment that is due is judged for each of its days: eligibility, number, designated institution (or its
///    successor), not issued yet, no double. Days without a gap make one voucher, so 停止 and 再開 within a month make two.
/// 2. The opinion must carry the month; before visiting nursing comes 介護保険.
/// 3. The 本人支払額 is put on what remains, in order. While it is not settled, nothing is issued.
#[must_use]
pub fn plan(input: &MonthInput<'_>, rules: &RuleSet) -> Plan {
    let mut found: Vec<Candidate<'_>> = Vec::new();
    let mut reasons: Vec<(usize, LeftOutReason)> = Vec::new();
    for index in 0..input.entrustments.len() {
        match candidate::candidates(input, rules, index, &found) {
            None => {}
            Some(Ok(more)) => found.extend(more),
            Some(Err(reason)) => reasons.push((index, reason)),
        }
    }
    payment::in_order(&mut found);
    let vouchers = match payment::amounts(input, rules, &found) {
        Ok(amounts) => found
            .iter()
            .zip(amounts)
            .map(|(one, yen)| Draft::new(input, one, yen))
            .collect(),
        Err(reason) => {
            reasons.extend(found.iter().map(|one| (one.index, reason)));
            Vec::new()
        }
    };
    reasons.sort();
    reasons.dedup();
    let left_out = reasons.into_iter().filter_map(|(index, reason)| {
        let entrustment = input.entrustments.get(index)?.id.clone();
        Some(LeftOut { entrustment, reason })
    });
    Plan {
        vouchers,
        left_out: left_out.collect(),
    }
}

#[cfg(test)]
mod tests;
