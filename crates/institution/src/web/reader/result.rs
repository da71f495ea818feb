//! The result in plain words, and what comes next. Who cannot be found is offered 利用申込 ([`enrol`](super::enrol)).

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::consent::Scope;
use exchange::oqs::codes::{Consent, TicketType};
use exchange::oqs::siquc01::{MedicalTicketInfo, ResultMessage};
use identity::reader::CardError;
use pages::{Cookies, Language, Shell, Step, day, moment, see_other};

use crate::card::{CardFault, Next};
use crate::web::Web;
use crate::web::answer::{self, Verdict};
use crate::web::text::Patient as T;
use crate::web::visit::{NotEnrolled, Outcome, Place, Visit};

#[derive(Template)]
#[template(path = "reader/result.html")]
struct Told {
    shell: Shell,
    l: Language,
    steps: Vec<Step>,
    look: &'static str,
    title: &'static str,
    text: &'static str,
    /// Why an enrolment came to nothing.
    not_enrolled: Option<&'static str>,
    offers_enrolment: bool,
    details: Vec<(String, String)>,
    consents: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "reader/failed.html")]
struct Failed {
    shell: Shell,
    l: Language,
    steps: Vec<Step>,
    text: &'static str,
    /// Whether it may do when it is tried again.
    is_again: bool,
}

pub(super) async fn show(State(web): State<Arc<Web>>, cookies: Cookies) -> Response {
    let outcome = match super::at(&web, &cookies, Place::Result, |visit| visit.outcome.clone()) {
        Ok(Some(outcome)) => outcome,
        Ok(None) => return see_other("/"),
        Err(elsewhere) => return elsewhere.into_response(),
    };
    let l = cookies.language;
    let steps = super::steps(l, T::StepResult);
    let response = match outcome {
        Outcome::Told { answer, not_enrolled } => pages::page(&told(&web, &cookies, &answer, not_enrolled)),
        Outcome::Failed(fault) => pages::page(&Failed {
            shell: web.patient(&cookies, T::FaultTitle, Some("/result")),
            l,
            steps,
            text: l.say(words(&fault)),
            is_again: fault.next().is_again(),
        }),
    };
    web.attended(response)
}

/// The card lies there still: from unlocking on once more.
pub(super) async fn again(State(web): State<Arc<Web>>, cookies: Cookies) -> Response {
    match super::at(&web, &cookies, Place::Result, Visit::again) {
        Ok(()) => see_other("/unlock"),
        Err(elsewhere) => elsewhere.into_response(),
    }
}

fn told(web: &Web, cookies: &Cookies, answer: &ResultMessage, not_enrolled: Option<NotEnrolled>) -> Told {
    let l = cookies.language;
    let verdict = Verdict::of(answer);
    let (title, text) = match verdict {
        Verdict::Valid => (T::ValidTitle, T::ValidText),
        Verdict::Waiting => (T::WaitingTitle, T::WaitingText),
        Verdict::Invalid => (T::EndedTitle, T::EndedText),
        Verdict::NotFound => (T::NotFoundTitle, T::NotFoundText),
        Verdict::Unclear => (T::FaultTitle, T::FaultStaff),
    };
    Told {
        shell: web.patient(cookies, title, Some("/result")),
        l,
        steps: super::steps(l, T::StepResult),
        look: verdict.look(),
        title: l.say(title),
        text: l.say(text),
        not_enrolled: not_enrolled.map(|why| match why {
            NotEnrolled::NobodyHere => l.say(T::EnrolNobody),
            NotEnrolled::NotThisCard => l.say(T::EnrolNotThisCard),
        }),
        offers_enrolment: verdict == Verdict::NotFound && not_enrolled.is_none(),
        details: details(answer, verdict, l),
        consents: consents(answer, l),
    }
}

/// Only what somebody needs to see that it is them, and what is theirs.
fn details(answer: &ResultMessage, verdict: Verdict, l: Language) -> Vec<(String, String)> {
    let mut details = Vec::new();
    let mut tell = |term: T, text: Option<String>| {
        if let Some(text) = text {
            details.push((l.say(term).to_owned(), text));
        }
    };
    let Some(aid) = answer::aid(answer) else {
        return details;
    };
    tell(T::Name, aid.name.clone());
    tell(T::Office, aid.insurer_name.clone());
    if verdict == Verdict::Invalid {
        match aid.disqualification_date {
            Some(date) => tell(T::Ended, Some(day(date, l))),
            None => tell(T::Begins, aid.qualification_date.map(|date| day(date, l))),
        }
    }
    for ticket in &aid.public_expense_result_list {
        let name = match ticket.ticket_type {
            Some(TicketType::Dispensing) => T::DispensingVoucher,
            _ => T::Voucher,
        };
        tell(name, days(ticket, l));
        let pays = ticket
            .self_pay_amount
            .as_ref()
            .filter(|yen| !yen.trim_start_matches('0').is_empty());
        tell(
            T::SelfPay,
            pays.map(|yen| l.fill(T::Yen, &[("yen", &answer::yen(yen))])),
        );
    }
    for item in answer::insurance(answer) {
        tell(T::Insurance, item.insurer_name.clone());
    }
    tell(T::Message, answer.body.processing_result_message.clone());
    details
}

fn days(ticket: &MedicalTicketInfo, l: Language) -> Option<String> {
    let (first, last) = (day(ticket.valid_date?, l), day(ticket.expiration_date?, l));
    Some(l.fill(T::From, &[("first", &first), ("last", &last)]))
}

fn consents(answer: &ResultMessage, l: Language) -> Vec<(String, String)> {
    let Some(aid) = answer::aid(answer) else {
        return Vec::new();
    };
    let told = Scope::ALL.iter().filter_map(|scope| {
        let said = aid.consent(*scope)?;
        let said = match (said.consent, said.until) {
            (Consent::Given, Some(until)) => l.fill(T::ConsentUntil, &[("until", &moment(until, l))]),
            _ => l.say(T::ConsentNone).to_owned(),
        };
        Some((l.say(super::consent::text(*scope)).to_owned(), said))
    });
    told.collect()
}

/// What went wrong, for the person: never more than what to do.
fn words(fault: &CardFault) -> T {
    match fault.next() {
        Next::CardAgain => T::FaultCardAgain,
        Next::OtherWay => T::FaultOtherWay,
        Next::UnlockAgain => T::FaultUnlockAgain,
        Next::Municipality if matches!(fault, CardFault::Card(CardError::FaceLocked)) => T::FaceLocked,
        Next::Municipality => T::LockedText,
        Next::Later => T::FaultLater,
        Next::Staff => T::FaultStaff,
    }
}
