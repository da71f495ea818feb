//! Days, as the law counts them: whole calendar days in Japan, without a clock or a zone.

use std::fmt::Write as _;

pub use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A date, month or period that cannot be. Never contains the text: it may be a birth date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DateError {
    /// Not eight ASCII digits.
    #[error("date: eight digits yyyyMMdd are required")]
    NotYyyymmdd,
    /// Not six ASCII digits.
    #[error("month: six digits yyyyMM are required")]
    NotYyyymm,
    /// Digits, but there is no such day or month; year 0 counts as none.
    #[error("date: there is no such day")]
    NoSuchDay,
    /// A period whose last day is before its first.
    #[error("period: the last day {last} is before the first day {first}")]
    Reversed {
        /// The first day.
        first: Date,
        /// The last day.
        last: Date,
    },
}

/// The first year that a day of aid can be in.
pub const FIRST_YEAR: i16 = 1900;
/// The last year that a day of aid can be in.
pub const LAST_YEAR: i16 = 2999;

/// A day that nobody means. Never says which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{field}: the year is not between {FIRST_YEAR} and {LAST_YEAR}")]
pub struct OutOfYears {
    /// The field that has it, as a path.
    pub field: &'static str,
}

/// Judges the year of a day, or of a month's first day, of the field called `field`. Outside of these years it is a slip
/// of the pen, or another system's word for never.
///
/// # Errors
/// [`OutOfYears`]
pub fn check_year(field: &'static str, day: Date) -> Result<(), OutOfYears> {
    if (FIRST_YEAR..=LAST_YEAR).contains(&day.year()) {
        Ok(())
    } else {
        Err(OutOfYears { field })
    }
}

/// Reads a date of the wire: `YYYYMMDD`, eight ASCII digits, a day that exists.
///
/// # Errors
/// [`DateError::NotYyyymmdd`], [`DateError::NoSuchDay`].
///
/// ```
/// # use madoguchi_domain::calendar::{Date, parse_yyyymmdd};
/// assert_eq!(parse_yyyymmdd("20261122").unwrap(), Date::constant(2026, 11, 22));
/// assert!(parse_yyyymmdd("20260229").is_err());
/// ```
pub fn parse_yyyymmdd(text: &str) -> Result<Date, DateError> {
    if text.len() != 8 {
        return Err(DateError::NotYyyymmdd);
    }
    let (Some(year), Some(month), Some(day)) = (number(text, 0, 4), number(text, 4, 6), number(text, 6, 8))
    else {
        return Err(DateError::NotYyyymmdd);
    };
    day_of(year, month, day)
}

/// Reads a day through serde as `YYYY-MM-DD`, for what shall say what it expects.
///
/// # Errors
/// Anything else.
pub fn deserialize_day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    crate::wire::deserialize_text(deserializer, "a day YYYY-MM-DD")
}

/// Writes a date for the wire: `YYYYMMDD`. Years 1–9999, which is all that [`parse_yyyymmdd`] gives.
#[must_use]
pub fn format_yyyymmdd(date: Date) -> String {
    let mut text = String::with_capacity(8);
    // Writing to a String does not fail.
    let _ = write!(text, "{:04}{:02}{:02}", date.year(), date.month(), date.day());
    text
}

/// The number in `text[from..to]`, when these bytes are ASCII digits.
pub(crate) fn number(text: &str, from: usize, to: usize) -> Option<i16> {
    let digits = text.as_bytes().get(from..to)?;
    digits.iter().try_fold(0_i16, |value, ascii| {
        let digit = ascii.is_ascii_digit().then(|| i16::from(*ascii - b'0'))?;
        value.checked_mul(10)?.checked_add(digit)
    })
}

/// The day, when it exists and its year is 1 or later.
pub(crate) fn day_of(year: i16, month: i16, day: i16) -> Result<Date, DateError> {
    let (Ok(month), Ok(day)) = (i8::try_from(month), i8::try_from(day)) else {
        return Err(DateError::NoSuchDay);
    };
    if year < 1 {
        return Err(DateError::NoSuchDay);
    }
    Date::new(year, month, day).map_err(|_| DateError::NoSuchDay)
}

/// The day before; the calendar's first day is its own.
pub(crate) fn day_before(date: Date) -> Date {
    date.yesterday().unwrap_or(date)
}

/// The day after; the calendar's last day is its own.
pub(crate) fn day_after(date: Date) -> Date {
    date.tomorrow().unwrap_or(date)
}

/// Days from `first` through `last`, **both included**; at least one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawPeriod")]
pub struct Period {
    first: Date,
    last: Date,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPeriod {
    first: Date,
    last: Date,
}

impl TryFrom<RawPeriod> for Period {
    type Error = DateError;
    fn try_from(raw: RawPeriod) -> Result<Self, DateError> {
        Self::new(raw.first, raw.last)
    }
}

impl Period {
    /// The days from `first` through `last`.
    ///
    /// # Errors
    /// [`DateError::Reversed`] when `last` is before `first`.
    pub fn new(first: Date, last: Date) -> Result<Self, DateError> {
        if first <= last {
            Ok(Self { first, last })
        } else {
            Err(DateError::Reversed { first, last })
        }
    }

    /// One day.
    #[must_use]
    pub const fn day(day: Date) -> Self {
        Self {
            first: day,
            last: day,
        }
    }

    /// The first day, included.
    #[must_use]
    pub const fn first(&self) -> Date {
        self.first
    }

    /// The last day, included.
    #[must_use]
    pub const fn last(&self) -> Date {
        self.last
    }

    /// Whether `day` is one of these days.
    #[must_use]
    pub fn contains(&self, day: Date) -> bool {
        self.first <= day && day <= self.last
    }

    /// Whether every day of this period is also in `other`.
    #[must_use]
    pub fn within(&self, other: &Self) -> bool {
        other.first <= self.first && self.last <= other.last
    }

    /// Whether some day is in both.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// The days that are in both; none when there are none.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        Self::new(self.first.max(other.first), self.last.min(other.last)).ok()
    }

    /// The days, in order.
    pub fn days(&self) -> impl Iterator<Item = Date> + use<> {
        let Self { first, last } = *self;
        first
            .series(jiff::Span::new().days(1))
            .take_while(move |day| *day <= last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn wire_dates_are_real_days_in_ascii_digits() {
        assert_eq!(parse_yyyymmdd("20240229"), Ok(date(2024, 2, 29)));
        assert_eq!(format_yyyymmdd(date(987, 1, 2)), "09870102");
        for text in [
            "20230229", "20261301", "20261100", "20261131", "00000101", "99999999",
        ] {
            assert_eq!(parse_yyyymmdd(text), Err(DateError::NoSuchDay), "{text}");
        }
        for text in [
            "",
            "2026112",
            "202611220",
            "2026-1-2",
            "２０",
            "+2026112",
            "2026112 ",
        ] {
            assert_eq!(parse_yyyymmdd(text), Err(DateError::NotYyyymmdd), "{text}");
        }
    }

    #[test]
    fn wire_dates_round_trip() {
        let mut day = date(1999, 12, 1);
        while day < date(2001, 3, 2) {
            assert_eq!(parse_yyyymmdd(&format_yyyymmdd(day)), Ok(day));
            day = day_after(day);
        }
    }

    #[test]
    fn periods_include_both_ends() {
        let november = Period::new(date(2026, 11, 1), date(2026, 11, 30)).unwrap();
        let one_day = Period::new(date(2026, 11, 30), date(2026, 11, 30)).unwrap();
        let december = Period::new(date(2026, 12, 1), date(2026, 12, 31)).unwrap();
        assert!(november.contains(november.first()) && november.contains(november.last()));
        assert!(!november.contains(december.first()));
        assert!(one_day.within(&november) && !november.within(&one_day));
        assert!(november.overlaps(&one_day) && !november.overlaps(&december));
        assert!(Period::new(december.first(), november.last()).is_err());
        assert!(serde_json::from_str::<Period>(r#"{"first":"2026-12-01","last":"2026-11-01"}"#).is_err());
    }

    #[test]
    fn periods_meet_in_their_common_days() {
        let period = |first: i8, last: i8| Period::new(date(2026, 11, first), date(2026, 11, last)).unwrap();
        assert_eq!(period(1, 15).intersection(&period(10, 30)), Some(period(10, 15)));
        assert_eq!(period(1, 15).intersection(&period(15, 30)), Some(period(15, 15)));
        assert_eq!(period(1, 15).intersection(&period(16, 30)), None);
        let days: Vec<Date> = period(29, 30).days().collect();
        assert_eq!(days, [date(2026, 11, 29), date(2026, 11, 30)]);
        assert_eq!(Period::day(Date::MAX).days().count(), 1);
    }

    #[test]
    fn a_day_of_aid_is_in_a_year_that_somebody_means() {
        for day in [date(1900, 1, 1), date(2026, 11, 22), date(2999, 12, 31)] {
            assert_eq!(check_year("start", day), Ok(()), "{day}");
        }
        for day in [
            Date::MIN,
            date(0, 1, 1),
            date(1899, 12, 31),
            date(3000, 1, 1),
            Date::MAX,
        ] {
            let fault = check_year("start", day).unwrap_err();
            assert_eq!(fault.to_string(), "start: the year is not between 1900 and 2999");
        }
    }

    #[test]
    fn the_edges_of_the_calendar_hold() {
        assert_eq!(day_after(Date::MAX), Date::MAX);
        assert_eq!(day_before(Date::MIN), Date::MIN);
    }
}
