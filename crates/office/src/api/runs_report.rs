//! `GET /runs/{id}`: how far a run is.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use service::extract::Path;
use service::{Peer, Problem};

use crate::{Office, RunReport};

pub(super) async fn handler(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    Path(id): Path<String>,
) -> Result<Json<RunReport>, Problem> {
    let permit = super::permit(&office, actor)?;
    Ok(Json(office.run_report(&permit, id).await?))
}
