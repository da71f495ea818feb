//! What shortens a voucher or leaves it out, and under which reason.

use super::*;

#[test]
fn the_opinion_must_carry_the_month() {
    let with = |opinion| {
        World::with(vec![Entrustment {
            opinion,
            ..outpatient()
        }])
    };
    left_out(
        &with(Opinion::Awaited { previous: None }),
        LeftOutReason::OpinionNotReturned,
    );
    left_out(&with(Opinion::FirstVisit), LeftOutReason::OpinionNotReturned);
    let old = ReturnedOpinion {
        from: "202605".parse().unwrap(),
        months: None,
    };
    left_out(&with(Opinion::Returned(old)), LeftOutReason::OpinionExpired);
    let carrying = ReturnedOpinion {
        from: "202606".parse().unwrap(),
        months: None,
    };
    assert_eq!(with(Opinion::Returned(carrying)).plan().vouchers.len(), 1);
    let inpatient = World::with(vec![Entrustment {
        opinion: Opinion::Returned(carrying),
        ..entrustment("E1", HOSPITAL, TreatmentType::Inpatient)
    }]);
    left_out(&inpatient, LeftOutReason::OpinionExpired);
}

#[test]
fn eligibility_shortens_or_leaves_out() {
    let mut world = World::with(vec![outpatient()]);
    world.eligibilities = vec![aid(
        date(2026, 4, 1),
        Some((date(2026, 11, 20), EndReason::Termination)),
    )];
    assert_eq!(days(&world.plan()), [(date(2026, 11, 1), date(2026, 11, 19))]);
    world.eligibilities = vec![aid(
        date(2026, 4, 1),
        Some((date(2026, 11, 20), EndReason::Death)),
    )];
    assert_eq!(days(&world.plan()), [(date(2026, 11, 1), date(2026, 11, 20))]);
    world.eligibilities = vec![
        aid(
            date(2026, 4, 1),
            Some((date(2026, 11, 10), EndReason::Suspension)),
        ),
        aid(date(2026, 11, 20), None),
    ];
    assert_eq!(
        days(&world.plan()),
        [
            (date(2026, 11, 1), date(2026, 11, 9)),
            (date(2026, 11, 20), date(2026, 11, 30))
        ]
    );
    world.eligibilities = vec![
        aid(
            date(2026, 4, 1),
            Some((date(2026, 11, 10), EndReason::Suspension)),
        ),
        aid(date(2026, 11, 10), None),
    ];
    assert_eq!(
        days(&world.plan()),
        [
            (date(2026, 11, 1), date(2026, 11, 9)),
            (date(2026, 11, 10), date(2026, 11, 30))
        ],
        "a voucher fits one eligibility, also without a gap between two"
    );
    world.eligibilities = vec![aid(
        date(2026, 4, 1),
        Some((date(2026, 11, 1), EndReason::Termination)),
    )];
    left_out(&world, LeftOutReason::EligibilityEnded);
    world.eligibilities = vec![aid(date(2026, 12, 1), None)];
    left_out(&world, LeftOutReason::EligibilityNotBegun);
    world.eligibilities = vec![];
    left_out(&world, LeftOutReason::EligibilityNotBegun);
    world.eligibilities = vec![aid(
        date(2026, 4, 1),
        Some((date(2026, 11, 10), EndReason::Termination)),
    )];
    world.entrustments[0].only_within = Some(Period::new(date(2026, 11, 10), date(2026, 11, 16)).unwrap());
    left_out(&world, LeftOutReason::NoDayCovered);
}

#[test]
fn the_institution_must_be_designated_that_day() {
    let mut world = World::with(vec![outpatient()]);
    world.register = register(vec![institution(
        CLINIC,
        date(2026, 11, 5),
        Some(date(2026, 11, 20)),
    )]);
    assert_eq!(days(&world.plan()), [(date(2026, 11, 5), date(2026, 11, 20))]);
    world.register = register(vec![institution(
        CLINIC,
        date(2020, 4, 1),
        Some(date(2026, 10, 31)),
    )]);
    left_out(&world, LeftOutReason::InstitutionNotDesignated);
    world.register = register(vec![]);
    left_out(&world, LeftOutReason::InstitutionUnknown);
}

#[test]
fn the_successor_takes_over_within_the_month() {
    let mut world = World::with(vec![outpatient()]);
    world.register.get_mut(&code(CLINIC)).unwrap().succession = Some(Succession {
        code: code(HOSPITAL),
        from: date(2026, 11, 15),
    });
    let plan = world.plan();
    let codes: Vec<&str> = plan
        .vouchers
        .iter()
        .map(|one| one.institution_code.as_str())
        .collect();
    assert_eq!(codes, [CLINIC, HOSPITAL]);
    assert_eq!(
        days(&plan),
        [
            (date(2026, 11, 1), date(2026, 11, 14)),
            (date(2026, 11, 15), date(2026, 11, 30))
        ]
    );
    world.register.get_mut(&code(CLINIC)).unwrap().succession = Some(Succession {
        code: code(DENTIST),
        from: date(2026, 11, 15),
    });
    left_out(&world, LeftOutReason::TreatmentNotOfInstitution);
}

#[test]
fn treatment_and_decision_must_be_lawful() {
    let wrong = entrustment("E1", DENTIST, TreatmentType::Outpatient);
    left_out(
        &World::with(vec![wrong]),
        LeftOutReason::TreatmentNotOfInstitution,
    );
    let incomplete = Entrustment {
        prescription: None,
        ..entrustment("E1", PHARMACY, TreatmentType::Dispensing)
    };
    left_out(
        &World::with(vec![incomplete]),
        LeftOutReason::EntrustmentIncomplete,
    );
}

#[test]
fn visiting_nursing_has_its_own_reasons() {
    let nursing = |own_opinion, care_insurance_pays| {
        let mut one = entrustment("E1", NURSING, TreatmentType::HomeNursing);
        one.home_nursing = Some(crate::entrustment::HomeNursing {
            own_opinion,
            care_insurance_pays,
        });
        World::with(vec![one])
    };
    assert_eq!(nursing(true, false).plan().vouchers.len(), 1);
    left_out(&nursing(true, true), LeftOutReason::CareInsuranceFirst);
    left_out(&nursing(false, false), LeftOutReason::HomeNursingOpinionMissing);
}

#[test]
fn a_monthly_number_must_have_been_given() {
    let mut world = World::with(vec![outpatient()]);
    world.regime = NumberRegime::Monthly;
    left_out(&world, LeftOutReason::NumberNotGiven);
    let number = PersonNumber {
        payer: "12139994".parse().unwrap(),
        recipient: "1111111".parse().unwrap(),
    };
    world.numbers = vec![NumberRegime::Monthly.validity(number, november())];
    assert_eq!(world.plan().vouchers[0].number, number);
    world.numbers = vec![NumberRegime::Monthly.validity(number, november().prev())];
    left_out(&world, LeftOutReason::NumberNotGiven);
}
