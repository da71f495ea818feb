//! `POST /institutions`: loads institutions of the national register. The stand-in's own side only.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::designation::Institution;
use service::{Peer, Problem};

use super::lines;
use crate::Registers;
use crate::institutions::check;

pub(super) async fn handler(
    State(role): State<Arc<Registers>>,
    Peer(actor): Peer,
    body: Bytes,
) -> Result<Json<usize>, Problem> {
    let permit = lines::permit(actor)?;
    let institutions: Vec<Institution> = lines::read(&body, "institutions")?;
    for (n, one) in (1..).zip(&institutions) {
        check(one).map_err(|fault| lines::against_rule(n, &fault))?;
    }
    let loaded = institutions.len();
    role.load_institutions(&permit, institutions)
        .await
        .map_err(|error| Problem::unavailable(&error))?;
    Ok(Json(loaded))
}
