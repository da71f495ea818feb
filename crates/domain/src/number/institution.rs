//! 医療機関コード.

use super::digits::{exactly, pair, text_of};
use super::{NumberError, NumberKind, NumberRule, check_digit, is_prefecture};

/// Institution code (医療機関コード): a hospital, clinic, dentist, pharmacy or home-nursing station. Ten digits.
///
/// 都道府県番号 2 + 点数表番号 1 + 郡市区番号 2 + 医療機関番号 4 + 検証番号 1. Codes older than 1976 in some prefectures
/// are said to carry another check digit, so a difference is a warning and never a refusal; the national
/// register decides what exists.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstitutionCode([u8; 10]);

impl InstitutionCode {
    /// Takes any ten ASCII digits whose prefecture is 01–47 or 51–97.
    ///
    /// # Errors
    /// [`NumberError`] with the rule that is broken; never for the check digit.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let code = Self(exactly(NumberKind::Institution, text)?);
        let found = code.prefecture();
        if is_prefecture(found) {
            Ok(code)
        } else {
            Err(NumberError {
                kind: NumberKind::Institution,
                rule: NumberRule::Prefecture { found },
            })
        }
    }

    /// The ten digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        text_of(&self.0)
    }

    /// 都道府県番号 as written: 1–47, or 51–97.
    #[must_use]
    pub const fn prefecture(&self) -> u8 {
        pair(self.0[0], self.0[1])
    }

    /// 点数表番号: what kind of institution it is.
    #[must_use]
    pub const fn point_table(&self) -> PointTable {
        match self.0[2] {
            b'1' => PointTable::Medical,
            b'3' => PointTable::Dental,
            b'4' => PointTable::Pharmacy,
            b'6' => PointTable::HomeNursing,
            other => PointTable::Other(other - b'0'),
        }
    }

    /// Whether the last digit is the one the others require. A difference is a warning.
    #[must_use]
    pub fn check_digit_agrees(&self) -> bool {
        self.0[9] == b'0' + self.expected_check_digit()
    }

    /// The check digit that the first nine digits require, 0–9.
    #[must_use]
    pub fn expected_check_digit(&self) -> u8 {
        check_digit::folded(&self.0[..9])
    }
}

crate::wire::text_impls!(InstitutionCode, NumberError);
crate::wire::shown_debug!(InstitutionCode);
crate::wire::serde_as_text!(InstitutionCode, "an institution code (医療機関コード)");

/// Point table (点数表番号): the tariff an institution claims by, and so its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PointTable {
    /// `1` 医科
    Medical,
    /// `3` 歯科
    Dental,
    /// `4` 調剤（薬局）
    Pharmacy,
    /// `6` 訪問看護
    HomeNursing,
    /// A digit we have no certain name for; kept as it is.
    Other(u8),
}
