//! How somebody shows that the card is theirs: a PIN, or a face.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
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
}

pub(super) async fn show(State(web): State<Arc<Web>>, cookies: Cookies) -> Response {
    if let Err(elsewhere) = super::at(&web, &cookies, Place::Unlock, |_| ()) {
        return elsewhere.into_response();
    }
    let l = cookies.language;
    let page = Unlock {
        shell: web.patient(&cookies, T::UnlockTitle, Some("/unlock")),
        l,
        steps: super::steps(l, T::StepUnlock),
    };
    web.attended(pages::page(&page))
}
