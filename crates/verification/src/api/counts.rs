//! `GET /counts?month=YYYYMM`: how many vouchers of a month may be shown. Nothing personal is in it. It goes through all
//! of the month's: a question for an operator now and then, not for every second.

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

use crate::{Verification, VerificationError, apply, store};

/// Which month.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    month: TreatmentMonth,
}

/// What there is.
#[derive(Serialize)]
pub(super) struct Counts {
    /// The positions of the feed up to which everything is applied.
    heads: Heads,
    /// Vouchers of the month, withdrawn ones included.
    vouchers: i64,
}

pub(super) async fn handler(
    State(role): State<Arc<Verification>>,
    peer: Peer,
    Query(asked): Query<Asked>,
) -> Result<Json<Counts>, Problem> {
    peer.may_read_status_of(&Actor::Verification)?;
    let month = apply::month_number(asked.month);
    let read = async move |tx: &mut Tx| {
        Ok::<_, VerificationError>(Counts {
            heads: relay::reader::heads(tx).await?,
            vouchers: store::month::count(tx, month).await?,
        })
    };
    let counts = role.store.read("verification.counts", read).await;
    counts.map(Json).map_err(|error| Problem::unavailable(&error))
}
