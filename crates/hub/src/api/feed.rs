//! `GET /feed`: verification asks for what is new.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use domain::permit::{Action, Permit, Purpose};
use exchange::registration::feed::Page;
use serde::Deserialize;
use service::extract::Query;
use service::{Peer, Problem};

use crate::Hub;
use crate::feed::{After, Reading};

/// The longest that a request is held, in ms.
const LONGEST_HOLD: u64 = 30_000;

/// Where the reader stands. What is left out is the beginning.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Parameters {
    #[serde(default)]
    shield: i64,
    #[serde(default)]
    shield_row: u32,
    #[serde(default)]
    single: i64,
    #[serde(default)]
    single_row: u32,
    #[serde(default)]
    bulk: i64,
    #[serde(default)]
    bulk_row: u32,
    #[serde(default)]
    marks_after: i64,
    /// How long to wait for news, in ms.
    #[serde(default)]
    hold_ms: u64,
}

pub(super) async fn handler(
    State(hub): State<Arc<Hub>>,
    Peer(actor): Peer,
    Query(at): Query<Parameters>,
) -> Result<Json<Page>, Problem> {
    let permit = Permit::grant(actor, Action::PullFeed, Purpose::CopyDelivery)?;
    let reading = Reading {
        shield: After {
            n: at.shield,
            row: at.shield_row,
        },
        single: After {
            n: at.single,
            row: at.single_row,
        },
        bulk: After {
            n: at.bulk,
            row: at.bulk_row,
        },
        marks: at.marks_after,
    };
    let hold = Duration::from_millis(at.hold_ms.min(LONGEST_HOLD));
    hub.page(&permit, reading, hold)
        .await
        .map(Json)
        .map_err(|error| Problem::unavailable(&error))
}
