//! The end: by the button, or because nobody touches the screen. First it asks, with nothing of anybody on it; then it begins anew.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::HeaderValue;
use http::header::SET_COOKIE;
use pages::{Cookies, LANGUAGE_COOKIE, Language, SessionId, Shell, see_other};

use crate::web::Web;
use crate::web::text::Patient as T;

#[derive(Template)]
#[template(path = "reader/still.html")]
struct Still {
    shell: Shell,
    l: Language,
}

pub(super) async fn still(State(web): State<Arc<Web>>, cookies: Cookies) -> Response {
    let page = Still {
        shell: web.patient(&cookies, T::StillTitle, Some("/still")),
        l: cookies.language,
    };
    pages::leave_after(pages::page(&page), web.idle, "/left")
}

/// Somebody is there: back to where they were.
pub(super) async fn back(State(web): State<Arc<Web>>, cookies: Cookies) -> Response {
    let place = web.visits.with(cookies.session, |visit| visit.place());
    see_other(place.map_or("/", super::Place::path))
}

/// Nobody is.
pub(super) async fn left(State(web): State<Arc<Web>>, cookies: Cookies) -> Response {
    over(&web, &cookies)
}

pub(super) async fn end(State(web): State<Arc<Web>>, cookies: Cookies) -> Response {
    over(&web, &cookies)
}

/// Nothing stays: not the visit, not its language, not a page that the browser might come back to.
fn over(web: &Web, cookies: &Cookies) -> Response {
    web.visits.end(cookies.session);
    let mut response = see_other("/");
    let headers = response.headers_mut();
    headers.append(SET_COOKIE, SessionId::no_cookie());
    headers.append(SET_COOKIE, pages::forget(LANGUAGE_COOKIE));
    headers.insert("clear-site-data", HeaderValue::from_static("\"cache\""));
    response
}
