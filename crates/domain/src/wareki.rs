//! 和暦: the Japanese eras, from a table of our own.

use std::fmt;

use crate::calendar::{Date, DateError, day_of};

/// An era (元号).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Era {
    /// 明治
    Meiji,
    /// 大正
    Taisho,
    /// 昭和
    Showa,
    /// 平成
    Heisei,
    /// 令和
    Reiwa,
}

/// One row per era: its first day on our calendar, the year of its 元年, its name.
///
/// Meiji begins here with 明治6年1月1日: before it Japan kept a lunisolar calendar, and a 和暦 computed from a
/// Gregorian day would name another day.
const ERAS: [(Era, Date, i16, &str); 5] = [
    (Era::Reiwa, Date::constant(2019, 5, 1), 2019, "令和"),
    (Era::Heisei, Date::constant(1989, 1, 8), 1989, "平成"),
    (Era::Showa, Date::constant(1926, 12, 25), 1926, "昭和"),
    (Era::Taisho, Date::constant(1912, 7, 30), 1912, "大正"),
    (Era::Meiji, Date::constant(1873, 1, 1), 1868, "明治"),
];

impl Era {
    /// The name: `令和`.
    #[must_use]
    pub fn name(self) -> &'static str {
        ERAS.iter().find(|row| row.0 == self).map_or("", |row| row.3)
    }

    /// The day that `self` `year`年`month`月`day`日 names, as a form has it.
    ///
    /// # Errors
    /// [`DateError::NoSuchDay`] when there is no such day or it is not in this era (昭和64年1月8日).
    pub fn date(self, year: i16, month: i8, day: i8) -> Result<Date, DateError> {
        let first_year = ERAS.iter().find(|row| row.0 == self).map_or(0, |row| row.2);
        let calendar_year = first_year.checked_add(year).and_then(|sum| sum.checked_sub(1));
        let date = day_of(
            calendar_year.ok_or(DateError::NoSuchDay)?,
            month.into(),
            day.into(),
        )?;
        match Wareki::of(date) {
            Some(wareki) if wareki.era == self => Ok(date),
            _ => Err(DateError::NoSuchDay),
        }
    }
}

/// A day with its era: displays as `令和8年11月22日`, and the first year of an era as 元年.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wareki {
    era: Era,
    year: i16,
    date: Date,
}

impl Wareki {
    /// The 和暦 of a day; none before 明治6年1月1日 (1873-01-01).
    #[must_use]
    pub fn of(date: Date) -> Option<Self> {
        let (era, _, first_year, _) = ERAS.iter().find(|row| row.1 <= date)?;
        Some(Self {
            era: *era,
            year: date.year() - first_year + 1,
            date,
        })
    }

    /// The era.
    #[must_use]
    pub const fn era(&self) -> Era {
        self.era
    }

    /// The year within the era, from 1.
    #[must_use]
    pub const fn year(&self) -> i16 {
        self.year
    }

    /// The day itself.
    #[must_use]
    pub const fn date(&self) -> Date {
        self.date
    }
}

impl fmt::Display for Wareki {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.era.name())?;
        match self.year {
            1 => f.write_str("元")?,
            year => write!(f, "{year}")?,
        }
        write!(f, "年{}月{}日", self.date.month(), self.date.day())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use icu_calendar::cal::Japanese;
    use jiff::civil::date;

    #[test]
    fn eras_change_on_their_days() {
        for (day, shown) in [
            (date(2026, 11, 22), "令和8年11月22日"),
            (date(2019, 5, 1), "令和元年5月1日"),
            (date(2019, 4, 30), "平成31年4月30日"),
            (date(1989, 1, 8), "平成元年1月8日"),
            (date(1989, 1, 7), "昭和64年1月7日"),
            (date(1926, 12, 25), "昭和元年12月25日"),
            (date(1926, 12, 24), "大正15年12月24日"),
            (date(1912, 7, 30), "大正元年7月30日"),
            (date(1912, 7, 29), "明治45年7月29日"),
            (date(1873, 1, 1), "明治6年1月1日"),
        ] {
            assert_eq!(Wareki::of(day).unwrap().to_string(), shown);
        }
        assert_eq!(Wareki::of(date(1872, 12, 31)), None);
    }

    #[test]
    fn every_day_agrees_with_icu() {
        let mut day = date(1872, 12, 1);
        while day < date(2060, 1, 1) {
            let (month, of_month) = (
                u8::try_from(day.month()).unwrap(),
                u8::try_from(day.day()).unwrap(),
            );
            let other = icu_calendar::Date::try_new_iso(i32::from(day.year()), month, of_month)
                .unwrap()
                .to_calendar(Japanese::new())
                .year()
                .era()
                .unwrap();
            match Wareki::of(day) {
                None => assert_eq!(other.era, "ce", "{day}"),
                Some(ours) => {
                    assert_eq!(
                        format!("{:?}", ours.era()).to_lowercase(),
                        other.era.as_str(),
                        "{day}"
                    );
                    assert_eq!(i32::from(ours.year()), other.year, "{day}");
                    assert_eq!(ours.era().date(ours.year(), day.month(), day.day()), Ok(day));
                }
            }
            day = day.tomorrow().unwrap();
        }
    }

    #[test]
    fn a_day_outside_its_era_is_none() {
        for (era, year, month, day) in [
            (Era::Showa, 64, 1, 8),
            (Era::Heisei, 31, 5, 1),
            (Era::Heisei, 1, 1, 7),
            (Era::Reiwa, 0, 1, 1),
            (Era::Reiwa, 8, 2, 29),
            (Era::Meiji, 5, 12, 31),
            (Era::Reiwa, i16::MAX, 1, 1),
            (Era::Reiwa, i16::MIN, 1, 1),
        ] {
            assert_eq!(
                era.date(year, month, day),
                Err(DateError::NoSuchDay),
                "{era:?}{year}"
            );
        }
    }
}
