//! `GET /status`: where the folders are and what was done since the start, for the institution itself. Nothing that the role
//! knows about a person is in it; what somebody calls a stranger's file is theirs.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::number::InstitutionCode;
use domain::permit::Actor;
use env::Origin;
use serde::Serialize;
use service::{Peer, Problem};

use crate::folders::Folders;
use crate::strangers::Stranger;
use crate::tally::Tally;

/// Strangers that are named.
const NAMED: usize = 20;

/// What the endpoint knows of its role.
pub(super) struct Own {
    pub(super) code: InstitutionCode,
    pub(super) tally: Arc<Tally>,
    pub(super) folders: Folders,
    pub(super) pages: Option<Origin>,
}

/// The answer.
#[derive(Serialize)]
pub(super) struct Status {
    code: InstitutionCode,
    folders: Folders,
    /// Where the pages for the desk are; null without them.
    pages: Option<Origin>,
    /// Requests taken into `work` since the start.
    picked: u64,
    /// Results published in `res` since the start, error answers included.
    answered: u64,
    /// Files moved into `quarantine` since the start.
    quarantined: u64,
    /// Requests that were seen and have no result yet.
    waiting: usize,
    /// What lies in `req` and is nobody's request: how much, and of that some with name and reason.
    strangers: usize,
    strangers_named: Vec<Stranger>,
    /// When the last result was published, Japan's time; null before the first.
    last_answer: Option<String>,
}

pub(super) async fn handler(State(own): State<Arc<Own>>, peer: Peer) -> Result<Json<Status>, Problem> {
    peer.may_read_status_of(&Actor::Institution(own.code))?;
    let counts = own.tally.counts();
    Ok(Json(Status {
        code: own.code,
        folders: own.folders.clone(),
        pages: own.pages.clone(),
        picked: counts.picked,
        answered: counts.answered,
        quarantined: counts.quarantined,
        waiting: counts.waiting,
        strangers: counts.strangers.len(),
        strangers_named: counts.strangers.into_iter().take(NAMED).collect(),
        last_answer: counts.last_answer.map(|at| at.to_string()),
    }))
}
