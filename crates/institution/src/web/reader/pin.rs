//! 暗証番号: four digits, three tries, and what to do when they are used up.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use identity::reader::{CardError, Pin};
use pages::{Cookies, Form, Language, Shell, Step, see_other};

use crate::web::Web;
use crate::web::text::Patient as T;
use crate::web::visit::{Place, Visit};

/// What a reader shows before anything was typed wrongly.
const TRIES: u8 = 3;

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
}

#[derive(Template)]
#[template(path = "reader/locked.html")]
struct Locked {
    shell: Shell,
    l: Language,
    steps: Vec<Step>,
}

pub(super) async fn show(State(web): State<Arc<Web>>, cookies: Cookies) -> Response {
    match super::at(&web, &cookies, Place::Unlock, |visit| visit.tries_left()) {
        Ok(left) => screen(&web, &cookies, left, None),
        Err(elsewhere) => elsewhere.into_response(),
    }
}

pub(super) async fn say(State(web): State<Arc<Web>>, cookies: Cookies, body: Bytes) -> Response {
    let pin = Pin::parse(Form::read(&body).get("pin"));
    let said = super::at(&web, &cookies, Place::Unlock, |visit: &mut Visit| match pin {
        None => (visit.tries_left(), Some(T::PinShape)),
        Some(pin) => match visit.unlock_by_pin(pin) {
            Ok(()) => (Ok(TRIES), None),
            Err(CardError::WrongPin { left }) => (Ok(left), Some(T::PinWrong)),
            Err(error) => (Err(error), Some(T::PinWrong)),
        },
    });
    match said {
        Ok((Ok(_), None)) => see_other("/consent"),
        Ok((left, fault)) => screen(&web, &cookies, left, fault),
        Err(elsewhere) => elsewhere.into_response(),
    }
}

fn screen(web: &Web, cookies: &Cookies, left: Result<u8, CardError>, fault: Option<T>) -> Response {
    let l = cookies.language;
    let steps = super::steps(l, T::StepUnlock);
    let left = match left {
        Ok(left) => left,
        Err(CardError::Locked) => {
            let shell = web.patient(cookies, T::LockedTitle, Some("/pin"));
            return web.attended(pages::page(&Locked { shell, l, steps }));
        }
        // The card went away: begin anew.
        Err(_) => return see_other("/"),
    };
    let page = PinPage {
        shell: web.patient(cookies, T::PinTitle, Some("/pin")),
        l,
        steps,
        fault: fault.map_or("", |fault| l.say(fault)),
        left: if left < TRIES {
            l.fill(T::PinLeft, &[("left", &left)])
        } else {
            String::new()
        },
    };
    web.attended(match fault {
        Some(_) => pages::refused(&page),
        None => pages::page(&page),
    })
}
