//! `GET /counts?month=YYYYMM`: how many people and vouchers stand where. Nothing personal is in it. It goes through all of
//! them: a question for an operator now and then, not for every second.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::month::TreatmentMonth;
use domain::permit::Actor;
use exchange::registration::feed::Heads;
use serde::{Deserialize, Serialize};
use service::extract::Query;
use service::{Peer, Problem};
use storage::Tx;

use crate::store::{counts, persons};
use crate::{Hub, HubError};

/// Which month.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    month: TreatmentMonth,
}

/// What there is.
#[derive(Default, Serialize)]
pub(super) struct Counts {
    /// The last positions of the feed.
    heads: Heads,
    /// People, by what the register of residents said.
    people: People,
    /// The month's vouchers.
    vouchers: Vouchers,
}

#[derive(Default, Serialize)]
struct People {
    /// The register has not been asked yet.
    waiting: i64,
    matched: i64,
    mismatch: i64,
    /// Without a number: cannot be matched at all.
    no_number: i64,
}

#[derive(Default, Serialize)]
struct Vouchers {
    /// Passed on to verification, or on the way.
    applied: i64,
    /// Waiting by name for their person.
    held: i64,
}

pub(super) async fn handler(
    State(hub): State<Arc<Hub>>,
    peer: Peer,
    Query(asked): Query<Asked>,
) -> Result<Json<Counts>, Problem> {
    peer.may_read_status_of(&Actor::Hub)?;
    let read = async move |tx: &mut Tx| count(tx, asked.month).await;
    let counts = hub.store.read("hub.counts", read).await;
    counts
        .map(Json)
        .map_err(|error: HubError| Problem::unavailable(&error))
}

async fn count(tx: &mut Tx, month: TreatmentMonth) -> Result<Counts, HubError> {
    let mut counts = Counts {
        heads: relay::feed::heads(tx).await?,
        ..Counts::default()
    };
    for (state, n) in counts::people(tx).await? {
        *match state {
            persons::State::Waiting => &mut counts.people.waiting,
            persons::State::Matched => &mut counts.people.matched,
            persons::State::Mismatch => &mut counts.people.mismatch,
            persons::State::NoNumber => &mut counts.people.no_number,
        } = n;
    }
    let number = i64::from(month.year()) * 100 + i64::from(month.month());
    let (applied, held) = counts::vouchers(tx, number).await?;
    counts.vouchers = Vouchers { applied, held };
    Ok(counts)
}
