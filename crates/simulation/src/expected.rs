//! What an answer must show, worked out from the truth by the law's own table (`domain::answer`), and what an answer
//! does show. The two are compared item by item.

use std::collections::BTreeMap;

use domain::answer::{self, Answer, AtOffice, Disclosure, Found, Question};
use domain::presence::Presence;
use domain::regime::{PersonNumber, found_by};
use exchange::oqs::siquc01::{MedicalTicketInfo, ResultMessage};
use exchange::registration::PersonServed;

use crate::names::Office;
use crate::truth::{Key, Said, Truth};

/// Which version of each thing an answer is about.
pub(crate) type Visible = BTreeMap<Key, u32>;

/// What an answer shows, as texts: validity, message, and the items in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shown(pub(crate) Vec<(&'static str, String)>);

impl Shown {
    fn add(&mut self, item: &'static str, text: impl ToString) {
        self.0.push((item, text.to_string()));
    }

    fn add_some<T: ToString>(&mut self, item: &'static str, text: Option<T>) {
        if let Some(text) = text {
            self.add(item, text);
        }
    }

    /// The items in which the two differ, without what they say.
    pub(crate) fn differences(&self, other: &Shown) -> Vec<&'static str> {
        let only_in = |a: &Shown, b: &Shown| {
            let items = a.0.iter().filter(|item| !b.0.contains(item));
            items.map(|(item, _)| *item).collect::<Vec<_>>()
        };
        let mut items = only_in(self, other);
        items.extend(only_in(other, self));
        items.sort_unstable();
        items.dedup();
        items
    }
}

/// What must be shown to whoever asks about `number`, when these versions are the ones that count.
pub(crate) fn expected(
    truth: &Truth,
    visible: &Visible,
    number: Option<PersonNumber>,
    asked: &Question,
) -> Shown {
    let holders = number.into_iter().flat_map(|number| truth.holders(number));
    let known = holders
        .filter_map(|who| Known::of(truth, visible, who))
        .find(|known| {
            let month = domain::month::TreatmentMonth::of(asked.day);
            number.is_some_and(|number| found_by(&known.numbers, number, month))
        });
    let found = known.as_ref().map(|known| Found {
        birth_date: known.served.birth_date,
        shielded: known.shielded,
        recent_card_visit_here: false,
        employees_insurance: None,
        offices: &known.offices,
    });
    let told = answer::answer(Presence::NumberOnly, asked, found.as_ref());
    of_answer(&told, known.as_ref().map(|known| &known.served))
}

/// What is known of somebody, from all offices.
struct Known {
    served: PersonServed,
    shielded: bool,
    numbers: Vec<domain::regime::NumberValidity>,
    offices: Vec<AtOffice>,
}

impl Known {
    fn of(truth: &Truth, visible: &Visible, who: usize) -> Option<Known> {
        let mut served = None;
        let (mut shielded, mut numbers, mut offices) = (false, Vec::new(), Vec::new());
        for (office, link, _) in truth.links().filter(|(_, _, holder)| *holder == who) {
            let mut here = AtOffice::default();
            for said in said_of(truth, visible, office, link) {
                match said {
                    Said::Person(said) => served = Some(said.served.clone()),
                    Said::Shielding(flags) => shielded |= flags.undisclosed || flags.unusable,
                    Said::Eligibility(eligibility) => {
                        numbers.extend(eligibility.numbers.iter().copied());
                        here.eligibilities.push(eligibility.eligibility.clone());
                    }
                    Said::Voucher(voucher) => here.vouchers.push((**voucher).clone()),
                    Said::Withdrawn => {}
                }
            }
            offices.push(here);
        }
        Some(Known {
            served: served?,
            shielded,
            numbers,
            offices,
        })
    }
}

fn said_of<'a>(
    truth: &'a Truth,
    visible: &'a Visible,
    office: Office,
    link: &'a str,
) -> impl Iterator<Item = &'a Said> {
    let here = visible
        .iter()
        .filter(move |(key, _)| key.office == office && key.link == link);
    here.filter_map(|(key, revision)| truth.version(key, *revision))
        .map(|version| &version.said)
}

fn of_answer(told: &Answer<'_>, person: Option<&PersonServed>) -> Shown {
    let mut shown = Shown::default();
    shown.add("validity", told.validity.code());
    shown.add_some("text", told.text);
    let Some(person) = person.filter(|_| told.disclosure.shows_identity()) else {
        return shown;
    };
    shown.add("name", person.name.name.as_str());
    shown.add("kana", person.name.kana.as_str());
    shown.add("sex", person.sex.code());
    shown.add("birth date", person.birth_date);
    shown.add_some("office", told.office_name.map(domain::text::AsReceived::as_str));
    match told.disclosure {
        Disclosure::Ended { date, reason } => {
            shown.add("ended", date);
            shown.add("reason", reason.reason_of_loss().code());
        }
        Disclosure::NotYetBegun { date } => shown.add("began", date),
        Disclosure::FullWithAddress | Disclosure::FullWithoutAddress => {
            if let Some(first) = told.vouchers.first() {
                shown.add("payer", first.voucher.printed_payer.as_str());
                shown.add("recipient", first.voucher.printed_recipient.as_str());
            }
            shown.add_some("began", told.eligibility.map(|eligibility| eligibility.start));
        }
        Disclosure::IdentityOnly | Disclosure::Nothing => {}
    }
    for voucher in told.vouchers.iter().map(|shown| shown.voucher) {
        shown.add("voucher", voucher.issue_number.as_str());
        shown.add("voucher from", voucher.valid_from);
        shown.add("voucher through", voucher.valid_through);
        shown.add("voucher month", voucher.treatment_month);
        shown.add("voucher institution", voucher.institution_code.as_str());
        shown.add("voucher self-pay", voucher.self_pay_yen);
        shown.add("voucher treatment", voucher.treatment_type.code());
        shown.add_some(
            "voucher injury",
            voucher.injury_names.first().map(domain::text::AsReceived::as_str),
        );
    }
    shown
}

/// What a message shows.
pub(crate) fn of_message(message: &ResultMessage) -> Shown {
    let (mut shown, body) = (Shown::default(), &message.body);
    shown.add_some(
        "validity",
        body.qualification_validity.map(|validity| validity.code()),
    );
    shown.add_some("text", body.processing_result_message.as_ref());
    for item in &body.result_list {
        shown.add_some("name", item.name.as_ref());
        shown.add_some("kana", item.name_kana.as_ref());
        shown.add_some("sex", item.sex_1.map(|sex| sex.code()));
        shown.add_some("birth date", item.birthdate);
        shown.add_some("office", item.insurer_name.as_ref());
        shown.add_some("ended", item.disqualification_date);
        shown.add_some("reason", item.reason_of_loss.map(|reason| reason.code()));
        shown.add_some("payer", item.insurer_number.as_ref());
        shown.add_some("recipient", item.insured_identification_number.as_ref());
        shown.add_some("began", item.qualification_date);
        shown.add_some("address", item.address.as_ref());
        item.public_expense_result_list
            .iter()
            .for_each(|ticket| add_ticket(&mut shown, ticket));
    }
    shown
}

fn add_ticket(shown: &mut Shown, ticket: &MedicalTicketInfo) {
    shown.add_some("voucher", ticket.issue_number.as_ref());
    shown.add_some("voucher from", ticket.valid_date);
    shown.add_some("voucher through", ticket.expiration_date);
    shown.add_some("voucher month", ticket.medical_treatment_month.map(month_text));
    shown.add_some(
        "voucher institution",
        ticket.designated_medical_institution_code.as_ref(),
    );
    shown.add_some("voucher self-pay", ticket.self_pay_amount.as_ref());
    shown.add_some(
        "voucher treatment",
        ticket.medical_treatment_type.map(|treatment| treatment.code()),
    );
    shown.add_some("voucher injury", ticket.injury_name_1.as_ref());
}

fn month_text(month: exchange::oqs::YearMonth) -> String {
    format!("{:04}{:02}", month.year(), month.month())
}
