//! Verification's endpoints.

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::Verification;

mod inquiry;
mod status;

pub(crate) fn router(role: Arc<Verification>) -> Router {
    Router::new()
        .route("/institution/inquiry", post(inquiry::handler))
        .route("/status", get(status::handler))
        .with_state(role)
        .merge(service::health("verification"))
}
