//! `POST /institution/enrolment`: 利用申込 at a terminal. The body is [`Brought`](exchange::presence::Brought) as JSON, the answer
//! [`Enrolled`].
//!
//! 422 means that the card is not believed, with the reason; 403 that the peer is no terminal; 503 that the hub does not answer
//! now: nothing is lost, and the card is read again.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::permit::{Action, Actor, Permit, Purpose};
use exchange::presence::Enrolled;
use service::{Problem, Terminal};

use super::card::read;
use crate::Verification;
use crate::enrolment::EnrolmentRefusal;
use crate::wording::{self, USED_NONCE, fixed};

pub(super) async fn handler(
    State(role): State<Arc<Verification>>,
    terminal: Terminal,
    body: Bytes,
) -> Result<Json<Enrolled>, Problem> {
    let actor = Actor::Institution(terminal.institution);
    let permit = Permit::grant(actor, Action::EnrolCard, Purpose::Enrolment)?;
    let brought = read(&body)?;
    let refused = |(code, text): wording::Refusal<String>| {
        Problem::against_rule(text)
            .field(code)
            .next_step("もう一度カードを読み取ってください")
    };
    match role.enrol(&permit, &terminal, &brought).await {
        Ok(enrolled) => Ok(Json(enrolled)),
        Err(EnrolmentRefusal::NotPresent(reason)) => Err(refused(wording::not_present(&reason))),
        Err(EnrolmentRefusal::Used) => Err(refused(fixed(USED_NONCE))),
        Err(EnrolmentRefusal::Malformed) => Err(Problem::malformed("not an enrolment").field("asked")),
        Err(EnrolmentRefusal::Hub(error)) => Err(Problem::unavailable(&error)),
        Err(EnrolmentRefusal::Failed(error)) => Err(Problem::unavailable(&error)),
        Err(error @ EnrolmentRefusal::NoHub) => Err(Problem::unavailable(&error)),
    }
}
