//! `POST /people/{link}/entrustments`: decides an entrustment (委託), and issues months with it.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::identity::Link;
use service::extract::{Path, json};
use service::{Peer, Problem};

use crate::{Entrusted, Office};

pub(super) async fn handler(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    Path(link): Path<Link>,
    body: Bytes,
) -> Result<Json<Entrusted>, Problem> {
    let permit = super::permit(&office, actor)?;
    let new = json(&body)?;
    Ok(Json(office.entrust(&permit, link, new).await?))
}
