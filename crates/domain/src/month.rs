//! 診療年月.

use std::fmt;

use crate::calendar::{Date, DateError, Period, day_after, day_before, day_of, number};

/// Treatment month (診療年月): the calendar month a voucher is for. On the wire and in serde `YYYYMM`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TreatmentMonth {
    /// Always the first day of a month.
    first: Date,
}

impl TreatmentMonth {
    /// Takes `YYYYMM`, six ASCII digits, years 1–9999.
    ///
    /// # Errors
    /// [`DateError::NotYyyymm`], [`DateError::NoSuchDay`].
    pub fn parse(text: &str) -> Result<Self, DateError> {
        if text.len() != 6 {
            return Err(DateError::NotYyyymm);
        }
        let (Some(year), Some(month)) = (number(text, 0, 4), number(text, 4, 6)) else {
            return Err(DateError::NotYyyymm);
        };
        Ok(Self {
            first: day_of(year, month, 1)?,
        })
    }

    /// The month that `day` is in.
    #[must_use]
    pub fn of(day: Date) -> Self {
        Self {
            first: day.first_of_month(),
        }
    }

    /// The year.
    #[must_use]
    pub fn year(&self) -> i16 {
        self.first.year()
    }

    /// The month, 1–12.
    #[must_use]
    pub fn month(&self) -> i8 {
        self.first.month()
    }

    /// The first day of the month.
    #[must_use]
    pub const fn first_day(&self) -> Date {
        self.first
    }

    /// The last day of the month.
    #[must_use]
    pub fn last_day(&self) -> Date {
        self.first.last_of_month()
    }

    /// Whether `day` is in this month.
    #[must_use]
    pub fn contains(&self, day: Date) -> bool {
        Self::of(day) == *self
    }

    /// The month's days as a period.
    #[must_use]
    pub fn period(&self) -> Period {
        Period::new(self.first_day(), self.last_day()).unwrap_or(Period::day(self.first))
    }

    /// The month after; the calendar's last month is its own.
    #[must_use]
    pub fn next(&self) -> Self {
        Self::of(day_after(self.last_day()))
    }

    /// The month `months` later; the calendar's last month when there is no later one.
    #[must_use]
    pub fn plus(&self, months: u8) -> Self {
        Self::of(
            self.first
                .saturating_add(jiff::Span::new().months(i64::from(months))),
        )
    }

    /// The month before; the calendar's first month is its own.
    #[must_use]
    pub fn prev(&self) -> Self {
        Self::of(day_before(self.first))
    }
}

impl fmt::Display for TreatmentMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}{:02}", self.year(), self.month())
    }
}

impl fmt::Debug for TreatmentMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TreatmentMonth({self})")
    }
}

impl std::str::FromStr for TreatmentMonth {
    type Err = DateError;
    fn from_str(text: &str) -> Result<Self, DateError> {
        Self::parse(text)
    }
}

impl serde::Serialize for TreatmentMonth {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for TreatmentMonth {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::wire::deserialize_text(deserializer, "a treatment month yyyyMM (診療年月)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn months_are_six_digits() {
        let month = TreatmentMonth::parse("202611").unwrap();
        assert_eq!(month.to_string(), "202611");
        assert_eq!((month.year(), month.month()), (2026, 11));
        assert_eq!(serde_json::to_string(&month).unwrap(), "\"202611\"");
        assert_eq!(
            serde_json::from_str::<TreatmentMonth>("\"202611\"").unwrap(),
            month
        );
        for text in ["", "20261", "2026-1", "2026011", "２０"] {
            assert_eq!(TreatmentMonth::parse(text), Err(DateError::NotYyyymm), "{text}");
        }
        for text in ["202600", "202613", "000001"] {
            assert_eq!(TreatmentMonth::parse(text), Err(DateError::NoSuchDay), "{text}");
        }
    }

    #[test]
    fn months_have_their_days() {
        let february = TreatmentMonth::parse("202402").unwrap();
        assert_eq!(february.first_day(), date(2024, 2, 1));
        assert_eq!(february.last_day(), date(2024, 2, 29));
        assert!(february.contains(date(2024, 2, 29)) && !february.contains(date(2025, 2, 1)));
        assert_eq!(february.period().last(), date(2024, 2, 29));
        assert_eq!(TreatmentMonth::of(date(2024, 2, 10)), february);
    }

    #[test]
    fn months_follow_each_other() {
        let mut month = TreatmentMonth::parse("202011").unwrap();
        for _ in 0..50 {
            assert!(month < month.next());
            assert_eq!(month.next().prev(), month);
            assert_eq!(day_after(month.last_day()), month.next().first_day());
            month = month.next();
        }
        assert_eq!(month.to_string(), "202501");
        let november = TreatmentMonth::parse("202611").unwrap();
        assert_eq!(november.plus(0), november);
        assert_eq!(november.plus(3).to_string(), "202702");
        let last = TreatmentMonth::of(Date::MAX);
        assert_eq!(last.plus(2), last);
        assert_eq!(last.next(), last);
        let first = TreatmentMonth::of(Date::MIN);
        assert_eq!(first.prev(), first);
    }
}
