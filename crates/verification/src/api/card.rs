//! `POST /institution/card`: the inquiry with a card. The body is [`Brought`] as JSON; the answer is OQSsiquc01's result, as JSON
//! where `accept` says so and as XML else.
//!
//! 200 always carries a result message, also when the card is not believed (SegmentOfResult 9, `MDG-CRD-…`). 400 means that
//! the body has another shape, or that what it asks cannot be kept and repeated as it stands (`InquiryFault`; nothing is
//! written), 403 that the peer is no terminal, 503 that no answer can be given now.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use domain::permit::{Action, Actor, Permit, Purpose};
use exchange::oqs::codes::ReferenceClassification;
use exchange::oqs::siquc01::ResultMessage;
use exchange::oqs::{Echo, Syntax};
use exchange::presence::{Brought, MOST};
use http::{HeaderMap, header};
use service::{Problem, Terminal, extract};

use super::messages::answer;
use crate::Verification;
use crate::basis::moment;
use crate::inquiry::CardRefusal;
use crate::wording::{self, Refusal, USED_NONCE, fixed};

pub(super) async fn handler(
    State(role): State<Arc<Verification>>,
    terminal: Terminal,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let actor = Actor::Institution(terminal.institution);
    let permit = Permit::grant(actor, Action::InquireByCard, Purpose::EligibilityCheck)?;
    let brought = read(&body)?;
    let syntax = syntax(&headers);
    let refuse = |refusal| answer(syntax, &refusing(&role, &terminal, refusal), None);
    match role.inquire_by_card(&permit, &terminal, &brought).await {
        Ok((message, basis)) => answer(syntax, &message, Some(basis.to_string())),
        Err(CardRefusal::NotPresent(reason)) => refuse(wording::not_present(&reason)),
        Err(CardRefusal::Used) => refuse(fixed(USED_NONCE)),
        Err(CardRefusal::Malformed(fault)) => Err(Problem::malformed(fault.to_string()).field(fault.field())),
        Err(CardRefusal::Failed(error)) => Err(Problem::unavailable(&error)),
    }
}

/// What a terminal brings.
pub(super) fn read(body: &Bytes) -> Result<Brought, Problem> {
    if body.len() > MOST {
        return Err(Problem::malformed(format!(
            "the body is longer than {MOST} bytes"
        )));
    }
    extract::json(body)
}

fn syntax(headers: &HeaderMap) -> Syntax {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    if accepted.is_some_and(|kind| kind.starts_with("application/json")) {
        Syntax::Json
    } else {
        Syntax::Xml
    }
}

fn refusing(role: &Verification, terminal: &Terminal, (code, text): Refusal<String>) -> ResultMessage {
    let at = moment(role.env.now().micros());
    let echo = Echo::default();
    let mut message = ResultMessage::error(at, terminal.institution.as_str(), &echo, code, text);
    message.header.reference_classification = Some(ReferenceClassification::MyNumberCard);
    message
}
