//! A long file: chunks first, then one unit that makes them visible.
//!
//! A unit that was submitted runs on at the database whatever becomes of whoever waited: of a hub that died, or of a
//! COMMIT whose connection broke, nobody knows. When the file comes again its rows are swept, and such a unit would
//! conclude a file without them, or add rows of its own. So each attempt has a number, drawn in the unit that sweeps,
//! and each unit of it asks whether there is a newer one.

use std::sync::Arc;

use exchange::registration::{Answer, File, FileOutcome, Mode};
use relay::inbox::{self, Admission};
use storage::Tx;

use super::chunk::Chunk;
use super::whole::is_refused;
use super::{Tally, admit};
use crate::{Hub, HubError};

/// What became of asking whether a file is to be taken.
enum Admitted {
    /// It is not; this is the answer.
    Answered(Answer),
    /// It is, by this attempt.
    Attempt(i64),
}

impl Hub {
    /// Chunks first, then one unit that makes them visible.
    pub(super) async fn take_long(self: &Arc<Self>, file: Arc<File>) -> Result<Answer, HubError> {
        let admitting = file.clone();
        let unit = async move |tx: &mut Tx| begin(tx, &admitting).await;
        let attempt = match self.store.unit("hub.admit", unit).await? {
            Admitted::Answered(answer) => return Ok(answer),
            Admitted::Attempt(attempt) => attempt,
        };
        if file.envelope.mode == Mode::AllOrNothing {
            let tally = self.rehearse(&file).await?;
            if is_refused(&file, &tally) {
                return self.refuse_whole(file, tally).await;
            }
        }
        let mut tally = Tally::default();
        let mut first = 0;
        while first < file.records.len() {
            let (hub, staging) = (self.clone(), file.clone());
            let chunk = Chunk::of(self, &file, first);
            first = chunk.end();
            let unit = async move |tx: &mut Tx| {
                if go_on(tx, &staging, attempt).await?.is_some() {
                    return Err(HubError::Overtaken);
                }
                let (tally, parted) = hub.stage(tx, &staging, &chunk).await?;
                hub.part(tx, &parted).await?;
                Ok(tally)
            };
            tally.add(self.store.unit("hub.stage", unit).await?);
        }
        if is_refused(&file, &tally) {
            return Err(HubError::Changed);
        }
        let hub = self.clone();
        let unit = async move |tx: &mut Tx| match go_on(tx, &file, attempt).await? {
            Some(answer) => Ok(answer),
            None => hub.conclude(tx, &file, FileOutcome::Judged, tally.clone()).await,
        };
        self.store.unit("hub.conclude", unit).await
    }
}

/// The answer for a file that is not to be judged; otherwise an attempt, which is the only one from now on.
async fn begin(tx: &mut Tx, file: &File) -> Result<Admitted, HubError> {
    Ok(match admit(tx, file).await? {
        Some(answer) => Admitted::Answered(answer),
        None => Admitted::Attempt(inbox::begin(tx, &file.envelope).await?),
    })
}

/// The answer for a file that was taken meanwhile; otherwise the attempt goes on, unless it is over. What is acted on must
/// be true in the commit that acts on it.
async fn go_on(tx: &mut Tx, file: &File, attempt: i64) -> Result<Option<Answer>, HubError> {
    let envelope = &file.envelope;
    match inbox::admit(tx, envelope, file.sha256).await? {
        Admission::Known(receipt) => Ok(Some(Answer::Receipt(*receipt))),
        Admission::Refused(refusal) => Ok(Some(Answer::Refusal(refusal))),
        Admission::Next if inbox::is_newest(tx, envelope, attempt).await? => Ok(None),
        Admission::Next => Err(HubError::Overtaken),
    }
}
