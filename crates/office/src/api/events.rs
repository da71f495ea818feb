//! `POST /people/{link}/events`: an event (異動), or with `preview` only what it would do.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::identity::Link;
use service::extract::{Path, json};
use service::{Peer, Problem};

use crate::{Effect, Office};

pub(super) async fn handler(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    Path(link): Path<Link>,
    body: Bytes,
) -> Result<Json<Effect>, Problem> {
    let permit = super::permit(&office, actor)?;
    let new = json(&body)?;
    Ok(Json(office.enter_event(&permit, link, new).await?))
}
