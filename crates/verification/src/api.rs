//! Verification's endpoints.

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::Verification;

mod bulk;
mod bulk_result;
mod counts;
mod fetch;
mod inquiry;
mod messages;
mod month;
mod month_result;
mod receive;
mod status;

pub(crate) fn router(role: Arc<Verification>) -> Router {
    Router::new()
        .route("/institution/inquiry", post(inquiry::handler))
        .route("/institution/month", post(month::handler))
        .route("/institution/month/result", post(month_result::handler))
        .route("/institution/bulk", post(bulk::handler))
        .route("/institution/bulk/result", post(bulk_result::handler))
        .route("/status", get(status::handler))
        .route("/counts", get(counts::handler))
        .with_state(role)
        .merge(service::health("verification"))
}
