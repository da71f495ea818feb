//! Numbers with valid check digits, from ranges that show that they are made up.
//!
//! | number | range |
//! |---|---|
//! | 公費負担者番号 | 実施機関番号 901–999; the first office's is 12139994 |
//! | 個人番号 | begins with 99 |
//! | 医療機関コード | 郡市区番号 99 and below, 医療機関番号 9901–9999, which no kind of institution uses |
//! | 保険者番号 | 保険者別番号 901–999 |
//!
//! That a range is unused is our assumption; none of these numbers is ever sent to a real system.

use domain::number::{
    IndividualNumber, InstitutionCode, InsurerNumber, NumberError, PayerNumber, PointTable, RecipientNumber,
    check_digit,
};

use crate::shuffle::Shuffle;
use crate::sure;

/// The prefecture of the first office; the next offices follow in 都道府県番号's order.
const FIRST_PREFECTURE: u64 = 13;
pub(crate) const PREFECTURES: u64 = 47;
/// Numbers of one prefecture's offices, from 999 down.
const OFFICES: u64 = 99;
/// 受給者番号 under one payer: six digits.
pub(crate) const RECIPIENTS: u64 = 1_000_000;
/// 個人番号 that begin with 99: nine more digits, then the check digit.
pub(crate) const INDIVIDUALS: u64 = 1_000_000_000;

/// 都道府県番号 of the `n`-th place.
pub(crate) const fn prefecture(n: u64) -> u64 {
    (FIRST_PREFECTURE - 1 + n) % PREFECTURES + 1
}

/// The payer numbers that the `n`-th office (or part of one) has, under 法別番号 12 and 25.
pub(crate) fn payer(law: &str, n: u64) -> PayerNumber {
    let body = format!("{law}{:02}{:03}", prefecture(n / OFFICES), 999 - n % OFFICES);
    valid(&body, PayerNumber::parse)
}

/// The body of an office's number: 都道府県番号 and 実施機関番号.
pub(crate) fn office_code(n: u64) -> String {
    format!("{:02}{:03}", prefecture(n / OFFICES), 999 - n % OFFICES)
}

/// How many offices there can be.
pub(crate) const MOST_OFFICES: u64 = PREFECTURES * OFFICES;

/// 受給者番号: no two people under one payer have the same.
pub(crate) fn recipient(order: &Shuffle, index: u64) -> RecipientNumber {
    valid(
        &format!("{:06}", order.place_of(index % RECIPIENTS)),
        RecipientNumber::parse,
    )
}

/// An order of recipients' or individual numbers.
pub(crate) fn recipients_order(seed: u64, office: u32) -> Shuffle {
    Shuffle::new(seed, office, 0xF0, RECIPIENTS)
}

/// An order of individual numbers, one for all offices.
pub(crate) fn individuals_order(seed: u64) -> Shuffle {
    Shuffle::new(seed, 0, 0xF1, INDIVIDUALS)
}

/// A made-up 個人番号. Like a real one it is sealed by whoever reads it, so it shows itself nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct MadeUpNumber([u8; 12]);

impl MadeUpNumber {
    /// The number of the `index`-th of all people.
    pub(crate) fn new(order: &Shuffle, index: u64) -> MadeUpNumber {
        let mut digits = [b'9'; 12];
        let text = format!("99{:09}", order.place_of(index % INDIVIDUALS));
        if let Ok(body) = <&[u8; 11]>::try_from(text.as_bytes()) {
            digits[..11].copy_from_slice(body);
            digits[11] = b'0' + check_digit::individual(body);
        }
        MadeUpNumber(digits)
    }

    /// The twelve digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// As the house takes it.
    ///
    /// # Errors
    /// Never: the check digit agrees.
    pub fn individual_number(&self) -> Result<IndividualNumber, NumberError> {
        IndividualNumber::parse(self.as_str())
    }
}

impl std::fmt::Debug for MadeUpNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MadeUpNumber(…)")
    }
}

/// 医療機関コード of the `n`-th of a table in a district (郡市区番号).
pub(crate) fn institution(prefecture: u64, table: PointTable, district: u64, n: u64) -> InstitutionCode {
    let table = match table {
        PointTable::Medical => 1,
        PointTable::Dental => 3,
        PointTable::Pharmacy => 4,
        PointTable::HomeNursing => 6,
        PointTable::Other(digit) => digit,
    };
    let body = format!("{prefecture:02}{table}{district:02}{:04}", 9_901 + n % 99);
    valid(&body, InstitutionCode::parse)
}

/// 保険者番号: of 法別番号 (empty for 国民健康保険), prefecture, and the `n`-th insurer.
pub(crate) fn insurer(law: &str, prefecture: u64, n: u64) -> InsurerNumber {
    valid(
        &format!("{law}{prefecture:02}{:03}", 901 + n % 99),
        InsurerNumber::parse,
    )
}

/// A body with its check digit, read by the number's own type.
fn valid<T>(body: &str, parse: impl Fn(&str) -> Result<T, NumberError>) -> T {
    let whole = format!("{body}{}", check_digit::folded(body.as_bytes()));
    sure(parse(&whole))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_first_office_has_the_known_number() {
        assert_eq!(payer("12", 0).as_str(), "12139994");
        assert_eq!(payer("25", 0).as_str(), "25139999");
        assert_eq!(office_code(0), "13999");
    }

    #[test]
    fn every_office_has_its_own_number() {
        let payers: BTreeSet<_> = (0..MOST_OFFICES).map(|n| payer("12", n)).collect();
        assert_eq!(payers.len() as u64, MOST_OFFICES);
    }

    #[test]
    fn individual_numbers_are_valid_and_nobody_shares_one() {
        let order = individuals_order(5);
        let made: Vec<MadeUpNumber> = (0..5_000).map(|index| MadeUpNumber::new(&order, index)).collect();
        for number in &made {
            assert!(number.individual_number().is_ok() && number.as_str().starts_with("99"));
        }
        let distinct: BTreeSet<&str> = made.iter().map(MadeUpNumber::as_str).collect();
        assert_eq!(distinct.len(), made.len());
        assert_eq!(format!("{:?}", made[0]), "MadeUpNumber(…)");
    }

    #[test]
    fn recipients_of_one_payer_are_distinct() {
        let order = recipients_order(5, 0);
        let distinct: BTreeSet<_> = (0..20_000).map(|index| recipient(&order, index)).collect();
        assert_eq!(distinct.len(), 20_000);
    }

    #[test]
    fn institutions_have_the_known_codes() {
        assert_eq!(institution(13, PointTable::Medical, 99, 0).as_str(), "1319999015");
        assert_eq!(institution(13, PointTable::Medical, 99, 1).as_str(), "1319999023");
        assert_eq!(insurer("", 13, 0).as_str().len(), 6);
        assert_eq!(insurer("06", 13, 0).as_str().len(), 8);
    }
}
