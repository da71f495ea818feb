//! `POST /people/{link}/months/{month}`: issues what is due for a person in a month, now. The path says it all: the body
//! is empty, `{}` or `null`.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::identity::Link;
use domain::month::TreatmentMonth;
use service::extract::Path;
use service::{Peer, Problem};

use crate::{IssuedNow, Office};

pub(super) async fn handler(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    Path((link, month)): Path<(Link, TreatmentMonth)>,
    body: Bytes,
) -> Result<Json<IssuedNow>, Problem> {
    let permit = super::permit(&office, actor)?;
    super::read_nothing(&body)?;
    Ok(Json(office.issue_now(&permit, link, month).await?))
}
