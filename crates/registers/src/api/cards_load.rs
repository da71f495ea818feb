//! `POST /residents/cards`: loads what happened to cards. The stand-in's own side only.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use service::{Peer, Problem};

use super::lines;
use crate::Registers;
use crate::cards::CardEvent;

pub(super) async fn handler(
    State(role): State<Arc<Registers>>,
    Peer(actor): Peer,
    body: Bytes,
) -> Result<Json<usize>, Problem> {
    let permit = lines::permit(actor)?;
    let events: Vec<CardEvent> = lines::read(&body, "cards")?;
    let loaded = role.load_cards(&permit, &events).await;
    loaded
        .map_err(|error| Problem::unavailable(&error))?
        .map_err(|(n, fault)| lines::against_rule(n, &fault))?;
    Ok(Json(events.len()))
}
