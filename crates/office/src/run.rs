//! The monthly run (月次発券): every voucher that is due in a month, as a job that goes on where it was.
//!
//! ```text
//! POST /runs ─▶ run row ─▶ step: ≤ 60 people planned, vouchers + one bulk file + left out + how far, one commit
//!                            ▲                                                                │ courier
//!                            └────────────── until nobody is left, also after a restart ──────┘
//! ```
//!
//! Continuing vouchers of the next month are issued before the 1st, so that they are visible on it. Another run of the same
//! month issues what is missing by then and nothing twice.
//!
//! - [`step`]: one unit of the run, and the same without writing (a dry run).
//! - [`report`]: how far a run is, and whom it left out.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use domain::month::TreatmentMonth;
use domain::permit::{Action, Permit};
use env::Stop;
use storage::Tx;

use crate::store::facts;
use crate::store::ledger::month_number;
use crate::store::runs::{self, Stored};
use crate::{Office, OfficeError};

pub(crate) mod report;
pub(crate) mod step;

pub use report::{LeftOutList, LeftOutOf, RunReport};
pub use step::PEOPLE_OF_A_STEP;

/// How often it is looked when nobody rings: whoever begins a run may be gone when it is written and before the bell.
pub(crate) const OWN_LOOK: Duration = Duration::from_secs(5);
/// The pauses after failures, doubled from the first to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LAST_PAUSE: Duration = Duration::from_secs(5);

impl Office {
    /// Starts the month's run; the one that is not finished, if there is one.
    pub(crate) async fn start_run(
        self: &Arc<Self>,
        permit: &Permit,
        month: TreatmentMonth,
    ) -> Result<RunReport, OfficeError> {
        permit.require(Action::DecideAtOffice)?;
        self.refresh_register().await;
        let now = self.env.now().micros();
        let unit = async move |tx: &mut Tx| {
            let newest = runs::newest(tx, month_number(month)).await?;
            let nth = match newest {
                Some(under_way) if !under_way.finished => return report::of(tx, under_way).await,
                Some(before) => before.nth + 1,
                None => 1,
            };
            let run = Stored {
                id: format!("{month}-{nth}"),
                month: month_number(month),
                nth,
                finished: false,
                reached: String::new(),
                people: facts::count_due(tx, month).await?,
                people_seen: 0,
                issued: 0,
                already_issued: 0,
                withdrawn: 0,
                started_at: now,
                finished_at: None,
            };
            runs::put(tx, &run).await?;
            report::of(tx, run).await
        };
        let report = self.store.unit("office.start_run", unit).await?;
        self.runs.notify_one();
        Ok(report)
    }

    /// Does what there is to run, until told to stop. What an earlier life of the role has begun goes on first.
    pub(crate) async fn run_months(self: Arc<Self>, stop: Stop) {
        let mut pause = FIRST_PAUSE;
        while !stop.is_asked() {
            match self.step().await {
                Ok(true) => {
                    pause = FIRST_PAUSE;
                    let_others().await;
                }
                Ok(false) => {
                    let rung = std::pin::pin!(self.runs.notified());
                    let waiting = std::pin::pin!(self.env.sleep(OWN_LOOK));
                    let waiting = futures_util::future::select(rung, waiting);
                    futures_util::future::select(waiting, std::pin::pin!(stop.asked())).await;
                }
                Err(error) => {
                    tracing::warn!(%error, "a step of the monthly run failed; it is tried again");
                    pause = (pause * 2).min(LAST_PAUSE);
                    let waiting = std::pin::pin!(self.env.sleep(pause));
                    futures_util::future::select(waiting, std::pin::pin!(stop.asked())).await;
                }
            }
        }
    }
}

/// Lets whoever waits for this thread go first: a run is long and single decisions are short.
async fn let_others() {
    let mut waited = false;
    poll_fn(|context| {
        if std::mem::replace(&mut waited, true) {
            Poll::Ready(())
        } else {
            context.waker().wake_by_ref();
            Poll::Pending
        }
    })
    .await;
}
