//! The rules in force: their parameters, from when, and the version that answers name.
//!
//! Each rule is a function with a name, somewhere in this crate; [`CATALOGUE`] lists them all, and the handbook's page
//! *Rules* says the same in plain words. What a rule needs to know and the law may change stands in a [`RuleSet`].

use crate::calendar::Date;
use crate::voucher::TreatmentType;

mod catalogue;

pub use catalogue::{CATALOGUE, Rule};

/// The parameters of the rules, from one day until the next set's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSet {
    /// The version that answers name.
    pub version: &'static str,
    /// The first day that is judged by it.
    pub effective_from: Date,
    /// Months that a medical-necessity opinion (医療要否意見書) carries, per 診療別; none where none is needed.
    pub opinion_months: OpinionMonths,
    /// Days that a prescription (処方箋) may be dispensed on, that of writing included.
    pub prescription_days: u8,
}

/// Months that an opinion carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpinionMonths {
    /// 入院
    pub inpatient: Option<u8>,
    /// 入院外
    pub outpatient: Option<u8>,
    /// 歯科
    pub dental: Option<u8>,
    /// 調剤: follows the prescriber's entrustment and has no opinion of its own.
    pub dispensing: Option<u8>,
    /// 訪問看護
    pub home_nursing: Option<u8>,
}

/// Every set there has been, the oldest first.
pub const RULE_SETS: &[RuleSet] = &[CURRENT];

/// The newest set: the rules that this program computes by.
pub const CURRENT: RuleSet = RuleSet {
    version: "2026-1",
    // 医療扶助のオンライン資格確認 began nationwide.
    effective_from: Date::constant(2024, 3, 1),
    opinion_months: OpinionMonths {
        inpatient: Some(3),
        outpatient: Some(6),
        dental: Some(6),
        dispensing: None,
        home_nursing: Some(6),
    },
    prescription_days: 4,
};

impl RuleSet {
    /// The set in force on `day`; before all of them, the oldest.
    #[must_use]
    pub fn in_force(day: Date) -> &'static Self {
        in_force_among(RULE_SETS, day).unwrap_or(&CURRENT)
    }

    /// Months that an opinion of this 診療別 carries; none when none is needed.
    #[must_use]
    pub const fn opinion_months(&self, treatment: TreatmentType) -> Option<u8> {
        match treatment {
            TreatmentType::Inpatient => self.opinion_months.inpatient,
            TreatmentType::Outpatient => self.opinion_months.outpatient,
            TreatmentType::Dental => self.opinion_months.dental,
            TreatmentType::Dispensing => self.opinion_months.dispensing,
            TreatmentType::HomeNursing => self.opinion_months.home_nursing,
        }
    }
}

/// The last of `sets`, oldest first, that has begun by `day`; the first when none has.
fn in_force_among(sets: &[RuleSet], day: Date) -> Option<&RuleSet> {
    sets.iter()
        .rev()
        .find(|set| set.effective_from <= day)
        .or(sets.first())
}

#[cfg(test)]
mod tests;
