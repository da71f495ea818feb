//! Events, before anybody decides them.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::calendar::Period;
use crate::voucher::ChangeKind;
use crate::voucher::tests::medical;

fn aid(start: Date, end: Option<(Date, EndReason)>) -> Eligibility {
    Eligibility {
        payer: "12139994".parse().unwrap(),
        recipient: "1234566".parse().unwrap(),
        office_name: "見本区福祉事務所".parse().unwrap(),
        start,
        end: end.map(|(date, reason)| Ending { date, reason }),
    }
}

fn start(day: Date) -> Event {
    let Eligibility {
        payer,
        recipient,
        office_name,
        ..
    } = aid(day, None);
    Event::Start {
        date: day,
        payer,
        recipient,
        office_name,
    }
}

fn end(date: Date, reason: EndReason) -> Event {
    Event::End { date, reason }
}

fn kept(preview: &Preview) -> Vec<ChangeKind> {
    preview.vouchers.iter().map(|change| change.kind).collect()
}

fn shortened(first: Date, last: Date) -> ChangeKind {
    ChangeKind::Shorten(Period::new(first, last).unwrap())
}

#[test]
fn each_end_shortens_to_the_last_covered_day() {
    let day = date(2026, 11, 20);
    for (reason, last) in [
        (EndReason::Suspension, date(2026, 11, 19)),
        (EndReason::Termination, date(2026, 11, 19)),
        (EndReason::Transfer, date(2026, 11, 19)),
        (EndReason::Death, date(2026, 11, 20)),
    ] {
        let preview = preview(&[aid(date(2026, 4, 1), None)], &[medical()], &end(day, reason)).unwrap();
        assert_eq!(
            preview.eligibilities,
            [aid(date(2026, 4, 1), Some((day, reason)))]
        );
        assert_eq!(kept(&preview), [shortened(date(2026, 11, 1), last)], "{reason}");
    }
    let before = end(date(2026, 11, 1), EndReason::Termination);
    let preview = preview(&[aid(date(2026, 4, 1), None)], &[medical()], &before).unwrap();
    assert_eq!(kept(&preview), [ChangeKind::Withdraw]);
}

#[test]
fn resumption_begins_anew_and_touches_no_voucher() {
    let suspended = aid(
        date(2026, 4, 1),
        Some((date(2026, 11, 10), EndReason::Suspension)),
    );
    let mut voucher = medical();
    voucher.valid_through = date(2026, 11, 9);
    let resumed = Event::Resumption {
        date: date(2026, 11, 20),
    };
    let after = preview(std::slice::from_ref(&suspended), &[voucher], &resumed).unwrap();
    assert_eq!(
        after.eligibilities,
        [suspended.clone(), aid(date(2026, 11, 20), None)]
    );
    assert_eq!(after.vouchers, []);
    let early = Event::Resumption {
        date: date(2026, 11, 9),
    };
    assert_eq!(
        preview(&[suspended], &[], &early),
        Err(EventFault::NothingToResume {
            date: date(2026, 11, 9)
        })
    );
    let terminated = aid(
        date(2026, 4, 1),
        Some((date(2026, 11, 10), EndReason::Termination)),
    );
    assert_eq!(
        preview(&[terminated], &[], &resumed),
        Err(EventFault::NothingToResume {
            date: date(2026, 11, 20)
        })
    );
}

#[test]
fn a_start_may_be_retroactive_but_covers_no_day_twice() {
    let past = date(2026, 9, 1);
    assert_eq!(
        preview(&[], &[], &start(past)).unwrap().eligibilities,
        [aid(past, None)]
    );
    assert_eq!(
        preview(&[aid(past, None)], &[], &start(date(2026, 11, 1))),
        Err(EventFault::Overlaps {
            date: date(2026, 11, 1),
            start: past
        })
    );
    let dead = aid(past, Some((date(2026, 10, 1), EndReason::Death)));
    assert_eq!(
        preview(&[dead], &[], &start(date(2026, 11, 1))),
        Err(EventFault::AfterDeath {
            date: date(2026, 11, 1),
            death: date(2026, 10, 1)
        })
    );
    let dying = aid(past, Some((date(2026, 11, 1), EndReason::Death)));
    assert_eq!(
        preview(&[dying], &[], &start(date(2026, 11, 1))),
        Err(EventFault::Overlaps {
            date: date(2026, 11, 1),
            start: past
        }),
        "the day of death is covered"
    );
    let terminated = aid(past, Some((date(2026, 11, 1), EndReason::Termination)));
    assert!(
        preview(&[terminated], &[], &start(date(2026, 11, 1))).is_ok(),
        "開始 on 廃止日"
    );
}

#[test]
fn an_end_gives_way_only_to_an_earlier_one() {
    let planned = aid(
        date(2026, 4, 1),
        Some((date(2026, 11, 30), EndReason::Termination)),
    );
    let died = end(date(2026, 11, 20), EndReason::Death);
    let after = preview(std::slice::from_ref(&planned), &[], &died).unwrap();
    assert_eq!(
        after.eligibilities,
        [aid(
            date(2026, 4, 1),
            Some((date(2026, 11, 20), EndReason::Death))
        )]
    );
    let later = end(date(2026, 12, 20), EndReason::Death);
    assert_eq!(
        preview(&[planned], &[], &later),
        Err(EventFault::NothingToEnd {
            date: date(2026, 12, 20)
        })
    );
    assert_eq!(
        preview(&[], &[], &died),
        Err(EventFault::NothingToEnd {
            date: date(2026, 11, 20)
        })
    );
    let suspended = [aid(
        date(2026, 4, 1),
        Some((date(2026, 11, 10), EndReason::Suspension)),
    )];
    assert_eq!(preview(&suspended, &[], &later).unwrap().eligibilities, suspended);
}

#[test]
fn a_death_takes_back_what_would_begin_later() {
    let suspended = aid(
        date(2026, 4, 1),
        Some((date(2026, 11, 10), EndReason::Suspension)),
    );
    let planned = aid(date(2026, 12, 1), None);
    let died = end(date(2026, 11, 5), EndReason::Death);
    let after = preview(&[suspended, planned], &[], &died).unwrap();
    assert_eq!(after.eligibilities[0].end.unwrap().reason, EndReason::Death);
    assert_eq!(after.eligibilities[1].covered_days(), None);
}

#[test]
fn serde_names_the_event() {
    for (event, head) in [
        (start(date(2026, 11, 1)), r#"{"event":"start","#),
        (
            Event::Resumption {
                date: date(2026, 11, 1),
            },
            r#"{"event":"resumption","#,
        ),
        (end(date(2026, 11, 1), EndReason::Death), r#"{"event":"end","#),
    ] {
        let json = serde_json::to_string(&event).unwrap();
        assert!(json.starts_with(head), "{json}");
        assert_eq!(serde_json::from_str::<Event>(&json).unwrap(), event);
        assert!(serde_json::from_str::<Event>(&json.replacen('{', r#"{"x":1,"#, 1)).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever events are entered in whatever order: no day is covered twice, nothing is covered after a death, and every
    /// preview's eligibilities are lawful.
    #[test]
    fn no_day_is_covered_twice(events in prop::collection::vec((0..6_u8, 0..60_i64), 0..8)) {
        let day = |offset: i64| date(2026, 10, 1).checked_add(jiff::Span::new().days(offset)).unwrap();
        let mut eligibilities = Vec::new();
        let mut death: Option<Date> = None;
        for (kind, offset) in events {
            let date = day(offset);
            let event = match kind {
                0 => start(date),
                1 => Event::Resumption { date },
                other => end(date, EndReason::ALL[usize::from(other) - 2]),
            };
            if let Ok(preview) = preview(&eligibilities, &[], &event) {
                eligibilities = preview.eligibilities;
            }
            death = eligibilities
                .iter()
                .filter_map(|one: &Eligibility| one.end.filter(|end| end.reason == EndReason::Death))
                .map(|end| end.date)
                .min();
        }
        for offset in 0..80 {
            let day = day(offset);
            let covered = eligibilities.iter().filter(|one| one.covers(day)).count();
            prop_assert!(covered <= 1, "{day} is covered {covered} times");
            if death.is_some_and(|death| death < day) {
                prop_assert_eq!(covered, 0, "{} is after the death", day);
            }
        }
        for one in &eligibilities {
            prop_assert!(one.check().is_ok());
        }
    }
}
