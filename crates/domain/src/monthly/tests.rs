//! The monthly run: what a draft is, every reason by an example of its own, the self-payment, the run that comes again,
//! and what always holds.

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

mod again;
mod always;
mod reasons;
mod self_payment;

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
    outpatient_named("E1")
}

fn outpatient_named(id: &str) -> Entrustment {
    entrustment(id, CLINIC, TreatmentType::Outpatient)
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
fn names_of_reasons_are_what_serde_writes() {
    for reason in LeftOutReason::ALL {
        assert_eq!(
            serde_json::to_string(reason).unwrap(),
            format!("\"{}\"", reason.name())
        );
        assert_eq!(reason.to_string(), reason.label());
    }
}
