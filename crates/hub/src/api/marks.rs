//! `POST /registration/marks`: an office says how far it has sent everything.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::permit::{Action, Permit, Purpose};
use exchange::registration::feed::Mark;
use service::extract::json;
use service::{Peer, Problem};
use storage::{StoreError, Tx};

use crate::Hub;
use crate::store::marks;

pub(super) async fn handler(
    State(hub): State<Arc<Hub>>,
    Peer(actor): Peer,
    body: axum::body::Bytes,
) -> Result<Json<()>, Problem> {
    let permit = Permit::grant(actor, Action::RegisterRecords, Purpose::Registration)
        .map_err(|denied| Problem::forbidden(denied.to_string()))?;
    let mark: Mark = json(&body)?;
    if permit.office() != Some(&mark.office) {
        return Err(Problem::forbidden("an office marks its own lanes only").field("office"));
    }
    let unit = async move |tx: &mut Tx| marks::put(tx, &mark).await;
    let kept: Result<(), StoreError> = hub.store.unit("hub.mark", unit).await;
    kept.map_err(|error| Problem::unavailable(&error))?;
    hub.news.notify_waiters();
    Ok(Json(()))
}
