//! How the first step of a bulk inquiry is answered, whichever it is.
//!
//! 200 always carries an [`Uploaded`], also when the request is refused (SegmentOfResult 9). 403 means that the peer is no
//! institution, 503 that nothing can be received now.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use domain::number::InstitutionCode;
use domain::permit::{Action, Permit};
use exchange::oqs::bulk::Uploaded;
use exchange::oqs::{Echo, Limits, Wire};
use http::HeaderMap;
use service::{Peer, Problem};

use super::messages::{admit, answer, syntax};
use crate::basis::moment;
use crate::guessing::Wait;
use crate::reception::{Family, Received};
use crate::wording::{BUSY, OTHER_INSTITUTION, Refusal, fixed, too_many_bulk_misses, too_many_people};
use crate::{Verification, VerificationError};

/// The message of a first step.
pub(super) trait FirstStep: Wire + Send + Sync {
    /// Whose first step it is.
    const FAMILY: Family;
    /// How large it may be.
    const LIMITS: Limits;

    /// 医療機関コード and 任意のファイル識別子 of its header.
    fn header(&self) -> (&str, Option<&str>);

    /// Makes a reception of it.
    fn receive(
        &self,
        role: &Arc<Verification>,
        permit: &Permit,
        institution: InstitutionCode,
    ) -> impl Future<Output = Result<Received, VerificationError>> + Send;
}

pub(super) async fn handler<M: FirstStep>(
    State(role): State<Arc<Verification>>,
    peer: Peer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let (permit, institution) = admit(peer, M::FAMILY.action())?;
    let (syntax, at) = (syntax(&headers), moment(role.env.now().micros()));
    let request = match M::read_as(syntax, &body, &M::LIMITS) {
        Ok(request) => request,
        Err(rejection) => {
            let message = Uploaded::refusing(at, institution.as_str(), &rejection);
            return answer(syntax, &message, None);
        }
    };
    let (code, identifier) = request.header();
    let no = |(code, text): Refusal<String>| {
        let echo = Echo {
            arbitrary_file_identifier: identifier.map(str::to_owned),
            ..Echo::default()
        };
        let message = Uploaded::error(at, institution.as_str(), &echo, code, text);
        answer(syntax, &message, None)
    };
    if code != institution.as_str() {
        return no(fixed(OTHER_INSTITUTION));
    }
    if M::FAMILY.action() == Action::InquireByNumber
        && let Err(Wait(wait)) = role.guessing.may_ask_many(institution.as_str(), role.env.now())
    {
        return no(too_many_bulk_misses(wait));
    }
    let received = request.receive(&role, &permit, institution).await;
    match received.map_err(|error| Problem::unavailable(&error))? {
        Received::Under { number, at } => {
            let identifier = identifier.map(str::to_owned);
            let message = Uploaded::received(moment(at), institution.as_str(), identifier, number);
            answer(syntax, &message, None)
        }
        Received::TooMany { most } => no(too_many_people(most)),
        Received::Busy => no(fixed(BUSY)),
    }
}
