//! Reception: what was read today, one of it as reception sees it, and 目視確認.

mod list;
mod one;
mod visual;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use super::Web;
pub(super) use visual::Draft;

pub(super) fn router() -> Router<Arc<Web>> {
    Router::new()
        .route("/reception", get(list::show))
        .route(list::HELD, get(list::held))
        .route("/reception/visual", get(visual::show).post(visual::ask))
        .route("/reception/{number}", get(one::show))
}
