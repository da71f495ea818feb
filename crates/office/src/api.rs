//! The office's endpoints, for the office's own programs.

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use domain::permit::{Action, Actor, Permit, Purpose};
use serde::{Deserialize, Serialize};
use service::Problem;
use service::extract::json;
use sha2::{Digest, Sha256};

use crate::Office;

mod circumstances;
mod eligibilities;
mod entrustments;
mod events;
mod figures;
mod files;
mod households_view;
mod households_write;
mod institutions;
mod issue;
mod load;
mod months;
mod people_file;
mod people_write;
mod records;
mod runs_left_out;
mod runs_newest;
mod runs_report;
mod runs_start;
mod self_payments;
mod shielding;
mod status;
mod vouchers_issue;
mod vouchers_withdraw;

pub(crate) fn router(office: Arc<Office>) -> Router {
    Router::new()
        .route("/people", post(people_write::handler))
        .route("/people/{link}", get(people_file::handler))
        .route("/people/{link}/circumstances", post(circumstances::handler))
        .route("/people/{link}/eligibilities", post(eligibilities::handler))
        .route("/people/{link}/vouchers", post(vouchers_issue::handler))
        .route(
            "/people/{link}/vouchers/{record}/withdrawal",
            post(vouchers_withdraw::handler),
        )
        .route("/people/{link}/shielding", post(shielding::handler))
        .route("/people/{link}/entrustments", post(entrustments::handler))
        .route("/people/{link}/self-payments", post(self_payments::handler))
        .route("/people/{link}/events", post(events::handler))
        .route("/people/{link}/months/{month}", post(issue::handler))
        .route("/people/{link}/records", get(records::handler))
        .route("/households", post(households_write::handler))
        .route("/households/{id}", get(households_view::handler))
        .route("/load", post(load::handler))
        .route("/institutions", post(institutions::handler))
        .route("/runs", get(runs_newest::handler).post(runs_start::handler))
        .route("/runs/{id}", get(runs_report::handler))
        .route("/runs/{id}/left-out", get(runs_left_out::handler))
        .route("/months/{month}", get(months::handler))
        .route("/figures", get(figures::handler))
        .route("/files/{lane}/{number}", get(files::handler))
        .route("/status", get(status::handler))
        .with_state(office)
        .merge(service::health("office"))
}

/// The permit of the office's own people to decide.
fn permit(office: &Office, actor: Actor) -> Result<Permit, Problem> {
    if actor != Actor::Office(office.office.clone()) {
        return Err(Problem::forbidden("only this office's own programs decide here"));
    }
    Ok(Permit::grant(
        actor,
        Action::DecideAtOffice,
        Purpose::Registration,
    )?)
}

/// Reads the body of a request that is all said in its path. What somebody means by more than nothing is not known here.
fn read_nothing(body: &[u8]) -> Result<(), Problem> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}

    if !body.is_empty() {
        json::<Option<Nothing>>(body)?;
    }
    Ok(())
}

/// A hash of what a caller said, to recognise the same request.
pub(crate) fn said<T: Serialize>(what: &T) -> Vec<u8> {
    Sha256::digest(exchange::registration::part::canonical(what)).to_vec()
}
