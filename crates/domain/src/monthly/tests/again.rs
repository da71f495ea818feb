//! A run that comes again, and what another decision has issued already.

use super::*;

#[test]
fn a_rerun_issues_only_the_days_that_are_missing() {
    let mut world = World::with(vec![outpatient()]);
    world.eligibilities = vec![aid(
        date(2026, 4, 1),
        Some((date(2026, 11, 10), EndReason::Suspension)),
    )];
    let plan = world.plan();
    world.issue(plan);
    left_out(&world, LeftOutReason::AlreadyIssued);
    world.eligibilities.push(aid(date(2026, 11, 20), None));
    assert_eq!(days(&world.plan()), [(date(2026, 11, 20), date(2026, 11, 30))]);
}

#[test]
fn a_double_is_left_out_wherever_the_other_comes_from() {
    let world = World::with(vec![outpatient(), outpatient_named("E2")]);
    let plan = world.plan();
    assert_eq!(plan.vouchers.len(), 1);
    assert_eq!(reasons(&plan), [("E2", "double")]);
    let mut later = World::with(vec![outpatient_named("E2")]);
    later.issue(World::with(vec![outpatient()]).plan());
    left_out(&later, LeftOutReason::Double);
    let mut prescribers = [("E1", CLINIC), ("E2", HOSPITAL)].map(|(id, issuer)| {
        let mut one = entrustment(id, PHARMACY, TreatmentType::Dispensing);
        one.prescription.as_mut().unwrap().issuer = code(issuer);
        one
    });
    assert_eq!(World::with(prescribers.to_vec()).plan().vouchers.len(), 2);
    prescribers[1].prescription.as_mut().unwrap().issuer = code(CLINIC);
    assert_eq!(World::with(prescribers.to_vec()).plan().vouchers.len(), 1);
}
