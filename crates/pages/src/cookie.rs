//! What the browser remembers for us, and what it may not do with it.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::HeaderValue;
use http::header::COOKIE;
use http::request::Parts;

use crate::{Language, SessionId};

/// The session's cookie. Cookies do not tell ports apart, so its name tells whose it is.
const SESSION_COOKIE: &str = "madoguchi-session";
/// The language's cookie.
pub const LANGUAGE_COOKIE: &str = "madoguchi-language";

/// The cookies of a request.
#[derive(Clone, Debug, Default)]
pub struct Cookies {
    /// The session, when there is one; whether it is still held is [`Sessions`](crate::Sessions)' to say.
    pub session: Option<SessionId>,
    /// The language that was chosen.
    pub language: Language,
}

impl<S: Sync> FromRequestParts<S> for Cookies {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Cookies, Infallible> {
        let headers = parts.headers.get_all(COOKIE).iter();
        let texts = headers.filter_map(|value| value.to_str().ok());
        let mut cookies = Cookies::default();
        for (name, value) in texts
            .flat_map(|text| text.split(';'))
            .filter_map(|one| one.trim().split_once('='))
        {
            match name {
                SESSION_COOKIE => cookies.session = SessionId::parse(value),
                LANGUAGE_COOKIE => cookies.language = Language::from_tag(value).unwrap_or_default(),
                _ => {}
            }
        }
        Ok(cookies)
    }
}

/// A cookie that lives as long as the browser's window, is shown to no script and sent to no other site.
#[must_use]
pub fn remember(name: &str, value: &str) -> HeaderValue {
    header(format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict"))
}

/// Takes a cookie back.
#[must_use]
pub fn forget(name: &str) -> HeaderValue {
    header(format!("{name}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"))
}

impl SessionId {
    /// The cookie that says it.
    #[must_use]
    pub fn cookie(&self) -> HeaderValue {
        remember(SESSION_COOKIE, &self.to_string())
    }

    /// What takes any session's cookie back.
    #[must_use]
    pub fn no_cookie() -> HeaderValue {
        forget(SESSION_COOKIE)
    }
}

/// Names and values are ours: letters, digits, hyphens.
fn header(text: String) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}
