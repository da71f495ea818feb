//! Which months vouchers are issued of, counted from today's.

use jiff::Span;
use thiserror::Error;

use crate::calendar::Date;
use crate::month::TreatmentMonth;

/// Months before this one that are still issued: a year, for what is decided late (遡及) or claimed late (月遅れ).
pub const MONTHS_BACK: u16 = 12;
/// Months after this one that are issued already: a quarter, for offices that prepare ahead.
pub const MONTHS_AHEAD: u16 = 3;

/// The months that vouchers are issued of. A month outside is a slip of the pen, not a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IssuingWindow {
    /// Months before today's.
    pub back: u16,
    /// Months after today's.
    pub ahead: u16,
}

impl Default for IssuingWindow {
    fn default() -> Self {
        Self {
            back: MONTHS_BACK,
            ahead: MONTHS_AHEAD,
        }
    }
}

/// A month outside the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("いま発券できるのは {first} から {last} までです。")]
pub struct OutsideWindow {
    /// The first month that can be.
    pub first: TreatmentMonth,
    /// The last month that can be.
    pub last: TreatmentMonth,
}

impl IssuingWindow {
    /// Whether vouchers of `month` may be issued on the day `today`.
    ///
    /// # Errors
    /// [`OutsideWindow`] with the months that may be.
    pub fn may_be_issued(self, month: TreatmentMonth, today: Date) -> Result<(), OutsideWindow> {
        let this = today.first_of_month();
        let first = TreatmentMonth::of(this.saturating_sub(Span::new().months(i32::from(self.back))));
        let last = TreatmentMonth::of(this.saturating_add(Span::new().months(i32::from(self.ahead))));
        if (first..=last).contains(&month) {
            Ok(())
        } else {
            Err(OutsideWindow { first, last })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn month(text: &str) -> TreatmentMonth {
        TreatmentMonth::parse(text).unwrap()
    }

    #[test]
    fn a_year_back_and_a_quarter_ahead() {
        let window = IssuingWindow::default();
        for day in [date(2026, 11, 1), date(2026, 11, 30)] {
            for inside in ["202511", "202610", "202611", "202612", "202702"] {
                assert_eq!(
                    window.may_be_issued(month(inside), day),
                    Ok(()),
                    "{inside} on {day}"
                );
            }
            for outside in ["000101", "202510", "202703", "209912", "999912"] {
                let error = window.may_be_issued(month(outside), day).unwrap_err();
                assert_eq!(
                    error.to_string(),
                    "いま発券できるのは 202511 から 202702 までです。",
                    "{outside} on {day}"
                );
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_window_has_so_many_months(back in 0_u16..60, ahead in 0_u16..60, day in 1_i8..=31, of in 1_i8..=12) {
            let today = date(2026, of, 1).saturating_add(Span::new().days(day - 1));
            let window = IssuingWindow { back, ahead };
            let mut asked = month("201501");
            let mut inside = 0;
            while asked < month("204001") {
                inside += u16::from(window.may_be_issued(asked, today).is_ok());
                asked = asked.next();
            }
            prop_assert_eq!(inside, back + 1 + ahead);
            prop_assert!(window.may_be_issued(TreatmentMonth::of(today), today).is_ok());
        }
    }
}
