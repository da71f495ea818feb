//! How an API says no (RFC 9457, `application/problem+json`).

use axum::response::{IntoResponse, Response};
use domain::permit::Denied;
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};

/// What is wrong, and the next step. Never carries what people's data say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// What is wrong, in one sentence.
    pub title: String,
    /// Which field, as a path, when it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What to do next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl Problem {
    fn new(status: StatusCode, title: impl Into<String>) -> Problem {
        Problem {
            status: status.as_u16(),
            title: title.into(),
            field: None,
            next: None,
        }
    }

    /// 400: the request is not of the expected shape.
    pub fn malformed(title: impl Into<String>) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, title)
    }

    /// 403: this peer may not do this.
    pub fn forbidden(title: impl Into<String>) -> Problem {
        Problem::new(StatusCode::FORBIDDEN, title)
    }

    /// 404: there is no such thing.
    pub fn missing(title: impl Into<String>) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, title)
    }

    /// 405: there is such a thing, and this cannot be done with it.
    pub fn wrong_method(title: impl Into<String>) -> Problem {
        Problem::new(StatusCode::METHOD_NOT_ALLOWED, title)
    }

    /// 409: it contradicts what is there.
    pub fn conflict(title: impl Into<String>) -> Problem {
        Problem::new(StatusCode::CONFLICT, title)
    }

    /// 422: the shape is right, a rule says no.
    pub fn against_rule(title: impl Into<String>) -> Problem {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, title)
    }

    /// 503: it works again later. The cause goes to the log of the role, not to the caller.
    pub fn unavailable(cause: &dyn std::error::Error) -> Problem {
        tracing::warn!(%cause, "a request could not be answered");
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "this cannot be answered now").next_step("try again")
    }

    /// Names the field.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Problem {
        self.field = Some(field.into());
        self
    }

    /// Names the next step.
    #[must_use]
    pub fn next_step(mut self, next: impl Into<String>) -> Problem {
        self.next = Some(next.into());
        self
    }
}

/// The permission table says no.
impl From<Denied> for Problem {
    fn from(denied: Denied) -> Problem {
        Problem::forbidden(denied.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(self)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }
}
