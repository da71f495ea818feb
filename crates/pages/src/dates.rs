//! Dates and times as people read them.

use domain::calendar::Date;
use domain::wareki::Wareki;
use jiff::civil::DateTime;

use crate::Language;

/// 令和8年11月26日, or 26 November 2026.
#[must_use]
pub fn day(date: Date, language: Language) -> String {
    match language {
        Language::Japanese => format!("{}{}月{}日", year(date), date.month(), date.day()),
        Language::English => date.strftime("%-d %B %Y").to_string(),
    }
}

/// 令和8年11月, or November 2026: of the month's first day.
#[must_use]
pub fn month(first: Date, language: Language) -> String {
    match language {
        Language::Japanese => format!("{}{}月", year(first), first.month()),
        Language::English => first.strftime("%B %Y").to_string(),
    }
}

/// 9時5分, or 09:05.
#[must_use]
pub fn clock(at: DateTime, language: Language) -> String {
    match language {
        Language::Japanese => format!("{}時{:02}分", at.hour(), at.minute()),
        Language::English => at.strftime("%H:%M").to_string(),
    }
}

/// Day and time.
#[must_use]
pub fn moment(at: DateTime, language: Language) -> String {
    let gap = match language {
        Language::Japanese => "",
        Language::English => ", ",
    };
    format!("{}{gap}{}", day(at.date(), language), clock(at, language))
}

/// 令和8年; 令和元年 for the first of an era.
fn year(date: Date) -> String {
    match Wareki::of(date) {
        Some(wareki) if wareki.year() == 1 => format!("{}元年", wareki.era().name()),
        Some(wareki) => format!("{}{}年", wareki.era().name(), wareki.year()),
        None => format!("{}年", date.year()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_both_languages() {
        let at = jiff::civil::date(2026, 11, 26).at(9, 5, 59, 0);
        assert_eq!(moment(at, Language::Japanese), "令和8年11月26日9時05分");
        assert_eq!(moment(at, Language::English), "26 November 2026, 09:05");
        assert_eq!(month(at.date(), Language::Japanese), "令和8年11月");
        assert_eq!(month(at.date(), Language::English), "November 2026");
        let first = jiff::civil::date(2019, 5, 1);
        assert_eq!(day(first, Language::Japanese), "令和元年5月1日");
    }
}
