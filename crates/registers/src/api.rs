//! The register's endpoints.

use std::sync::Arc;

use axum::Router;
use axum::routing::post;

use crate::residents::Residents;

mod compare;
mod load;

pub(crate) fn router(role: Arc<Residents>) -> Router {
    Router::new()
        .route("/residents", post(load::handler))
        .route("/residents/compare", post(compare::handler))
        .with_state(role)
        .merge(service::health("registers"))
}
