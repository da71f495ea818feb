//! The self-payment: settled or not, divided by the rule or by the office, and what counts in it.

use super::*;

fn settled(yen: u32, parts: &[(&str, u32)]) -> SelfPayment {
    let part = |(id, yen): &(&str, u32)| SelfPaymentPart {
        entrustment: id.parse().unwrap(),
        yen: *yen,
    };
    SelfPayment::Settled {
        yen,
        parts: parts.iter().map(part).collect(),
    }
}

#[test]
fn self_payment_unsettled_is_never_nothing() {
    let mut world = World::with(vec![
        outpatient(),
        entrustment("E2", DENTIST, TreatmentType::Dental),
    ]);
    world.self_payment = SelfPayment::Unsettled;
    left_out(&world, LeftOutReason::SelfPaymentUnsettled);
}

#[test]
fn self_payment_goes_to_the_inpatient_first_and_adds_up() {
    let mut world = World::with(vec![
        entrustment("E1", PHARMACY, TreatmentType::Dispensing),
        outpatient_named("E2"),
        Entrustment {
            self_pay_ceiling_yen: Some(5_000),
            ..entrustment("E3", HOSPITAL, TreatmentType::Inpatient)
        },
    ]);
    world.self_payment = settled(12_000, &[]);
    let amounts = |plan: &Plan| -> Vec<(String, u32)> {
        let amount = |one: &Draft| (one.entrustment.to_string(), one.self_pay_yen);
        plan.vouchers.iter().map(amount).collect()
    };
    let given = [
        ("E3".to_owned(), 5_000),
        ("E2".to_owned(), 7_000),
        ("E1".to_owned(), 0),
    ];
    assert_eq!(amounts(&world.plan()), given);
    world.self_payment = settled(12_000, &[("E1", 2_000), ("E2", 10_000)]);
    let by_office = [
        ("E3".to_owned(), 0),
        ("E2".to_owned(), 10_000),
        ("E1".to_owned(), 2_000),
    ];
    assert_eq!(amounts(&world.plan()), by_office);
    for parts in [
        [("E1", 2_000), ("E2", 9_999)],
        [("E1", 2_000), ("E9", 10_000)],
        [("E1", 6_000), ("E3", 6_000)],
    ] {
        world.self_payment = settled(12_000, &parts);
        left_out(&world, LeftOutReason::SelfPaymentMismatch);
    }
}

#[test]
fn parts_count_what_is_issued_of_them() {
    let issued_by = |entrustment: Option<&str>| {
        let mut world = World::with(vec![outpatient()]);
        world.eligibilities = vec![aid(
            date(2026, 4, 1),
            Some((date(2026, 11, 10), EndReason::Suspension)),
        )];
        world.self_payment = settled(3_000, &[]);
        let plan = world.plan();
        world.issue(plan);
        world.issued[0].entrustment = entrustment.map(|id| id.parse().unwrap());
        world.eligibilities.push(aid(date(2026, 11, 20), None));
        world
    };
    let mut world = issued_by(Some("E1"));
    world.self_payment = settled(8_000, &[("E1", 8_000)]);
    assert_eq!(world.plan().vouchers[0].self_pay_yen, 5_000);
    world.self_payment = settled(2_000, &[("E1", 2_000)]);
    left_out(&world, LeftOutReason::SelfPaymentMismatch);
    let mut unknown = issued_by(None);
    unknown.self_payment = settled(8_000, &[("E1", 8_000)]);
    left_out(&unknown, LeftOutReason::SelfPaymentMismatch);
    // By the rule, what an entrustment has taken counts against its ceiling.
    let mut ceiling = issued_by(Some("E1"));
    ceiling.entrustments[0].self_pay_ceiling_yen = Some(4_000);
    ceiling.self_payment = settled(4_001, &[]);
    left_out(&ceiling, LeftOutReason::SelfPaymentMismatch);
    ceiling.self_payment = settled(4_000, &[]);
    assert_eq!(ceiling.plan().vouchers[0].self_pay_yen, 1_000);
    // And it is one ceiling, however many vouchers the month needs.
    ceiling.issued.clear();
    ceiling.self_payment = settled(8_000, &[]);
    left_out(&ceiling, LeftOutReason::SelfPaymentMismatch);
}

#[test]
fn an_entrustment_that_is_not_due_cannot_take_a_part() {
    let over = Entrustment {
        through: Some(date(2026, 10, 31)),
        ..entrustment("E2", DENTIST, TreatmentType::Dental)
    };
    let mut world = World::with(vec![outpatient(), over]);
    world.self_payment = settled(8_000, &[("E1", 5_000), ("E2", 3_000)]);
    assert_eq!(reasons(&world.plan()), [("E1", "self_payment_mismatch")]);
}

#[test]
fn what_is_issued_counts_in_the_amount() {
    let mut world = World::with(vec![outpatient()]);
    world.self_payment = settled(8_000, &[]);
    let first = world.plan();
    assert_eq!(first.vouchers[0].self_pay_yen, 8_000);
    world.issue(first);
    world
        .entrustments
        .push(entrustment("E2", HOSPITAL, TreatmentType::Inpatient));
    let second = world.plan();
    assert_eq!(second.vouchers.len(), 1);
    assert_eq!(second.vouchers[0].self_pay_yen, 0);
    assert_eq!(reasons(&second), [("E1", "already_issued")]);
    world.self_payment = settled(7_000, &[]);
    assert_eq!(
        reasons(&world.plan()),
        [("E1", "already_issued"), ("E2", "self_payment_mismatch")]
    );
}
