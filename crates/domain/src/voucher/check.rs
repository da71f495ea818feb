//! What the fields of a voucher must be to each other, and to the eligibility behind it.

use thiserror::Error;

use super::{MAX_LINES, SingleOrCombined, TicketType, TreatmentType, Voucher, YesNo};
use crate::calendar::{Date, OutOfYears, check_year};
use crate::eligibility::Eligibility;
use crate::month::TreatmentMonth;
use crate::self_payment::{TooMuch, check_yen};

/// One rule that a voucher breaks. Names fields and codes, never a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum VoucherFault {
    /// 有効終了 before 有効開始.
    #[error("valid_through: {through} is before valid_from {from}")]
    Reversed {
        /// 有効開始年月日
        from: Date,
        /// 有効終了年月日
        through: Date,
    },
    /// A date outside the 診療年月.
    #[error("{field}: {date} is not in treatment_month {month}")]
    OutsideMonth {
        /// `valid_from` or `valid_through`.
        field: &'static str,
        /// The date.
        date: Date,
        /// 診療年月
        month: TreatmentMonth,
    },
    /// 調剤券 and 診療別 調剤 go together and only together.
    #[error("treatment_type: {treatment} does not go with ticket_type {ticket}", treatment = treatment.code(), ticket = ticket.code())]
    TypesDiffer {
        /// 医療券・調剤券別
        ticket: TicketType,
        /// 診療別
        treatment: TreatmentType,
    },
    /// A 調剤券 says who prescribed.
    #[error("prescription_issuer_code: a dispensing voucher (02) requires it")]
    IssuerMissing,
    /// A 医療券 has no prescription.
    #[error("{field}: only a dispensing voucher (02) has it")]
    IssuerUnexpected {
        /// `prescription_issuer_code` or `prescription_issuer_name`.
        field: &'static str,
    },
    /// 併用 and 社会保険あり go together and only together.
    #[error("social_insurance: {insurance} does not go with single_or_combined {usage}", insurance = insurance.code(), usage = usage.code())]
    InsuranceDiffers {
        /// 単独・併用別
        usage: SingleOrCombined,
        /// 社会保険状況
        insurance: YesNo,
    },
    /// More lines than the layout has items.
    #[error("{field}: has {found} lines; at most 3 are allowed")]
    TooManyLines {
        /// `injury_names` or `remarks`.
        field: &'static str,
        /// Lines found.
        found: usize,
    },
    /// More than a month can cost.
    #[error(transparent)]
    TooMuch(#[from] TooMuch),
    /// A month in a year that nobody means.
    #[error(transparent)]
    OutOfYears(#[from] OutOfYears),
}

impl Voucher {
    /// Judges the voucher by itself.
    ///
    /// # Errors
    /// Every rule that is broken, in the order of the fields.
    pub fn check(&self) -> Result<(), Vec<VoucherFault>> {
        let mut faults = Vec::new();
        self.check_dates(&mut faults);
        self.check_prescription(&mut faults);
        for (field, found) in [
            ("injury_names", self.injury_names.len()),
            ("remarks", self.remarks.len()),
        ] {
            if found > MAX_LINES {
                faults.push(VoucherFault::TooManyLines { field, found });
            }
        }
        faults.extend(
            check_yen("self_pay_yen", self.self_pay_yen)
                .err()
                .map(VoucherFault::from),
        );
        let combined = self.single_or_combined == SingleOrCombined::Combined;
        if combined != (self.social_insurance == YesNo::Yes) {
            let (usage, insurance) = (self.single_or_combined, self.social_insurance);
            faults.push(VoucherFault::InsuranceDiffers { usage, insurance });
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    fn check_dates(&self, faults: &mut Vec<VoucherFault>) {
        let (from, through, month) = (self.valid_from, self.valid_through, self.treatment_month);
        let year = check_year("treatment_month", month.first_day());
        faults.extend(year.err().map(VoucherFault::from));
        if through < from {
            faults.push(VoucherFault::Reversed { from, through });
        }
        for (field, date) in [("valid_from", from), ("valid_through", through)] {
            if !month.contains(date) {
                faults.push(VoucherFault::OutsideMonth { field, date, month });
            }
        }
    }

    fn check_prescription(&self, faults: &mut Vec<VoucherFault>) {
        let (ticket, treatment) = (self.ticket_type, self.treatment_type);
        let dispensing = ticket == TicketType::Dispensing;
        if dispensing != (treatment == TreatmentType::Dispensing) {
            faults.push(VoucherFault::TypesDiffer { ticket, treatment });
        }
        if dispensing {
            if self.prescription_issuer_code.is_none() {
                faults.push(VoucherFault::IssuerMissing);
            }
            return;
        }
        for (field, present) in [
            (
                "prescription_issuer_code",
                self.prescription_issuer_code.is_some(),
            ),
            (
                "prescription_issuer_name",
                self.prescription_issuer_name.is_some(),
            ),
        ] {
            if present {
                faults.push(VoucherFault::IssuerUnexpected { field });
            }
        }
    }
}

/// Why a voucher does not fit an eligibility.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Misfit {
    /// It begins before the eligibility.
    #[error("valid_from: {valid_from} is before the eligibility starts on {start}")]
    BeforeStart {
        /// 有効開始年月日
        valid_from: Date,
        /// 開始日
        start: Date,
    },
    /// It goes on after the last covered day.
    #[error("valid_through: {valid_through} is after the last covered day {last_covered}")]
    AfterEnd {
        /// 有効終了年月日
        valid_through: Date,
        /// The last covered day.
        last_covered: Date,
    },
}

/// Whether the eligibility covers the voucher's whole validity.
///
/// The caller brings together a voucher and an eligibility of the same person *and office*. Printed numbers are not
/// compared: they stay when the person's number changes.
///
/// # Errors
/// The first [`Misfit`], by date.
pub fn fits(voucher: &Voucher, eligibility: &Eligibility) -> Result<(), Misfit> {
    let (valid_from, valid_through) = (voucher.valid_from, voucher.valid_through);
    if valid_from < eligibility.start {
        return Err(Misfit::BeforeStart {
            valid_from,
            start: eligibility.start,
        });
    }
    match eligibility.last_covered_day() {
        Some(last_covered) if valid_through > last_covered => Err(Misfit::AfterEnd {
            valid_through,
            last_covered,
        }),
        _ => Ok(()),
    }
}
