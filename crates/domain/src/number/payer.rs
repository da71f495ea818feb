//! 公費負担者番号.

use super::digits::{exactly, folded_agrees, pair, text_of};
use super::{NumberError, NumberKind};

/// Payer number (公費負担者番号): who pays, and under which law. Eight digits.
///
/// 法別番号 2 + 都道府県番号 2 + 実施機関番号 3 + 検証番号 1. It stands in the wire's `InsurerNumber` for medical aid.
/// 法別 12 is 医療扶助, 25 is 中国残留邦人等; other laws are valid payers too. The check digit is judged; whether the
/// prefecture or the office exists is a matter of registers, not of the number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PayerNumber([u8; 8]);

impl PayerNumber {
    /// Takes eight ASCII digits whose last is the right check digit.
    ///
    /// # Errors
    /// [`NumberError`] with the rule that is broken.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let digits = exactly(NumberKind::Payer, text)?;
        folded_agrees(NumberKind::Payer, &digits)?;
        Ok(Self(digits))
    }

    /// The eight digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        text_of(&self.0)
    }

    /// 法別番号, the first two digits: the law under which is paid. `12` is medical aid.
    #[must_use]
    pub fn law_code(&self) -> &str {
        text_of(&self.0[..2])
    }

    /// 都道府県番号, 0–99.
    #[must_use]
    pub const fn prefecture(&self) -> u8 {
        pair(self.0[2], self.0[3])
    }
}

crate::wire::text_impls!(PayerNumber, NumberError);
crate::wire::shown_debug!(PayerNumber);
crate::wire::serde_as_text!(PayerNumber, "a payer number (公費負担者番号)");
