//! `POST /institution/inquiry`: OQSsiquc01, as XML or as its JSON twin.
//!
//! 200 always carries a result message in UTF-8, also when the request is refused (SegmentOfResult 9). 403 means
//! that the peer is no institution, 503 that no answer can be given now.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use domain::number::InstitutionCode;
use domain::permit::Action;
use exchange::oqs::siquc01::{Request, ResultMessage};
use exchange::oqs::{Echo, Limits, Wire};
use http::HeaderMap;
use service::{Peer, Problem};

use super::messages::{admit, answer, syntax};
use crate::Verification;
use crate::basis::moment;
use crate::wording::OTHER_INSTITUTION;

pub(super) async fn handler(
    State(role): State<Arc<Verification>>,
    peer: Peer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let (permit, institution) = admit(peer, Action::InquireByNumber)?;
    let syntax = syntax(&headers);
    let request = match Request::read_as(syntax, &body, &Limits::SINGLE) {
        Ok(request) => request,
        Err(rejection) => {
            let at = moment(role.env.now().micros());
            let message = ResultMessage::refusing(at, institution.as_str(), &rejection);
            return answer(syntax, &message, None);
        }
    };
    if request.header.medical_institution_code != institution.as_str() {
        return answer(syntax, &other_institution(&role, &institution, &request), None);
    }
    let (message, basis) = role
        .inquire(&permit, institution, &request)
        .await
        .map_err(|error| Problem::unavailable(&error))?;
    answer(syntax, &message, Some(basis.to_string()))
}

fn other_institution(role: &Verification, institution: &InstitutionCode, request: &Request) -> ResultMessage {
    let echo = Echo {
        qualification_confirmation_date: Some(request.header.qualification_confirmation_date),
        medical_institution_code: None,
        arbitrary_file_identifier: request.header.arbitrary_file_identifier.clone(),
    };
    let (at, (code, text)) = (moment(role.env.now().micros()), OTHER_INSTITUTION);
    ResultMessage::error(at, institution.as_str(), &echo, code, text)
}
