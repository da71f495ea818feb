//! `POST /people/{link}/vouchers`: issues or corrects a voucher.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::identity::Link;
use service::extract::{Path, json};
use service::{Peer, Problem};

use crate::{Decided, Office};

pub(super) async fn handler(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    Path(link): Path<Link>,
    body: Bytes,
) -> Result<Json<Decided>, Problem> {
    let permit = super::permit(&office, actor)?;
    let new = json(&body)?;
    Ok(Json(office.issue(&permit, link, new).await?))
}
