//! 暗証番号: four digits, three tries, and what to do when they are used up.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use domain::presence::Method;
use identity::reader::{CardError, PIN_TRIES, Pin};
use pages::{Cookies, Form, Language, Shell, Step, see_other};

use crate::web::Web;
use crate::web::text::Patient as T;
use crate::web::visit::{Place, Refusal, Visit};

#[derive(Template)]
#[template(path = "reader/pin.html")]
struct PinPage {
    shell: Shell,
    l: Language,
    steps: Vec<Step>,
    /// What is wrong with what was typed.
    fault: &'static str,
    /// What to know before the next try.
    left: String,
    /// Whether a face may do instead.
    by_face: bool,
}

pub(super) async fn show(State(web): State<Arc<Web>>, cookies: Cookies) -> Response {
    let found = super::at(&web, &cookies, Place::Unlock, |visit| {
        let own = |refusal: &Refusal| matches!(refusal, Refusal::PinShape | Refusal::PinWrong);
        let left = visit.tries_left(Method::Pin)?;
        Ok((left, visit.refusal(own), visit.is_open(Method::Face)))
    });
    let (left, refusal, by_face) = match found {
        Ok(Ok(found)) => found,
        Ok(Err(CardError::Locked)) => return super::locked::screen(&web, &cookies, Method::Pin),
        // The card went away: begin anew.
        Ok(Err(_)) => return see_other("/"),
        Err(elsewhere) => return elsewhere.into_response(),
    };
    let l = cookies.language;
    let page = PinPage {
        shell: web.patient(&cookies, T::PinTitle, Some("/pin")),
        l,
        steps: super::steps(l, T::StepUnlock),
        fault: match refusal {
            Some(Refusal::PinShape) => l.say(T::PinShape),
            Some(_) => l.say(T::PinWrong),
            None => "",
        },
        left: if left < PIN_TRIES {
            l.fill(T::PinLeft, &[("left", &left)])
        } else {
            String::new()
        },
        by_face,
    };
    web.attended(pages::page(&page))
}

/// A page that is loaded again says no PIN again, so what was wrong is told by [`show`].
pub(super) async fn say(State(web): State<Arc<Web>>, cookies: Cookies, body: Bytes) -> Response {
    let pin = Pin::parse(Form::read(&body).get("pin"));
    let next = super::at(&web, &cookies, Place::Unlock, |visit: &mut Visit| {
        let refusal = match pin.map(|pin| visit.unlock_by_pin(pin)) {
            Some(Ok(())) => return "/consent",
            Some(Err(_)) => Refusal::PinWrong,
            None => Refusal::PinShape,
        };
        visit.refuse(refusal);
        "/pin"
    });
    next.map_or_else(IntoResponse::into_response, see_other)
}
