//! Rules are judged for one person at a time.

use domain::calendar::Date;
use domain::eligibility::{EndReason, Ending};
use domain::month::TreatmentMonth;
use env::PlantedFault;
use exchange::registration::{Counts, FileOutcome, Lane, Mode, Outcome, Receipt, Record, RecordId};

use crate::people::{
    NUMBERS, Someone, bad_voucher, changed_eligibility, eligibility, unlisted_eligibility, voucher,
    voucher_body, voucher_of, withdrawn,
};
use crate::world::World;

fn counts(applied: u32, held: u32, refused: u32, superseded: u32) -> Counts {
    Counts {
        applied,
        held,
        refused,
        superseded,
    }
}

/// Rows that were not applied, by what became of them.
fn rows(receipt: &Receipt, outcome: Outcome) -> Vec<u32> {
    let those = receipt
        .not_applied
        .iter()
        .filter(|result| result.outcome == outcome);
    those.map(|result| result.row).collect()
}

/// Two people whom the register knows.
fn two() -> [Someone; 2] {
    [
        Someone::new("p-1", NUMBERS[0], "架空　花子"),
        Someone::new("p-2", NUMBERS[1], "架空　次郎"),
    ]
}

#[test]
fn a_bad_voucher_refuses_its_person_only() {
    let mut world = World::new("each-person", 1);
    let [one, two] = two();
    world.settled(&one);
    world.settled(&two);
    let before = world.visible();
    let receipt = world.send(&[
        voucher("p-1", "v-1", 1),
        bad_voucher("p-1", "v-2"),
        eligibility("p-1", 2),
        voucher("p-2", "v-1", 1),
        voucher("p-2", "v-2", 1),
    ]);
    assert_eq!(
        (receipt.outcome, receipt.counts),
        (FileOutcome::Judged, counts(2, 0, 3, 0))
    );
    assert_eq!(rows(&receipt, Outcome::Refused), [1, 2, 3]);
    let why = &receipt.not_applied[0].why;
    assert!(
        why.starts_with("voucher: valid_through: 2026-12-01 is not in treatment_month 202611"),
        "{why}"
    );
    assert_eq!(world.visible()[before.len()..], ["p-2 v-1 1", "p-2 v-2 1"]);
    // Nothing of the refused records is there: the same may come again.
    let receipt = world.send(&[voucher("p-1", "v-1", 1), eligibility("p-1", 2)]);
    assert_eq!(receipt.counts, counts(2, 0, 0, 0));
}

#[test]
fn a_file_may_ask_for_all_or_nothing() {
    let mut world = World::new("all-or-nothing", 1);
    let [one, two] = two();
    world.settled(&one);
    let before = world.visible();
    world.load(&[&two]);
    let bad = [
        voucher("p-1", "v-1", 1),
        eligibility("p-1", 1),
        world.person(&two, 1),
        voucher("p-2", "v-1", 1),
        voucher("p-3", "v-1", 1),
        bad_voucher("p-4", "v-1"),
    ];
    let receipt = world.send_in(Lane::Single, Mode::AllOrNothing, &bad);
    assert_eq!(
        (receipt.outcome, receipt.counts),
        (FileOutcome::RefusedWhole, counts(0, 0, 6, 0))
    );
    assert_eq!(rows(&receipt, Outcome::Refused), [1, 2, 3, 4, 5, 6]);
    world.live(10);
    assert_eq!(world.visible(), before);
    assert_eq!(world.standing("p-2"), "unknown", "nothing of it was applied");
    let good = &bad[..5];
    let receipt = world.send_in(Lane::Single, Mode::AllOrNothing, good);
    assert_eq!(
        (receipt.outcome, receipt.counts),
        (FileOutcome::Judged, counts(1, 3, 0, 1))
    );
    world.live(10);
    assert_eq!(
        world.visible()[before.len()..],
        ["p-1 v-1 1", "p-2 person 1", "p-2 v-1 1"]
    );
}

/// Whoever was in a file that was refused whole is not waited for, and holds nobody up.
#[test]
fn a_file_refused_whole_holds_nobody_up() {
    let mut world = World::new("refused-whole", 1);
    let [one, two] = two();
    world.load(&[&one, &two]);
    let refused = [world.person(&one, 1), bad_voucher("p-9", "v-1")];
    world.send_in(Lane::Bulk, Mode::AllOrNothing, &refused);
    world.live(10);
    world.send(&[world.person(&two, 1)]);
    world.live(10);
    assert_eq!(
        (world.standing("p-1"), world.standing("p-2")),
        ("unknown".into(), "matched".into())
    );
}

/// What was known of somebody before stands again after a correction was refused with its file.
#[test]
fn a_refused_correction_changes_nobody() {
    let mut world = World::new("refused-correction", 1);
    let [one, _] = two();
    world.settled(&one);
    let married = Someone {
        name: "別姓　花子",
        ..one
    };
    let refused = [world.person(&married, 2), bad_voucher("p-9", "v-1")];
    world.send_in(Lane::Bulk, Mode::AllOrNothing, &refused);
    world.live(10);
    assert_eq!(world.standing("p-1"), "matched");
    let receipt = world.send(&[voucher("p-1", "v-1", 1)]);
    assert_eq!(receipt.counts, counts(1, 0, 0, 0));
}

#[test]
fn only_a_newer_revision_applies() {
    let mut world = World::new("revisions", 1);
    world.settled(&two()[0]);
    let voucher_with = |revision, yen| {
        let mut body = voucher_body();
        body.self_pay_yen = yen;
        voucher_of("p-1", "v-1", revision, body)
    };
    let mut sent = |record: Record| world.send(&[record]).counts;
    assert_eq!(sent(voucher_with(3, 0)), counts(1, 0, 0, 0));
    assert_eq!(sent(voucher_with(2, 0)), counts(0, 0, 0, 1), "older");
    assert_eq!(sent(voucher_with(3, 0)), counts(0, 0, 0, 1), "the same");
    assert_eq!(
        sent(voucher_with(3, 1)),
        counts(0, 0, 1, 0),
        "the same with another content"
    );
    assert_eq!(sent(withdrawn("p-1", "v-1", 4)), counts(1, 0, 0, 0));
    assert_eq!(sent(voucher_with(3, 0)), counts(0, 0, 0, 1), "withdrawn");
    assert_eq!(sent(voucher_with(5, 0)), counts(1, 0, 0, 0), "and issued again");
}

#[test]
fn an_older_revision_in_the_same_file_does_not_apply_either() {
    let mut world = World::new("same-file", 1);
    world.settled(&two()[0]);
    let receipt = world.send(&[
        voucher("p-1", "v-1", 2),
        voucher("p-1", "v-1", 1),
        voucher("p-1", "v-1", 3),
    ]);
    assert_eq!(receipt.counts, counts(2, 0, 0, 1));
    assert_eq!(rows(&receipt, Outcome::Superseded), [2]);
}

/// The check above sees what it must see.
#[test]
fn an_older_revision_is_applied_under_the_planted_fault() {
    let mut world = World::new("planted", 1);
    world.settled(&two()[0]);
    world.fleet.plant(&[PlantedFault::ApplyOlderRevision]);
    assert_eq!(world.send(&[voucher("p-1", "v-1", 3)]).counts, counts(1, 0, 0, 0));
    assert_eq!(world.send(&[voucher("p-1", "v-1", 2)]).counts, counts(1, 0, 0, 0));
}

#[test]
fn a_voucher_keeps_its_month() {
    let mut world = World::new("month", 1);
    world.settled(&two()[0]);
    let december = || {
        let mut body = voucher_body();
        body.treatment_month = TreatmentMonth::parse("202612").unwrap();
        body.valid_from = Date::constant(2026, 12, 1);
        body.valid_through = Date::constant(2026, 12, 31);
        body
    };
    assert_eq!(world.send(&[voucher("p-1", "v-1", 1)]).counts, counts(1, 0, 0, 0));
    let other_month = || voucher_of("p-1", "v-1", 2, december());
    assert_eq!(world.send(&[other_month()]).counts, counts(0, 0, 1, 0));
    assert_eq!(
        world.send(&[withdrawn("p-1", "v-1", 2)]).counts,
        counts(1, 0, 0, 0)
    );
    // Nor within one file.
    let both = [voucher("p-1", "v-2", 1), voucher_of("p-1", "v-2", 2, december())];
    assert_eq!(world.send(&both).counts, counts(0, 0, 2, 0));
}

#[test]
fn an_eligibility_lists_the_numbers_that_it_has() {
    let mut world = World::new("numbers", 1);
    world.settled(&two()[0]);
    let receipt = world.send(&[unlisted_eligibility("p-9")]);
    assert_eq!(receipt.counts, counts(0, 0, 1, 0));
    assert!(receipt.not_applied[0].why.starts_with("eligibility-numbers: "));
}

/// A sealing opens for its office, its person and its revision only.
#[test]
fn a_number_is_sealed_for_its_record() {
    let mut world = World::new("sealed", 1);
    let [one, _] = two();
    let elsewhere = Someone {
        office: "99999",
        ..one.clone()
    };
    let moved = Someone {
        link: "p-9".into(),
        ..one.clone()
    };
    let mut moved = world.person(&moved, 1);
    moved.link = domain::identity::Link::parse("p-1").unwrap();
    for (n, record) in [world.person(&elsewhere, 1), moved].into_iter().enumerate() {
        let other = voucher("p-2", &format!("v-{n}"), 1);
        let receipt = world.send(&[record, voucher("p-1", "v-1", 1), other]);
        assert_eq!(receipt.counts, counts(0, 1, 2, 0));
        let why = &receipt.not_applied[0].why;
        assert_eq!(
            why,
            "number: the sealing does not open for this office, link and revision"
        );
        assert_eq!(world.standing("p-1"), "unknown");
    }
    assert_eq!(world.send(&[world.person(&one, 1)]).counts, counts(0, 1, 0, 0));
}

#[test]
fn a_day_that_nobody_means_is_its_record_s_fault_and_no_file_s() {
    let mut world = World::new("years", 9);
    let [one, two] = two();
    world.settled(&one);
    world.settled(&two);
    let named = |mut record: Record| {
        record.record = RecordId::parse("e-2").unwrap();
        record
    };
    let far = Date::constant(9999, 12, 31);
    let early = TreatmentMonth::parse("000101").unwrap();
    for (field, record) in [
        (
            "start",
            changed_eligibility("p-1", |served| served.eligibility.start = Date::MIN),
        ),
        (
            "end.date",
            changed_eligibility("p-1", |served| {
                let reason = EndReason::Termination;
                served.eligibility.end = Some(Ending { date: far, reason });
            }),
        ),
        (
            "numbers.from",
            changed_eligibility("p-1", |served| served.numbers[0].from = early),
        ),
        (
            "numbers.through",
            changed_eligibility("p-1", |served| {
                served.numbers[0].through = Some(TreatmentMonth::of(far));
            }),
        ),
    ] {
        let receipt = world.send(&[named(record), eligibility("p-2", 1)]);
        assert_eq!(rows(&receipt, Outcome::Refused), [1], "{field}");
        let why = format!("eligibility: {field}: the year is not between 1900 and 2999");
        assert_eq!(receipt.not_applied[0].why, why);
    }
}
