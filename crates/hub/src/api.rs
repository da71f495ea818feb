//! The hub's endpoints.

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::Hub;

mod counts;
mod enrolments;
mod feed;
mod files;
mod marks;
mod person;
mod progress;

pub(crate) fn router(hub: Arc<Hub>) -> Router {
    Router::new()
        .route(relay::wire::FILES, post(files::handler))
        .route(relay::wire::MARKS, post(marks::handler))
        .route(relay::wire::PROGRESS, get(progress::handler))
        .route("/registration/people/{link}", get(person::handler))
        .route(relay::wire::FEED, get(feed::handler))
        .route(exchange::presence::PASSED_ON, post(enrolments::handler))
        .route("/counts", get(counts::handler))
        .with_state(hub)
        .merge(service::health("hub"))
}
