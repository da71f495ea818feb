//! The rule of the first and the last day.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn eligibility(start: Date, end: Option<(Date, EndReason)>) -> Eligibility {
    Eligibility {
        payer: PayerNumber::parse("12139994").unwrap(),
        recipient: RecipientNumber::parse("1234566").unwrap(),
        office_name: AsReceived::parse("office_name", "見本区福祉事務所").unwrap(),
        start,
        end: end.map(|(date, reason)| Ending { date, reason }),
    }
}

#[test]
fn the_start_day_is_covered_and_the_day_before_is_not() {
    let open = eligibility(date(2026, 11, 10), None);
    assert_eq!(
        open.standing(date(2026, 11, 9)),
        Standing::NotYetBegun(date(2026, 11, 10))
    );
    assert_eq!(open.standing(date(2026, 11, 10)), Standing::Covered);
    assert_eq!(open.standing(Date::MAX), Standing::Covered);
    assert_eq!(open.last_covered_day(), None);
    assert_eq!(open.reason_of_loss(date(2026, 11, 9)), None);
}

#[test]
fn the_last_day_follows_the_reason() {
    let day = date(2026, 11, 20);
    for (reason, last_covered, code) in [
        (EndReason::Death, date(2026, 11, 20), "01"),
        (EndReason::Suspension, date(2026, 11, 19), "99"),
        (EndReason::Termination, date(2026, 11, 19), "99"),
        (EndReason::Transfer, date(2026, 11, 19), "99"),
    ] {
        let ended = eligibility(date(2026, 4, 1), Some((day, reason)));
        let first_uncovered = last_covered.tomorrow().unwrap();
        assert_eq!(ended.last_covered_day(), Some(last_covered), "{reason}");
        assert_eq!(first_uncovered_day(ended.end.unwrap()), first_uncovered);
        assert!(ended.covers(last_covered));
        assert_eq!(ended.reason_of_loss(last_covered), None);
        assert_eq!(ended.standing(first_uncovered), Standing::Ended(day, reason));
        assert_eq!(ended.reason_of_loss(first_uncovered).unwrap().code(), code);
    }
}

#[test]
fn at_a_transfer_every_day_is_covered_once() {
    let day = date(2026, 11, 15);
    let old = eligibility(date(2026, 1, 1), Some((day, EndReason::Transfer)));
    let new = eligibility(day, None);
    let mut today = date(2026, 11, 1);
    while today < date(2026, 12, 1) {
        assert_eq!(
            usize::from(old.covers(today)) + usize::from(new.covers(today)),
            1,
            "{today}"
        );
        today = today.tomorrow().unwrap();
    }
}

#[test]
fn an_end_on_the_start_day() {
    let day = date(2026, 11, 15);
    let taken_back = eligibility(day, Some((day, EndReason::Termination)));
    for asked in [date(2026, 11, 1), day, date(2026, 11, 30)] {
        assert_eq!(
            taken_back.standing(asked),
            Standing::Ended(day, EndReason::Termination)
        );
    }
    assert!(taken_back.check().is_ok());
    let died = eligibility(day, Some((day, EndReason::Death)));
    assert!(died.covers(day) && !died.covers(date(2026, 11, 14)) && !died.covers(date(2026, 11, 16)));
    let reversed = eligibility(day, Some((date(2026, 11, 14), EndReason::Death)));
    assert_eq!(
        reversed.check().unwrap_err().to_string(),
        "end.date: 2026-11-14 is before start 2026-11-15"
    );
}

#[test]
fn both_dates_are_of_our_time() {
    for year in [-9999, 0, 1899, 3000, 9999] {
        let (day, fine) = (date(year, 1, 1), date(2026, 4, 1));
        let told = |one: Eligibility| one.check().unwrap_err().to_string();
        let why = "the year is not between 1900 and 2999";
        assert_eq!(told(eligibility(day, None)), format!("start: {why}"));
        let ended = eligibility(fine, Some((day, EndReason::Termination)));
        assert_eq!(told(ended), format!("end.date: {why}"));
    }
    let whole = eligibility(
        date(1900, 1, 1),
        Some((date(2999, 12, 31), EndReason::Termination)),
    );
    assert_eq!(whole.check(), Ok(()));
}

#[test]
fn two_overlap_when_a_day_is_covered_by_both() {
    let day = date(2026, 11, 15);
    let open = eligibility(day, None);
    let until = |reason| eligibility(date(2026, 4, 1), Some((day, reason)));
    assert!(open.overlaps(&open) && open.overlaps(&until(EndReason::Death)));
    assert!(until(EndReason::Death).overlaps(&open));
    assert!(!open.overlaps(&until(EndReason::Transfer)) && !until(EndReason::Transfer).overlaps(&open));
    let taken_back = eligibility(
        date(2026, 12, 1),
        Some((date(2026, 12, 1), EndReason::Termination)),
    );
    assert!(!open.overlaps(&taken_back), "it covers no day");
}

#[test]
fn covered_days_are_those_that_are_covered() {
    let day = date(2026, 11, 15);
    let days = |end| {
        let covered = eligibility(day, end).covered_days();
        covered.map(|days| (days.first(), days.last()))
    };
    assert_eq!(days(None), Some((day, Date::MAX)));
    assert_eq!(days(Some((day, EndReason::Death))), Some((day, day)));
    assert_eq!(days(Some((day, EndReason::Termination))), None);
    let later = date(2026, 11, 20);
    assert_eq!(
        days(Some((later, EndReason::Transfer))),
        Some((day, date(2026, 11, 19)))
    );
}

#[test]
fn the_end_of_the_calendar_does_not_panic() {
    let died = eligibility(date(2026, 1, 1), Some((Date::MAX, EndReason::Death)));
    assert!(died.covers(Date::MAX));
    let never = eligibility(Date::MIN, Some((Date::MIN, EndReason::Termination)));
    assert_eq!(never.last_covered_day(), Some(Date::MIN));
}

#[test]
fn serde_keeps_the_declared_order_and_leaves_out_what_is_not_there() {
    let open = eligibility(date(2026, 4, 1), None);
    let json = serde_json::to_string(&open).unwrap();
    assert_eq!(
        json,
        r#"{"payer":"12139994","recipient":"1234566","office_name":"見本区福祉事務所","start":"2026-04-01"}"#
    );
    let ended = eligibility(date(2026, 4, 1), Some((date(2026, 5, 1), EndReason::Suspension)));
    let json = serde_json::to_string(&ended).unwrap();
    assert!(
        json.ends_with(r#""end":{"date":"2026-05-01","reason":"suspension"}}"#),
        "{json}"
    );
    assert_eq!(serde_json::from_str::<Eligibility>(&json).unwrap(), ended);
    assert!(!format!("{ended:?}").contains("1234566"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Against a rule written the other way round: a day is covered from start until the first uncovered day.
    #[test]
    fn covered_means_from_start_until_the_first_uncovered_day(
        length in 0..40_i64, asked in -10..50_i64, reason in prop::sample::select(EndReason::ALL)
    ) {
        let start = date(2026, 2, 10);
        let day = |offset: i64| start.checked_add(jiff::Span::new().days(offset)).unwrap();
        let ended = eligibility(start, Some((day(length), reason)));
        let until = if reason == EndReason::Death { length + 1 } else { length };
        prop_assert_eq!(ended.covers(day(asked)), (0..until).contains(&asked));
    }
}
