//! `GET /status`: how the office's lanes stand, for the office itself. Nothing personal is in it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::permit::Actor;
use relay::RelayError;
use serde::Serialize;
use service::{Peer, Problem};
use storage::Tx;

use crate::Office;

/// One lane.
#[derive(Serialize)]
pub(super) struct LaneStatus {
    lane: String,
    /// Files without a receipt.
    waiting: i64,
    /// Files that the hub has taken.
    taken: i64,
    /// Files that the hub refused; the lane stands still.
    refused: i64,
}

pub(super) async fn handler(
    State(office): State<Arc<Office>>,
    peer: Peer,
) -> Result<Json<Vec<LaneStatus>>, Problem> {
    peer.may_read_status_of(&Actor::Office(office.office.clone()))?;
    let outbox = office.outbox.clone();
    let read = async move |tx: &mut Tx| outbox.counts(tx).await;
    let counts: Result<_, RelayError> = office.store.read("office.status", read).await;
    let counts = counts.map_err(|error| Problem::unavailable(&error))?;
    let lane = |(lane, [waiting, taken, refused]): (String, [i64; 3])| LaneStatus {
        lane,
        waiting,
        taken,
        refused,
    };
    Ok(Json(counts.into_iter().map(lane).collect()))
}
