//! `GET /households/{id}`: a household and its members.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::identity::HouseholdId;
use service::extract::Path;
use service::{Peer, Problem};

use crate::Office;
use crate::households::HouseholdView;

pub(super) async fn handler(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    Path(id): Path<HouseholdId>,
) -> Result<Json<HouseholdView>, Problem> {
    let permit = super::permit(&office, actor)?;
    Ok(Json(office.household(&permit, id).await?))
}
