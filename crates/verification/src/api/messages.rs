//! What every endpoint for institutions does: who asks, in which syntax, and how the answer is written.

use axum::response::{IntoResponse, Response};
use domain::number::InstitutionCode;
use domain::permit::{Action, Permit, Purpose};
use exchange::oqs::http::BASIS;
use exchange::oqs::{Syntax, Wire};
use http::{HeaderMap, header};
use service::{Peer, Problem};

/// The asking institution and its permit.
pub(super) fn admit(peer: Peer, action: Action) -> Result<(Permit, InstitutionCode), Problem> {
    let permit = Permit::grant(peer.0, action, Purpose::EligibilityCheck)?;
    let Some(institution) = permit.institution().copied() else {
        return Err(Problem::forbidden("only institutions ask"));
    };
    Ok((permit, institution))
}

/// The syntax of a request; its answer has the same.
pub(super) fn syntax(headers: &HeaderMap) -> Syntax {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    if kind.is_some_and(|kind| kind.starts_with("application/json")) {
        Syntax::Json
    } else {
        Syntax::Xml
    }
}

/// 200 with a message, and what it was computed from.
pub(super) fn answer(
    syntax: Syntax,
    message: &impl Wire,
    basis: Option<String>,
) -> Result<Response, Problem> {
    let kind = match syntax {
        Syntax::Xml => "application/xml; charset=utf-8",
        Syntax::Json => "application/json; charset=utf-8",
    };
    let written = message
        .write_as(syntax)
        .map_err(|error| Problem::unavailable(&error))?;
    let mut response = ([(header::CONTENT_TYPE, kind)], written).into_response();
    if let Some(basis) = basis.and_then(|basis| basis.parse().ok()) {
        response.headers_mut().insert(BASIS, basis);
    }
    Ok(response)
}
