//! The start: a card is laid on the reader. In the sandbox one of the virtual cards is chosen.

use std::sync::Arc;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use bytes::Bytes;
use http::header::SET_COOKIE;
use pages::{Cookies, Form, Language, Shell, Step, see_other};

use crate::card::{NotLaid, Shown};
use crate::web::Web;
use crate::web::text::Patient as T;
use crate::web::visit::Visit;

#[derive(Template)]
#[template(path = "reader/start.html")]
struct Start {
    shell: Shell,
    l: Language,
    steps: Vec<Step>,
    cards: Vec<Shown>,
    refused: Option<&'static str>,
}

/// Whoever comes here begins anew: an earlier visit of this browser ends.
pub(super) async fn show(
    State(web): State<Arc<Web>>,
    cookies: Cookies,
    RawQuery(query): RawQuery,
) -> Response {
    web.visits.end(cookies.session);
    let l = cookies.language;
    pages::page(&Start {
        shell: web.patient(&cookies, T::StartTitle, Some("/")),
        l,
        steps: super::steps(l, T::StepCard),
        cards: web.rack.shown().await,
        refused: match query.as_deref() {
            Some("taken") => Some(l.say(T::StartTaken)),
            Some("unknown") => Some(l.say(T::StartUnknown)),
            _ => None,
        },
    })
}

pub(super) async fn insert(State(web): State<Arc<Web>>, cookies: Cookies, body: Bytes) -> Response {
    web.visits.end(cookies.session);
    let card = match web.rack.insert(Form::read(&body).get("card")).await {
        Ok(card) => card,
        Err(NotLaid::Taken) => return see_other("/?taken"),
        Err(NotLaid::Unknown) => return see_other("/?unknown"),
    };
    let session = web.visits.begin(Visit::with(card));
    let mut response = see_other("/unlock");
    response.headers_mut().append(SET_COOKIE, session.cookie());
    response
}
