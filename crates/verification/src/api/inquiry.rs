//! `POST /institution/inquiry`: OQSsiquc01, as XML or as its JSON twin.
//!
//! With `madoguchi-presence: visual` the terminal says that the photograph was compared (目視確認). That proves nothing: it is told what
//! a number is told, and counted.
//!
//! 200 always carries a result message in UTF-8, also when the request is refused (SegmentOfResult 9). 400 means that
//! `madoguchi-presence` says anything else, 403 that the peer is no institution, 503 that no answer can be given now.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use domain::number::InstitutionCode;
use domain::permit::Action;
use domain::presence::Presence;
use exchange::oqs::siquc01::{Request, ResultMessage};
use exchange::oqs::{Echo, Limits, Wire};
use exchange::presence::{STANDS_BEHIND, VISUAL};
use http::{HeaderMap, HeaderValue};
use service::{Peer, PeerName, Problem};

use super::messages::{admit, answer, syntax};
use super::numbers;
use crate::Verification;
use crate::basis::moment;
use crate::guessing::Wait;
use crate::wording::{self, OTHER_INSTITUTION, Refusal, fixed};

pub(super) async fn handler(
    State(role): State<Arc<Verification>>,
    peer: Peer,
    PeerName(terminal): PeerName,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let (permit, institution) = admit(peer, Action::InquireByNumber)?;
    let presence = presence(&headers)?;
    let syntax = syntax(&headers);
    let request = match Request::read_as(syntax, &body, &Limits::SINGLE) {
        Ok(request) => request,
        Err(rejection) => {
            let at = moment(role.env.now().micros());
            let message = ResultMessage::refusing(at, institution.as_str(), &rejection);
            return answer(syntax, &message, None);
        }
    };
    let refuse = |refusal| answer(syntax, &refusing(&role, &institution, &request, refusal), None);
    if request.header.medical_institution_code != institution.as_str() {
        return refuse(fixed(OTHER_INSTITUTION));
    }
    if let Err(malformed) = numbers::check(&request.search) {
        return refuse(malformed);
    }
    let _under_way = match role.guessing.may_ask(&terminal, role.env.now()) {
        Ok(under_way) => under_way,
        Err(Wait(wait)) => return refuse(wording::too_many_misses(wait)),
    };
    let (message, basis) = role
        .inquire(&permit, (institution, &terminal), presence, &request)
        .await
        .map_err(|error| Problem::unavailable(&error))?;
    if presence == Presence::VisualOnly {
        role.visual.count(&terminal, role.env.now());
    }
    answer(syntax, &message, Some(basis.to_string()))
}

/// What stands behind an inquiry by number, by the terminal's own word.
fn presence(headers: &HeaderMap) -> Result<Presence, Problem> {
    match headers.get(STANDS_BEHIND).map(HeaderValue::as_bytes) {
        None => Ok(Presence::NumberOnly),
        Some(said) if said == VISUAL.as_bytes() => Ok(Presence::VisualOnly),
        Some(_) => {
            Err(Problem::malformed(format!("{STANDS_BEHIND} is {VISUAL} or left out")).field(STANDS_BEHIND))
        }
    }
}

fn refusing(
    role: &Verification,
    institution: &InstitutionCode,
    request: &Request,
    (code, text): Refusal<String>,
) -> ResultMessage {
    let echo = Echo {
        qualification_confirmation_date: Some(request.header.qualification_confirmation_date),
        medical_institution_code: None,
        arbitrary_file_identifier: request.header.arbitrary_file_identifier.clone(),
    };
    let at = moment(role.env.now().micros());
    ResultMessage::error(at, institution.as_str(), &echo, code, text)
}
