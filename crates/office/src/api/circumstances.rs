//! `POST /people/{link}/circumstances`: what the office knows about a person and registers nowhere.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::identity::Link;
use service::extract::{Path, json};
use service::{Peer, Problem};

use crate::{Kept, Office};

pub(super) async fn handler(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    Path(link): Path<Link>,
    body: Bytes,
) -> Result<Json<Kept>, Problem> {
    let permit = super::permit(&office, actor)?;
    let new = json(&body)?;
    Ok(Json(office.note_circumstances(&permit, link, new).await?))
}
