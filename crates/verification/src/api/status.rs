//! `GET /status`: how far verification is, for itself and the operator. Nothing personal is in it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::permit::Actor;
use exchange::registration::feed::Heads;
use serde::Serialize;
use service::{Peer, Problem};
use storage::Tx;

use crate::{Verification, VerificationError};

/// How far verification is.
#[derive(Serialize)]
pub(super) struct Status {
    /// The positions of the feed up to which everything is applied.
    heads: Heads,
}

pub(super) async fn handler(
    State(role): State<Arc<Verification>>,
    peer: Peer,
) -> Result<Json<Status>, Problem> {
    peer.may_read_status_of(&Actor::Verification)?;
    let read = async move |tx: &mut Tx| Ok::<_, VerificationError>(relay::reader::heads(tx).await?);
    let heads = role.store.read("verification.status", read).await;
    heads
        .map(|heads| Json(Status { heads }))
        .map_err(|error| Problem::unavailable(&error))
}
