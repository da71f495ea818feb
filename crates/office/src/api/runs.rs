//! `POST /runs`: starts a month's run, or goes on with it; `GET /runs?month=`: the month's newest run; `GET /runs/{id}`: how
//! far a run is; `GET /runs/{id}/left-out`: whom it left out, and what to do.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::month::TreatmentMonth;
use serde::Deserialize;
use service::extract::{Path, Query, json};
use service::{Peer, Problem};

use crate::store::runs::LeftOut;
use crate::{LeftOutList, Office, RunReport};

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

/// Which month.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfMonth {
    month: TreatmentMonth,
}

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

pub(super) async fn start(
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

pub(super) async fn of_month(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    Query(asked): Query<OfMonth>,
) -> Result<Json<RunReport>, Problem> {
    let permit = super::permit(&office, actor)?;
    Ok(Json(office.newest_run(&permit, asked.month).await?))
}

pub(super) async fn report(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    Path(id): Path<String>,
) -> Result<Json<RunReport>, Problem> {
    let permit = super::permit(&office, actor)?;
    Ok(Json(office.run_report(&permit, id).await?))
}

pub(super) async fn left_out(
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
