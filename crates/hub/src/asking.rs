//! Asking registers about marked people, and passing on what they say.
//!
//! ```text
//! something changed here        ┐ in the same commit: a mark        the register is asked; what it says
//! the register tells of a change┴─▶ to_ask ──────────────────────▶ becomes the next revision of a record that the
//!                       (with the cursor)                           hub makes, an entry of the feed, and the mark goes
//! ```
//!
//! A mark counts its turns. It is removed only as it was when the question was put, so what changes in between is asked
//! about again; what dies in between is asked about again too, and what is as before makes no revision. So everything
//! arrives at verification once, and the newest always does.

use std::sync::Arc;

use domain::identity::PersonId;
use domain::permit::Actor;
use env::{Stop, Time};
use exchange::registers::changes::Changes;
use exchange::registers::{cards, insurers};
use service::Caller;
use storage::Tx;

use crate::passes::{Batch, OWN_LOOK, Pass};
use crate::store::asking::{self, Register};
use crate::{Hub, HubError};

/// People in one question.
const BATCH: usize = 100;

impl Hub {
    /// Whoever is asked about residents, cards and insurance.
    pub(crate) fn registers(&self) -> Caller {
        Caller::asking(&self.env, &self.registers, Actor::Registers)
    }

    /// Asks a register about whoever is marked, until told to stop.
    pub(crate) async fn ask_register(self: Arc<Self>, register: Register, stop: Stop) {
        let (mut pass, mut pulled) = (Pass::new(register.name()), None);
        while !stop.is_asked() {
            let mut rung = std::pin::pin!(self.news.notified());
            rung.as_mut().enable();
            let done = self.ask_round(register, pass.after, &mut pulled).await;
            pass.go_on(&self.env, &stop, rung, done).await;
        }
    }

    /// Pulls changes at the beginning of a pass, when it is time; then asks about some of those who are marked.
    async fn ask_round(
        self: &Arc<Self>,
        register: Register,
        after: Option<PersonId>,
        pulled: &mut Option<Time>,
    ) -> Result<Batch<PersonId>, HubError> {
        let (now, mut changed) = (self.env.now(), false);
        // Of a clock that was set back it is not known how long ago the last time was.
        let is_time = |pulled: Time| now < pulled || now >= pulled + OWN_LOOK;
        if after.is_none() && pulled.is_none_or(is_time) {
            changed = self.pull_changes(register).await?;
            *pulled = (!changed).then_some(now);
        }
        let mut batch = self.ask_batch(register, after).await?;
        batch.some |= changed;
        Ok(batch)
    }

    /// Marks of whom something has changed at a register, in the commit that moves the cursor; whether there was anybody.
    async fn pull_changes(self: &Arc<Self>, register: Register) -> Result<bool, HubError> {
        let read = async move |tx: &mut Tx| asking::cursor(tx, register).await;
        let after = self.store.read("hub.cursor", read).await?;
        let path = match register {
            Register::Cards => cards::CHANGES,
            Register::Insurers => insurers::CHANGES,
        };
        let changes: Changes = self.registers().get(&format!("{path}?after={after}")).await?;
        let Some(last) = changes.changes.last().map(|change| change.n) else {
            return Ok(false);
        };
        let unit = async move |tx: &mut Tx| {
            let indexes = changes.changes.iter().map(|change| hex::decode(&change.index));
            let indexes: Vec<_> = indexes.filter_map(Result::ok).collect();
            asking::mark_by_indexes(tx, register, &indexes).await?;
            asking::move_cursor(tx, register, last).await
        };
        self.store.unit("hub.changes", unit).await?;
        Ok(true)
    }

    /// Asks about some of those who are marked, behind one of them.
    async fn ask_batch(
        self: &Arc<Self>,
        register: Register,
        after: Option<PersonId>,
    ) -> Result<Batch<PersonId>, HubError> {
        let most = i64::try_from(BATCH).unwrap_or(i64::MAX);
        let read = async move |tx: &mut Tx| asking::marked(tx, register, after.as_ref(), most).await;
        let marked = self.store.read("hub.marked", read).await?;
        let last = marked.last().map(|last| last.person);
        let last = last.filter(|_| marked.len() == BATCH);
        if marked.is_empty() {
            return Ok(Batch { some: false, last });
        }
        let some = match register {
            Register::Cards => self.ask_cards(marked).await?,
            Register::Insurers => self.ask_insurers(marked).await?,
        };
        Ok(Batch { some, last })
    }
}
