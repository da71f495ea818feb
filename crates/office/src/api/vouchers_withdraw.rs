//! `POST /people/{link}/vouchers/{record}/withdrawal`: withdraws a voucher.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::identity::Link;
use exchange::registration::RecordId;
use service::extract::{Path, json};
use service::{Peer, Problem};

use crate::{Decided, Office};

pub(super) async fn handler(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    Path((link, record)): Path<(Link, RecordId)>,
    body: Bytes,
) -> Result<Json<Decided>, Problem> {
    let permit = super::permit(&office, actor)?;
    let withdrawal = json(&body)?;
    Ok(Json(office.withdraw(&permit, link, record, withdrawal).await?))
}
