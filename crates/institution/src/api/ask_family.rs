//! `POST /ask/OQSmutic01` and so on: an inquiry without folders, of the family whose files begin so ([`ask`](super::ask)).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use exchange::oqs::names::Family;
use service::Peer;
use service::extract::Path;

use super::ask::{AskError, answer};
use crate::desk::Desk;

pub(super) async fn handler(
    State(desk): State<Arc<Desk>>,
    Path(prefix): Path<String>,
    peer: Peer,
    body: Bytes,
) -> Result<Response, AskError> {
    let family = Family::from_prefix(&prefix).ok_or(AskError::UnknownFamily)?;
    answer(&desk, peer, family, &body).await
}
