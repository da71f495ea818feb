//! `GET /registration/progress`: an office asks how far its records have come.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::permit::{Action, Permit, Purpose};
use exchange::registration::feed::Heads;
use exchange::registration::progress::Progress;
use serde::Deserialize;
use service::extract::Query;
use service::{Peer, Problem};

use crate::Hub;
use crate::progress::Known;

/// What the office knows. What is left out is nothing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Parameters {
    #[serde(default)]
    shield: i64,
    #[serde(default)]
    single: i64,
    #[serde(default)]
    bulk: i64,
    /// The last position of whom was let go.
    #[serde(default)]
    let_go: i64,
}

pub(super) async fn handler(
    State(hub): State<Arc<Hub>>,
    Peer(actor): Peer,
    Query(known): Query<Parameters>,
) -> Result<Json<Progress>, Problem> {
    let permit = Permit::grant(actor, Action::RegisterRecords, Purpose::Registration)?;
    let Parameters {
        shield,
        single,
        bulk,
        let_go,
    } = known;
    let files = Heads { shield, single, bulk };
    hub.progress(&permit, Known { files, let_go })
        .await
        .map(Json)
        .map_err(|error| Problem::unavailable(&error))
}
