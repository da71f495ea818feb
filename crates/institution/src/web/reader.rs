//! The reader (顔認証付きカードリーダー), for the person with the card: one thing on each page.

mod consent;
mod enrol;
mod face;
mod language;
pub(super) mod leave;
mod locked;
mod pin;
mod result;
mod start;
mod unlock;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use domain::presence::Method;
use http::StatusCode;
use pages::{Cookies, Language, Shell, Step, see_other};

use super::Web;
use super::text::Patient;
use super::text::Patient as T;
use super::visit::{Place, Visit};

pub(super) fn router() -> Router<Arc<Web>> {
    Router::new()
        .route("/", get(start::show))
        .route("/insert", post(start::insert))
        .route("/language", post(language::switch))
        .route("/unlock", get(unlock::show))
        .route("/pin", get(pin::show).post(pin::say))
        .route("/face", get(face::show).post(face::look))
        .route("/consent", get(consent::show).post(consent::ask))
        .route("/result", get(result::show))
        .route("/again", post(result::again))
        .route("/enrol", post(enrol::enrol))
        .route("/still", get(leave::still).post(leave::back))
        .route("/left", get(leave::left))
        .route("/end", post(leave::end))
        .route("/{*elsewhere}", any(gone))
}

/// Where everybody is in the flow.
fn steps(language: Language, at: Patient) -> Vec<Step> {
    let all = [
        Patient::StepCard,
        Patient::StepUnlock,
        Patient::StepConsent,
        Patient::StepResult,
    ];
    let current = all.iter().position(|step| *step == at).unwrap_or(0);
    let step = |(place, name): (usize, &Patient)| Step {
        name: language.say(*name),
        done: place < current,
        current: place == current,
    };
    all.iter().enumerate().map(step).collect()
}

/// The other way to unlock a card.
const fn other(way: Method) -> Method {
    match way {
        Method::Pin => Method::Face,
        Method::Face => Method::Pin,
    }
}

/// This is not where the visit is: its own page is elsewhere.
struct Elsewhere(&'static str);

impl IntoResponse for Elsewhere {
    fn into_response(self) -> Response {
        see_other(self.0)
    }
}

/// Does something with the visit when it is at this place; otherwise leads to where it is, or to the start.
fn at<R>(
    web: &Web,
    cookies: &Cookies,
    place: Place,
    work: impl FnOnce(&mut Visit) -> R,
) -> Result<R, Elsewhere> {
    let done = web.visits.with(cookies.session, |visit| match visit.place() {
        here if here == place => Ok(work(visit)),
        elsewhere => Err(Elsewhere(elsewhere.path())),
    });
    done.unwrap_or(Err(Elsewhere("/")))
}

#[derive(Template)]
#[template(path = "reader/gone.html")]
struct Gone {
    shell: Shell,
    l: Language,
}

/// There is no such page, or not in this way.
pub(super) async fn gone(State(web): State<Arc<Web>>, cookies: Cookies) -> Response {
    let l = cookies.language;
    let shell = web.patient(&cookies, Patient::GoneTitle, None);
    (StatusCode::NOT_FOUND, pages::page(&Gone { shell, l })).into_response()
}
