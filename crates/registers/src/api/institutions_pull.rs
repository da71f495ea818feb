//! `GET /institutions?after=N&most=M`: versions of the national register since a position.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::permit::{Action, Actor, Permit, Purpose};
use exchange::registers::institutions::Page;
use service::extract::Query;
use service::{Peer, Problem};

use super::after::After;
use crate::Registers;

pub(super) async fn handler(
    State(role): State<Arc<Registers>>,
    Peer(actor): Peer,
    Query(asked): Query<After>,
) -> Result<Json<Page>, Problem> {
    // Offices decide by it, verification answers by it.
    let purpose = match &actor {
        Actor::Office(_) => Purpose::Registration,
        _ => Purpose::EligibilityCheck,
    };
    let permit = Permit::grant(actor, Action::PullInstitutions, purpose)?;
    role.institutions(&permit, asked.after, asked.most())
        .await
        .map(Json)
        .map_err(|error| Problem::unavailable(&error))
}
