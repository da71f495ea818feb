//! Consent (閲覧同意): each scope is asked by itself, and nothing is chosen beforehand. Whatever is chosen, the eligibility is asked.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use domain::consent::{Said, Scope};
use pages::{Cookies, Form, Language, Shell, Step, see_other};

use crate::web::Web;
use crate::web::text::Patient as T;
use crate::web::visit::{Outcome, Place, Refusal, Visit};

/// A question, as the page has it.
struct Question {
    /// The field's name.
    name: &'static str,
    text: &'static str,
    /// What was chosen.
    chosen: Option<bool>,
    /// What is wrong.
    fault: String,
}

#[derive(Template)]
#[template(path = "reader/consent.html")]
struct Consent {
    shell: Shell,
    l: Language,
    steps: Vec<Step>,
    /// The card was enrolled just now.
    enrolled: bool,
    questions: Vec<Question>,
    faults: Vec<(String, String)>,
}

pub(super) async fn show(State(web): State<Arc<Web>>, cookies: Cookies) -> Response {
    let found = super::at(&web, &cookies, Place::Consent, |visit| {
        let own = |refusal: &Refusal| matches!(refusal, Refusal::Consents(_));
        (visit.refusal(own), visit.enrolled, visit.said.clone())
    });
    let page = match found {
        Ok((Some(Refusal::Consents(said)), _, _)) => asking(&web, &cookies, &said, true),
        // Enrolled just now: what was said before that needs no saying again, only a yes to it.
        Ok((_, true, said)) => Consent {
            enrolled: true,
            ..asking(&web, &cookies, &said, false)
        },
        Ok((_, false, _)) => asking(&web, &cookies, &[], false),
        Err(elsewhere) => return elsewhere.into_response(),
    };
    web.attended(pages::page(&page))
}

/// Asks verification with what was said. All four must be said: a card that is read again may take one back.
pub(super) async fn ask(State(web): State<Arc<Web>>, cookies: Cookies, body: Bytes) -> Response {
    let form = Form::read(&body);
    let said: Vec<Said> = Scope::ALL
        .iter()
        .filter_map(|scope| {
            let given = match form.get(field(*scope)) {
                "yes" => true,
                "no" => false,
                _ => return None,
            };
            Some(Said { scope: *scope, given })
        })
        .collect();
    let card = match super::at(&web, &cookies, Place::Consent, |visit: &mut Visit| {
        if said.len() < Scope::ALL.len() {
            visit.refuse(Refusal::Consents(said.clone()));
            return Err("/consent");
        }
        visit.said.clone_from(&said);
        visit.unlocked().ok_or("/unlock")
    }) {
        Ok(Ok(card)) => card,
        Ok(Err(path)) => return see_other(path),
        Err(elsewhere) => return elsewhere.into_response(),
    };
    // A browser that goes away ends its request; what the card has signed is answered, kept and told to reception all the same.
    let (asking, session) = (web.clone(), cookies.session);
    let read = async move {
        let web = asking;
        let is_told = || {
            let told = web.visits.with(session, |visit| visit.outcome.is_some());
            told.unwrap_or(true)
        };
        let keep = |read| {
            let outcome = match read {
                Ok(answer) => Outcome::Told {
                    answer: Arc::new(answer),
                    not_enrolled: None,
                },
                Err(fault) => Outcome::Failed(web.failed(card.method(), fault)),
            };
            let _gone_meanwhile = web.visits.with(session, |visit| visit.outcome = Some(outcome));
        };
        card.read(&web.cards, said, is_told, keep).await;
    };
    web.env.to_the_end("a card is read", read).await;
    see_other("/result")
}

fn asking(web: &Web, cookies: &Cookies, said: &[Said], sent: bool) -> Consent {
    let l = cookies.language;
    let question = |scope: &Scope| {
        let chosen = said
            .iter()
            .find(|said| said.scope == *scope)
            .map(|said| said.given);
        let text = l.say(text(*scope));
        Question {
            name: field(*scope),
            text,
            chosen,
            fault: match chosen {
                None if sent => l.fill(T::ConsentMissing, &[("scope", &text)]),
                _ => String::new(),
            },
        }
    };
    let questions: Vec<Question> = Scope::ALL.iter().map(question).collect();
    let faulty = questions.iter().filter(|question| !question.fault.is_empty());
    let faults = faulty.map(|question| (format!("{}-yes", question.name), question.fault.clone()));
    Consent {
        shell: web.patient(cookies, T::ConsentTitle, Some("/consent")),
        l,
        steps: super::steps(l, T::StepConsent),
        enrolled: false,
        faults: faults.collect(),
        questions,
    }
}

/// The field of a scope.
const fn field(scope: Scope) -> &'static str {
    match scope {
        Scope::Drug => "drug",
        Scope::Diagnosis => "diagnosis",
        Scope::Operation => "operation",
        Scope::CheckUp => "check-up",
    }
}

/// The question about a scope.
pub(super) const fn text(scope: Scope) -> T {
    match scope {
        Scope::Drug => T::ConsentDrug,
        Scope::Diagnosis => T::ConsentDiagnosis,
        Scope::Operation => T::ConsentOperation,
        Scope::CheckUp => T::ConsentCheckUp,
    }
}
