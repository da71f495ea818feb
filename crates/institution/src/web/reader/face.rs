//! 顔認証: the reader compares the face with the photograph in the card. The sandbox has no camera, so whoever stands there says
//! what it would see.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use pages::{Cookies, Form, Language, Shell, Step, see_other};

use crate::web::Web;
use crate::web::text::Patient as T;
use crate::web::visit::Place;

#[derive(Template)]
#[template(path = "reader/face.html")]
struct Face {
    shell: Shell,
    l: Language,
    steps: Vec<Step>,
    failed: bool,
}

pub(super) async fn show(State(web): State<Arc<Web>>, cookies: Cookies) -> Response {
    match super::at(&web, &cookies, Place::Unlock, |_| ()) {
        Ok(()) => web.attended(pages::page(&face(&web, &cookies, false))),
        Err(elsewhere) => elsewhere.into_response(),
    }
}

pub(super) async fn look(State(web): State<Arc<Web>>, cookies: Cookies, body: Bytes) -> Response {
    let matched = Form::read(&body).get("seen") == "matched";
    let unlocked = super::at(&web, &cookies, Place::Unlock, |visit| {
        matched && visit.unlock_by_face().is_ok()
    });
    match unlocked {
        Ok(true) => see_other("/consent"),
        Ok(false) => web.attended(pages::refused(&face(&web, &cookies, true))),
        Err(elsewhere) => elsewhere.into_response(),
    }
}

fn face(web: &Web, cookies: &Cookies, failed: bool) -> Face {
    let l = cookies.language;
    Face {
        shell: web.patient(cookies, T::FaceTitle, Some("/face")),
        l,
        steps: super::steps(l, T::StepUnlock),
        failed,
    }
}
