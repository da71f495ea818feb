//! One reading, as reception sees it: everything that the answer says, in the field's own terms.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::consent::Scope;
use exchange::oqs::codes::{Consent, ConsistencyFlag, TicketType};
use exchange::oqs::siquc01::{MedicalTicketInfo, ResultOfQualificationConfirmation};
use http::StatusCode;
use pages::{Cookies, Language, Shell, clock, day, moment};
use service::extract::Path;

use super::words;
use crate::card::CardFault;
use crate::today::{Answer, Came, How, Seen};
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
    /// The newer record of the same card: what to know of it, its path, and the link's text.
    newer: Option<(String, String, String)>,
}

/// A card of which nothing came.
#[derive(Template)]
#[template(path = "reception/fault.html")]
struct Fault {
    shell: Shell,
    l: Language,
    next: &'static str,
    reading: Pairs,
    /// Why, in verification's words or the card's: Japanese.
    why: String,
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
    let number = number.parse().unwrap_or_default();
    let seen = web.today.one(number);
    match seen.as_deref().map(|seen| (seen, &seen.came)) {
        Some((seen, Came::Answer(answer))) => pages::page(&one(&web, number, seen, answer, l)),
        Some((seen, Came::Fault(why))) => pages::page(&fault(&web, seen, why, l)),
        None => {
            let shell = web.reception(l, T::Gone, None);
            (StatusCode::NOT_FOUND, pages::page(&Gone { shell, l })).into_response()
        }
    }
}

fn fault(web: &Web, seen: &Seen, why: &CardFault, l: Language) -> Fault {
    let mut reading = Telling::new(l);
    reading.how(seen);
    Fault {
        shell: web.reception(l, T::Failed, None),
        l,
        next: l.say(words::next(why.next())),
        reading: reading.pairs,
        why: why.told(),
    }
}

fn one(web: &Web, number: u32, seen: &Seen, answer: &Answer, l: Language) -> One {
    let message = &answer.message;
    let verdict = Verdict::of(message);
    let (name, next) = words::verdict(verdict);
    let aid = answer::aid(message);
    let tickets = aid.map_or(&[][..], |aid| &aid.public_expense_result_list);
    One {
        shell: web.reception(l, T::List, None),
        l,
        look: verdict.look(),
        verdict: l.say(name),
        next: l.say(next),
        visual: seen.how == How::Visual,
        reading: reading(seen, answer, l),
        person: aid.map_or_else(Pairs::new, |aid| person(aid, l)),
        insurances: answer::insurance(message)
            .map(|item| insurance(item, l))
            .collect(),
        aid: aid.map_or_else(Pairs::new, |aid| eligibility(aid, l)),
        vouchers: tickets.iter().map(|ticket| voucher(ticket, l)).collect(),
        consents: aid.map_or_else(Pairs::new, |aid| consents(aid, l)),
        newer: web.today.newer(number).map(|(number, seen)| {
            let at = clock(seen.at.jst(), l);
            let says = |text: T| l.fill(text, &[("at", &at)]);
            (
                says(T::NewerText),
                format!("/reception/{number}"),
                says(T::NewerGo),
            )
        }),
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

    /// When and how.
    fn how(&mut self, seen: &Seen) {
        self.text(T::At, Some(moment(seen.at.jst(), self.l)));
        self.word(T::How, Some(words::how(seen.how)));
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

fn reading(seen: &Seen, answer: &Answer, l: Language) -> Pairs {
    let mut told = Telling::new(l);
    let body = &answer.message.body;
    told.how(seen);
    told.text(T::AsOf, body.office_data_as_of.map(|at| moment(at, l)));
    told.text(T::Message, body.processing_result_message.clone());
    match (&answer.face, seen.how) {
        (Some(name), _) => told.text(T::Face, Some(name.clone())),
        (None, How::Visual) => told.word(T::Face, Some(T::FaceNotForVisual)),
        (None, How::Card(_)) => told.word(T::Face, Some(T::FaceNone)),
    }
    let replaced = (answer.replaced > 0).then(|| l.fill(T::ReplacedText, &[("count", &answer.replaced)]));
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
        let said = aid.consent(*scope).map(|said| match (said.consent, said.until) {
            (Consent::Given, Some(until)) => l.fill(T::Until, &[("until", &moment(until, l))]),
            (Consent::Over, _) => l.say(T::Expired).to_owned(),
            _ => l.say(T::NotGiven).to_owned(),
        });
        told.text(name, said);
    }
    told.pairs
}
