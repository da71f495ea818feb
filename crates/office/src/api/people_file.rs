//! `GET /people/{link}`: the person's file.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::identity::Link;
use service::extract::Path;
use service::{Peer, Problem};

use crate::Office;
use crate::person_file::PersonFile;

pub(super) async fn handler(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    Path(link): Path<Link>,
) -> Result<Json<PersonFile>, Problem> {
    let permit = super::permit(&office, actor)?;
    Ok(Json(office.person_file(&permit, link).await?))
}
