//! What insurers have about people with whom the register of residents agrees, asked for and passed on.
//!
//! They are asked about when an eligibility applies, when the register agrees, and when an insurer's row changes; by the
//! number that the register agrees with and no other (promise `right-person`), with the periods of aid of every office.

use std::sync::Arc;

use domain::insurance::AidPeriod;
use exchange::registers::insurers::{Answer, Question, ROWS};
use exchange::registration::{Content, InsuranceServed};
use service::CallError;
use storage::Tx;

use crate::store::asking::{self, Marked, OfPerson, Register};
use crate::store::insurers;
use crate::store::records::{ByLink, Stored};
use crate::{Hub, HubError};

/// One person who is asked about.
struct Asked {
    marked: Marked,
    /// Their entries at offices, as they were when the question was put.
    entries: Vec<OfPerson>,
    question: Option<Question>,
}

impl Hub {
    /// Asks how marked people are insured; whether anything was done.
    pub(crate) async fn ask_insurers(self: &Arc<Self>, marked: Vec<Marked>) -> Result<bool, HubError> {
        let hub = self.clone();
        let read = async move |tx: &mut Tx| hub.ask_about(tx, &marked).await;
        let asked = self.store.read("hub.insurers-asked", read).await?;
        if asked.is_empty() {
            return Ok(false);
        }
        let questions: Vec<&Question> = asked.iter().filter_map(|one| one.question.as_ref()).collect();
        let answers: Vec<Answer> = if questions.is_empty() {
            Vec::new()
        } else {
            self.registers().post(ROWS, &questions).await?
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
            asking::unmark(tx, Register::Insurers, &marked).await?;
            let told = told
                .iter()
                .filter_map(|(asked, answer)| Some((asked, answer.as_ref()?)));
            let of_entries = told.flat_map(|(asked, answer)| {
                let rows = || InsuranceServed {
                    rows: answer.rows.clone(),
                };
                asked.entries.iter().map(move |entry| (entry, rows()))
            });
            hub.make(tx, of_entries.collect()).await
        };
        self.store.unit("hub.insurers-rows", unit).await?;
        self.news.notify_waiters();
        Ok(true)
    }

    /// What to ask about those who are marked.
    async fn ask_about(&self, tx: &mut Tx, marked: &[Marked]) -> Result<Vec<Asked>, HubError> {
        let mut entries = asking::entries(tx, marked.iter().map(|one| one.person)).await?;
        let eligibilities = insurers::eligibilities(tx, entries.values().flatten()).await?;
        let mut all = Vec::with_capacity(marked.len());
        for marked in marked.iter().copied() {
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

    /// What to ask about a person: nothing when the register agrees with no number of theirs; when it does they are marked
    /// again.
    fn rows_question(
        &self,
        entries: &[OfPerson],
        eligibilities: &ByLink<Vec<Stored>>,
    ) -> Result<Option<Question>, HubError> {
        let Some(index) = entries.iter().find_map(|entry| entry.agreed_index.as_ref()) else {
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
}
