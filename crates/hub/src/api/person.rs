//! `GET /registration/people/{link}`: an office asks whether one of its persons is matched.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::identity::Link;
use domain::permit::{Action, Permit, Purpose};
use serde::Serialize;
use service::extract::Path;
use service::{Peer, Problem};
use storage::{StoreError, Tx};

use crate::Hub;
use crate::store::persons;

/// Where a person stands.
#[derive(Serialize)]
pub(super) struct Standing {
    /// `waiting`, `matched`, `mismatch` or `no_number`.
    state: &'static str,
    /// The revision of the person's record that this is about.
    revision: u32,
}

pub(super) async fn handler(
    State(hub): State<Arc<Hub>>,
    Peer(actor): Peer,
    Path(link): Path<Link>,
) -> Result<Json<Standing>, Problem> {
    let permit = Permit::grant(actor, Action::RegisterRecords, Purpose::Registration)?;
    let Some(office) = permit.office().map(|office| office.as_str().to_owned()) else {
        return Err(Problem::forbidden("only offices ask for their persons"));
    };
    let read = async move |tx: &mut Tx| persons::find(tx, &office, link.as_str()).await;
    let found: Result<_, StoreError> = hub.store.read("hub.person", read).await;
    let person = found
        .map_err(|error| Problem::unavailable(&error))?
        .ok_or_else(|| Problem::missing("no record of this person has come"))?;
    Ok(Json(Standing {
        state: person.state.name(),
        revision: person.revision,
    }))
}
