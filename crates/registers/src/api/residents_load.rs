//! `POST /residents`: loads residents of a sandbox. The stand-in's own side only.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use service::{Peer, Problem};

use super::lines;
use crate::Registers;
use crate::residents::Resident;

pub(super) async fn handler(
    State(role): State<Arc<Registers>>,
    Peer(actor): Peer,
    body: Bytes,
) -> Result<Json<usize>, Problem> {
    let permit = lines::permit(actor)?;
    let residents: Vec<Resident> = lines::read(&body, "residents")?;
    let loaded = residents.len();
    role.load_residents(&permit, residents)
        .await
        .map_err(|error| Problem::unavailable(&error))?;
    Ok(Json(loaded))
}
