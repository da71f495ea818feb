//! What insurers have about matched people, asked for and passed on.
//!
//! ```text
//! an eligibility applies ┐ one commit: a mark        asking: rows beside the aid of every office
//! somebody is matched    ┼─▶ insurers_to_ask ──────▶ (registers) ─▶ new revision, feed, mark removed: one commit
//! an insurer's change    ┘ (with the cursor)
//! ```
//!
//! A mark counts its turns. It is removed only as it was when the question was put, so what changes in between is asked
//! about again; what dies in between is asked about again too, and rows that are as before make no revision. So rows
//! arrive at verification once, and the newest always do.
//!
//! Only whoever is matched is asked about, by the number that matched (promise `right-person`).

use std::sync::Arc;
use std::time::Duration;

use domain::identity::PersonId;
use domain::insurance::AidPeriod;
use domain::permit::Actor;
use env::{Stop, Time};
use exchange::registers::insurers::{Answer, CHANGES, Changes, Question, ROWS};
use exchange::registration::{Content, INSURANCE_RECORD, InsuranceServed, Kind, Lane, Part, Salt};
use relay::feed::What;
use service::{CallError, Caller};
use storage::Tx;

use crate::store::insurers::{self, Marked, OfPerson};
use crate::store::records::{ByLink, Key, Stored};
use crate::{Hub, HubError};

/// People in one question.
const BATCH: i64 = 100;
/// How often changes are pulled, and marks looked for when nobody rings.
const OWN_LOOK: Duration = Duration::from_secs(5);
/// The pauses after failures, doubled from the first to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LAST_PAUSE: Duration = Duration::from_secs(5);

/// One person who is asked about.
struct Asked {
    marked: Marked,
    /// Their entries at offices, as they were when the question was put.
    entries: Vec<OfPerson>,
    question: Option<Question>,
}

impl Hub {
    /// Asks about whoever is marked, until told to stop.
    pub(crate) async fn ask_insurers(self: Arc<Self>, stop: Stop) {
        let (mut pause, mut pulled) = (FIRST_PAUSE, None);
        while !stop.is_asked() {
            // Registered before looking, so that news between the look and the wait is heard.
            let mut news = std::pin::pin!(self.news.notified());
            news.as_mut().enable();
            let wait = match self.ask_round(&mut pulled).await {
                Ok(false) => OWN_LOOK,
                Ok(true) => {
                    pause = FIRST_PAUSE;
                    continue;
                }
                Err(error) => {
                    tracing::warn!(%error, "insurers could not be asked; it is tried again");
                    pause = (pause * 2).min(LAST_PAUSE);
                    pause
                }
            };
            let waiting = std::pin::pin!(self.env.sleep(wait));
            let asked = std::pin::pin!(stop.asked());
            if wait == OWN_LOOK {
                let waiting = futures_util::future::select(news, waiting);
                futures_util::future::select(waiting, asked).await;
            } else {
                futures_util::future::select(waiting, asked).await;
            }
        }
    }

    /// Pulls changes when it is time, then asks about some of those who are marked; whether there may be more.
    async fn ask_round(self: &Arc<Self>, pulled: &mut Option<Time>) -> Result<bool, HubError> {
        let now = self.env.now();
        let mut more = false;
        if pulled.is_none_or(|pulled| now >= pulled + OWN_LOOK) {
            more = self.pull_changes().await?;
            *pulled = (!more).then_some(now);
        }
        let mut after = None;
        loop {
            let (asked, last) = self.ask_batch(after).await?;
            more |= asked;
            match last {
                Some(last) => after = Some(last),
                None => return Ok(more),
            }
        }
    }

    /// Marks whose rows have changed at the insurers, in the commit that moves the cursor; whether there may be more.
    async fn pull_changes(self: &Arc<Self>) -> Result<bool, HubError> {
        let read = async move |tx: &mut Tx| insurers::cursor(tx).await;
        let after = self.store.read("hub.insurers-cursor", read).await?;
        let caller = Caller::asking(&self.env, &self.registers, Actor::Registers);
        let changes: Changes = caller.get(&format!("{CHANGES}?after={after}")).await?;
        let Some(last) = changes.changes.last().map(|change| change.n) else {
            return Ok(false);
        };
        let unit = async move |tx: &mut Tx| {
            let indexes = changes.changes.iter().map(|change| hex::decode(&change.index));
            let indexes: Vec<_> = indexes.filter_map(Result::ok).collect();
            insurers::mark_by_indexes(tx, &indexes).await?;
            insurers::move_cursor(tx, last).await
        };
        self.store.unit("hub.insurers-changes", unit).await?;
        Ok(true)
    }

    /// Asks about some of those who are marked, after one of them; whether anybody was, and the last one when there may
    /// be more.
    async fn ask_batch(
        self: &Arc<Self>,
        after: Option<PersonId>,
    ) -> Result<(bool, Option<PersonId>), HubError> {
        let hub = self.clone();
        let read = async move |tx: &mut Tx| {
            let marked = insurers::marked(tx, after.as_ref(), BATCH).await?;
            let last = marked.last().map(|one| one.person);
            Ok::<_, HubError>((hub.ask_about(tx, marked).await?, last))
        };
        let (asked, last) = self.store.read("hub.insurers-marks", read).await?;
        if asked.is_empty() {
            return Ok((false, last));
        }
        let questions: Vec<&Question> = asked.iter().filter_map(|one| one.question.as_ref()).collect();
        let answers: Vec<Answer> = if questions.is_empty() {
            Vec::new()
        } else {
            Caller::asking(&self.env, &self.registers, Actor::Registers)
                .post(ROWS, &questions)
                .await?
        };
        if answers.len() != questions.len() {
            return Err(HubError::Call(CallError::Shape { path: ROWS.into() }));
        }
        let mut answers = answers.into_iter();
        let told: Vec<(Asked, Option<Answer>)> = asked
            .into_iter()
            .map(|one| {
                let answer = one.question.is_some().then(|| answers.next()).flatten();
                (one, answer)
            })
            .collect();
        let marked: Vec<Marked> = told.iter().map(|(asked, _)| asked.marked).collect();
        let hub = self.clone();
        let unit = async move |tx: &mut Tx| {
            // Marks before positions, as whoever marks does it: the other way round the two would wait for each other.
            insurers::unmark(tx, &marked).await?;
            hub.keep_rows(tx, &told).await
        };
        self.store.unit("hub.insurers-rows", unit).await?;
        self.news.notify_waiters();
        Ok((true, last))
    }

    /// What to ask about those who are marked.
    async fn ask_about(&self, tx: &mut Tx, marked: Vec<Marked>) -> Result<Vec<Asked>, HubError> {
        let mut entries = insurers::entries(tx, &marked).await?;
        let eligibilities = insurers::eligibilities(tx, entries.values().flatten()).await?;
        let mut all = Vec::with_capacity(marked.len());
        for marked in marked {
            let entries = entries.remove(&marked.person).unwrap_or_default();
            match self.rows_question(&entries, &eligibilities) {
                Ok(question) => all.push(Asked {
                    marked,
                    entries,
                    question,
                }),
                // Whoever cannot be asked about keeps the mark; nobody waits for them.
                Err(error) => tracing::error!(%error, "insurers cannot be asked about somebody"),
            }
        }
        Ok(all)
    }

    /// What to ask about a person: nothing when no number of theirs is matched now; a match will mark them again.
    fn rows_question(
        &self,
        entries: &[OfPerson],
        eligibilities: &ByLink<Vec<Stored>>,
    ) -> Result<Option<Question>, HubError> {
        let Some(index) = entries.iter().find_map(|entry| entry.matched_index.as_ref()) else {
            return Ok(None);
        };
        let mut aid = Vec::new();
        for entry in entries {
            let versions = eligibilities.get(&entry.key()).map_or(&[][..], Vec::as_slice);
            for of_record in versions.chunk_by(|a, b| a.record == b.record) {
                if let Some(newest) = of_record.last()
                    && let Content::Eligibility { served } = self.open(&entry.office, newest)?
                {
                    aid.push(AidPeriod::from(&served.body.eligibility));
                }
            }
        }
        aid.sort();
        let index = hex::encode(index);
        Ok(Some(Question { index, aid }))
    }

    /// Makes what was told the next revision at each of the people's entries, unless it is what is there.
    async fn keep_rows(&self, tx: &mut Tx, told: &[(Asked, Option<Answer>)]) -> Result<(), HubError> {
        let told: Vec<(&OfPerson, &Answer)> = told
            .iter()
            .filter_map(|(asked, answer)| Some((asked, answer.as_ref()?)))
            .flat_map(|(asked, answer)| asked.entries.iter().map(move |entry| (entry, answer)))
            .collect();
        let newest = insurers::newest(tx, told.iter().map(|(entry, _)| *entry)).await?;
        let (mut versions, mut whats) = (Vec::new(), Vec::new());
        for (entry, answer) in told {
            let newest = newest.get(&entry.key());
            // What does not open any more is told anew.
            let there = newest.and_then(|newest| self.open(&entry.office, newest).ok());
            if matches!(there, Some(Content::Insurance { served }) if served.body.rows == answer.rows) {
                continue;
            }
            let revision = newest.map_or(0, |newest| newest.revision) + 1;
            let key = Key {
                office: &entry.office,
                link: &entry.link,
                kind: Kind::Insurance,
                record: INSURANCE_RECORD,
                revision,
            };
            let rows = answer.rows.clone();
            let served = Part::new(Salt(self.env.random()), InsuranceServed { rows });
            versions.push((key, self.seal(key, &Content::Insurance { served })));
            whats.push((
                entry.office.as_str(),
                What::Insurance {
                    link: entry.link.clone(),
                    revision,
                },
            ));
        }
        if versions.is_empty() {
            return Ok(());
        }
        insurers::put(tx, &versions).await?;
        let entries: Vec<_> = whats.iter().map(|(office, what)| (*office, what)).collect();
        relay::feed::append_all(tx, Lane::Single, &entries).await?;
        Ok(())
    }
}
