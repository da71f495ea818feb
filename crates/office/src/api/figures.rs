//! `GET /figures?date=YYYY-MM-DD`: the ward's figures on a day. Nothing personal is in it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::calendar::Date;
use serde::Deserialize;
use service::extract::Query;
use service::{Peer, Problem};

use crate::{Figures, Office};

/// Which day.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Day {
    #[serde(deserialize_with = "domain::calendar::deserialize_day")]
    date: Date,
}

pub(super) async fn handler(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    Query(day): Query<Day>,
) -> Result<Json<Figures>, Problem> {
    let permit = super::permit(&office, actor)?;
    Ok(Json(office.figures(&permit, day.date).await?))
}
