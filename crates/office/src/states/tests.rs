use super::*;

fn files(sent: bool, taken: Option<bool>, visible: bool, vouchers: u64) -> OfFiles {
    OfFiles {
        sent,
        taken,
        visible,
        vouchers,
    }
}

fn named(outcome: Outcome, file_visible: bool, let_go: bool, visible: bool) -> Named {
    Named {
        outcome: outcome.name().into(),
        file_visible,
        let_go,
        visible,
        vouchers: 1,
    }
}

#[test]
fn everybody_is_counted_once() {
    let files = [
        files(false, None, false, 10),
        files(true, None, false, 20),
        files(true, Some(false), false, 5),
        files(true, Some(true), false, 30),
        files(true, Some(true), true, 40),
    ];
    let named = [
        named(Outcome::Held, true, false, false),
        named(Outcome::Held, true, true, false),
        named(Outcome::Held, true, true, true),
        named(Outcome::Held, false, false, false),
        named(Outcome::Refused, false, false, false),
        named(Outcome::Superseded, true, false, false),
    ];
    let counts = StateCounts::of(&files, &named);
    let expected = StateCounts {
        decided: 10,
        sent: 20,
        applied: 30 - 2 + 1,
        visible: 40 - 4 + 1,
        held: 2,
        refused: 5 + 1,
        superseded: 1,
    };
    assert_eq!(counts, expected);
    assert_eq!(counts.total(), 105);
}

#[test]
fn a_held_record_has_the_times_of_what_it_waited_for() {
    let file = FileTimes {
        sent_at: 2,
        answered_at: Some(3),
        taken: Some(true),
        visible_at: Some(9),
    };
    let why = NotApplied {
        outcome: Outcome::Held,
        why: "match: waits".into(),
    };
    let mut record = RecordState {
        kind: Kind::Voucher,
        record: RecordId::parse("v-1").unwrap(),
        revision: 1,
        lane: Lane::Bulk,
        number: 1,
        state: State::Decided,
        decided_at: 1,
        sent_at: None,
        received_at: None,
        applied_at: None,
        visible_at: None,
        why: None,
    };
    record.follow(file, Some(why.clone()), None);
    assert_eq!(
        (record.state, record.visible_at, record.why.as_deref()),
        (State::Held, None, Some("match: waits"))
    );
    record.why = None;
    let released = Released {
        at: 5,
        visible_at: Some(7),
    };
    record.follow(file, Some(why), Some(released));
    assert_eq!(record.state, State::Visible);
    assert_eq!(
        (record.applied_at, record.visible_at, record.why),
        (Some(5), Some(9), None)
    );
}
