//! `POST /verification/enrolments`: verification passes on that somebody has enrolled their card (利用申込).
//!
//! 200 with what came of it. 503: it is not known; the same may be sent again, for a second enrolment is the first.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::permit::{Action, Actor, Permit, Purpose};
use exchange::presence::{Enrolled, PassedOn};
use service::extract::json;
use service::{Peer, Problem};

use crate::Hub;

pub(super) async fn handler(
    State(hub): State<Arc<Hub>>,
    Peer(actor): Peer,
    body: Bytes,
) -> Result<Json<Enrolled>, Problem> {
    // A terminal enrols at verification, which judges the card's signature; nobody else's word is taken for that.
    if actor != Actor::Verification {
        return Err(Problem::forbidden("verification passes enrolments on"));
    }
    let permit = Permit::grant(actor, Action::EnrolCard, Purpose::Enrolment)?;
    let PassedOn { card } = json(&body)?;
    hub.enrol(&permit, &card)
        .await
        .map(Json)
        .map_err(|error| Problem::unavailable(&error))
}
