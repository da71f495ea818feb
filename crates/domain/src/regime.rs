//! Which numbers find a person in which month.
//!
//! Offices differ: most keep one 受給者番号 per person (固定番号), some give a new one each month, as 記載要領 has it in
//! principle. The rule is the same for both: **any number valid in the asked month finds the person, and a voucher
//! keeps the number that was printed on it.**

use serde::{Deserialize, Serialize};

use crate::calendar::{OutOfYears, check_year};
use crate::eligibility::Eligibility;
use crate::month::TreatmentMonth;
use crate::number::{PayerNumber, RecipientNumber};

/// How an office numbers its people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberRegime {
    /// 固定番号: one number as long as the eligibility lasts.
    Fixed,
    /// A new number every month (月ごと変更).
    Monthly,
}

impl NumberRegime {
    /// For which months a number given in `month` is valid.
    #[must_use]
    pub const fn validity(self, number: PersonNumber, month: TreatmentMonth) -> NumberValidity {
        let through = match self {
            Self::Fixed => None,
            Self::Monthly => Some(month),
        };
        NumberValidity {
            number,
            from: month,
            through,
        }
    }
}

/// The two numbers that together name a person on a voucher and in an inquiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonNumber {
    /// 公費負担者番号
    pub payer: PayerNumber,
    /// 受給者番号
    pub recipient: RecipientNumber,
}

/// A number and the months it is valid in, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberValidity {
    /// The number.
    pub number: PersonNumber,
    /// The first month.
    pub from: TreatmentMonth,
    /// The last month; none while no other number has replaced it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<TreatmentMonth>,
}

impl NumberValidity {
    /// Whether the number is valid in `month`.
    #[must_use]
    pub fn valid_in(&self, month: TreatmentMonth) -> bool {
        self.from <= month && self.through.is_none_or(|through| month <= through)
    }
}

/// Judges the months of a list of numbers.
///
/// # Errors
/// [`OutOfYears`]
pub fn check_months(numbers: &[NumberValidity]) -> Result<(), OutOfYears> {
    for held in numbers {
        check_year("numbers.from", held.from.first_day())?;
        if let Some(through) = held.through {
            check_year("numbers.through", through.first_day())?;
        }
    }
    Ok(())
}

/// The number to print on a voucher of `month`: what the eligibility has (固定番号), or what has been given for the month
/// under the same payer (月ごと変更); none while no number of the month has been given.
#[must_use]
pub fn number_in_force(
    regime: NumberRegime,
    numbers: &[NumberValidity],
    eligibility: &Eligibility,
    month: TreatmentMonth,
) -> Option<PersonNumber> {
    let payer = eligibility.payer;
    match regime {
        NumberRegime::Fixed => Some(PersonNumber {
            payer,
            recipient: eligibility.recipient,
        }),
        NumberRegime::Monthly => numbers
            .iter()
            .filter(|given| given.valid_in(month) && given.number.payer == payer)
            .max_by_key(|given| (given.from, given.number.recipient))
            .map(|given| given.number),
    }
}

/// Whether the person who has had these `numbers` is found by the `asked` one in `month`, under either regime.
#[must_use]
pub fn found_by(numbers: &[NumberValidity], asked: PersonNumber, month: TreatmentMonth) -> bool {
    numbers
        .iter()
        .any(|held| held.number == asked && held.valid_in(month))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(recipient: &str) -> PersonNumber {
        PersonNumber {
            payer: PayerNumber::parse("12139994").unwrap(),
            recipient: RecipientNumber::parse(recipient).unwrap(),
        }
    }

    fn month(text: &str) -> TreatmentMonth {
        TreatmentMonth::parse(text).unwrap()
    }

    #[test]
    fn a_fixed_number_finds_from_its_month_on() {
        let held = [NumberRegime::Fixed.validity(number("1234566"), month("202604"))];
        assert!(!found_by(&held, number("1234566"), month("202603")));
        for asked in ["202604", "202611", "203001"] {
            assert!(found_by(&held, number("1234566"), month(asked)));
            assert!(!found_by(&held, number("0000018"), month(asked)));
        }
    }

    #[test]
    fn a_monthly_number_finds_in_its_month_only() {
        let held = [("1234566", "202610"), ("0000018", "202611")]
            .map(|(recipient, of)| NumberRegime::Monthly.validity(number(recipient), month(of)));
        for (recipient, asked, found) in [
            ("1234566", "202610", true),
            ("1234566", "202611", false),
            ("0000018", "202610", false),
            ("0000018", "202611", true),
            ("0000018", "202612", false),
        ] {
            assert_eq!(
                found_by(&held, number(recipient), month(asked)),
                found,
                "{recipient} {asked}"
            );
        }
    }

    #[test]
    fn any_of_several_numbers_of_a_month_finds() {
        // Reissued within the month, and under another payer number of the same office.
        let other = PersonNumber {
            payer: PayerNumber::parse("25139999").unwrap(),
            ..number("1234566")
        };
        let held = [number("1234566"), number("0000018"), other]
            .map(|number| NumberRegime::Monthly.validity(number, month("202611")));
        assert!(
            held.iter()
                .all(|one| found_by(&held, one.number, month("202611")))
        );
        let crossed = PersonNumber {
            recipient: RecipientNumber::parse("0000018").unwrap(),
            ..other
        };
        assert!(!found_by(&held, crossed, month("202611")));
        assert!(!found_by(&[], other, month("202611")));
    }

    #[test]
    fn a_voucher_bears_the_number_in_force() {
        let eligibility = Eligibility {
            payer: PayerNumber::parse("12139994").unwrap(),
            recipient: RecipientNumber::parse("1234566").unwrap(),
            office_name: "見本区福祉事務所".parse().unwrap(),
            start: crate::calendar::Date::constant(2026, 4, 1),
            end: None,
        };
        let given =
            ["202610", "202611"].map(|of| NumberRegime::Monthly.validity(number("0000018"), month(of)));
        let in_force = |regime, numbers: &[NumberValidity], of| {
            number_in_force(regime, numbers, &eligibility, month(of))
        };
        let fixed = Some(number("1234566"));
        assert_eq!(in_force(NumberRegime::Fixed, &given, "202611"), fixed);
        assert_eq!(
            in_force(NumberRegime::Monthly, &given, "202611"),
            Some(number("0000018"))
        );
        assert_eq!(in_force(NumberRegime::Monthly, &given, "202612"), None);
        let other = PersonNumber {
            payer: PayerNumber::parse("25139999").unwrap(),
            ..number("0000018")
        };
        let of_other = [NumberRegime::Monthly.validity(other, month("202611"))];
        assert_eq!(in_force(NumberRegime::Monthly, &of_other, "202611"), None);
    }

    #[test]
    fn months_of_numbers_are_of_our_time() {
        let held = |from: &str, through: Option<&str>| NumberValidity {
            number: number("1234566"),
            from: month(from),
            through: through.map(month),
        };
        let fine = held("190001", Some("299912"));
        assert_eq!(check_months(&[fine, held("202604", None)]), Ok(()));
        for (wrong, field) in [
            (held("000101", None), "numbers.from"),
            (held("999912", None), "numbers.from"),
            (held("202604", Some("999912")), "numbers.through"),
        ] {
            assert_eq!(check_months(&[fine, wrong]), Err(OutOfYears { field }));
        }
    }

    #[test]
    fn a_replaced_fixed_number_stops() {
        let replaced = NumberValidity {
            through: Some(month("202610")),
            ..NumberRegime::Fixed.validity(number("1234566"), month("202604"))
        };
        assert!(replaced.valid_in(month("202610")) && !replaced.valid_in(month("202611")));
        let json = serde_json::to_string(&replaced).unwrap();
        assert!(json.ends_with(r#""from":"202604","through":"202610"}"#), "{json}");
    }
}
