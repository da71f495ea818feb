//! What offices are told of how far their records have come.
//!
//! Whoever pulls the feed says where it stands, and it says so only after the commit that applied everything up to
//! there: that is the confirmation. It is noted beside the pull, never in its way, and counted in each office's own
//! file numbers. A note that is lost in a crash is made up for by the next pull.

use std::sync::{Arc, Mutex, PoisonError};

use domain::permit::{Action, Permit};
use env::Stop;
use exchange::registration::Lane;
use exchange::registration::feed::Heads;
use exchange::registration::progress::Progress;
use storage::Tx;
use tokio::sync::Notify;

use crate::store::progress;
use crate::{Hub, HubError};

/// Positions of the feed in one unit.
const POSITIONS: i64 = 10_000;
/// Steps of a lane, and persons, in one answer.
const MOST: i64 = 500;

/// Where verification stood when it last pulled, and when.
#[derive(Default)]
pub(crate) struct Confirmations {
    newest: Mutex<(Heads, i64)>,
    bell: Notify,
}

impl Confirmations {
    /// Notes where a reader stands.
    pub(crate) fn note(&self, heads: Heads, at: i64) {
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        if newest.0 != heads {
            *newest = (heads, at);
            self.bell.notify_one();
        }
    }

    fn newest(&self) -> (Heads, i64) {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was noted was not kept: the next pull notes it again.
    fn forget(&self) {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = (Heads::default(), 0);
    }
}

/// What an office knows already.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Known {
    /// Its last file of each lane that it knows to be visible.
    pub(crate) files: Heads,
    /// The last position of whom was let go.
    pub(crate) let_go: i64,
}

impl Hub {
    /// Keeps what verification confirms, until told to stop.
    pub(crate) async fn keep_confirmations(self: Arc<Self>, stop: Stop) {
        while !stop.is_asked() {
            let rung = std::pin::pin!(self.confirmations.bell.notified());
            futures_util::future::select(rung, std::pin::pin!(stop.asked())).await;
            let (heads, at) = self.confirmations.newest();
            let keep = async move |tx: &mut Tx| confirm(tx, heads, at).await;
            while !stop.is_asked() {
                match self.store.unit("hub.confirm", keep).await {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => {
                        tracing::warn!(%error, "a confirmation was not kept; the next pull makes up for it");
                        self.confirmations.forget();
                        break;
                    }
                }
            }
        }
    }

    /// What is new for an office.
    ///
    /// # Errors
    /// When the database says no.
    pub(crate) async fn progress(&self, permit: &Permit, known: Known) -> Result<Progress, HubError> {
        permit.require(Action::RegisterRecords)?;
        let office = permit.office().map(|office| office.as_str().to_owned());
        let office = office.unwrap_or_default();
        let read = async move |tx: &mut Tx| {
            let mut files = Vec::new();
            for lane in Lane::ALL {
                files.extend(progress::steps(tx, &office, lane, known.files.get(lane), MOST).await?);
            }
            let let_go = progress::let_go_after(tx, &office, known.let_go, MOST).await?;
            Ok(Progress { files, let_go })
        };
        self.store.read("hub.progress", read).await
    }
}

/// Keeps a part of what was confirmed; whether there is more. Nobody has more than there is: a reader that says so has it
/// from before this hub was set back.
async fn confirm(tx: &mut Tx, heads: Heads, at: i64) -> Result<bool, HubError> {
    let (kept, there) = (progress::confirmed(tx).await?, relay::feed::heads(tx).await?);
    let mut more = false;
    for lane in Lane::ALL {
        let (after, reached) = (kept.get(lane), heads.get(lane).min(there.get(lane)));
        let through = reached.min(after + POSITIONS);
        if through > after {
            progress::confirm(tx, lane, after, through, at).await?;
            more |= through < reached;
        }
    }
    Ok(more)
}
