//! How somebody shows that the card is theirs: a PIN, or a face.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::presence::Method;
use pages::{Cookies, Language, Shell, Step};

use crate::web::Web;
use crate::web::text::Patient as T;
use crate::web::visit::Place;

#[derive(Template)]
#[template(path = "reader/unlock.html")]
struct Unlock {
    shell: Shell,
    l: Language,
    steps: Vec<Step>,
    face: &'static str,
    pin: &'static str,
}

pub(super) async fn show(State(web): State<Arc<Web>>, cookies: Cookies) -> Response {
    let open = super::at(&web, &cookies, Place::Unlock, |visit| {
        (visit.is_open(Method::Face), visit.is_open(Method::Pin))
    });
    let (face, pin) = match open {
        Ok((false, false)) => return super::locked::screen(&web, &cookies, Method::Pin),
        Ok(open) => open,
        Err(elsewhere) => return elsewhere.into_response(),
    };
    let l = cookies.language;
    let says = |is_open: bool, text: T| l.say(if is_open { text } else { T::UnlockLocked });
    let page = Unlock {
        shell: web.patient(&cookies, T::UnlockTitle, Some("/unlock")),
        l,
        steps: super::steps(l, T::StepUnlock),
        face: says(face, T::UnlockFaceText),
        pin: says(pin, T::UnlockPinText),
    };
    web.attended(pages::page(&page))
}
