//! `GET /institutions?after=N&most=M`: versions of the national register since a position.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::permit::{Action, Actor, Permit, Purpose};
use exchange::registers::institutions::{MOST_IN_PAGE, Page};
use serde::Deserialize;
use service::extract::Query;
use service::{Peer, Problem};

use crate::Registers;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    #[serde(default)]
    after: i64,
    #[serde(default = "most")]
    most: i64,
}

fn most() -> i64 {
    MOST_IN_PAGE
}

pub(super) async fn handler(
    State(role): State<Arc<Registers>>,
    Peer(actor): Peer,
    Query(asked): Query<Asked>,
) -> Result<Json<Page>, Problem> {
    // Offices decide by it, verification answers by it.
    let purpose = match &actor {
        Actor::Office(_) => Purpose::Registration,
        _ => Purpose::EligibilityCheck,
    };
    let permit = Permit::grant(actor, Action::PullInstitutions, purpose)
        .map_err(|denied| Problem::forbidden(denied.to_string()))?;
    role.institutions(&permit, asked.after, asked.most.clamp(1, MOST_IN_PAGE))
        .await
        .map(Json)
        .map_err(|error| Problem::unavailable(&error))
}
