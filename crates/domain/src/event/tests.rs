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

/// A person whose aid was suspended on 11-05, and then something happened that took no day.
fn suspended_and(date_: Date, reason: EndReason) -> (Vec<Eligibility>, Vec<Earlier>) {
    let held = vec![aid(
        date(2026, 10, 1),
        Some((date(2026, 11, 5), EndReason::Suspension)),
    )];
    let event = end(date_, reason);
    assert_eq!(preview(&held, &[], &event).unwrap().eligibilities, held);
    let changed = false;
    (held, vec![Earlier { event, changed }])
}

#[test]
fn nobody_is_resumed_after_a_death() {
    let death = date(2026, 11, 10);
    let (held, earlier) = suspended_and(death, EndReason::Death);
    for day in [date(2026, 11, 6), death, date(2026, 11, 20)] {
        for event in [Event::Resumption { date: day }, start(day)] {
            assert!(preview(&held, &[], &event).is_ok(), "the days alone do not know");
            let after = Err(EventFault::AfterDeath { date: day, death });
            assert_eq!(may_follow(&earlier, &held, &event), after);
        }
    }
    // A death that gave way to an earlier 停止 is one all the same.
    let earlier = [Earlier {
        event: end(death, EndReason::Death),
        changed: true,
    }];
    let resumed = Event::Resumption {
        date: date(2026, 11, 20),
    };
    assert!(may_follow(&earlier, &held, &resumed).is_err());
    // What takes no day may be entered.
    let ended = end(date(2026, 11, 3), EndReason::Termination);
    assert_eq!(may_follow(&earlier, &held, &ended), Ok(()));
    // The eligibilities, corrected by hand, say that there was no death.
    let mut corrected = held;
    corrected.push(aid(
        date(2026, 11, 20),
        Some((date(2026, 12, 5), EndReason::Suspension)),
    ));
    let later = Event::Resumption {
        date: date(2026, 12, 20),
    };
    assert_eq!(may_follow(&earlier, &corrected, &later), Ok(()));
}

#[test]
fn what_ended_while_it_was_suspended_begins_anew_and_is_not_resumed() {
    for reason in [EndReason::Termination, EndReason::Transfer] {
        for ended in [date(2026, 11, 6), date(2026, 11, 10)] {
            let (held, earlier) = suspended_and(ended, reason);
            for day in [date(2026, 11, 8), date(2026, 11, 20)] {
                let resumed = Event::Resumption { date: day };
                let meanwhile = Err(EventFault::EndedMeanwhile { ended, reason });
                assert_eq!(may_follow(&earlier, &held, &resumed), meanwhile);
                assert_eq!(may_follow(&earlier, &held, &start(day)), Ok(()));
            }
            // Once begun anew, it is suspended and resumed like any other.
            let mut anew = held.clone();
            anew.push(aid(
                date(2026, 11, 20),
                Some((date(2026, 12, 1), EndReason::Suspension)),
            ));
            let later = Event::Resumption {
                date: date(2026, 12, 10),
            };
            assert_eq!(may_follow(&earlier, &anew, &later), Ok(()));
            // One that took days, and gave way to the 停止, is no end any more.
            let event = end(date(2026, 11, 30), reason);
            let planned = [Earlier { event, changed: true }];
            assert_eq!(may_follow(&planned, &held, &later), Ok(()));
        }
    }
}

#[test]
fn an_event_is_of_our_time() {
    for day in [Date::MIN, date(0, 1, 1), date(3000, 1, 1), Date::MAX] {
        let held = [aid(date(2026, 4, 1), None)];
        for event in [
            start(day),
            Event::Resumption { date: day },
            end(day, EndReason::Death),
        ] {
            let fault = preview(&held, &[], &event).unwrap_err();
            assert_eq!(fault.to_string(), "date: the year is not between 1900 and 2999");
        }
    }
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

    /// Whatever events are entered in whatever order: no day is covered twice, nothing is covered after any death that
    /// was entered, and every preview's eligibilities are lawful.
    #[test]
    fn no_day_is_covered_twice(events in prop::collection::vec((0..6_u8, 0..60_i64), 0..8)) {
        let day = |offset: i64| date(2026, 10, 1).checked_add(jiff::Span::new().days(offset)).unwrap();
        let (mut eligibilities, mut entered): (Vec<Eligibility>, Vec<Earlier>) = (Vec::new(), Vec::new());
        for (kind, offset) in events {
            let date = day(offset);
            let event = match kind {
                0 => start(date),
                1 => Event::Resumption { date },
                other => end(date, EndReason::ALL[usize::from(other) - 2]),
            };
            if may_follow(&entered, &eligibilities, &event).is_err() {
                continue;
            }
            if let Ok(preview) = preview(&eligibilities, &[], &event) {
                let changed = preview.eligibilities != eligibilities;
                entered.push(Earlier { event, changed });
                eligibilities = preview.eligibilities;
            }
        }
        let died = |one: &Earlier| match one.event {
            Event::End { date, reason: EndReason::Death } => Some(date),
            _ => None,
        };
        let death = entered.iter().filter_map(died).min();
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
