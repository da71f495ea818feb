//! `GET /insurers/changes?after=N&most=M`: whose rows have changed since a position.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::permit::{Action, Permit, Purpose};
use exchange::registers::insurers::Changes;
use serde::Deserialize;
use service::extract::Query;
use service::{Peer, Problem};

use crate::Registers;

/// Changes in one page.
const MOST: i64 = 500;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    #[serde(default)]
    after: i64,
    #[serde(default = "most")]
    most: i64,
}

fn most() -> i64 {
    MOST
}

pub(super) async fn handler(
    State(role): State<Arc<Registers>>,
    Peer(actor): Peer,
    Query(asked): Query<Asked>,
) -> Result<Json<Changes>, Problem> {
    let permit = Permit::grant(actor, Action::AskInsurers, Purpose::EligibilityCheck)
        .map_err(|denied| Problem::forbidden(denied.to_string()))?;
    role.changes(&permit, asked.after, asked.most.clamp(1, MOST))
        .await
        .map(Json)
        .map_err(|error| Problem::unavailable(&error))
}
