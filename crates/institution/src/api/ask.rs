//! `POST /ask`: one inquiry without folders, for `madoguchi institution ask`.
//!
//! The body is a request file's bytes, in the encoding that it declares. The answer is what the agent would have put
//! into `res`, in the site's encoding: also a request that cannot be read, or a verification that cannot be reached,
//! is answered with a message (処理結果区分 9). Other answers than 200 are [`Problem`]s.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use domain::permit::{Action, Actor, Denied, Permit, Purpose};
use env::Time;
use exchange::oqs::siquc01::Request;
use exchange::text::Encoding;
use http::header::CONTENT_TYPE;
use service::{Peer, Problem};

use crate::desk::{Answer, Desk, DeskError, LIMITS};

/// 処理結果区分 of the answer, so that a script need not read the XML: `1`, `2` or `9`.
pub const SEGMENT_HEADER: &str = "madoguchi-segment-of-result";
/// How many characters were replaced because the site's encoding lacks them; the answer says so too.
const REPLACED: &str = "madoguchi-replaced";

/// Why there is no message at all.
#[derive(Debug, thiserror::Error)]
pub(super) enum AskError {
    /// Somebody asks who is not this institution.
    #[error("only this institution itself may ask here")]
    NotUs,
    /// The permission table says no.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The desk gave nothing.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl IntoResponse for AskError {
    fn into_response(self) -> Response {
        let problem = match &self {
            AskError::NotUs => Problem::forbidden(self.to_string())
                .next_step("send the header madoguchi-peer: institution:CODE with the configured code"),
            AskError::Denied(denied) => Problem::forbidden(denied.to_string()),
            AskError::Desk(error) => Problem::unavailable(error),
        };
        problem.into_response()
    }
}

pub(super) async fn ask(
    State(desk): State<Arc<Desk>>,
    peer: Peer,
    body: Bytes,
) -> Result<Response, AskError> {
    if peer.0 != Actor::Institution(*desk.code()) {
        return Err(AskError::NotUs);
    }
    let permit = Permit::grant(peer.0, Action::InquireByNumber, Purpose::EligibilityCheck)?;
    let answer = match Request::read(&body, &LIMITS) {
        Ok(request) => {
            let since: Time = desk.now();
            desk.answer(&permit, &request, desk.deadline(since)).await?
        }
        Err(rejection) => desk.refuse(&rejection)?,
    };
    Ok(message(answer, desk.encoding()))
}

fn message(answer: Answer, encoding: Encoding) -> Response {
    let kind = match encoding {
        Encoding::Utf8 => "application/xml; charset=utf-8",
        Encoding::ShiftJis => "application/xml; charset=shift_jis",
    };
    let head = [
        (CONTENT_TYPE.as_str(), kind.to_owned()),
        (SEGMENT_HEADER, answer.segment.code().to_owned()),
        (REPLACED, answer.replaced.len().to_string()),
    ];
    (head, answer.bytes).into_response()
}
