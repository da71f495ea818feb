//! The state of each record, from decided to visible, with its times.
//!
//! ```text
//! decided ─▶ sent ─▶ received: applied ─▶ visible at verification
//!                      ├─ held ─(the register agreed)─▶ applied ─▶ visible
//!                      ├─ refused, with the rule
//!                      └─ superseded: something as new was there
//! ```
//!
//! `decided_at` and `sent_at` and `received_at` are by the office's clock, `applied_at` and `visible_at` by the hub's.

use std::sync::Arc;

use domain::identity::Link;
use domain::month::TreatmentMonth;
use domain::permit::{Action, Permit};
use exchange::registration::{Kind, Lane, Outcome, RecordId};
use relay::tracking::{self, FileTimes, NotApplied, Released};
use serde::{Deserialize, Serialize};
use storage::Tx;

use crate::store::decisions::{self, Stored};
use crate::store::ledger::month_number;
use crate::store::states::{self, Named, OfFiles};
use crate::{Office, OfficeError};

/// Where a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Decided, and not sent yet.
    Decided,
    /// Sent, and no answer yet.
    Sent,
    /// The hub has it and passes it on.
    Applied,
    /// Verification tells it to institutions.
    Visible,
    /// The hub has it, and it waits for the person or for the register.
    Held,
    /// The hub refused it.
    Refused,
    /// Something as new was there already.
    Superseded,
}

/// A version of a record and where it stands. Times are µs since 1970-01-01T00:00:00Z.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordState {
    /// What it is about.
    pub kind: Kind,
    /// The record.
    pub record: RecordId,
    /// The version.
    pub revision: u32,
    /// The lane and number of the file that carries it.
    pub lane: Lane,
    /// See `lane`.
    pub number: i64,
    /// Where it stands.
    pub state: State,
    /// When it was decided.
    pub decided_at: i64,
    /// When it was first sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<i64>,
    /// When the hub's answer was here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_at: Option<i64>,
    /// When it was applied: with the answer, or later when it was held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied_at: Option<i64>,
    /// When verification had it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible_at: Option<i64>,
    /// Why it is held or refused: the rule, and what to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// Vouchers by where they stand; each is counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateCounts {
    /// See [`State::Decided`].
    pub decided: u64,
    /// See [`State::Sent`].
    pub sent: u64,
    /// See [`State::Applied`].
    pub applied: u64,
    /// See [`State::Visible`].
    pub visible: u64,
    /// See [`State::Held`].
    pub held: u64,
    /// See [`State::Refused`].
    pub refused: u64,
    /// See [`State::Superseded`].
    pub superseded: u64,
}

/// The vouchers of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthStates {
    /// 診療年月
    pub month: TreatmentMonth,
    /// The vouchers that stand, by where their newest versions are.
    pub states: StateCounts,
    /// Vouchers that were withdrawn.
    pub withdrawn: u64,
}

impl Office {
    /// Every version of everything about a person that goes to the hub, and where it stands.
    pub(crate) async fn record_states(
        self: &Arc<Self>,
        permit: &Permit,
        link: Link,
    ) -> Result<Vec<RecordState>, OfficeError> {
        permit.require(Action::DecideAtOffice)?;
        let read = async move |tx: &mut Tx| {
            let stored = decisions::all(tx, link.as_str()).await?;
            if stored.is_empty() {
                return Err(OfficeError::NoPerson);
            }
            let mut states = Vec::with_capacity(stored.len());
            for stored in &stored {
                states.push(state_of(tx, stored).await?);
            }
            Ok(states)
        };
        self.store.read("office.records", read).await
    }

    /// The vouchers of a month by where they stand.
    pub(crate) async fn month_states(
        self: &Arc<Self>,
        permit: &Permit,
        month: TreatmentMonth,
    ) -> Result<MonthStates, OfficeError> {
        permit.require(Action::DecideAtOffice)?;
        let number = month_number(month);
        let read = async move |tx: &mut Tx| {
            let files = states::files_of_month(tx, number).await?;
            let named = states::named_of_month(tx, number).await?;
            Ok(MonthStates {
                month,
                states: StateCounts::of(&files, &named),
                withdrawn: states::withdrawn(tx, number).await?,
            })
        };
        self.store.read("office.month", read).await
    }
}

impl StateCounts {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.decided + self.sent + self.applied + self.visible + self.held + self.refused + self.superseded
    }

    /// From files and from whom their receipts name.
    pub(crate) fn of(files: &[OfFiles], named: &[Named]) -> StateCounts {
        let mut counts = StateCounts::default();
        for of in files {
            *counts.place(of_file(of.sent, of.taken, of.visible)) += of.vouchers;
        }
        for one in named {
            let Some(outcome) = Outcome::from_name(&one.outcome) else {
                continue;
            };
            // Its file's state counted it already.
            let counted = counts.place(of_file(true, Some(true), one.file_visible));
            *counted = counted.saturating_sub(one.vouchers);
            *counts.place(of_outcome(outcome, one.let_go, one.visible)) += one.vouchers;
        }
        counts
    }

    fn place(&mut self, state: State) -> &mut u64 {
        match state {
            State::Decided => &mut self.decided,
            State::Sent => &mut self.sent,
            State::Applied => &mut self.applied,
            State::Visible => &mut self.visible,
            State::Held => &mut self.held,
            State::Refused => &mut self.refused,
            State::Superseded => &mut self.superseded,
        }
    }
}

/// Where a record stands whom its file's receipt does not name.
fn of_file(sent: bool, taken: Option<bool>, visible: bool) -> State {
    match (sent, taken) {
        (false, _) => State::Decided,
        (true, None) => State::Sent,
        (true, Some(false)) => State::Refused,
        (true, Some(true)) if visible => State::Visible,
        (true, Some(true)) => State::Applied,
    }
}

/// Where a record stands whom a receipt names.
fn of_outcome(outcome: Outcome, let_go: bool, visible: bool) -> State {
    match outcome {
        Outcome::Held if !let_go => State::Held,
        Outcome::Held | Outcome::Applied if visible => State::Visible,
        Outcome::Held | Outcome::Applied => State::Applied,
        Outcome::Refused => State::Refused,
        Outcome::Superseded => State::Superseded,
    }
}

async fn state_of(tx: &mut Tx, stored: &Stored) -> Result<RecordState, OfficeError> {
    let shape = || OfficeError::Shape { table: "decision" };
    let (kind, lane) = (
        Kind::from_name(&stored.kind).ok_or_else(shape)?,
        Lane::from_name(&stored.lane).ok_or_else(shape)?,
    );
    let file = tracking::of_file(tx, lane, stored.number).await?;
    let (link, record) = (stored.link.as_str(), stored.record.as_str());
    let named = tracking::of_record(tx, link, kind, record, stored.revision).await?;
    let released = match &named {
        Some(named) if named.outcome == Outcome::Held => {
            tracking::released(tx, link, kind, stored.revision).await?
        }
        _ => None,
    };
    let record = RecordId::parse(record).map_err(|_| shape())?;
    let mut state = RecordState {
        kind,
        record,
        revision: stored.revision,
        lane,
        number: stored.number,
        state: State::Decided,
        decided_at: stored.decided_at,
        sent_at: None,
        received_at: None,
        applied_at: None,
        visible_at: None,
        why: None,
    };
    if let Some(file) = file {
        state.follow(file, named, released);
    }
    Ok(state)
}

impl RecordState {
    /// Follows the record as far as it has come.
    fn follow(&mut self, file: FileTimes, named: Option<NotApplied>, released: Option<Released>) {
        self.sent_at = Some(file.sent_at);
        self.received_at = file.answered_at;
        self.state = of_file(true, file.taken, file.visible_at.is_some());
        if file.taken != Some(true) {
            return;
        }
        let Some(named) = named else {
            (self.applied_at, self.visible_at) = (file.answered_at, file.visible_at);
            return;
        };
        // Whoever was held is visible with the later of the two: its file, or what it waited for.
        let visible_at = released.and_then(|released| Some(released.visible_at?.max(file.visible_at?)));
        self.state = of_outcome(named.outcome, released.is_some(), visible_at.is_some());
        match released {
            Some(released) => {
                self.applied_at = Some(released.at);
                self.visible_at = visible_at;
            }
            None => self.why = Some(named.why),
        }
    }
}

#[cfg(test)]
mod tests;
