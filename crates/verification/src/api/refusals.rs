//! `GET /refusals`: for the operator, why cards were not believed and how often, and which terminals ask about nobody, and which go by
//! the photograph. Since
//! this process began; nobody who was asked about is in it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::permit::Actor;
use serde::Serialize;
use service::{Peer, Problem};

use crate::{Verification, guessing, visual};

/// What was refused.
#[derive(Serialize)]
pub(super) struct Refusals {
    /// How often each reason was given for not believing a card.
    cards: BTreeMap<&'static str, u64>,
    /// Whoever asked by number about nobody.
    misses: Vec<guessing::Standing>,
    /// Whoever asked after 目視確認.
    visual: Vec<visual::Standing>,
}

pub(super) async fn handler(
    State(role): State<Arc<Verification>>,
    peer: Peer,
) -> Result<Json<Refusals>, Problem> {
    if peer.0 != Actor::Operator {
        return Err(Problem::forbidden("only the operator reads this").next_step(
            "運用者（operator）の証明書で接続してください (connect with the operator's certificate)",
        ));
    }
    peer.may_read_status_of(&Actor::Verification)?;
    Ok(Json(Refusals {
        cards: role.presence.refused(),
        misses: role.guessing.standing(role.env.now()),
        visual: role.visual.standing(),
    }))
}
