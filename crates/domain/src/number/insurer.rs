//! 保険者番号.

use super::digits::{folded_agrees, only_digits, pair, text_of};
use super::{NumberError, NumberKind, NumberRule};

/// Insurer number (保険者番号): eight digits, or six for 国民健康保険.
///
/// Eight: 法別番号 2 + 都道府県番号 2 + 保険者別番号 3 + 検証番号 1. Six: the same without the 法別番号. The wire pads the
/// six with spaces on the left; this type never holds padding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InsurerNumber {
    /// The digits, then zeros (the byte, not the digit) up to eight.
    digits: [u8; 8],
    len: u8,
}

impl InsurerNumber {
    /// Takes six or eight ASCII digits whose last is the right check digit.
    ///
    /// # Errors
    /// [`NumberError`] with the rule that is broken.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let kind = NumberKind::Insurer;
        let given = only_digits(text).map_err(|rule| NumberError { kind, rule })?;
        let len = match given.len() {
            6 => 6,
            8 => 8,
            found => {
                return Err(NumberError {
                    kind,
                    rule: NumberRule::Length {
                        expected: kind.lengths(),
                        found,
                    },
                });
            }
        };
        folded_agrees(kind, given)?;
        let mut digits = [0; 8];
        digits[..given.len()].copy_from_slice(given);
        Ok(Self { digits, len })
    }

    /// The six or eight digits, without padding.
    #[must_use]
    pub fn as_str(&self) -> &str {
        text_of(&self.digits[..usize::from(self.len)])
    }

    /// 法別番号, two digits; none for the six-digit numbers of 国民健康保険.
    #[must_use]
    pub fn law_code(&self) -> Option<&str> {
        (self.len == 8).then(|| text_of(&self.digits[..2]))
    }

    /// 都道府県番号, 0–99.
    #[must_use]
    pub const fn prefecture(&self) -> u8 {
        if self.len == 8 {
            pair(self.digits[2], self.digits[3])
        } else {
            pair(self.digits[0], self.digits[1])
        }
    }
}

crate::wire::text_impls!(InsurerNumber, NumberError);
crate::wire::shown_debug!(InsurerNumber);
crate::wire::serde_as_text!(InsurerNumber, "an insurer number (保険者番号)");
