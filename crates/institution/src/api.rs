//! The role's own small API, on this machine only.

mod ask;
mod ask_family;
mod ask_person;
mod status;

pub use ask::{REPLACED_HEADER, SEGMENT_HEADER};

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use env::Origin;

use crate::desk::Desk;
use crate::folders::Folders;
use crate::tally::Tally;

/// Everything that this role answers.
pub(crate) fn router(
    desk: &Arc<Desk>,
    tally: &Arc<Tally>,
    folders: &Folders,
    pages: Option<&Origin>,
) -> Router {
    let own = status::Own {
        code: *desk.code(),
        tally: tally.clone(),
        folders: folders.clone(),
        pages: pages.cloned(),
    };
    let ask = Router::new()
        .route("/ask", post(ask_person::handler))
        .route("/ask/{prefix}", post(ask_family::handler))
        .with_state(desk.clone());
    let status = Router::new()
        .route("/status", get(status::handler))
        .with_state(Arc::new(own));
    ask.merge(status).merge(service::health("institution"))
}
