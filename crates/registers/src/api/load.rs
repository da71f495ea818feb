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
    let residents: Vec<Resident> = super::read(&body, "a list of residents")?;
    let loaded = residents.len();
    for resident in residents {
        role.load(resident)
            .await
            .map_err(|error| Problem::unavailable(&error))?;
    }
    Ok(Json(loaded))
}
