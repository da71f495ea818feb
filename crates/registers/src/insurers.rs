//! The insurers (保険者): what they have under a number's blind index, and what is left of it beside public assistance.
//!
//! Insurers write their rows as if there were no aid; the rule of `domain::insurance` is applied when somebody asks, with
//! the periods that they say. So an insurer's row never has to be written again because an office decided something.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::insurance::{InsuranceFault, InsuranceRow, rows_beside_periods};
use domain::number::IndividualNumber;
use domain::permit::{Action, Permit};
use exchange::registers::changes::Changes;
use exchange::registers::insurers::{Answer, Question};
use seal::Place;
use serde::Deserialize;
use storage::Tx;

use crate::{BATCH, RegisterError, Registers, changes_of, index_of, store};

/// Somebody's rows, as a sandbox loads them; they replace whatever is there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Insured {
    /// 個人番号; indexed and forgotten.
    pub number: IndividualNumber,
    /// The rows as the insurers wrote them. None: the person is insured nowhere any more.
    pub rows: Vec<InsuranceRow>,
}

impl Insured {
    /// Judges every row by itself.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn check(&self) -> Result<(), InsuranceFault> {
        self.rows.iter().try_for_each(InsuranceRow::check)
    }
}

impl Registers {
    /// Loads people's rows; who has the same rows as before has not changed.
    ///
    /// # Errors
    /// When the permit is for something else, or the database says no.
    pub async fn load_insured(
        self: &Arc<Self>,
        permit: &Permit,
        insured: Vec<Insured>,
    ) -> Result<(), RegisterError> {
        permit.require(Action::LoadRegisters)?;
        for batch in insured.chunks(BATCH) {
            // Who stands there twice has the last of it.
            let mut seen = BTreeSet::new();
            let mut latest: Vec<([u8; 32], Vec<InsuranceRow>)> = batch
                .iter()
                .rev()
                .map(|one| (self.index(&one.number), one.rows.clone()))
                .filter(|(index, _)| seen.insert(*index))
                .collect();
            latest.reverse();
            let (role, latest) = (self.clone(), Arc::new(latest));
            let unit = async move |tx: &mut Tx| {
                let indexes: Vec<_> = latest.iter().map(|(index, _)| *index).collect();
                let there = store::insurers::find(tx, &indexes).await?;
                let news: Vec<_> = latest
                    .iter()
                    .filter(|(index, rows)| !role.has_rows(index, there.get(index), rows))
                    .map(|(index, rows)| (*index, role.seal_rows(index, rows)))
                    .collect();
                if news.is_empty() {
                    return Ok(());
                }
                Ok::<_, RegisterError>(store::insurers::put(tx, &news).await?)
            };
            self.store.unit("registers.insured", unit).await?;
        }
        Ok(())
    }

    /// Whether these rows are there. What does not open any more is replaced.
    fn has_rows(&self, index: &[u8; 32], there: Option<&Vec<u8>>, rows: &[InsuranceRow]) -> bool {
        let there = there.and_then(|sealed| self.open_rows(index, sealed).ok());
        there.as_deref() == Some(rows)
    }

    fn seal_rows(&self, index: &[u8; 32], rows: &[InsuranceRow]) -> Vec<u8> {
        let body = serde_json::to_vec(rows).unwrap_or_default();
        let column = &self.keys.column;
        column.seal(&mut self.env.rng(), &place(&[index]), &body)
    }

    /// Answers the hub's questions, in their order.
    ///
    /// # Errors
    /// When the permit is for something else, the database says no, or a row does not open: who is insured is never
    /// said to be insured nowhere.
    pub async fn rows_beside_aid(
        self: &Arc<Self>,
        permit: &Permit,
        questions: Vec<Question>,
    ) -> Result<Vec<Answer>, RegisterError> {
        permit.require(Action::AskInsurers)?;
        let indexes: Vec<[u8; 32]> = questions.iter().filter_map(|one| index_of(&one.index)).collect();
        let read = async move |tx: &mut Tx| store::insurers::find(tx, &indexes).await;
        let found = self.store.read("registers.rows", read).await?;
        let mut answers = Vec::with_capacity(questions.len());
        for question in &questions {
            let index = index_of(&question.index);
            let base = match index.and_then(|index| Some((index, found.get(&index)?))) {
                Some((index, sealed)) => self.open_rows(&index, sealed)?,
                None => Vec::new(),
            };
            answers.push(Answer {
                rows: rows_beside_periods(&base, &question.aid),
            });
        }
        Ok(answers)
    }

    /// Whose rows changed after a position.
    ///
    /// # Errors
    /// When the permit is for something else, or the database says no.
    pub async fn insurance_changes(
        &self,
        permit: &Permit,
        after: i64,
        most: i64,
    ) -> Result<Changes, RegisterError> {
        permit.require(Action::AskInsurers)?;
        let read = async move |tx: &mut Tx| store::insurers::changes(tx, after, most).await;
        let found = self.store.read("registers.changes", read).await?;
        Ok(changes_of(found))
    }

    fn open_rows(&self, index: &[u8; 32], sealed: &[u8]) -> Result<Vec<InsuranceRow>, RegisterError> {
        let opened = self.keys.column.open(&place(&[index]), sealed);
        let body = opened.map_err(|_| RegisterError::Sealed { table: "insured" })?;
        serde_json::from_slice(&body).map_err(|_| RegisterError::Sealed { table: "insured" })
    }
}

fn place<'a>(row: &'a [&'a [u8]]) -> Place<'a> {
    Place {
        table: "insured",
        row,
        column: "content",
    }
}
