//! `POST /insurers`: loads what insurers have under a number. The stand-in's own side only.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use service::{Peer, Problem};

use super::lines;
use crate::Registers;
use crate::insurers::Insured;

pub(super) async fn handler(
    State(role): State<Arc<Registers>>,
    Peer(actor): Peer,
    body: Bytes,
) -> Result<Json<usize>, Problem> {
    let permit = lines::permit(actor)?;
    let insured: Vec<Insured> = lines::read(&body, "the insured")?;
    for (n, one) in (1..).zip(&insured) {
        one.check().map_err(|fault| lines::against_rule(n, &fault))?;
    }
    let loaded = insured.len();
    role.load_insured(&permit, insured)
        .await
        .map_err(|error| Problem::unavailable(&error))?;
    Ok(Json(loaded))
}
