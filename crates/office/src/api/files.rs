//! `GET /files/{lane}/{number}`: where a file stands: `{"state":"waiting"}`, or the hub's answer.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use exchange::registration::{Answer, Lane};
use relay::RelayError;
use relay::outbox::Sending;
use serde::{Deserialize, Serialize};
use service::extract::Path;
use service::{Peer, Problem};
use storage::Tx;

use crate::Office;

/// Where a file stands.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state", content = "answer")]
pub(super) enum Standing {
    /// No receipt yet.
    Waiting,
    /// The hub answered.
    Answered(Box<Answer>),
}

pub(super) async fn handler(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    Path((lane, number)): Path<(Lane, i64)>,
) -> Result<Json<Standing>, Problem> {
    super::permit(&office, actor)?;
    let outbox = office.outbox.clone();
    let read = async move |tx: &mut Tx| outbox.sending(tx, lane, number).await;
    let sending: Result<_, RelayError> = office.store.read("office.file", read).await;
    match sending.map_err(|error| Problem::unavailable(&error))? {
        None => Err(Problem::missing("there is no such file")),
        Some(Sending::Waiting) => Ok(Json(Standing::Waiting)),
        Some(Sending::Answered(answer)) => Ok(Json(Standing::Answered(answer))),
    }
}
