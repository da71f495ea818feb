//! `GET /months/{month}`: the vouchers of a month by where they stand. Nothing personal is in it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::month::TreatmentMonth;
use service::extract::Path;
use service::{Peer, Problem};

use crate::{MonthStates, Office};

pub(super) async fn handler(
    State(office): State<Arc<Office>>,
    Peer(actor): Peer,
    Path(month): Path<TreatmentMonth>,
) -> Result<Json<MonthStates>, Problem> {
    let permit = super::permit(&office, actor)?;
    Ok(Json(office.month_states(&permit, month).await?))
}
