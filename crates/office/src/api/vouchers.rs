//! `POST /people/{link}/vouchers`: issues or corrects a voucher; `…/{record}/withdrawal`: withdraws it.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::identity::Link;
use exchange::registration::RecordId;
use service::extract::{Path, json};
use service::{Peer, Problem};

use crate::{Decided, Office};

pub(super) async fn issue(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    Path(link): Path<Link>,
    body: Bytes,
) -> Result<Json<Decided>, Problem> {
    let permit = super::permit(&office, actor)?;
    let new = json(&body)?;
    Ok(Json(office.issue(&permit, link, new).await?))
}

pub(super) async fn withdraw(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    Path((link, record)): Path<(Link, RecordId)>,
    body: Bytes,
) -> Result<Json<Decided>, Problem> {
    let permit = super::permit(&office, actor)?;
    let withdrawal = json(&body)?;
    Ok(Json(office.withdraw(&permit, link, record, withdrawal).await?))
}
