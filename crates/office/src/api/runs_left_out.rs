//! `GET /runs/{id}/left-out`: whom a run left out, and what to do.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use service::extract::{Path, Query};
use service::{Peer, Problem};

use crate::store::runs::LeftOut;
use crate::{LeftOutList, Office};

/// After whom; all three name the last that was seen.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct After {
    #[serde(default)]
    link: String,
    #[serde(default)]
    entrustment: String,
    #[serde(default)]
    reason: String,
}

pub(super) async fn handler(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    Path(id): Path<String>,
    Query(after): Query<After>,
) -> Result<Json<LeftOutList>, Problem> {
    let permit = super::permit(&office, actor)?;
    let after = LeftOut {
        link: after.link,
        entrustment: after.entrustment,
        reason: after.reason,
    };
    Ok(Json(office.left_out(&permit, id, after).await?))
}
