//! 日本語 or English, on the pages of the reader and of reception.

use axum::response::Response;
use bytes::Bytes;
use http::header::SET_COOKIE;
use pages::{Form, LANGUAGE_COOKIE, Language, see_other};

/// Pages that a switch of the language may come back to.
const PATHS: [&str; 10] = [
    "/",
    "/unlock",
    "/pin",
    "/face",
    "/consent",
    "/result",
    "/still",
    "/reception",
    "/reception/held",
    "/reception/visual",
];

/// Switches the language and comes back.
pub(super) async fn switch(body: Bytes) -> Response {
    let form = Form::read(&body);
    let back = PATHS.into_iter().find(|path| *path == form.get("to"));
    let mut response = see_other(back.unwrap_or("/"));
    if let Some(language) = Language::from_tag(form.get("language")) {
        let cookie = pages::remember(LANGUAGE_COOKIE, language.tag());
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
