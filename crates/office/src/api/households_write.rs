//! `POST /households`: writes a household down.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use service::extract::json;
use service::{Peer, Problem};

use crate::{HouseholdKept, Office};

pub(super) async fn handler(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    body: Bytes,
) -> Result<Json<HouseholdKept>, Problem> {
    let permit = super::permit(&office, actor)?;
    let new = json(&body)?;
    Ok(Json(office.write_household(&permit, new).await?))
}
