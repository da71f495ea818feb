//! `POST /residents`: loads residents of a sandbox. The stand-in's own side only.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::permit::Actor;
use service::{Peer, Problem};

use crate::residents::{Resident, Residents};

pub(super) async fn handler(
    State(role): State<Arc<Residents>>,
    Peer(actor): Peer,
    body: Bytes,
) -> Result<Json<usize>, Problem> {
    if actor != Actor::Registers {
        return Err(Problem::forbidden("only the register itself loads residents"));
    }
    // A parser's message could repeat what was there, so only the place is told.
    let residents: Vec<Resident> = serde_json::from_slice(&body).map_err(|error| {
        Problem::malformed(format!(
            "not a list of residents: line {}, column {}",
            error.line(),
            error.column()
        ))
    })?;
    let loaded = residents.len();
    for resident in residents {
        role.load(resident)
            .await
            .map_err(|error| Problem::unavailable(&error))?;
    }
    Ok(Json(loaded))
}
