//! The month's 本人支払額, put on the vouchers that are about to be issued.

use super::candidate::Candidate;
use super::{LeftOutReason, MonthInput};
use crate::entrustment::EntrustmentId;
use crate::rules::RuleSet;
use crate::self_payment::{SelfPayment, SelfPaymentPart, allocate, parts_add_up};
use crate::voucher::TreatmentType;

/// Sorts the candidates into the order in which they take the 本人支払額: 入院, 入院外, 歯科, 訪問看護, 調剤; then by first
/// day, institution and entrustment.
pub(super) fn in_order(candidates: &mut [Candidate<'_>]) {
    let rank = |treatment| match treatment {
        TreatmentType::Inpatient => 0,
        TreatmentType::Outpatient => 1,
        TreatmentType::Dental => 2,
        TreatmentType::HomeNursing => 3,
        TreatmentType::Dispensing => 4,
    };
    candidates.sort_by_key(|one| {
        (
            rank(one.entrustment.treatment),
            one.validity.first(),
            one.institution.code,
            &one.entrustment.id,
        )
    });
}

/// What each of the ordered candidates takes, in yen.
///
/// With what stands on vouchers already issued it adds up to the amount of the month; where the office gives parts, to the
/// parts of the entrustments that have their vouchers.
pub(super) fn amounts(
    input: &MonthInput<'_>,
    rules: &RuleSet,
    candidates: &[Candidate<'_>],
) -> Result<Vec<u32>, LeftOutReason> {
    let SelfPayment::Settled { yen, parts } = input.self_payment else {
        return Err(LeftOutReason::SelfPaymentUnsettled);
    };
    let amounts = if parts.is_empty() {
        by_rule(input, *yen, candidates)
    } else {
        by_parts(input, rules, *yen, parts, candidates)
    };
    amounts.ok_or(LeftOutReason::SelfPaymentMismatch)
}

fn by_rule(input: &MonthInput<'_>, yen: u32, candidates: &[Candidate<'_>]) -> Option<Vec<u32>> {
    let left = yen.checked_sub(issued_yen(input, |_| true)?)?;
    let mut ceilings = Vec::with_capacity(candidates.len());
    for (at, one) in candidates.iter().enumerate() {
        ceilings.push(match one.entrustment.self_pay_ceiling_yen {
            None => None,
            Some(_) if !is_first(candidates, at) => Some(0),
            Some(ceiling) => {
                let taken = issued_yen(input, |id| id == Some(&one.entrustment.id))?;
                Some(ceiling.saturating_sub(taken))
            }
        });
    }
    allocate(left, &ceilings)
}

fn by_parts(
    input: &MonthInput<'_>,
    rules: &RuleSet,
    yen: u32,
    parts: &[SelfPaymentPart],
    candidates: &[Candidate<'_>],
) -> Option<Vec<u32>> {
    if !parts_add_up(yen, parts) || issued_yen(input, |id| id.is_none())? > 0 {
        return None;
    }
    for part in parts {
        let entrustment = input.entrustments.iter().find(|one| one.id == part.entrustment)?;
        entrustment.due_days(input.month, rules.prescription_days)?;
        if entrustment
            .self_pay_ceiling_yen
            .is_some_and(|ceiling| part.yen > ceiling)
        {
            return None;
        }
    }
    // What an entrustment's vouchers still have to take; it is never less than nothing.
    let mut left = Vec::with_capacity(input.entrustments.len());
    for entrustment in input.entrustments {
        let part = parts.iter().find(|part| part.entrustment == entrustment.id);
        let taken = issued_yen(input, |id| id == Some(&entrustment.id))?;
        left.push(part.map_or(0, |part| part.yen).checked_sub(taken)?);
    }
    let amount = |(at, one): (usize, &Candidate<'_>)| match is_first(candidates, at) {
        true => left.get(one.index).copied(),
        false => Some(0),
    };
    candidates.iter().enumerate().map(amount).collect()
}

/// Whether the candidate at `at` is the first of its entrustment; an entrustment's whole part stands on its first voucher.
fn is_first(candidates: &[Candidate<'_>], at: usize) -> bool {
    let index = candidates.get(at).map(|one| one.index);
    candidates.iter().position(|one| Some(one.index) == index) == Some(at)
}

/// What stands on the issued vouchers of these entrustments; none beyond all amounts.
fn issued_yen(input: &MonthInput<'_>, of: impl Fn(Option<&EntrustmentId>) -> bool) -> Option<u32> {
    input
        .issued
        .iter()
        .filter(|issued| of(issued.entrustment.as_ref()))
        .try_fold(0_u32, |sum, issued| sum.checked_add(issued.voucher.self_pay_yen))
}
