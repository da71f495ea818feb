//! `POST /households`: writes a household down; `GET /households/{id}`: it and its members; `POST /load`: whole households
//! with everything about their members, as many as [`Office::load`] takes at a time.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::identity::HouseholdId;
use exchange::registration::Lane;
use service::extract::{Path, json};
use service::{Peer, Problem};

use crate::households::{HouseholdView, WholeHousehold};
use crate::{HouseholdKept, Loaded, Office};

pub(super) async fn write(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    body: Bytes,
) -> Result<Json<HouseholdKept>, Problem> {
    let permit = super::permit(&office, actor)?;
    let new = json(&body)?;
    Ok(Json(office.write_household(&permit, new).await?))
}

pub(super) async fn view(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    Path(id): Path<HouseholdId>,
) -> Result<Json<HouseholdView>, Problem> {
    let permit = super::permit(&office, actor)?;
    Ok(Json(office.household(&permit, id).await?))
}

pub(super) async fn load(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    body: Bytes,
) -> Result<Json<Loaded>, Problem> {
    let permit = super::permit(&office, actor)?;
    let households: Vec<WholeHousehold> = json(&body)?;
    Ok(Json(office.load(&permit, households, Lane::Bulk).await?))
}
