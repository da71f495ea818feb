//! Which of a person's records an answer is about.

use std::cmp::Reverse;

use super::{DESIGNATED_FLAG, Disclosure, Found, Question, Voucher};
use crate::calendar::Date;
use crate::eligibility::{Eligibility, EndReason, Standing};
use crate::insurance::inconsistent;

/// What one office holds about a person. A voucher stands or falls with an eligibility of the same office.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AtOffice {
    /// 資格情報
    pub eligibilities: Vec<Eligibility>,
    /// 医療券情報・調剤券情報, for whatever institution and month.
    pub vouchers: Vec<Voucher>,
}

/// A voucher as an answer shows it, with the two items that are computed when somebody asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShownVoucher<'a> {
    /// The 24 registered items.
    pub voucher: &'a Voucher,
    /// Item 7, 指定医療機関確認フラグ: [`DESIGNATED_FLAG`].
    pub designated_flag: &'static str,
    /// Item 20, 社会保険状況の整合性フラグ: what the office says of 社会保険 differs from the insurers' rows. On the wire
    /// `1`, and absent when it agrees or the rows are not known.
    pub inconsistent: bool,
}

/// The eligibility that covers the day, and its office's vouchers for the asking institution and day.
///
/// Hub and offices see to it that only one covers a day. Should there be two, one with vouchers here goes first, then
/// the one that started last.
pub(super) fn covering<'a>(
    asked: &Question,
    found: &Found<'a>,
) -> Option<(&'a Eligibility, Vec<ShownVoucher<'a>>)> {
    let (eligibility, office) = found
        .offices
        .iter()
        .flat_map(|office| {
            office
                .eligibilities
                .iter()
                .map(move |eligibility| (eligibility, office))
        })
        .filter(|(eligibility, _)| eligibility.covers(asked.day))
        .max_by_key(|(eligibility, office)| {
            let here = office.vouchers.iter().any(|voucher| is_shown(voucher, asked));
            (here, eligibility.start, eligibility.payer, eligibility.recipient)
        })?;
    let mut vouchers: Vec<ShownVoucher<'a>> = office
        .vouchers
        .iter()
        .filter(|voucher| is_shown(voucher, asked))
        .map(|voucher| ShownVoucher {
            voucher,
            designated_flag: DESIGNATED_FLAG,
            inconsistent: inconsistent(voucher.social_insurance, found.employees_insurance),
        })
        .collect();
    vouchers.sort_by_key(|shown| (shown.voucher.valid_from, &shown.voucher.issue_number));
    Some((eligibility, vouchers))
}

/// When no eligibility covers the day: the one that ended last, else the one that begins first.
pub(super) fn not_covering(day: Date, offices: &[AtOffice]) -> Option<(&Eligibility, Disclosure)> {
    let ended = |eligibility: &Eligibility| match eligibility.standing(day) {
        Standing::Ended(date, reason) => Some((date, reason)),
        Standing::NotYetBegun(_) | Standing::Covered => None,
    };
    let eligibility = offices
        .iter()
        .flat_map(|office| &office.eligibilities)
        .max_by_key(|eligibility| {
            // None is less than Some, so an ended one goes before any that has not begun.
            let end: Option<(Date, EndReason)> = ended(eligibility);
            (
                end,
                Reverse(eligibility.start),
                eligibility.payer,
                eligibility.recipient,
            )
        })?;
    let disclosure = match ended(eligibility) {
        Some((date, reason)) => Disclosure::Ended { date, reason },
        None => Disclosure::NotYetBegun {
            date: eligibility.start,
        },
    };
    Some((eligibility, disclosure))
}

/// Promise `addressed`, in one line: for this institution and this day.
fn is_shown(voucher: &Voucher, asked: &Question) -> bool {
    voucher.addressed_to(&asked.institution) && voucher.covers(asked.day)
}
