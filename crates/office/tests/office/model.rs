//! A ward in a test's memory: what its office knows, and what the law says is to be issued of it.

use std::collections::BTreeMap;

use domain::calendar::Date;
use domain::designation::Institution;
use domain::eligibility::{Eligibility, EndReason, Ending};
use domain::entrustment::{Entrustment, EntrustmentId};
use domain::month::TreatmentMonth;
use domain::monthly::{self, Draft, Issued, LeftOut, MonthInput, Staff, Statement};
use domain::number::{InstitutionCode, PayerNumber, RecipientNumber};
use domain::regime::{NumberRegime, NumberValidity, PersonNumber};
use domain::rules::RuleSet;
use domain::self_payment::SelfPayment;
use domain::text::AsReceived;
use domain::voucher::{IssueNumber, Voucher, YesNo};
use serde_json::{Value, json};

use crate::people::{self, CLINIC, DENTIST, GIVEN_UP, PAYER, PHARMACY, UNKNOWN};

/// The month that the tests run.
pub(crate) const MONTH: &str = "202612";

pub(crate) fn month() -> TreatmentMonth {
    TreatmentMonth::parse(MONTH).unwrap()
}

/// A person as the office knows them.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) n: u32,
    pub(crate) eligibilities: Vec<Eligibility>,
    pub(crate) entrustments: Vec<Entrustment>,
    pub(crate) self_pays: bool,
    pub(crate) self_payment: Option<SelfPayment>,
}

/// Makes somebody up; `below` draws a number below a bound.
pub(crate) fn person(n: u32, below: &dyn Fn(u64) -> u64) -> Person {
    let start: Date = "2020-04-01".parse().unwrap();
    let one = Eligibility {
        payer: PayerNumber::parse(PAYER).unwrap(),
        recipient: RecipientNumber::parse(&people::recipient(n)).unwrap(),
        office_name: AsReceived::parse("office", "見本福祉事務所").unwrap(),
        start,
        end: None,
    };
    let ended = |date: &str, reason| Eligibility {
        end: Some(Ending {
            date: date.parse().unwrap(),
            reason,
        }),
        ..one.clone()
    };
    let eligibilities = match below(10) {
        0 => vec![ended("2026-12-11", EndReason::Termination)],
        1 => vec![ended("2026-06-01", EndReason::Death)],
        // 停止 and 再開 within the month: two vouchers of one entrustment.
        2 => vec![
            ended("2026-12-05", EndReason::Suspension),
            Eligibility {
                start: "2026-12-20".parse().unwrap(),
                ..one.clone()
            },
        ],
        _ => vec![one.clone()],
    };
    let entrustments = (0..below(4)).map(|k| entrustment(k, below)).collect();
    let self_pays = below(8) == 0;
    let self_payment = (self_pays && below(2) == 0).then(|| settled(below(3) * 1000));
    Person {
        n,
        eligibilities,
        entrustments,
        self_pays,
        self_payment,
    }
}

pub(crate) fn settled(yen: u64) -> SelfPayment {
    SelfPayment::Settled {
        yen: u32::try_from(yen).unwrap(),
        parts: Vec::new(),
    }
}

fn entrustment(k: u64, below: &dyn Fn(u64) -> u64) -> Entrustment {
    let (institution, treatment) = match below(10) {
        0 => (GIVEN_UP, "02"),
        1 => (UNKNOWN, "02"),
        2..4 => (DENTIST, "03"),
        4..6 => (PHARMACY, "04"),
        _ => (CLINIC, "02"),
    };
    let mut one = people::entrustment(&format!("e-{k}"), institution, treatment);
    if treatment == "04" {
        one["prescription"] = json!({ "issuer": CLINIC });
    }
    if below(5) == 0 {
        one["opinion"] = json!({ "awaited": {} });
    }
    serde_json::from_value(one).unwrap()
}

fn register() -> BTreeMap<InstitutionCode, Institution> {
    let list: Vec<Institution> = serde_json::from_value(people::institutions()).unwrap();
    list.into_iter().map(|one| (one.code, one)).collect()
}

/// A voucher without its number, which nothing but the order of issue says.
pub(crate) fn unnumbered(mut voucher: Voucher) -> String {
    voucher.issue_number = IssueNumber::parse("0").unwrap();
    serde_json::to_string(&voucher).unwrap()
}

impl Person {
    pub(crate) fn link(&self) -> String {
        people::link(self.n)
    }

    /// As the office loads them.
    pub(crate) fn household(&self) -> Value {
        let entrustments: Vec<Value> = self.entrustments.iter().map(|one| json!(one)).collect();
        let mut household = people::household(self.n, &entrustments);
        let eligibilities: Vec<Value> = self
            .eligibilities
            .iter()
            .map(|one| {
                let mut said = json!({ "payer": one.payer, "recipient": one.recipient, "start": one.start });
                if let Some(end) = one.end {
                    said["end"] = json!(end);
                }
                said
            })
            .collect();
        let member = &mut household["members"][0];
        member["eligibilities"] = json!(eligibilities);
        member["circumstances"] =
            json!({ "household": format!("H-{:05}", self.n), "self_pays": self.self_pays });
        if let Some(settled) = &self.self_payment {
            member["self_payments"] = json!([{ "month": MONTH, "self_payment": settled }]);
        }
        household
    }

    fn numbers(&self) -> Vec<NumberValidity> {
        let of = |one: &Eligibility| {
            let number = PersonNumber {
                payer: one.payer,
                recipient: one.recipient,
            };
            NumberRegime::Fixed.validity(number, TreatmentMonth::of(one.start))
        };
        self.eligibilities.iter().map(of).collect()
    }

    /// What is to be issued beside what stands, passing over some entrustments.
    pub(crate) fn plan(
        &self,
        issued: &[Issued],
        passed_over: &[EntrustmentId],
    ) -> (Vec<Draft>, Vec<LeftOut>) {
        let mut entrustments = self.entrustments.clone();
        entrustments.retain(|one| !passed_over.contains(&one.id));
        let nothing = SelfPayment::nothing();
        let unsettled = SelfPayment::Unsettled;
        let otherwise = if self.self_pays { &unsettled } else { &nothing };
        let (numbers, register) = (self.numbers(), register());
        let input = MonthInput {
            month: month(),
            entrustments: &entrustments,
            eligibilities: &self.eligibilities,
            self_payment: self.self_payment.as_ref().unwrap_or(otherwise),
            statement: Statement {
                social_insurance: YesNo::No,
                elderly_care: YesNo::No,
                prefectural_expenses: YesNo::No,
            },
            regime: NumberRegime::Fixed,
            numbers: &numbers,
            register: &register,
            issued,
        };
        let plan = monthly::plan(&input, RuleSet::in_force(month().first_day()));
        (plan.vouchers, plan.left_out)
    }
}

/// Drafts as vouchers without numbers.
pub(crate) fn finished(drafts: Vec<Draft>) -> Vec<String> {
    let staff = Staff {
        district: AsReceived::parse("district", "見本　地区").ok(),
        handling: AsReceived::parse("handling", "見本　扱い").ok(),
    };
    let number = IssueNumber::parse("0").unwrap();
    let finish = |draft: Draft| unnumbered(draft.complete(number.clone(), staff.clone()));
    drafts.into_iter().map(finish).collect()
}
