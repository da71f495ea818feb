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
use crate::web::visit::{Outcome, Place, Visit};

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
    match super::at(&web, &cookies, Place::Consent, |visit| visit.enrolled) {
        Ok(enrolled) => {
            let page = asking(&web, &cookies, &[], false);
            web.attended(pages::page(&Consent { enrolled, ..page }))
        }
        Err(elsewhere) => elsewhere.into_response(),
    }
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
    if said.len() < Scope::ALL.len() {
        return web.attended(pages::refused(&asking(&web, &cookies, &said, true)));
    }
    let card = match super::at(&web, &cookies, Place::Consent, |visit: &mut Visit| {
        visit.unlocked()
    }) {
        Ok(Some(card)) => card,
        Ok(None) => return see_other("/unlock"),
        Err(elsewhere) => return elsewhere.into_response(),
    };
    let outcome = match card.read(&web.cards, said).await {
        Ok(answer) => Outcome::Told {
            answer: Arc::new(answer),
            not_enrolled: None,
        },
        Err(fault) => {
            tracing::warn!(%fault, next = fault.next().text(), "a card was not read");
            Outcome::Failed(Arc::new(fault))
        }
    };
    let _gone_meanwhile = web
        .visits
        .with(cookies.session, |visit| visit.outcome = Some(outcome));
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
