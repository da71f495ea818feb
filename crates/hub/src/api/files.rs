//! `POST /registration/files`: an office sends a file.
//!
//! 200 with a receipt; 409 with a refusal when its place in the lane is wrong; 422 with a refusal when the file
//! itself is, or belongs to another office. A refused file leaves nothing behind and its number free.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::permit::{Action, Permit, Purpose};
use exchange::registration::{Answer, Refusal};
use http::StatusCode;
use service::{Peer, Problem};

use crate::Hub;

pub(super) async fn handler(
    State(hub): State<Arc<Hub>>,
    Peer(actor): Peer,
    body: Bytes,
) -> Result<Response, Problem> {
    let permit = Permit::grant(actor, Action::RegisterRecords, Purpose::Registration)?;
    let answer = hub
        .take_file(&permit, &body)
        .await
        .map_err(|error| Problem::unavailable(&error))?;
    Ok((status(&answer), Json(answer)).into_response())
}

fn status(answer: &Answer) -> StatusCode {
    match answer {
        Answer::Receipt(_) => StatusCode::OK,
        Answer::Refusal(Refusal::Faults { .. } | Refusal::OtherOffice) => StatusCode::UNPROCESSABLE_ENTITY,
        Answer::Refusal(Refusal::OtherContent { .. } | Refusal::Skipped { .. }) => StatusCode::CONFLICT,
    }
}
