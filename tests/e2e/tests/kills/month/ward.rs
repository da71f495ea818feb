//! The made-up ward: what registers and office load of it, for one month after the other.
//!
//! Each month is like the one before: opinions and amounts move on with it, so that every run issues about the same.

use domain::calendar::Date;
use domain::designation::InstitutionKind;
use domain::entrustment::{Entrustment, Opinion};
use domain::month::TreatmentMonth;
use domain::number::InstitutionCode;
use domain::self_payment::SelfPayment;
use serde_json::{Value, json};
use synthetic::{MadeUpNumber, Person, Town, Ward};

/// The day on which the ward is as it was made.
const DAY: Date = Date::constant(2026, 11, 25);
/// People in one load of the office, which takes 500 records.
const PEOPLE: usize = 100;

/// The ward.
pub(super) struct MadeUp {
    town: Town,
    people: Vec<Person>,
    clinic: InstitutionCode,
}

/// A clinic in another prefecture, where nobody of the ward is treated.
pub(super) fn far_away() -> &'static str {
    "4719999015"
}

/// Somebody whom the clinic may ask about.
#[derive(Clone)]
pub(super) struct Patient {
    /// 公費負担者番号
    pub(super) payer: String,
    /// 受給者番号
    pub(super) recipient: String,
    /// 生年月日
    pub(super) birth_date: Date,
}

impl MadeUp {
    /// A ward of so many people.
    pub(super) fn of(seed: u64, people: u64) -> MadeUp {
        let town = Town::new(seed, DAY, Ward::of_people(people).unwrap(), 1).unwrap();
        MadeUp {
            people: town.office(0).people().collect(),
            clinic: town.institution_of_the_demo(InstitutionKind::Clinic),
            town,
        }
    }

    /// The clinic that runs.
    pub(super) fn clinic(&self) -> &InstitutionCode {
        &self.clinic
    }

    /// The `nth` month that is run.
    pub(super) fn month(nth: usize) -> TreatmentMonth {
        TreatmentMonth::of(DAY).plus(u8::try_from(nth).unwrap())
    }

    /// Whom the clinic treats and nobody hides.
    pub(super) fn patients(&self) -> Vec<Patient> {
        let here = |one: &&Person| one.entrustments.iter().any(|at| at.institution == self.clinic);
        let open = |one: &&Person| !one.undisclosed && !one.unusable;
        let those = self.people.iter().filter(here).filter(open);
        those.filter_map(patient).collect()
    }

    /// Every 紐付番号.
    pub(super) fn links(&self) -> impl Iterator<Item = &str> {
        self.people.iter().map(|one| one.link.as_str())
    }

    /// Every 個人番号.
    pub(super) fn numbers(&self) -> impl Iterator<Item = String> {
        let known = self.people.iter().filter_map(|one| one.number.as_ref());
        let entered = self
            .people
            .iter()
            .filter_map(|one| Some(&one.entry.as_ref()?.number));
        known.chain(entered).map(|number| number.as_str().to_owned())
    }

    /// What the registers load, with where it goes.
    pub(super) fn registers(&self) -> [(&'static str, Value); 3] {
        let institutions: Vec<_> = self.town.institutions().collect();
        let insured = self.people.iter().filter(|one| !one.insurers_rows.is_empty());
        let insured = insured.filter_map(|one| {
            let number = one.entry.as_ref()?.number.as_str();
            Some(json!({ "number": number, "rows": one.insurers_rows }))
        });
        let residents = self.people.iter().filter_map(|one| {
            let entry = one.entry.as_ref()?;
            Some(json!({ "number": entry.number.as_str(), "attributes": {
                "name": entry.name, "birth_date": entry.birth_date, "sex": entry.sex, "address": entry.address,
            } }))
        });
        [
            ("/institutions", json!(institutions)),
            ("/insurers", insured.collect()),
            ("/residents", residents.collect()),
        ]
    }

    /// What the office loads before the `nth` month, load by load.
    pub(super) fn loads(&self, nth: usize) -> Vec<Value> {
        let mut loads = Vec::new();
        let (mut load, mut people) = (Vec::new(), 0);
        for members in self
            .people
            .chunk_by(|one, other| one.household == other.household)
        {
            people += members.len();
            load.push(household(members, nth));
            if people >= PEOPLE {
                loads.push(Value::Array(std::mem::take(&mut load)));
                people = 0;
            }
        }
        loads.push(Value::Array(load));
        loads
    }
}

fn patient(one: &Person) -> Option<Patient> {
    let eligibility = one.eligibilities.last()?;
    Some(Patient {
        payer: eligibility.payer.as_str().to_owned(),
        recipient: eligibility.recipient.as_str().to_owned(),
        birth_date: one.birth_date,
    })
}

fn household(members: &[Person], nth: usize) -> Value {
    let first = members.first();
    let id = format!("h{:07}", first.map_or(0, |one| one.household));
    let members: Vec<Value> = members.iter().map(|one| member(one, &id, nth)).collect();
    json!({
        "id": id, "members": members,
        "household": {
            "district_contact": first.map(|one| &one.staff.district),
            "handling_contact": first.map(|one| &one.staff.handling),
        },
    })
}

fn member(person: &Person, household: &str, nth: usize) -> Value {
    let entrustments = person.entrustments.iter().map(|one| in_month(one, nth));
    let entrustments: Vec<Entrustment> = entrustments.filter(|one| one.check().is_ok()).collect();
    let eligibilities = person.eligibilities.iter().map(
        |one| json!({ "payer": one.payer, "recipient": one.recipient, "start": one.start, "end": one.end }),
    );
    let shielding = (person.undisclosed || person.unusable)
        .then(|| json!({ "undisclosed": person.undisclosed, "unusable": person.unusable }));
    json!({
        "person": {
            "link": person.link, "number": person.number.as_ref().map(MadeUpNumber::as_str), "name": person.name,
            "birth_date": person.birth_date, "sex": person.sex, "address": person.residence,
            "registered_address": person.registered_address,
        },
        "circumstances": {
            "household": household, "legal_basis": person.basis,
            "social_insurance": person.statement.social_insurance, "elderly_care": person.statement.elderly_care,
            "prefectural_expenses": person.statement.prefectural_expenses,
            "self_pays": person.self_payment != SelfPayment::nothing(),
        },
        "eligibilities": eligibilities.collect::<Vec<_>>(),
        "shielding": shielding,
        "entrustments": entrustments,
        "self_payments": [{ "month": MadeUp::month(nth), "self_payment": person.self_payment }],
    })
}

/// An entrustment whose opinion has moved on.
fn in_month(one: &Entrustment, nth: usize) -> Entrustment {
    let mut moved = one.clone();
    let later = u8::try_from(nth).unwrap();
    match &mut moved.opinion {
        Opinion::Returned(returned) => returned.from = returned.from.plus(later),
        Opinion::Awaited {
            previous: Some(previous),
        } => previous.from = previous.from.plus(later),
        Opinion::FirstVisit | Opinion::Awaited { previous: None } => {}
    }
    moved
}
