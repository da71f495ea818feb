//! Why a number was refused.

use std::fmt;

use thiserror::Error;

/// A refused number: which kind, and the rule it breaks. Never contains the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{kind}: {rule}")]
pub struct NumberError {
    /// The identifier that was expected.
    pub kind: NumberKind,
    /// The rule that was broken.
    pub rule: NumberRule,
}

/// The kind of identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberKind {
    /// 公費負担者番号
    Payer,
    /// 受給者番号
    Recipient,
    /// 保険者番号
    Insurer,
    /// 医療機関コード
    Institution,
    /// 個人番号
    Individual,
}

impl NumberKind {
    /// The lengths allowed, in digits, as a reader writes them.
    #[must_use]
    pub const fn lengths(self) -> &'static str {
        match self {
            Self::Payer => "8",
            Self::Recipient => "7",
            Self::Insurer => "6 or 8",
            Self::Institution => "10",
            Self::Individual => "12",
        }
    }
}

impl fmt::Display for NumberKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Payer => "payer number (公費負担者番号)",
            Self::Recipient => "recipient number (受給者番号)",
            Self::Insurer => "insurer number (保険者番号)",
            Self::Institution => "institution code (医療機関コード)",
            Self::Individual => "individual number (個人番号)",
        })
    }
}

/// The rule a number breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NumberRule {
    /// Nothing was given.
    #[error("is empty")]
    Empty,
    /// Full-width digits, as an input method writes them.
    #[error("has a full-width digit at position {position}; write half-width digits 0-9")]
    FullWidth {
        /// Counted in characters, from 1.
        position: usize,
    },
    /// A character that is no digit at all.
    #[error("has a character that is not a digit 0-9 at position {position}")]
    NotADigit {
        /// Counted in characters, from 1.
        position: usize,
    },
    /// All digits, but not the right number of them.
    #[error("has {found} digits; {expected} are required")]
    Length {
        /// The lengths allowed.
        expected: &'static str,
        /// Digits found.
        found: usize,
    },
    /// The last digit does not follow from the others.
    #[error("ends in a wrong check digit; {expected} is expected")]
    CheckDigit {
        /// The check digit that the other digits require, 0–9.
        expected: u8,
    },
    /// The same for a 個人番号, of which not even one digit is told.
    #[error("ends in a wrong check digit")]
    SecretCheckDigit,
    /// The first two digits are no 都道府県番号.
    #[error("begins with {found:02}, which is not a prefecture (01-47, or 51-97)")]
    Prefecture {
        /// The first two digits.
        found: u8,
    },
    /// Zeros only: its check digit agrees, but nobody has this number.
    #[error("is all zeros")]
    AllZero,
}
