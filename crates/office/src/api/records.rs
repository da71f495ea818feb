//! `GET /people/{link}/records`: where each record of a person is on its way to the institutions.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::identity::Link;
use service::extract::Path;
use service::{Peer, Problem};

use crate::{Office, RecordState};

pub(super) async fn handler(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    Path(link): Path<Link>,
) -> Result<Json<Vec<RecordState>>, Problem> {
    let permit = super::permit(&office, actor)?;
    Ok(Json(office.record_states(&permit, link).await?))
}
