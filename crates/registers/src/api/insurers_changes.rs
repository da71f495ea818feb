//! `GET /insurers/changes?after=N&most=M`: whose rows have changed since a position.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::permit::{Action, Permit, Purpose};
use exchange::registers::changes::Changes;
use service::extract::Query;
use service::{Peer, Problem};

use super::after::After;
use crate::Registers;

pub(super) async fn handler(
    State(role): State<Arc<Registers>>,
    Peer(actor): Peer,
    Query(asked): Query<After>,
) -> Result<Json<Changes>, Problem> {
    let permit = Permit::grant(actor, Action::AskInsurers, Purpose::EligibilityCheck)?;
    role.insurance_changes(&permit, asked.after, asked.most())
        .await
        .map(Json)
        .map_err(|error| Problem::unavailable(&error))
}
