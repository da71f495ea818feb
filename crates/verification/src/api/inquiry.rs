//! `POST /institution/inquiry`: OQSsiquc01, as XML or as its JSON twin.
//!
//! 200 always carries a result message in UTF-8, also when the request is refused (SegmentOfResult 9). 403 means
//! that the peer is no institution, 503 that no answer can be given now.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::number::InstitutionCode;
use domain::permit::{Action, Permit, Purpose};
use exchange::oqs::siquc01::{Request, ResultMessage};
use exchange::oqs::{Echo, Limits, Rejection};
use exchange::text::Encoding;
use http::{HeaderMap, header};
use service::{Peer, Problem};

use crate::basis::moment;
use crate::{BASIS_HEADER, Verification};

/// Another institution's code stands in the request.
const OTHER_INSTITUTION: &str = "MDG-INS-001";
const OTHER_INSTITUTION_TEXT: &str = "医療機関コードが、接続している医療機関のものと異なります。資格確認端末の設定と電文の医療機関コードを確認してください";

/// The two ways to write a message.
#[derive(Clone, Copy)]
enum Syntax {
    Xml,
    Json,
}

pub(super) async fn handler(
    State(role): State<Arc<Verification>>,
    Peer(actor): Peer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let permit = Permit::grant(actor, Action::InquireByNumber, Purpose::EligibilityCheck)
        .map_err(|denied| Problem::forbidden(denied.to_string()))?;
    let Some(institution) = permit.institution().copied() else {
        return Err(Problem::forbidden("only institutions ask"));
    };
    let syntax = Syntax::of(&headers);
    let request = match syntax.read(&body) {
        Ok(request) => request,
        Err(rejection) => {
            let at = moment(role.env.now().micros());
            return syntax.write(
                &ResultMessage::refusing(at, institution.as_str(), &rejection),
                None,
            );
        }
    };
    if request.header.medical_institution_code != institution.as_str() {
        return syntax.write(&other_institution(&role, &institution, &request), None);
    }
    let (message, basis) = role
        .inquire(&permit, institution, &request)
        .await
        .map_err(|error| Problem::unavailable(&error))?;
    syntax.write(&message, Some(basis.to_string()))
}

fn other_institution(role: &Verification, institution: &InstitutionCode, request: &Request) -> ResultMessage {
    let echo = Echo {
        qualification_confirmation_date: Some(request.header.qualification_confirmation_date),
        medical_institution_code: None,
        arbitrary_file_identifier: request.header.arbitrary_file_identifier.clone(),
    };
    let at = moment(role.env.now().micros());
    ResultMessage::error(
        at,
        institution.as_str(),
        &echo,
        OTHER_INSTITUTION,
        OTHER_INSTITUTION_TEXT,
    )
}

impl Syntax {
    fn of(headers: &HeaderMap) -> Syntax {
        let kind = headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        if kind.is_some_and(|kind| kind.starts_with("application/json")) {
            Syntax::Json
        } else {
            Syntax::Xml
        }
    }

    fn read(self, body: &[u8]) -> Result<Request, Rejection> {
        match self {
            Syntax::Xml => Request::read(body, &Limits::SINGLE),
            Syntax::Json => Request::read_json(body, &Limits::SINGLE),
        }
    }

    fn write(self, message: &ResultMessage, basis: Option<String>) -> Result<Response, Problem> {
        let (written, kind) = match self {
            Syntax::Xml => (message.write(Encoding::Utf8), "application/xml; charset=utf-8"),
            Syntax::Json => (message.write_json(), "application/json; charset=utf-8"),
        };
        let written = written.map_err(|error| Problem::unavailable(&error))?;
        let mut response = ([(header::CONTENT_TYPE, kind)], written).into_response();
        if let Some(basis) = basis.and_then(|basis| basis.parse().ok()) {
            response.headers_mut().insert(BASIS_HEADER, basis);
        }
        Ok(response)
    }
}
