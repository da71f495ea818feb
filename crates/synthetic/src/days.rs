//! Days before and after a day.

use std::time::Duration;

use domain::calendar::Date;
use domain::month::TreatmentMonth;

const DAY: u64 = 24 * 60 * 60;

/// The day so many days later.
pub(crate) fn later(day: Date, days: u32) -> Date {
    day.saturating_add(Duration::from_secs(u64::from(days) * DAY))
}

/// The day so many days earlier.
pub(crate) fn earlier(day: Date, days: u32) -> Date {
    day.saturating_sub(Duration::from_secs(u64::from(days) * DAY))
}

/// The month so many months earlier.
pub(crate) fn months_earlier(month: TreatmentMonth, months: u32) -> TreatmentMonth {
    (0..months).fold(month, |month, _| month.prev())
}

/// Whole years from a birth to a day.
pub(crate) fn age(birth: Date, day: Date) -> u32 {
    let years = day.year() - birth.year();
    let before_birthday = (day.month(), day.day()) < (birth.month(), birth.day());
    u32::try_from(years - i16::from(before_birthday)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_months_are_counted_both_ways() {
        let day = Date::constant(2026, 3, 1);
        assert_eq!(earlier(day, 1), Date::constant(2026, 2, 28));
        assert_eq!(later(earlier(day, 400), 400), day);
        assert_eq!(
            months_earlier(TreatmentMonth::of(day), 3),
            TreatmentMonth::of(Date::constant(2025, 12, 5))
        );
    }

    #[test]
    fn ages_change_on_the_birthday() {
        let birth = Date::constant(1950, 11, 25);
        assert_eq!(age(birth, Date::constant(2026, 11, 24)), 75);
        assert_eq!(age(birth, Date::constant(2026, 11, 25)), 76);
        assert_eq!(age(birth, birth), 0);
    }
}
