//! `POST /institution/month`: OQSmutic01, the first step of fetching a month's own vouchers, as XML or JSON.
//!
//! 200 always carries an [`Uploaded`](exchange::oqs::bulk::Uploaded), also when the request is refused
//! (SegmentOfResult 9). 403 means that the peer is no institution, 503 that nothing can be received now.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use exchange::oqs::{Limits, Wire, mutic01};
use http::HeaderMap;
use service::{Peer, Problem};

use super::messages::{admit, syntax};
use super::receive::{Asking, refuse};
use crate::Verification;
use crate::reception::Family;

pub(super) async fn handler(
    State(role): State<Arc<Verification>>,
    peer: Peer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let (permit, institution) = admit(peer, Family::Month.action())?;
    let (syntax, now) = (syntax(&headers), role.env.now());
    let request = match mutic01::Request::read_as(syntax, &body, &Limits::SINGLE) {
        Ok(request) => request,
        Err(rejection) => return refuse(syntax, now, &institution, &rejection),
    };
    let asking = Asking {
        syntax,
        now,
        institution,
        code: request.header.medical_institution_code.clone(),
        identifier: request.header.arbitrary_file_identifier.clone(),
    };
    asking
        .receive(async || role.receive_month(&permit, institution, &request).await)
        .await
}
