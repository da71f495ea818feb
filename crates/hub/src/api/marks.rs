//! `POST /registration/marks`: an office says how far it has sent everything.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::permit::{Action, Permit, Purpose};
use exchange::registration::feed::{Heads, Mark};
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
    let permit = Permit::grant(actor, Action::RegisterRecords, Purpose::Registration)?;
    let mark: Mark = json(&body)?;
    if permit.office() != Some(&mark.office) {
        return Err(Problem::forbidden("an office marks its own lanes only").field("office"));
    }
    let latest = (hub.env.now() + Mark::AHEAD).micros();
    judge(&mark, latest)?;
    let unit = async move |tx: &mut Tx| marks::put(tx, &mark, latest).await;
    let kept: Result<(), StoreError> = hub.store.unit("hub.mark", unit).await;
    kept.map_err(|error| Problem::unavailable(&error))?;
    hub.news.notify_waiters();
    Ok(Json(()))
}

/// Judges a mark by the `latest` moment that may be told, by the hub's clock. A mark of the future would be every answer's
/// word of how new the data are.
fn judge(mark: &Mark, latest: i64) -> Result<(), Problem> {
    let Heads { shield, single, bulk } = mark.heads;
    for (field, number) in [
        ("at", mark.at),
        ("heads.shield", shield),
        ("heads.single", single),
        ("heads.bulk", bulk),
    ] {
        if number < 0 {
            return Err(Problem::against_rule("0以上の値を指定してください。")
                .field(field)
                .next_step("値を直して、もう一度送ってください"));
        }
    }
    if mark.at > latest {
        return Err(
            Problem::against_rule("このハブの時刻より5分を超えて先の時刻です。")
                .field("at")
                .next_step("実施機関の時計を合わせて、もう一度送ってください"),
        );
    }
    Ok(())
}
