//! Verification's endpoints.

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use exchange::oqs::http::path;
use exchange::oqs::names::Family;
use exchange::oqs::{muquc01, mutic01};
use exchange::presence;

use crate::Verification;

mod bulk;
mod card;
mod counts;
mod enrolment;
mod fetch;
mod inquiry;
mod messages;
mod month;
mod nonce;
mod numbers;
mod receive;
mod refusals;
mod status;

pub(crate) fn router(role: Arc<Verification>) -> Router {
    Router::new()
        .route(path(Family::Siquc01), post(inquiry::handler))
        .route(presence::NONCE, post(nonce::handler))
        .route(presence::CARD, post(card::handler))
        .route(presence::ENROLMENT, post(enrolment::handler))
        .route(path(Family::Mutic01), post(receive::handler::<mutic01::Request>))
        .route(path(Family::Mutic02), post(fetch::handler::<mutic01::Request>))
        .route(path(Family::Muquc01), post(receive::handler::<muquc01::Request>))
        .route(path(Family::Muquc02), post(fetch::handler::<muquc01::Request>))
        .route("/status", get(status::handler))
        .route("/counts", get(counts::handler))
        .route("/refusals", get(refusals::handler))
        .with_state(role)
        .merge(service::health("verification"))
}
