//! `POST /institutions`: loads designated institutions, where no register is followed.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde::Serialize;
use service::extract::json;
use service::{Peer, Problem};

use crate::Office;

/// How many institutions the office knows.
#[derive(Serialize)]
pub(super) struct Known {
    institutions: i64,
}

pub(super) async fn handler(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    body: Bytes,
) -> Result<Json<Known>, Problem> {
    let permit = super::permit(&office, actor)?;
    let list = json(&body)?;
    let institutions = office.load_institutions(&permit, list).await?;
    Ok(Json(Known { institutions }))
}
