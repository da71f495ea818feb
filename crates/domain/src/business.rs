//! Under which law an office pays, and on what basis a person is among its people.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::number::PayerNumber;

/// A registered business of an office (登録業務). Each is counted by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Business {
    /// 医療扶助 (法別12): the ward's figures count these people and nobody else.
    MedicalAid,
    /// 中国残留邦人等支援給付 (法別25): a business of its own, never among the ward's figures.
    SupportBenefit,
}

impl Business {
    /// Every business.
    pub const ALL: &'static [Self] = &[Self::MedicalAid, Self::SupportBenefit];

    /// The Japanese word.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::MedicalAid => "医療扶助",
            Self::SupportBenefit => "中国残留邦人等支援給付",
        }
    }

    /// 法別番号
    #[must_use]
    pub const fn law_code(self) -> &'static str {
        match self {
            Self::MedicalAid => "12",
            Self::SupportBenefit => "25",
        }
    }
}

/// The business that pays under this number; none for another law, which is no business of a welfare office here.
#[must_use]
pub fn business(payer: PayerNumber) -> Option<Business> {
    Business::ALL
        .iter()
        .copied()
        .find(|one| one.law_code() == payer.law_code())
}

/// Whether a person under this payer number is one of the ward's figures (世帯数・人員).
#[must_use]
pub fn counts_in_ward_figures(payer: PayerNumber) -> bool {
    business(payer) == Some(Business::MedicalAid)
}

/// On what basis a person receives public assistance. It changes nothing of what is paid or told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegalBasis {
    /// 生活保護法: Japanese nationals.
    Act,
    /// 行政措置 (昭和29年社発第382号): people without Japanese nationality, by analogy with the Act.
    Notice1954,
}

impl LegalBasis {
    /// Every basis.
    pub const ALL: &'static [Self] = &[Self::Act, Self::Notice1954];

    /// The Japanese words.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Act => "生活保護法",
            Self::Notice1954 => "行政措置（昭和29年社発第382号）",
        }
    }

    /// The basis of a person of Japanese nationality, or of another or none.
    #[must_use]
    pub const fn of_nationality(japanese: bool) -> Self {
        if japanese { Self::Act } else { Self::Notice1954 }
    }
}

impl fmt::Display for LegalBasis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

#[cfg(test)]
mod tests;
