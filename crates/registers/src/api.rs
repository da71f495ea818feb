//! The registers' endpoints.

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use exchange::registers::{cards, institutions, insurers};

use crate::Registers;

mod after;
mod cards_changes;
mod cards_find;
mod cards_load;
mod cards_of;
mod institutions_load;
mod institutions_pull;
mod insurers_changes;
mod insurers_load;
mod insurers_rows;
mod lines;
mod residents_compare;
mod residents_load;

pub(crate) fn router(role: Arc<Registers>) -> Router {
    Router::new()
        .route("/residents", post(residents_load::handler))
        .route("/residents/compare", post(residents_compare::handler))
        .route("/residents/cards", post(cards_load::handler))
        .route(cards::FIND, post(cards_find::handler))
        .route(cards::OF, post(cards_of::handler))
        .route(cards::CHANGES, get(cards_changes::handler))
        .route("/insurers", post(insurers_load::handler))
        .route(insurers::ROWS, post(insurers_rows::handler))
        .route(insurers::CHANGES, get(insurers_changes::handler))
        .route(
            institutions::INSTITUTIONS,
            get(institutions_pull::handler).post(institutions_load::handler),
        )
        .with_state(role)
        .merge(service::health("registers"))
}
