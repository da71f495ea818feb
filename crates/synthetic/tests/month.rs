//! A month of a ward, by the rules of the monthly run.

use std::collections::BTreeMap;

use domain::calendar::Date;
use domain::designation::Institution;
use domain::month::TreatmentMonth;
use domain::monthly::{LeftOutReason, MonthInput, plan};
use domain::number::InstitutionCode;
use domain::regime::{NumberRegime, PersonNumber};
use domain::rules::RuleSet;
use domain::voucher::TreatmentType;
use madoguchi_synthetic::{Kind, Person, Town, Ward};

const DAY: Date = Date::constant(2026, 11, 25);

/// What a month of an office comes to.
#[derive(Default)]
struct Month {
    vouchers: usize,
    with_voucher: usize,
    of_treatment: BTreeMap<TreatmentType, usize>,
    at: BTreeMap<InstitutionCode, usize>,
    left_out: BTreeMap<LeftOutReason, usize>,
    self_paid: usize,
}

fn month_of(town: &Town) -> Month {
    let register: BTreeMap<InstitutionCode, Institution> =
        town.institutions().map(|one| (one.code, one)).collect();
    let mut month = Month::default();
    for person in town.office(0).people() {
        let first = &person.eligibilities[0];
        let number = PersonNumber {
            payer: first.payer,
            recipient: first.recipient,
        };
        let numbers = [NumberRegime::Fixed.validity(number, TreatmentMonth::of(first.start))];
        let planned = plan(
            &MonthInput {
                month: TreatmentMonth::of(town.day()),
                entrustments: &person.entrustments,
                eligibilities: &person.eligibilities,
                self_payment: &person.self_payment,
                statement: person.statement,
                regime: NumberRegime::Fixed,
                numbers: &numbers,
                register: &register,
                issued: &[],
            },
            RuleSet::in_force(town.day()),
        );
        month.add(&person, planned);
    }
    month
}

impl Month {
    fn add(&mut self, person: &Person, planned: domain::monthly::Plan) {
        if !person.kinds.has(Kind::OtherLaw) {
            self.vouchers += planned.vouchers.len();
            self.with_voucher += usize::from(!planned.vouchers.is_empty());
        }
        self.self_paid += usize::from(planned.vouchers.iter().any(|one| one.self_pay_yen > 0));
        for draft in planned.vouchers {
            *self.of_treatment.entry(draft.treatment_type).or_default() += 1;
            *self.at.entry(draft.institution_code).or_default() += 1;
        }
        for left_out in planned.left_out {
            *self.left_out.entry(left_out.reason).or_default() += 1;
        }
    }
}

#[test]
fn the_papers_ward_has_a_month_like_a_real_one() {
    let town = Town::new(1, DAY, Ward::of_the_paper(), 1).unwrap();
    let month = month_of(&town);
    println!(
        "{} vouchers, {:?}, left out {:?}",
        month.vouchers, month.of_treatment, month.left_out
    );
    assert!(
        (16_600..24_900).contains(&month.vouchers),
        "two to three for each of 8,300: {}",
        month.vouchers
    );
    assert!(month.with_voucher > 7_900, "{}", month.with_voucher);
    assert!(month.self_paid > 100);
    for treatment in TreatmentType::ALL {
        assert!(
            month
                .of_treatment
                .get(treatment)
                .is_some_and(|count| *count > 100),
            "{treatment:?}"
        );
    }
    for kind in domain::designation::InstitutionKind::ALL {
        let here = town.institution_of_the_demo(*kind);
        assert!(month.at.get(&here).is_some_and(|count| *count > 40), "{kind:?}");
    }
    everybody_who_could_be_is_left_out(&month);
    let left_out: usize = month.left_out.values().sum();
    assert!(
        left_out * 12 < month.vouchers,
        "most are issued: {left_out} are not"
    );
}

/// A first run has issued nothing before, and fixed numbers are always given; every other reason occurs.
#[track_caller]
fn everybody_who_could_be_is_left_out(month: &Month) {
    let later = [LeftOutReason::AlreadyIssued, LeftOutReason::NumberNotGiven];
    for reason in LeftOutReason::ALL.iter().filter(|reason| !later.contains(reason)) {
        assert!(
            month.left_out.contains_key(reason),
            "nobody is left out as {}",
            reason.name()
        );
    }
}

#[test]
fn every_reason_occurs_on_any_day() {
    for day in [
        Date::constant(2026, 11, 1),
        Date::constant(2026, 11, 30),
        Date::constant(2028, 2, 29),
    ] {
        let town = Town::new(9, day, Ward::of_people(4_000).unwrap(), 1).unwrap();
        everybody_who_could_be_is_left_out(&month_of(&town));
    }
}

#[test]
fn the_enlarged_office_has_twenty_five_thousand_vouchers() {
    for seed in [1, 2] {
        let town = Town::new(seed, DAY, Ward::enlarged(), 1).unwrap();
        let vouchers = month_of(&town).vouchers;
        println!("{vouchers} vouchers");
        assert!((25_000..25_300).contains(&vouchers), "{vouchers}");
    }
}
