//! `POST /load`: whole households with everything about their members, as many as [`Office::load`] takes at a time.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use exchange::registration::Lane;
use service::extract::json;
use service::{Peer, Problem};

use crate::households::WholeHousehold;
use crate::{Loaded, Office};

pub(super) async fn handler(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    body: Bytes,
) -> Result<Json<Loaded>, Problem> {
    let permit = super::permit(&office, actor)?;
    let households: Vec<WholeHousehold> = json(&body)?;
    Ok(Json(office.load(&permit, households, Lane::Bulk).await?))
}
