//! `POST /institution/nonce`: a nonce for this terminal on this connection. 403 to everybody who is no terminal.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::permit::{Action, Actor, Permit, Purpose};
use exchange::presence::Nonce;
use service::{Problem, Terminal};

use crate::Verification;

pub(super) async fn handler(
    State(role): State<Arc<Verification>>,
    terminal: Terminal,
) -> Result<Json<Nonce>, Problem> {
    let actor = Actor::Institution(terminal.institution);
    Permit::grant(actor, Action::InquireByCard, Purpose::EligibilityCheck)?;
    let nonce = role.presence.nonce(&role.env, &terminal).to_vec();
    Ok(Json(Nonce { nonce }))
}
