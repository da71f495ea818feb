//! The five identifiers of the field, as types that cannot hold an invalid value.
//!
//! | type | 日本語 | digits | check digit |
//! |---|---|---|---|
//! | [`PayerNumber`] | 公費負担者番号 | 8 | must agree |
//! | [`RecipientNumber`] | 受給者番号 | 7 | must agree |
//! | [`InsurerNumber`] | 保険者番号 | 6 or 8 | must agree |
//! | [`InstitutionCode`] | 医療機関コード | 10 | may differ; [`InstitutionCode::check_digit_agrees`] says |
//! | [`IndividualNumber`] | 個人番号 | 12 | must agree; sealed as soon as it is read |
//!
//! All take ASCII digits and nothing else: no spaces, no hyphens, no full-width digits. Padding is the wire's
//! matter. No error ever repeats the value.

pub mod check_digit;

mod digits;
mod error;
mod individual;
mod institution;
mod insurer;
mod payer;
mod recipient;

pub use error::{NumberError, NumberKind, NumberRule};
pub use individual::IndividualNumber;
pub use institution::{InstitutionCode, PointTable};
pub use insurer::InsurerNumber;
pub use payer::PayerNumber;
pub use recipient::RecipientNumber;

/// Whether `prefecture` is a 都道府県番号: 01–47, or 51–97 when the first range is exhausted.
#[must_use]
pub const fn is_prefecture(prefecture: u8) -> bool {
    matches!(prefecture, 1..=47 | 51..=97)
}

#[cfg(test)]
mod tests;
