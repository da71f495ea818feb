//! All or nothing: a broken rule refuses the whole file, and nothing of it may stay: no record, and no word about
//! a person either.
//!
//! A short file is undone with the unit that judged it. A long one is judged in units that are all undone before
//! anything of it is written, because others could see and be measured against what is written.

use std::collections::BTreeMap;
use std::sync::Arc;

use exchange::registration::{Answer, File, FileOutcome, Mode, Outcome};
use relay::RelayError;
use storage::{StoreError, Tx};

use super::chunk::Chunk;
use super::{Tally, admit};
use crate::{Hub, HubError};

/// Why a unit that judged is undone.
pub(super) enum Undone {
    /// This is what judging came to; nothing is to be kept.
    Judged(Tally),
    /// It could not be judged.
    Failed(HubError),
}

impl From<HubError> for Undone {
    fn from(error: HubError) -> Undone {
        Undone::Failed(error)
    }
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Undone {
        Undone::Failed(error.into())
    }
}

impl From<RelayError> for Undone {
    fn from(error: RelayError) -> Undone {
        Undone::Failed(error.into())
    }
}

/// Whether what was judged refuses the whole file.
pub(super) fn is_refused(file: &File, tally: &Tally) -> bool {
    file.envelope.mode == Mode::AllOrNothing && tally.counts.refused > 0
}

impl Hub {
    /// Judges a long file and writes nothing.
    pub(super) async fn rehearse(self: &Arc<Self>, file: &Arc<File>) -> Result<Tally, HubError> {
        let mut tally = Tally::default();
        let mut first = 0;
        while first < file.records.len() {
            let (hub, judging) = (self.clone(), file.clone());
            let chunk = Chunk::of(self, file, first);
            first = chunk.end();
            let unit = async move |tx: &mut Tx| -> Result<(), Undone> {
                Err(Undone::Judged(hub.stage(tx, &judging, &chunk).await?.0))
            };
            match self.store.unit("hub.rehearse", unit).await {
                Err(Undone::Judged(judged)) => tally.add(judged),
                Err(Undone::Failed(error)) => return Err(error),
                Ok(()) => {}
            }
        }
        Ok(tally)
    }

    /// Concludes a file of which nothing is applied. Its number is used up, and its receipt stands.
    pub(super) async fn refuse_whole(
        self: &Arc<Self>,
        file: Arc<File>,
        judged: Tally,
    ) -> Result<Answer, HubError> {
        let tally = all_refused(&file, judged);
        let hub = self.clone();
        let unit = async move |tx: &mut Tx| match admit(tx, &file).await? {
            Some(answer) => Ok(answer),
            None => {
                let outcome = FileOutcome::RefusedWhole;
                hub.conclude(tx, &file, outcome, tally.clone()).await
            }
        };
        self.store.unit("hub.refuse", unit).await
    }
}

/// Every record refused: those that broke a rule for their reason, the others for theirs.
fn all_refused(file: &File, judged: Tally) -> Tally {
    let broken = judged.not_applied.into_iter();
    let broken = broken.filter(|result| result.outcome == Outcome::Refused);
    let why: BTreeMap<u32, String> = broken.map(|result| (result.row, result.why)).collect();
    let mut tally = Tally::default();
    for (row, record) in (1..).zip(&file.records) {
        let other = "all-or-nothing: another record of the file breaks a rule";
        let why = why.get(&row).map_or(other, String::as_str);
        tally.note(row, record, Outcome::Refused, why);
    }
    tally
}
