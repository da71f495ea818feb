//! 顔認証: the reader compares the face with the photograph in the card. The sandbox has no camera, so whoever stands there says
//! what it would see.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use identity::reader::{CardError, Face};
use pages::{Cookies, Form, Language, Shell, Step, see_other};

use crate::web::Web;
use crate::web::text::Patient as T;
use crate::web::visit::Place;

#[derive(Template)]
#[template(path = "reader/face.html")]
struct FacePage {
    shell: Shell,
    l: Language,
    steps: Vec<Step>,
    /// What came of the last look.
    fault: Option<&'static str>,
}

pub(super) async fn show(State(web): State<Arc<Web>>, cookies: Cookies) -> Response {
    match super::at(&web, &cookies, Place::Unlock, |_| ()) {
        Ok(()) => web.attended(pages::page(&screen(&web, &cookies, None))),
        Err(elsewhere) => elsewhere.into_response(),
    }
}

pub(super) async fn look(State(web): State<Arc<Web>>, cookies: Cookies, body: Bytes) -> Response {
    let face = match Form::read(&body).get("seen") {
        "matched" => Face::Same,
        _ => Face::Other,
    };
    let fault = match super::at(&web, &cookies, Place::Unlock, |visit| visit.unlock_by_face(face)) {
        Ok(Ok(())) => return see_other("/consent"),
        Ok(Err(CardError::FaceLocked)) => T::FaceLocked,
        Ok(Err(_)) => T::FaceFailed,
        Err(elsewhere) => return elsewhere.into_response(),
    };
    web.attended(pages::refused(&screen(&web, &cookies, Some(fault))))
}

fn screen(web: &Web, cookies: &Cookies, fault: Option<T>) -> FacePage {
    let l = cookies.language;
    FacePage {
        shell: web.patient(cookies, T::FaceTitle, Some("/face")),
        l,
        steps: super::steps(l, T::StepUnlock),
        fault: fault.map(|fault| l.say(fault)),
    }
}
