//! `POST /runs`: starts a month's run, or goes on with it.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::month::TreatmentMonth;
use serde::Deserialize;
use service::extract::json;
use service::{Peer, Problem};

use crate::{Office, RunReport};

/// What is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewRun {
    /// 診療年月
    month: TreatmentMonth,
    /// Only what would be issued.
    #[serde(default)]
    dry_run: bool,
}

pub(super) async fn handler(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    body: Bytes,
) -> Result<Json<RunReport>, Problem> {
    let permit = super::permit(&office, actor)?;
    let NewRun { month, dry_run } = json(&body)?;
    office.must_be_issuable("month", [&month])?;
    let report = if dry_run {
        office.dry_run(&permit, month).await?
    } else {
        office.start_run(&permit, month).await?
    };
    Ok(Json(report))
}
