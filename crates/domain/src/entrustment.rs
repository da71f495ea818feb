//! 医療の委託: the office's decision that one institution treats a person in one way (診療別), month after month.
//!
//! A voucher is made from an entrustment, each month anew, by [`monthly`](crate::monthly). The decision holds what does
//! not change from month to month: since when, on which medical-necessity opinion (医療要否意見書), for which injuries,
//! after which other programmes.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::calendar::{Date, OutOfYears, Period, check_year};
use crate::month::TreatmentMonth;
use crate::number::InstitutionCode;
use crate::other_programmes::{MAX_PROGRAMMES, Programme, in_order};
use crate::self_payment::{TooMuch, check_yen};
use crate::text::{AsReceived, token};
use crate::voucher::{MAX_LINES, TreatmentType, YesNo};

mod opinion;
mod prescription;

pub use opinion::{Opinion, OpinionFault, ReturnedOpinion};
pub use prescription::{Prescription, dispensing_month};

token! {
    /// An office's own name for one entrustment; it stays when the decision is corrected.
    EntrustmentId, "entrustment", 40, "A-Z a-z 0-9 -", |c| c.is_ascii_alphanumeric() || c == '-'
}

/// Entrustment (委託): this person, this institution, this 診療別.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entrustment {
    /// Which entrustment.
    pub id: EntrustmentId,
    /// 指定医療機関コード as decided; a successor of the code takes over by itself.
    pub institution: InstitutionCode,
    /// 診療別
    pub treatment: TreatmentType,
    /// The first day; of a first visit (初診) the day itself.
    pub from: Date,
    /// The last day, once decided (中止); none goes on for as long as the opinion supports it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<Date>,
    /// 医療要否意見書
    pub opinion: Opinion,
    /// Days that vouchers are kept to, of a frequent visitor (頻回受診): a voucher may be shorter than its month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_within: Option<Period>,
    /// Who prescribes; required for 調剤, and for nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prescription: Option<Prescription>,
    /// 傷病名, at most [`MAX_LINES`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub injury_names: Vec<AsReceived>,
    /// 他法他施策: who pays before medical aid, at most [`MAX_PROGRAMMES`]; shown in the order in which they pay.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_programmes: Vec<Programme>,
    /// 感染症法第37条の2の該当状況
    pub infection_37_2: YesNo,
    /// What only visiting nursing (訪問看護) has; required for it, and for nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home_nursing: Option<HomeNursing>,
    /// The most that this institution can collect of the 本人支払額 in a month, when the office knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub self_pay_ceiling_yen: Option<u32>,
    /// 備考 beside the line of the other programmes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<AsReceived>,
}

/// 訪問看護: what must be known before medical aid pays for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HomeNursing {
    /// Whether the entrustment's opinion is visiting nursing's own (訪問看護要否意見書), and not the physician's for treatment.
    pub own_opinion: bool,
    /// Whether long-term care insurance (介護保険) pays for this nursing, so that no voucher is due.
    pub care_insurance_pays: bool,
}

/// Why visiting nursing gets no voucher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HomeNursingFault {
    /// Long-term care insurance pays.
    CareInsuranceFirst,
    /// The opinion is the physician's for treatment, not nursing's own.
    OpinionMissing,
}

impl HomeNursing {
    /// Whether medical aid pays for this nursing: 介護保険 comes first, and it needs an opinion of its own.
    ///
    /// # Errors
    /// [`HomeNursingFault`]
    pub const fn is_for_medical_aid(&self) -> Result<(), HomeNursingFault> {
        if self.care_insurance_pays {
            return Err(HomeNursingFault::CareInsuranceFirst);
        }
        if !self.own_opinion {
            return Err(HomeNursingFault::OpinionMissing);
        }
        Ok(())
    }
}

/// An entrustment that cannot be. Names fields and codes, never a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EntrustmentFault {
    /// The last day before the first.
    #[error("through: {through} is before from {from}")]
    Reversed {
        /// The first day.
        from: Date,
        /// The last day.
        through: Date,
    },
    /// A 調剤 without prescriber, or a prescriber elsewhere.
    #[error("prescription: required for 調剤 (04), and for nothing else")]
    Prescription,
    /// A 訪問看護 without its two answers, or these elsewhere.
    #[error("home_nursing: required for 訪問看護 (05), and for nothing else")]
    HomeNursing,
    /// The 診療別 is not what an institution of this point table gives ([`TreatmentType::suits`]).
    #[error("treatment: {treatment} is not given by an institution of this point table", treatment = treatment.code())]
    Treatment {
        /// 診療別
        treatment: TreatmentType,
    },
    /// More other programmes than a claim has room for.
    #[error("other_programmes: {found} pay before medical aid; at most {MAX_PROGRAMMES} are allowed")]
    TooManyProgrammes {
        /// Programmes found.
        found: usize,
    },
    /// More lines than a voucher has items; the other programmes take one line of the remarks.
    #[error("{field}: makes {found} lines on the voucher; at most 3 are allowed")]
    TooManyLines {
        /// `injury_names` or `remarks`.
        field: &'static str,
        /// Lines found.
        found: usize,
    },
    /// More than a month can cost.
    #[error(transparent)]
    TooMuch(#[from] TooMuch),
    /// A day in a year that nobody means.
    #[error(transparent)]
    OutOfYears(#[from] OutOfYears),
}

impl Entrustment {
    /// Judges the entrustment by itself, so that a voucher can be made of it.
    ///
    /// # Errors
    /// The first rule that is broken, in the order of the fields.
    pub fn check(&self) -> Result<(), EntrustmentFault> {
        if !self.treatment.suits(self.institution.point_table()) {
            return Err(EntrustmentFault::Treatment {
                treatment: self.treatment,
            });
        }
        check_year("from", self.from)?;
        if let Some(through) = self.through {
            check_year("through", through)?;
        }
        if let Some(through) = self.through.filter(|through| *through < self.from) {
            let from = self.from;
            return Err(EntrustmentFault::Reversed { from, through });
        }
        if self.prescription.is_some() != (self.treatment == TreatmentType::Dispensing) {
            return Err(EntrustmentFault::Prescription);
        }
        let found = in_order(&self.other_programmes).len();
        if found > MAX_PROGRAMMES {
            return Err(EntrustmentFault::TooManyProgrammes { found });
        }
        let programmes = usize::from(!self.other_programmes.is_empty());
        for (field, found) in [
            ("injury_names", self.injury_names.len()),
            ("remarks", self.remarks.len() + programmes),
        ] {
            if found > MAX_LINES {
                return Err(EntrustmentFault::TooManyLines { field, found });
            }
        }
        if let Some(ceiling) = self.self_pay_ceiling_yen {
            check_yen("self_pay_ceiling_yen", ceiling)?;
        }
        if self.home_nursing.is_some() != (self.treatment == TreatmentType::HomeNursing) {
            return Err(EntrustmentFault::HomeNursing);
        }
        Ok(())
    }

    /// The days of `month` for which a voucher is due by this decision alone; none when there are none.
    ///
    /// A 調剤券 is due in the month of dispensing ([`dispensing_month`]), whenever the prescription was written.
    #[must_use]
    pub fn due_days(&self, month: TreatmentMonth, prescription_days: u8) -> Option<Period> {
        if let Some(prescription) = &self.prescription
            && !prescription.may_be_dispensed_in(month, prescription_days)
        {
            return None;
        }
        let decided = Period::new(
            self.from.max(month.first_day()),
            match self.through {
                Some(through) => through.min(month.last_day()),
                None => month.last_day(),
            },
        )
        .ok()?;
        match self.only_within {
            Some(only) => decided.intersection(&only),
            None => Some(decided),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
