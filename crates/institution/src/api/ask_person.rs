//! `POST /ask`: one person's inquiry without folders ([`ask`](super::ask)).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use exchange::oqs::names::Family;
use service::Peer;

use super::ask::{AskError, answer};
use crate::desk::Desk;

pub(super) async fn handler(
    State(desk): State<Arc<Desk>>,
    peer: Peer,
    body: Bytes,
) -> Result<Response, AskError> {
    answer(&desk, peer, Family::Siquc01, &body).await
}
