//! What holds of every plan, whatever the office has entered.

use proptest::prelude::*;

use super::*;
use crate::voucher::{Voucher, doubles, fits};

/// A few entrustments, lawful or not, of few institutions, so that they meet.
fn any_entrustment() -> impl Strategy<Value = Entrustment> {
    let institution = prop::sample::select(&[CLINIC, HOSPITAL, DENTIST, PHARMACY, NURSING][..]);
    let suited = prop::bool::weighted(0.9);
    let opinion = prop_oneof![
        1 => Just(Opinion::FirstVisit),
        1 => Just(Opinion::Awaited { previous: None }),
        6 => (0..10_u8).prop_map(|back| Opinion::Returned(ReturnedOpinion {
            from: TreatmentMonth::of(date(2026, 12, 1).saturating_sub(jiff::Span::new().months(i64::from(back)))),
            months: None,
        })),
    ];
    let from = (-40..40_i64).prop_map(day);
    let through = prop::option::weighted(0.3, (-10..40_i64).prop_map(day));
    let ceiling = prop::option::weighted(0.3, 0..9_000_u32);
    (
        institution,
        suited,
        opinion,
        from,
        through,
        ceiling,
        any::<bool>(),
    )
        .prop_map(
            |(institution, suited, opinion, from, through, ceiling, inpatient)| {
                let treatment = match &institution[2..3] {
                    "1" if inpatient => TreatmentType::Inpatient,
                    "1" => TreatmentType::Outpatient,
                    "3" => TreatmentType::Dental,
                    "4" => TreatmentType::Dispensing,
                    _ => TreatmentType::HomeNursing,
                };
                let treatment = if suited { treatment } else { TreatmentType::Dental };
                Entrustment {
                    opinion,
                    from,
                    through: through.filter(|through| *through >= from),
                    self_pay_ceiling_yen: ceiling,
                    ..entrustment("E", institution, treatment)
                }
            },
        )
}

fn day(offset: i64) -> Date {
    date(2026, 11, 1).saturating_add(jiff::Span::new().days(offset))
}

fn any_world() -> impl Strategy<Value = World> {
    let spells = prop::collection::vec((0..25_i64, 1..20_i64, prop::sample::select(EndReason::ALL)), 0..3);
    let payment = prop_oneof![
        1 => Just(SelfPayment::Unsettled),
        4 => (0..20_000_u32).prop_map(|yen| SelfPayment::Settled { yen, parts: vec![] }),
    ];
    let entrustments = prop::collection::vec(any_entrustment(), 0..5);
    let designated = prop::collection::vec(prop::option::weighted(0.2, -10..35_i64), 5);
    let successor = prop::option::weighted(0.3, -5..35_i64);
    (
        entrustments,
        spells,
        any::<bool>(),
        payment,
        designated,
        successor,
    )
        .prop_map(
            |(mut entrustments, spells, open, payment, designated, successor)| {
                for (number, one) in entrustments.iter_mut().enumerate() {
                    one.id = format!("E{number}").parse().unwrap();
                }
                let mut world = World::with(entrustments);
                world.self_payment = payment;
                for (institution, until) in world.register.values_mut().zip(designated) {
                    institution.designated[0].through = until.map(day);
                }
                if let Some(from) = successor {
                    world.register.get_mut(&code(CLINIC)).unwrap().succession = Some(Succession {
                        code: code(HOSPITAL),
                        from: day(from),
                    });
                }
                world.eligibilities.clear();
                let mut start = -20;
                for (gap, length, reason) in spells {
                    let end = start + length;
                    world
                        .eligibilities
                        .push(aid(day(start), Some((day(end), reason))));
                    start = end + gap + i64::from(reason == EndReason::Death);
                }
                if open {
                    world.eligibilities.push(aid(day(start), None));
                }
                world
            },
        )
}

fn standing(world: &World) -> Vec<Voucher> {
    world.issued.iter().map(|issued| issued.voucher.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// Of everything that is due there is a voucher or a reason, of nothing else; and a second run issues nothing.
    #[test]
    fn nobody_is_left_out_in_silence_and_nothing_is_issued_twice(mut world in any_world()) {
        let plan = world.plan();
        for one in &world.entrustments {
            let due = one.due_days(november(), CURRENT.prescription_days).is_some();
            let issued = plan.vouchers.iter().any(|draft| draft.entrustment == one.id);
            let reasons = plan.left_out.iter().filter(|left| left.entrustment == one.id).count();
            prop_assert_eq!(usize::from(issued) + reasons, usize::from(due), "{:?}", one.id);
        }
        let issued: Vec<EntrustmentId> = plan.vouchers.iter().map(|draft| draft.entrustment.clone()).collect();
        world.issue(plan);
        let again = world.plan();
        prop_assert_eq!(&again.vouchers, &vec![]);
        for id in issued {
            let left = again.left_out.iter().find(|left| left.entrustment == id).unwrap();
            prop_assert_eq!(left.reason, LeftOutReason::AlreadyIssued);
        }
    }

    /// Every voucher is lawful, fits an eligibility, and is for a designated institution on each of its days.
    #[test]
    fn every_voucher_is_lawful(mut world in any_world()) {
        let plan = world.plan();
        world.issue(plan);
        let vouchers = standing(&world);
        prop_assert_eq!(doubles(&vouchers), vec![]);
        for (voucher, issued) in vouchers.iter().zip(&world.issued) {
            prop_assert_eq!(voucher.check(), Ok(()));
            prop_assert!(world.eligibilities.iter().any(|one| fits(voucher, one).is_ok()));
            let institution = &world.register[&voucher.institution_code];
            let days = Period::new(voucher.valid_from, voucher.valid_through).unwrap();
            prop_assert!(days.days().all(|day| institution.designated_on(day)));
            let entrustment = world.entrustments.iter().find(|one| Some(&one.id) == issued.entrustment.as_ref());
            let due = entrustment.unwrap().due_days(november(), CURRENT.prescription_days).unwrap();
            prop_assert!(days.within(&due));
        }
    }

    /// The month's amount stands on the vouchers exactly, or on none.
    #[test]
    fn self_payment_adds_up(mut world in any_world()) {
        let plan = world.plan();
        let sum: u32 = plan.vouchers.iter().map(|draft| draft.self_pay_yen).sum();
        match &world.self_payment {
            SelfPayment::Unsettled => prop_assert_eq!(&plan.vouchers, &vec![]),
            SelfPayment::Settled { yen, .. } => {
                prop_assert_eq!(sum, if plan.vouchers.is_empty() { 0 } else { *yen });
            }
        }
        for one in &world.entrustments {
            let its = plan.vouchers.iter().filter(|draft| draft.entrustment == one.id);
            let sum: u32 = its.map(|draft| draft.self_pay_yen).sum();
            prop_assert!(one.self_pay_ceiling_yen.is_none_or(|ceiling| sum <= ceiling));
        }
        // What an opinion that comes back later adds takes nothing more.
        if !plan.vouchers.is_empty() {
            world.issue(plan);
            for one in &mut world.entrustments {
                one.opinion = Opinion::Returned(ReturnedOpinion { from: november(), months: None });
            }
            let later: u32 = world.plan().vouchers.iter().map(|draft| draft.self_pay_yen).sum();
            prop_assert_eq!(later, 0);
        }
    }

    /// No day that could have a voucher is without one, of those whose entrustment has any.
    #[test]
    fn no_day_is_forgotten(mut world in any_world()) {
        let plan = world.plan();
        world.issue(plan);
        let vouchers = standing(&world);
        for one in &world.entrustments {
            if !world.issued.iter().any(|issued| issued.entrustment.as_ref() == Some(&one.id)) {
                continue;
            }
            let due = one.due_days(november(), CURRENT.prescription_days).unwrap();
            for day in due.days().filter(|day| world.eligibilities.iter().any(|aid| aid.covers(*day))) {
                let institution = crate::designation::in_charge(&world.register, &one.institution, day).unwrap();
                if institution.designated_on(day) {
                    let here = |voucher: &&Voucher| {
                        voucher.covers(day)
                            && voucher.institution_code == institution.code
                            && voucher.treatment_type == one.treatment
                    };
                    prop_assert_eq!(vouchers.iter().filter(here).count(), 1, "{} {}", one.id, day);
                }
            }
        }
    }
}
