//! 顔認証: the reader compares the face with the photograph in the card. The sandbox has no camera, so whoever stands there says
//! what it would see.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use domain::presence::Method;
use identity::reader::{CardError, FACE_TRIES, Face};
use pages::{Cookies, Form, Language, Shell, Step, see_other};

use crate::web::Web;
use crate::web::text::Patient as T;
use crate::web::visit::{Place, Refusal, Visit};

#[derive(Template)]
#[template(path = "reader/face.html")]
struct FacePage {
    shell: Shell,
    l: Language,
    steps: Vec<Step>,
    /// What came of the last look.
    fault: &'static str,
    /// What to know before the next one.
    left: String,
    /// Whether the PIN may do instead.
    by_pin: bool,
}

pub(super) async fn show(State(web): State<Arc<Web>>, cookies: Cookies) -> Response {
    let found = super::at(&web, &cookies, Place::Unlock, |visit| {
        let own = |refusal: &Refusal| matches!(refusal, Refusal::OtherFace);
        let left = visit.tries_left(Method::Face)?;
        Ok((left, visit.refusal(own), visit.is_open(Method::Pin)))
    });
    let (left, refusal, by_pin) = match found {
        Ok(Ok(found)) => found,
        Ok(Err(CardError::FaceLocked)) => return super::locked::screen(&web, &cookies, Method::Face),
        Ok(Err(CardError::NoFace)) => return see_other("/pin"),
        // The card went away: begin anew.
        Ok(Err(_)) => return see_other("/"),
        Err(elsewhere) => return elsewhere.into_response(),
    };
    let l = cookies.language;
    let page = FacePage {
        shell: web.patient(&cookies, T::FaceTitle, Some("/face")),
        l,
        steps: super::steps(l, T::StepUnlock),
        fault: refusal.map_or("", |_| l.say(T::FaceFailed)),
        left: if left < FACE_TRIES {
            l.fill(T::FaceLeft, &[("left", &left)])
        } else {
            String::new()
        },
        by_pin,
    };
    web.attended(pages::page(&page))
}

pub(super) async fn look(State(web): State<Arc<Web>>, cookies: Cookies, body: Bytes) -> Response {
    let face = match Form::read(&body).get("seen") {
        "matched" => Face::Same,
        _ => Face::Other,
    };
    let next = super::at(&web, &cookies, Place::Unlock, |visit: &mut Visit| {
        if visit.unlock_by_face(face).is_ok() {
            return "/consent";
        }
        visit.refuse(Refusal::OtherFace);
        "/face"
    });
    next.map_or_else(IntoResponse::into_response, see_other)
}
