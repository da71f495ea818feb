//! `GET /runs?month=`: the month's newest run.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::month::TreatmentMonth;
use serde::Deserialize;
use service::extract::Query;
use service::{Peer, Problem};

use crate::{Office, RunReport};

/// Which month.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfMonth {
    month: TreatmentMonth,
}

pub(super) async fn handler(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    Query(asked): Query<OfMonth>,
) -> Result<Json<RunReport>, Problem> {
    let permit = super::permit(&office, actor)?;
    Ok(Json(office.newest_run(&permit, asked.month).await?))
}
