//! `POST /registration/marks`: an office says how far it has sent everything.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::permit::{Action, Permit, Purpose};
use exchange::registration::feed::Mark;
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
    // A parser's message could repeat what was there, so only the place is told.
    let mark: Mark = serde_json::from_slice(&body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Problem::malformed(format!("not a mark: line {line}, column {column}"))
    })?;
    if permit.office() != Some(&mark.office) {
        return Err(Problem::forbidden("an office marks its own lanes only").field("office"));
    }
    let unit = async move |tx: &mut Tx| marks::put(tx, &mark).await;
    let kept: Result<(), StoreError> = hub.store.unit("hub.mark", unit).await;
    kept.map_err(|error| Problem::unavailable(&error))?;
    hub.news.notify_waiters();
    Ok(Json(()))
}
