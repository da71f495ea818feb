//! 保険者の加入者情報: a person's rows at the health insurers, and what public assistance does to them.
//!
//! 被用者保険 goes on beside medical aid and pays first (併用). 国民健康保険 and 後期高齢者医療 end on the day the aid
//! begins and go on when it ends, so a person never has one of them and the aid on the same day.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::calendar::Date;
use crate::eligibility::ReasonOfLoss;
use crate::number::InsurerNumber;
use crate::text::AsReceived;
use crate::voucher::YesNo;

mod beside_aid;

pub use beside_aid::rows_beside_aid;

/// Which insurance a row is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InsuranceKind {
    /// 被用者保険（社会保険）: stays beside medical aid.
    Employees,
    /// 国民健康保険: ends when the aid begins.
    National,
    /// 後期高齢者医療: ends when the aid begins.
    Elderly,
}

impl InsuranceKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::Employees, Self::National, Self::Elderly];

    /// The Japanese word.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Employees => "被用者保険",
            Self::National => "国民健康保険",
            Self::Elderly => "後期高齢者医療",
        }
    }

    /// Whether the insurance goes on while its person receives public assistance, and so pays first (併用).
    #[must_use]
    pub const fn stays_beside_aid(self) -> bool {
        matches!(self, Self::Employees)
    }
}

crate::code::code_table! {
    /// What kind of card, and so of answer, a row is.
    CardClassification, "被保険者証区分", "OQSCD010" {
        General = "01", "一般";
        Retired = "02", "退職";
        ShortTermGeneral = "03", "短期（一般）";
        ShortTermRetired = "04", "短期（退職）";
        SpecialPayment = "05", "特別療養費支給対象者";
        SpecialRetired = "06", "特例退職";
        DefenseForces = "07", "自衛官";
        /// Never an insurer's row: it is how an answer says 医療扶助.
        MedicalAid = "A1", "医療扶助";
    }
}

crate::code::code_table! {
    /// The insured person, or one of the family.
    HolderOrFamily, "本人・家族の別", "OQSCD009" {
        Holder = "1", "本人";
        Family = "2", "家族";
    }
}

/// One row of one insurer about one person: from when to when it insures.
///
/// Its JSON, with the fields in this order and absent ones left out, is the canonical encoding: never reorder or rename
/// a field without a new version. [`InsuranceRow::check`] judges what its fields must be to each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InsuranceRow {
    /// Which insurance.
    pub kind: InsuranceKind,
    /// 保険者番号
    pub insurer: InsurerNumber,
    /// 保険者名称
    pub insurer_name: AsReceived,
    /// 被保険者証区分
    pub card: CardClassification,
    /// 被保険者証記号; absent for 後期高齢者医療.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symbol: Option<AsReceived>,
    /// 被保険者証番号, with its leading zeros.
    pub number: AsReceived,
    /// 枝番
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<AsReceived>,
    /// 本人・家族の別; absent for 後期高齢者医療.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder_or_family: Option<HolderOrFamily>,
    /// 被保険者氏名 (世帯主氏名), when it is somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder_name: Option<AsReceived>,
    /// 資格取得年月日; insured on this day.
    pub from: Date,
    /// 資格喪失年月日 and 資格喪失事由, once known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<InsuranceEnding>,
    /// 一部負担金割合 in percent (後期高齢者医療), 0–100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub burden_percent: Option<u8>,
}

/// When and why an insurance ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InsuranceEnding {
    /// 資格喪失年月日: the first day that is no longer insured, whatever the reason; after a death the day after it.
    pub date: Date,
    /// 資格喪失事由
    pub reason: ReasonOfLoss,
}

/// A row that cannot be. Names fields, never a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InsuranceFault {
    /// 資格喪失 before 資格取得.
    #[error("ending: {ending} is before from {from}")]
    Reversed {
        /// 資格取得年月日
        from: Date,
        /// 資格喪失年月日
        ending: Date,
    },
    /// The classification of medical aid in an insurer's row.
    #[error("card: A1 is medical aid and no insurer's row")]
    NotInsurance,
    /// A six-digit insurer number is 国民健康保険's and nobody else's; 39 is 後期高齢者医療's.
    #[error("insurer: this number is not of a {kind}", kind = kind.label())]
    InsurerOfOtherKind {
        /// The kind the row says.
        kind: InsuranceKind,
    },
    /// More than 100 %.
    #[error("burden_percent: {found} is more than 100")]
    Burden {
        /// The percentage found.
        found: u8,
    },
}

impl InsuranceRow {
    /// Judges the row by itself.
    ///
    /// # Errors
    /// The first rule that is broken, in the order of the fields.
    pub fn check(&self) -> Result<(), InsuranceFault> {
        let of_this_kind = match self.insurer.law_code() {
            None => self.kind == InsuranceKind::National,
            // 後期高齢者医療広域連合
            Some("39") => self.kind == InsuranceKind::Elderly,
            Some(_) => self.kind != InsuranceKind::Elderly,
        };
        if !of_this_kind {
            return Err(InsuranceFault::InsurerOfOtherKind { kind: self.kind });
        }
        if self.card == CardClassification::MedicalAid {
            return Err(InsuranceFault::NotInsurance);
        }
        if let Some(InsuranceEnding { date: ending, .. }) = self.ending
            && ending < self.from
        {
            return Err(InsuranceFault::Reversed {
                from: self.from,
                ending,
            });
        }
        match self.burden_percent {
            Some(found) if found > 100 => Err(InsuranceFault::Burden { found }),
            _ => Ok(()),
        }
    }

    /// Whether `day` is insured.
    #[must_use]
    pub fn insures(&self, day: Date) -> bool {
        self.from <= day && self.ending.is_none_or(|ending| day < ending.date)
    }
}

/// The employees' insurance (被用者保険) that covers `day` and pays before medical aid; of several the one begun last.
///
/// `rows` are the insurers' own, or [`rows_beside_aid`]: for employees' insurance the two are the same.
#[must_use]
pub fn covers(rows: &[InsuranceRow], day: Date) -> Option<&InsuranceRow> {
    rows.iter()
        .filter(|row| row.kind.stays_beside_aid() && row.insures(day))
        .max_by_key(|row| (row.from, row.insurer, &row.number))
}

/// Item 20, 社会保険状況の整合性フラグ: whether what the office says of 社会保険 differs from the insurers' rows.
///
/// Nothing differs while the rows are not known (`employees_insurance` is none): silence of a register is no finding.
#[must_use]
pub fn inconsistent(office_says: YesNo, employees_insurance: Option<bool>) -> bool {
    employees_insurance.is_some_and(|insured| insured != (office_says == YesNo::Yes))
}

#[cfg(test)]
mod tests;
