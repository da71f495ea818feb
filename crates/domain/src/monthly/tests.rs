//! The monthly run: every reason by an example of its own, and what always holds.

use std::collections::BTreeMap;

use jiff::civil::date;

use super::*;
use crate::calendar::{Date, Period};
use crate::designation::tests::{code, institution, register};
use crate::designation::{Institution, Succession};
use crate::eligibility::{EndReason, Ending};
use crate::entrustment::tests::entrustment;
use crate::entrustment::{Opinion, Prescription, ReturnedOpinion};
use crate::number::InstitutionCode;
use crate::regime::PersonNumber;
use crate::rules::CURRENT;
use crate::self_payment::SelfPaymentPart;
use crate::voucher::{IssueNumber, SingleOrCombined, TicketType, TreatmentType};

mod always;

const CLINIC: &str = "1319999015";
const HOSPITAL: &str = "1319999023";
const DENTIST: &str = "1339999010";
const PHARMACY: &str = "1349999012";
const NURSING: &str = "1369999010";

/// What [`MonthInput`] borrows, so that a test changes only what it is about.
#[derive(Clone, Debug)]
struct World {
    entrustments: Vec<Entrustment>,
    eligibilities: Vec<Eligibility>,
    self_payment: SelfPayment,
    social_insurance: YesNo,
    regime: NumberRegime,
    numbers: Vec<NumberValidity>,
    register: BTreeMap<InstitutionCode, Institution>,
    issued: Vec<Issued>,
}

fn november() -> TreatmentMonth {
    "202611".parse().unwrap()
}

fn aid(start: Date, end: Option<(Date, EndReason)>) -> Eligibility {
    Eligibility {
        payer: "12139994".parse().unwrap(),
        recipient: "1234566".parse().unwrap(),
        office_name: "見本区福祉事務所".parse().unwrap(),
        start,
        end: end.map(|(date, reason)| Ending { date, reason }),
    }
}

fn outpatient() -> Entrustment {
    entrustment("E1", CLINIC, TreatmentType::Outpatient)
}

impl World {
    /// Aid since April, nothing to pay, five designated institutions.
    fn with(entrustments: Vec<Entrustment>) -> Self {
        let since = date(2020, 4, 1);
        let codes = [CLINIC, HOSPITAL, DENTIST, PHARMACY, NURSING];
        Self {
            entrustments,
            eligibilities: vec![aid(date(2026, 4, 1), None)],
            self_payment: SelfPayment::nothing(),
            social_insurance: YesNo::No,
            regime: NumberRegime::Fixed,
            numbers: vec![],
            register: register(codes.iter().map(|one| institution(one, since, None)).collect()),
            issued: vec![],
        }
    }

    fn plan_of(&self, month: TreatmentMonth) -> Plan {
        plan(
            &MonthInput {
                month,
                entrustments: &self.entrustments,
                eligibilities: &self.eligibilities,
                self_payment: &self.self_payment,
                statement: Statement {
                    social_insurance: self.social_insurance,
                    elderly_care: YesNo::No,
                    prefectural_expenses: YesNo::No,
                },
                regime: self.regime,
                numbers: &self.numbers,
                register: &self.register,
                issued: &self.issued,
            },
            &CURRENT,
        )
    }

    fn plan(&self) -> Plan {
        self.plan_of(november())
    }

    /// Issues what a plan says, as the office would.
    fn issue(&mut self, plan: Plan) {
        for draft in plan.vouchers {
            let number = IssueNumber::parse(&format!("A{}", self.issued.len())).unwrap();
            let entrustment = Some(draft.entrustment.clone());
            let voucher = draft.complete(number, Staff::default());
            self.issued.push(Issued { entrustment, voucher });
        }
    }
}

fn days(plan: &Plan) -> Vec<(Date, Date)> {
    let validity = |draft: &Draft| (draft.validity.first(), draft.validity.last());
    plan.vouchers.iter().map(validity).collect()
}

fn reasons(plan: &Plan) -> Vec<(&str, &'static str)> {
    plan.left_out
        .iter()
        .map(|one| (one.entrustment.as_str(), one.reason.name()))
        .collect()
}

#[track_caller]
fn left_out(world: &World, reason: LeftOutReason) {
    let plan = world.plan();
    assert_eq!(plan.vouchers, []);
    let expected: Vec<(&str, &str)> = world
        .entrustments
        .iter()
        .map(|one| (one.id.as_str(), reason.name()))
        .collect();
    assert_eq!(reasons(&plan), expected);
}

#[test]
fn a_draft_lacks_nothing_but_number_and_staff() {
    let mut world = World::with(vec![Entrustment {
        other_programmes: vec![crate::other_programmes::Programme::Intractable],
        remarks: vec!["車椅子".parse().unwrap()],
        infection_37_2: YesNo::Yes,
        ..entrustment("E2", PHARMACY, TreatmentType::Dispensing)
    }]);
    world.social_insurance = YesNo::Yes;
    let plan = world.plan();
    assert_eq!(plan.left_out, []);
    let draft = plan.vouchers[0].clone();
    let staff = Staff {
        district: Some("見本　花子".parse().unwrap()),
        handling: None,
    };
    let voucher = draft.complete("A1".parse().unwrap(), staff);
    assert_eq!(voucher.check(), Ok(()));
    assert_eq!(voucher.ticket_type, TicketType::Dispensing);
    assert_eq!(voucher.single_or_combined, SingleOrCombined::Combined);
    assert_eq!(voucher.prescription_issuer_code, Some(code(CLINIC)));
    assert_eq!(
        voucher.prescription_issuer_name.unwrap().as_str(),
        "見本1319999015"
    );
    assert_eq!(voucher.institution_name.as_str(), "見本1349999012");
    let remarks: Vec<&str> = voucher.remarks.iter().map(|line| line.as_str()).collect();
    assert_eq!(remarks, ["他法優先：54難病、12医療扶助は最後", "車椅子"]);
    assert_eq!(
        (voucher.infection_37_2, voucher.elderly_care),
        (YesNo::Yes, YesNo::No)
    );
    assert_eq!(voucher.printed_recipient.as_str(), "1234566");
    assert_eq!(
        (voucher.valid_from, voucher.valid_through),
        (date(2026, 11, 1), date(2026, 11, 30))
    );
}

#[test]
fn what_is_not_due_is_passed_over() {
    let stopped = Entrustment {
        through: Some(date(2026, 10, 31)),
        ..outpatient()
    };
    assert_eq!(World::with(vec![stopped]).plan(), Plan::default());
}

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
fn a_prescription_of_the_last_day_dispensed_in_december_is_december_s() {
    let mut one = entrustment("E1", PHARMACY, TreatmentType::Dispensing);
    one.prescription = Some(Prescription {
        issuer: code(CLINIC),
        issued_on: Some(date(2026, 11, 30)),
        dispensed_on: Some(date(2026, 12, 1)),
    });
    let world = World::with(vec![one]);
    assert_eq!(world.plan(), Plan::default());
    let december = world.plan_of("202612".parse().unwrap());
    assert_eq!(days(&december), [(date(2026, 12, 1), date(2026, 12, 31))]);
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
    world.self_payment = SelfPayment::Settled {
        yen: 12_000,
        parts: vec![],
    };
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
    let part = |id: &str, yen| SelfPaymentPart {
        entrustment: id.parse().unwrap(),
        yen,
    };
    let settled = |parts| SelfPayment::Settled { yen: 12_000, parts };
    world.self_payment = settled(vec![part("E1", 2_000), part("E2", 10_000)]);
    let by_office = [
        ("E3".to_owned(), 0),
        ("E2".to_owned(), 10_000),
        ("E1".to_owned(), 2_000),
    ];
    assert_eq!(amounts(&world.plan()), by_office);
    for parts in [
        vec![part("E1", 2_000), part("E2", 9_999)],
        vec![part("E1", 2_000), part("E9", 10_000)],
        vec![part("E1", 6_000), part("E3", 6_000)],
    ] {
        world.self_payment = settled(parts);
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

fn outpatient_named(id: &str) -> Entrustment {
    entrustment(id, CLINIC, TreatmentType::Outpatient)
}

#[test]
fn what_is_issued_counts_in_the_amount() {
    let mut world = World::with(vec![outpatient()]);
    world.self_payment = SelfPayment::Settled {
        yen: 8_000,
        parts: vec![],
    };
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
    world.self_payment = SelfPayment::Settled {
        yen: 7_000,
        parts: vec![],
    };
    assert_eq!(
        reasons(&world.plan()),
        [("E1", "already_issued"), ("E2", "self_payment_mismatch")]
    );
}

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

#[test]
fn names_of_reasons_are_what_serde_writes() {
    for reason in LeftOutReason::ALL {
        assert_eq!(
            serde_json::to_string(reason).unwrap(),
            format!("\"{}\"", reason.name())
        );
        assert_eq!(reason.to_string(), reason.label());
    }
}
