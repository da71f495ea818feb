//! `POST /people`: writes a person down, or corrects what is written; `GET /people/{link}`: the person's file.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::identity::Link;
use service::extract::{Path, json};
use service::{Peer, Problem};

use crate::person_file::PersonFile;
use crate::{Decided, Office};

pub(super) async fn write_down(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    body: Bytes,
) -> Result<Json<Decided>, Problem> {
    let permit = super::permit(&office, actor)?;
    let new = json(&body)?;
    Ok(Json(office.write_down(&permit, new).await?))
}

pub(super) async fn file(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    Path(link): Path<Link>,
) -> Result<Json<PersonFile>, Problem> {
    let permit = super::permit(&office, actor)?;
    Ok(Json(office.person_file(&permit, link).await?))
}
