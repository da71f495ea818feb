//! 受給者番号.

use std::fmt;

use super::digits::{exactly, folded_agrees, text_of};
use super::{NumberError, NumberKind};

/// Recipient number (受給者番号): one person among those of a payer. Seven digits.
///
/// 受給者区分 6 + 検証番号 1. Together with the [`PayerNumber`](super::PayerNumber) it finds a person, so `Debug`
/// does not show it. An office keeps it fixed or gives a new one each month: see
/// [`NumberRegime`](crate::regime::NumberRegime).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecipientNumber([u8; 7]);

impl RecipientNumber {
    /// Takes seven ASCII digits whose last is the right check digit.
    ///
    /// # Errors
    /// [`NumberError`] with the rule that is broken.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let digits = exactly(NumberKind::Recipient, text)?;
        folded_agrees(NumberKind::Recipient, &digits)?;
        Ok(Self(digits))
    }

    /// The seven digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        text_of(&self.0)
    }
}

impl fmt::Debug for RecipientNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecipientNumber(…)")
    }
}

crate::wire::text_impls!(RecipientNumber, NumberError);
crate::wire::serde_as_text!(RecipientNumber, "a recipient number (受給者番号)");
