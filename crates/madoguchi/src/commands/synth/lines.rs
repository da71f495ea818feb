//! Lines of the files, as `docs/src/reference/commands.md` has them.

use domain::business::LegalBasis;
use domain::calendar::Date;
use domain::eligibility::Eligibility;
use domain::entrustment::Entrustment;
use domain::identity::{Link, OfficeCode};
use domain::insurance::InsuranceRow;
use domain::person::{Address, PersonName, Sex};
use domain::self_payment::SelfPayment;
use domain::text::AsReceived;
use domain::voucher::YesNo;
use serde::Serialize;
use synthetic::{Kind, RegisterEntry};

/// A line of `people.ndjson`.
#[derive(Serialize)]
pub(super) struct Person<'a> {
    office: &'a OfficeCode,
    office_name: &'a AsReceived,
    link: &'a Link,
    household: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<&'a str>,
    name: &'a PersonName,
    birth_date: Date,
    sex: Sex,
    /// 居住地.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<&'a Address>,
    #[serde(skip_serializing_if = "Option::is_none")]
    registered_address: Option<&'a Address>,
    basis: LegalBasis,
    undisclosed: bool,
    unusable: bool,
    eligibilities: &'a [Eligibility],
    decided_on: Date,
    #[serde(skip_serializing_if = "<[Entrustment]>::is_empty")]
    entrustments: &'a [Entrustment],
    self_payment: &'a SelfPayment,
    social_insurance: YesNo,
    elderly_care: YesNo,
    prefectural_expenses: YesNo,
    #[serde(skip_serializing_if = "Option::is_none")]
    district_contact: Option<&'a AsReceived>,
    #[serde(skip_serializing_if = "Option::is_none")]
    handling_contact: Option<&'a AsReceived>,
    /// Among the ward's figures on the day.
    receiving: bool,
    kinds: Vec<&'static str>,
}

impl<'a> Person<'a> {
    pub(super) fn of(office: &'a OfficeCode, name: &'a AsReceived, person: &'a synthetic::Person) -> Self {
        let kinds = Kind::ALL.iter().filter(|kind| person.kinds.has(**kind));
        Person {
            office,
            office_name: name,
            link: &person.link,
            household: person.household,
            number: person.number.as_ref().map(synthetic::MadeUpNumber::as_str),
            name: &person.name,
            birth_date: person.birth_date,
            sex: person.sex,
            address: person.residence.as_ref(),
            registered_address: person.registered_address.as_ref(),
            basis: person.basis,
            undisclosed: person.undisclosed,
            unusable: person.unusable,
            eligibilities: &person.eligibilities,
            decided_on: person.decided_on,
            entrustments: &person.entrustments,
            self_payment: &person.self_payment,
            social_insurance: person.statement.social_insurance,
            elderly_care: person.statement.elderly_care,
            prefectural_expenses: person.statement.prefectural_expenses,
            district_contact: person.staff.district.as_ref(),
            handling_contact: person.staff.handling.as_ref(),
            receiving: person.is_receiving(),
            kinds: kinds.map(|kind| kind.label()).collect(),
        }
    }
}

/// A line of `residents.ndjson`, as the register loads it.
#[derive(Serialize)]
pub(crate) struct Resident<'a> {
    number: &'a str,
    attributes: Attributes<'a>,
}

#[derive(Serialize)]
struct Attributes<'a> {
    name: &'a PersonName,
    birth_date: Date,
    sex: Sex,
    address: &'a Address,
}

impl<'a> Resident<'a> {
    pub(crate) fn of(entry: &'a RegisterEntry) -> Self {
        Resident {
            number: entry.number.as_str(),
            attributes: Attributes {
                name: &entry.name,
                birth_date: entry.birth_date,
                sex: entry.sex,
                address: &entry.address,
            },
        }
    }
}

/// A line of `insurers.ndjson`, as the register loads it: what the insurers wrote, before the rule of the aid.
#[derive(Serialize)]
pub(crate) struct Insured<'a> {
    pub(crate) number: &'a str,
    pub(crate) rows: &'a [InsuranceRow],
}
