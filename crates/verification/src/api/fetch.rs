//! How the second step of a bulk inquiry is answered, whichever it is.
//!
//! 200 always carries a [`Downloaded`]: being processed (SegmentOfResult 2), the result (1), or why there is none (9).
//! A result has parts. With the header `madoguchi-part: N` (from 1) the answer holds the units of that part under the
//! header of the whole, and `madoguchi-parts` says how many there are. Without it the answer holds everything, as long
//! as that is not too large.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use exchange::oqs::bulk::{Download, Downloaded};
use exchange::oqs::http::{PART, PARTS};
use exchange::oqs::{Limits, Syntax, Wire};
use http::{HeaderMap, HeaderValue};
use service::{Peer, Problem};

use super::messages::{admit, answer, syntax};
use super::receive::FirstStep;
use crate::Verification;
use crate::basis::moment;
use crate::reception::{Fetched, Ready};
use crate::wording::{FAILED, GONE, IN_PARTS, OTHER_INSTITUTION, Refusal};

/// Parts that one answer holds when no part is asked for.
const WHOLE: u32 = 20;

pub(super) async fn handler<M: FirstStep>(
    State(role): State<Arc<Verification>>,
    peer: Peer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let (permit, institution) = admit(peer, M::FAMILY.action())?;
    let syntax = syntax(&headers);
    let part = part(&headers)?;
    let at = moment(role.env.now().micros());
    let request = match Download::read_as(syntax, &body, &Limits::SINGLE) {
        Ok(request) => request,
        Err(rejection) => {
            let message = Downloaded::refusing(at, institution.as_str(), &rejection);
            return answer(syntax, &message, None);
        }
    };
    let no = |(code, text): Refusal| {
        let number = Some(request.reception_number.clone());
        answer(
            syntax,
            &Downloaded::error(at, institution.as_str(), number, code, text),
            None,
        )
    };
    if request.header.medical_institution_code != institution.as_str() {
        return no(OTHER_INSTITUTION);
    }
    let fetched = role
        .fetch(&permit, M::FAMILY, institution, &request.reception_number)
        .await
        .map_err(|error| Problem::unavailable(&error))?;
    match fetched {
        Fetched::Gone => no(GONE),
        Fetched::Processing(message) => answer(syntax, &*message, None),
        Fetched::Failed(identifier) => {
            let number = Some(request.reception_number.clone());
            let (code, text) = FAILED;
            let mut message = Downloaded::error(at, institution.as_str(), number, code, text);
            message.header.arbitrary_file_identifier = identifier;
            answer(syntax, &message, None)
        }
        Fetched::Done(ready) => match part {
            Some(part) if part > ready.parts() => Err(Problem::malformed("there is no such part")
                .field(PART)
                .next_step("ask for a part from 1 to what madoguchi-parts says")),
            Some(part) => told(&role, &ready, syntax, part..=part).await,
            None if ready.parts() > WHOLE => no(IN_PARTS),
            None => told(&role, &ready, syntax, 1..=ready.parts()).await,
        },
    }
}

/// The part that is asked for.
fn part(headers: &HeaderMap) -> Result<Option<u32>, Problem> {
    let Some(value) = headers.get(PART) else {
        return Ok(None);
    };
    let part = value.to_str().ok().and_then(|text| text.parse().ok());
    match part {
        Some(part) if part > 0 => Ok(Some(part)),
        _ => Err(Problem::malformed("not a number from 1").field(PART)),
    }
}

async fn told(
    role: &Arc<Verification>,
    ready: &Ready,
    syntax: Syntax,
    parts: std::ops::RangeInclusive<u32>,
) -> Result<Response, Problem> {
    let mut whole: Option<Downloaded> = None;
    for part in parts {
        let message = role
            .part(ready, part)
            .await
            .map_err(|error| Problem::unavailable(&error))?;
        match &mut whole {
            None => whole = Some(message),
            Some(whole) => whole.body.units.extend(message.body.units),
        }
    }
    let Some(message) = whole else {
        return Err(Problem::malformed("there is no such part").field(PART));
    };
    let mut response = answer(syntax, &message, Some(ready.basis.to_string()))?;
    response
        .headers_mut()
        .insert(PARTS, HeaderValue::from(ready.parts()));
    Ok(response)
}
