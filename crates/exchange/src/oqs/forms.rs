//! How an item's value stands as text: dates, times, months, padded numbers, codes.

use std::{borrow::Cow, fmt};

use jiff::civil::{Date, DateTime, Time};

use super::{codes::Coded, fault::Rule, tree::WHITE};

/// A form of text for values of type `T`. The text to read is not blank.
pub(crate) trait Form<T> {
    fn read(text: &str) -> Result<T, Rule>;
    fn write(value: &T) -> Cow<'_, str>;
}

/// Free text, kept exactly as received.
pub(crate) struct Text;
/// An identifier of at most so many characters, white space around it removed.
pub(crate) struct Upto<const MAX: usize>;
/// `MIN` to `MAX` ASCII digits; leading zeros kept.
pub(crate) struct Digits<const MIN: usize, const MAX: usize>;
/// 保険者番号, left-padded with spaces to 8 on the wire only. Whether it can be one is for who knows the numbers.
pub(crate) struct Padded;
/// yyyyMMdd.
pub(crate) struct Day;
/// yyyyMMddHHmmss, Japan's time without a zone.
pub(crate) struct Moment;
/// yyyyMM.
pub(crate) struct Month;
/// A number of things, without leading zeros when written.
pub(crate) struct Count;
/// A value of a closed table.
pub(crate) struct Code;

/// A calendar month, such as 診療年月.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct YearMonth {
    year: i16,
    month: i8,
}

impl YearMonth {
    /// `None` unless the year is 1–9999 and the month 1–12.
    #[must_use]
    pub fn new(year: i16, month: i8) -> Option<Self> {
        ((1..=9999).contains(&year) && (1..=12).contains(&month)).then_some(Self { year, month })
    }

    /// 1–9999.
    #[must_use]
    pub fn year(self) -> i16 {
        self.year
    }

    /// 1–12.
    #[must_use]
    pub fn month(self) -> i8 {
        self.month
    }
}

impl fmt::Display for YearMonth {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:04}-{:02}", self.year, self.month)
    }
}

impl Form<String> for Text {
    fn read(text: &str) -> Result<String, Rule> {
        Ok(text.to_owned())
    }

    fn write(value: &String) -> Cow<'_, str> {
        Cow::Borrowed(value)
    }
}

impl<const MAX: usize> Form<String> for Upto<MAX> {
    fn read(text: &str) -> Result<String, Rule> {
        let text = text.trim_matches(WHITE);
        if text.len() > MAX && text.chars().count() > MAX {
            return Err(Rule::TooLong { max: MAX });
        }
        Ok(text.to_owned())
    }

    fn write(value: &String) -> Cow<'_, str> {
        Cow::Borrowed(value)
    }
}

impl<const MIN: usize, const MAX: usize> Form<String> for Digits<MIN, MAX> {
    fn read(text: &str) -> Result<String, Rule> {
        let text = text.trim_matches(WHITE);
        if !(MIN..=MAX).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Rule::NotDigits { min: MIN, max: MAX });
        }
        Ok(text.to_owned())
    }

    fn write(value: &String) -> Cow<'_, str> {
        Cow::Borrowed(value)
    }
}

impl Form<String> for Padded {
    fn read(text: &str) -> Result<String, Rule> {
        Upto::<20>::read(text)
    }

    fn write(value: &String) -> Cow<'_, str> {
        if value.is_empty() || value.len() >= 8 {
            Cow::Borrowed(value)
        } else {
            Cow::Owned(format!("{value:>8}"))
        }
    }
}

impl Form<Date> for Day {
    fn read(text: &str) -> Result<Date, Rule> {
        date(text.trim_matches(WHITE)).ok_or(Rule::NotADate)
    }

    fn write(value: &Date) -> Cow<'_, str> {
        let mut out = String::with_capacity(8);
        put_date(&mut out, *value);
        Cow::Owned(out)
    }
}

impl Form<DateTime> for Moment {
    fn read(text: &str) -> Result<DateTime, Rule> {
        date_time(text.trim_matches(WHITE)).ok_or(Rule::NotATime)
    }

    fn write(value: &DateTime) -> Cow<'_, str> {
        let mut out = String::with_capacity(14);
        put_date(&mut out, value.date());
        for part in [value.hour(), value.minute(), value.second()] {
            put_digits(&mut out, u32::from(part.unsigned_abs()), 2);
        }
        Cow::Owned(out)
    }
}

impl Form<YearMonth> for Month {
    fn read(text: &str) -> Result<YearMonth, Rule> {
        let text = text.trim_matches(WHITE);
        if text.len() != 6 {
            return Err(Rule::NotAMonth);
        }
        number(text, 0, 4)
            .zip(number(text, 4, 6))
            .and_then(|(year, month)| YearMonth::new(year, i8::try_from(month).ok()?))
            .ok_or(Rule::NotAMonth)
    }

    fn write(value: &YearMonth) -> Cow<'_, str> {
        let mut out = String::with_capacity(6);
        put_digits(&mut out, u32::from(value.year.unsigned_abs()), 4);
        put_digits(&mut out, u32::from(value.month.unsigned_abs()), 2);
        Cow::Owned(out)
    }
}

impl Form<u32> for Count {
    fn read(text: &str) -> Result<u32, Rule> {
        // So many digits always fit.
        const MAX: usize = 9;
        let digits = Digits::<1, MAX>::read(text).map_err(|_| Rule::NotACount { max: MAX })?;
        digits.parse().map_err(|_| Rule::NotACount { max: MAX })
    }

    fn write(value: &u32) -> Cow<'_, str> {
        Cow::Owned(value.to_string())
    }
}

impl<C: Coded> Form<C> for Code {
    fn read(text: &str) -> Result<C, Rule> {
        C::of_code(text.trim_matches(WHITE)).ok_or(Rule::UnknownCode)
    }

    fn write(value: &C) -> Cow<'_, str> {
        Cow::Borrowed(value.to_code())
    }
}

/// A date of the calendar written yyyyMMdd; the year 0000 does not exist.
pub(super) fn date(text: &str) -> Option<Date> {
    if text.len() != 8 {
        return None;
    }
    let year = number(text, 0, 4).filter(|year| *year > 0)?;
    let month = i8::try_from(number(text, 4, 6)?).ok()?;
    let day = i8::try_from(number(text, 6, 8)?).ok()?;
    Date::new(year, month, day).ok()
}

fn date_time(text: &str) -> Option<DateTime> {
    if text.len() != 14 {
        return None;
    }
    let day = date(text.get(..8)?)?;
    let part = |from| i8::try_from(number(text, from, from + 2)?).ok();
    Some(day.to_datetime(Time::new(part(8)?, part(10)?, part(12)?, 0).ok()?))
}

fn number(text: &str, from: usize, to: usize) -> Option<i16> {
    text.as_bytes()
        .get(from..to)?
        .iter()
        .try_fold(0_i16, |number, byte| {
            byte.is_ascii_digit()
                .then(|| number * 10 + i16::from(byte - b'0'))
        })
}

fn put_date(out: &mut String, date: Date) {
    put_digits(out, u32::from(date.year().unsigned_abs()), 4);
    put_digits(out, u32::from(date.month().unsigned_abs()), 2);
    put_digits(out, u32::from(date.day().unsigned_abs()), 2);
}

fn put_digits(out: &mut String, number: u32, width: u32) {
    for place in (0..width).rev() {
        let digit = number / 10_u32.pow(place) % 10;
        out.push(char::from_digit(digit, 10).unwrap_or('0'));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_the_calendar_only() {
        assert_eq!(date("20240229"), Date::new(2024, 2, 29).ok());
        for wrong in [
            "20260230",
            "20260001",
            "2026013",
            "202601 1",
            "00000101",
            "２０２６０１０１",
            "2026-1-1",
            "-2026101",
        ] {
            assert_eq!(date(wrong), None, "{wrong}");
        }
        assert!(date_time("20261101235959").is_some());
        for wrong in [
            "20261101240000",
            "20261101235960",
            "2026110123595",
            "20260230000000",
        ] {
            assert_eq!(date_time(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn numbers_keep_zeros_and_lose_padding() {
        assert_eq!(Padded::read("  012345").unwrap(), "012345");
        assert_eq!(Padded::write(&"012345".into()), "  012345");
        assert_eq!(Padded::write(&"12139994".into()), "12139994");
        assert_eq!(Padded::read("１２").unwrap(), "１２");
        let long = "1".repeat(21);
        assert_eq!(Padded::read(&long), Err(Rule::TooLong { max: 20 }));
        assert_eq!(Upto::<3>::read(" 記号 "), Ok("記号".into()));
        assert_eq!(Upto::<3>::read("記号番号"), Err(Rule::TooLong { max: 3 }));
    }

    #[test]
    fn months() {
        assert_eq!(
            Month::read("202611"),
            Ok(YearMonth {
                year: 2026,
                month: 11
            })
        );
        assert_eq!(Month::write(&YearMonth { year: 2026, month: 3 }), "202603");
        for wrong in ["202613", "202600", "20261", "000001"] {
            assert_eq!(Month::read(wrong), Err(Rule::NotAMonth), "{wrong}");
        }
    }
}
