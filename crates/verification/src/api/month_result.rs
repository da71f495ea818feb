//! `POST /institution/month/result`: OQSmutic02, the second step of fetching a month's own vouchers.
//!
//! See [`fetch`](super::fetch).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use service::{Peer, Problem};

use super::fetch::fetch;
use crate::Verification;
use crate::reception::Family;

pub(super) async fn handler(
    State(role): State<Arc<Verification>>,
    peer: Peer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    fetch(&role, Family::Month, peer, &headers, &body).await
}
