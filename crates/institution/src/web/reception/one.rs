//! One reading, as reception sees it: everything that the answer says, in the field's own terms.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::consent::Scope;
use exchange::oqs::codes::{Consent, ConsistencyFlag, TicketType};
use exchange::oqs::siquc01::{MedicalTicketInfo, ResultOfQualificationConfirmation};
use http::StatusCode;
use pages::{Cookies, Language, Shell, day, moment};
use service::extract::Path;

use super::words;
use crate::today::{How, Seen};
use crate::web::Web;
use crate::web::answer::{self, Verdict};
use crate::web::text::Reception as T;

/// Terms and texts, in the order of the page.
type Pairs = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "reception/one.html")]
struct One {
    shell: Shell,
    l: Language,
    look: &'static str,
    verdict: &'static str,
    next: &'static str,
    visual: bool,
    reading: Pairs,
    person: Pairs,
    insurances: Vec<Pairs>,
    aid: Pairs,
    vouchers: Vec<(&'static str, Pairs)>,
    consents: Pairs,
}

#[derive(Template)]
#[template(path = "reception/gone.html")]
struct Gone {
    shell: Shell,
    l: Language,
}

pub(super) async fn show(
    State(web): State<Arc<Web>>,
    cookies: Cookies,
    Path(number): Path<String>,
) -> Response {
    let l = cookies.language;
    let seen = number.parse().ok().and_then(|number| web.today.one(number));
    match seen {
        Some(seen) => pages::page(&one(&web, &seen, l)),
        None => {
            let shell = web.reception(l, T::Gone, None);
            (StatusCode::NOT_FOUND, pages::page(&Gone { shell, l })).into_response()
        }
    }
}

fn one(web: &Web, seen: &Seen, l: Language) -> One {
    let verdict = Verdict::of(&seen.answer);
    let (name, next) = words::verdict(verdict);
    let aid = answer::aid(&seen.answer);
    let tickets = aid.map_or(&[][..], |aid| &aid.public_expense_result_list);
    One {
        shell: web.reception(l, T::List, None),
        l,
        look: verdict.look(),
        verdict: l.say(name),
        next: l.say(next),
        visual: seen.how == How::Visual,
        reading: reading(seen, l),
        person: aid.map_or_else(Pairs::new, |aid| person(aid, l)),
        insurances: answer::insurance(&seen.answer)
            .map(|item| insurance(item, l))
            .collect(),
        aid: aid.map_or_else(Pairs::new, |aid| eligibility(aid, l)),
        vouchers: tickets.iter().map(|ticket| voucher(ticket, l)).collect(),
        consents: aid.map_or_else(Pairs::new, |aid| consents(aid, l)),
    }
}

/// Puts together what is there.
struct Telling {
    l: Language,
    pairs: Pairs,
}

impl Telling {
    fn new(l: Language) -> Telling {
        Telling {
            l,
            pairs: Pairs::new(),
        }
    }

    fn text(&mut self, term: T, text: Option<impl Into<String>>) {
        if let Some(text) = text {
            self.pairs.push((self.l.say(term).to_owned(), text.into()));
        }
    }

    fn word(&mut self, term: T, word: Option<T>) {
        self.text(term, word.map(|word| self.l.say(word)));
    }

    fn day(&mut self, term: T, date: Option<domain::calendar::Date>) {
        self.text(term, date.map(|date| day(date, self.l)));
    }

    fn several(&mut self, term: T, texts: &[&Option<String>], between: &str) {
        let texts: Vec<&str> = texts.iter().filter_map(|text| text.as_deref()).collect();
        self.text(term, (!texts.is_empty()).then(|| texts.join(between)));
    }
}

fn reading(seen: &Seen, l: Language) -> Pairs {
    let mut told = Telling::new(l);
    let body = &seen.answer.body;
    told.text(T::At, Some(moment(seen.at.jst(), l)));
    told.word(T::How, Some(words::how(seen.how)));
    told.text(T::AsOf, body.office_data_as_of.map(|at| moment(at, l)));
    told.text(T::Message, body.processing_result_message.clone());
    match (&seen.face, seen.how) {
        (Some(name), _) => told.text(T::Face, Some(name.clone())),
        (None, How::Visual) => told.word(T::Face, Some(T::FaceNotForVisual)),
        (None, How::Card(_)) => told.word(T::Face, Some(T::FaceNone)),
    }
    let replaced = (seen.replaced > 0).then(|| l.fill(T::ReplacedText, &[("count", &seen.replaced)]));
    told.text(T::Replaced, replaced);
    told.pairs
}

fn person(aid: &ResultOfQualificationConfirmation, l: Language) -> Pairs {
    let mut told = Telling::new(l);
    told.text(T::Name, aid.name.clone());
    told.text(T::Kana, aid.name_kana.clone());
    told.several(T::Other, &[&aid.name_of_other, &aid.name_of_other_kana], "　");
    told.word(T::Sex, aid.sex_1.map(words::sex));
    told.day(T::Born, aid.birthdate);
    let address = [aid.post_number.as_deref(), aid.address.as_deref()];
    let address: Vec<&str> = address.into_iter().flatten().collect();
    let address = if address.is_empty() {
        l.say(T::AddressHidden).to_owned()
    } else {
        address.join("　")
    };
    told.text(T::Address, Some(address));
    told.pairs
}

fn eligibility(aid: &ResultOfQualificationConfirmation, l: Language) -> Pairs {
    let mut told = Telling::new(l);
    told.text(T::Office, aid.insurer_name.clone());
    told.text(T::Payer, aid.insurer_number.clone());
    told.text(T::Recipient, aid.insured_identification_number.clone());
    told.day(T::Begun, aid.qualification_date);
    told.day(T::Ended, aid.disqualification_date);
    told.word(T::Reason, aid.reason_of_loss.map(words::reason));
    told.pairs
}

fn insurance(item: &ResultOfQualificationConfirmation, l: Language) -> Pairs {
    let mut told = Telling::new(l);
    told.text(T::Insurer, item.insurer_name.clone());
    told.text(T::InsurerNumber, item.insurer_number.clone());
    let parts = [
        &item.insured_card_symbol,
        &item.insured_identification_number,
        &item.insured_branch_number,
    ];
    told.several(T::Symbol, &parts, "・");
    told.pairs
}

fn voucher(ticket: &MedicalTicketInfo, l: Language) -> (&'static str, Pairs) {
    let mut told = Telling::new(l);
    told.text(T::IssueNumber, ticket.issue_number.clone());
    let range = ticket.valid_date.zip(ticket.expiration_date);
    let range =
        range.map(|(first, last)| l.fill(T::Range, &[("first", &day(first, l)), ("last", &day(last, l))]));
    told.text(T::Period, range);
    told.word(T::Treatment, ticket.medical_treatment_type.map(words::treatment));
    told.word(T::Use, ticket.single_or_combined_use.map(words::combined));
    let yen = ticket.self_pay_amount.as_ref();
    told.text(
        T::SelfPay,
        yen.map(|yen| l.fill(T::Yen, &[("yen", &answer::yen(yen))])),
    );
    let injuries = [
        &ticket.injury_name_1,
        &ticket.injury_name_2,
        &ticket.injury_name_3,
    ];
    told.several(T::Injuries, &injuries, "、");
    let contacts = [&ticket.district_contact_name, &ticket.handling_contact_name];
    told.several(T::Contact, &contacts, "・");
    told.several(
        T::Remarks,
        &[&ticket.remarks_1, &ticket.remarks_2, &ticket.remarks_3],
        "　",
    );
    if ticket.consistency_flag == Some(ConsistencyFlag::Inconsistent) {
        told.word(T::Insurance, Some(T::Inconsistent));
    }
    let name = match ticket.ticket_type {
        Some(TicketType::Dispensing) => T::Dispensing,
        _ => T::Medical,
    };
    (l.say(name), told.pairs)
}

fn consents(aid: &ResultOfQualificationConfirmation, l: Language) -> Pairs {
    let mut told = Telling::new(l);
    for scope in Scope::ALL {
        let name = match scope {
            Scope::Drug => T::Drug,
            Scope::Diagnosis => T::Diagnosis,
            Scope::Operation => T::Operation,
            Scope::CheckUp => T::CheckUp,
        };
        let said = answer::consent(aid, *scope).map(|said| match said {
            (Consent::Given, Some(until)) => l.fill(T::Until, &[("until", &moment(until, l))]),
            (Consent::Over, _) => l.say(T::Expired).to_owned(),
            _ => l.say(T::NotGiven).to_owned(),
        });
        told.text(name, said);
    }
    told.pairs
}
