//! A page: a template on the shell, as an answer.

use std::time::Duration;

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::header::{LOCATION, REFRESH};
use http::{HeaderValue, StatusCode};

use crate::Language;

/// What stands around every page. A template that extends `shell.html` has one in its field `shell`.
#[derive(Clone, Debug)]
pub struct Shell {
    /// The language of everything on it.
    pub language: Language,
    /// The page's own title.
    pub title: String,
    /// Whose pages these are.
    pub place: String,
    /// What is to be known about all of them, such as that this is a trial.
    pub notice: Option<&'static str>,
    /// The path to come back to when the language is switched; without it there is no switch.
    pub switch_to: Option<&'static str>,
    /// "Skip to the content".
    pub skip: &'static str,
    /// Links to the other pages of the same people.
    pub links: Vec<(&'static str, &'static str)>,
}

impl Shell {
    /// What the switch offers.
    #[must_use]
    pub fn languages(&self) -> [Language; 2] {
        Language::ALL
    }
}

/// A step of a job: its name, and where somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its name.
    pub name: &'static str,
    /// Whether it is behind.
    pub done: bool,
    /// Whether it is this page's.
    pub current: bool,
}

/// The page.
pub fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be put together");
            (
                StatusCode::INTERNAL_SERVER_ERROR,
                "画面を表示できません。システム担当者へ連絡してください。",
            )
                .into_response()
        }
    }
}

/// Goes to another page of ours with GET, so that a page that is loaded again sends nothing again. The answer to every form,
/// also to one that is refused: the role keeps what is wrong with it, and the page tells it.
pub fn see_other(path: impl Into<String>) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, path.into())]).into_response()
}

/// Has the browser go to another page by itself when nobody touches this one: by a header, because there are no scripts.
#[must_use]
pub fn leave_after(mut response: Response, after: Duration, path: &str) -> Response {
    if let Ok(value) = HeaderValue::try_from(format!("{}; url={path}", after.as_secs())) {
        response.headers_mut().insert(REFRESH, value);
    }
    response
}
