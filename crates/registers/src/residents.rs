//! The register of residents: five attributes under a number's blind index.

use std::sync::Arc;

use domain::number::IndividualNumber;
use domain::permit::{Action, Permit};
use domain::person::{Address, PersonName, Sex};
use seal::Place;
use serde::{Deserialize, Serialize};
use storage::Tx;

use crate::{BATCH, RegisterError, Registers, index_of, store};

/// The five attributes (5情報).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attributes {
    /// 氏名・氏名カナ.
    pub name: PersonName,
    /// 生年月日.
    pub birth_date: domain::calendar::Date,
    /// 性別.
    pub sex: Sex,
    /// 住所.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
}

/// A resident of the sandbox.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resident {
    /// 個人番号; indexed and forgotten.
    pub number: IndividualNumber,
    /// What the register has under it.
    pub attributes: Attributes,
}

/// Whether these are the attributes under that number.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The number's blind index, 64 hexadecimal digits.
    pub index: String,
    /// What the office says.
    pub attributes: Attributes,
}

/// What the register says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All five agree.
    Match,
    /// At least one differs.
    Mismatch,
    /// There is nobody under that number.
    Unknown,
}

impl Registers {
    /// Loads residents; one who is there is replaced.
    ///
    /// # Errors
    /// When the permit is for something else, or the database says no.
    pub async fn load_residents(
        self: &Arc<Self>,
        permit: &Permit,
        residents: Vec<Resident>,
    ) -> Result<(), RegisterError> {
        permit.require(Action::LoadRegisters)?;
        let mut residents = residents.into_iter();
        loop {
            let batch: Vec<([u8; 32], Vec<u8>)> = residents
                .by_ref()
                .take(BATCH)
                .map(|one| self.seal_resident(&one))
                .collect();
            if batch.is_empty() {
                return Ok(());
            }
            let unit = async move |tx: &mut Tx| store::residents::put(tx, &batch).await;
            self.store.unit("registers.load", unit).await?;
        }
    }

    /// Indexes the number and forgets it, and seals the rest.
    fn seal_resident(&self, resident: &Resident) -> ([u8; 32], Vec<u8>) {
        let index = self.index(&resident.number);
        let body = serde_json::to_vec(&resident.attributes).unwrap_or_default();
        let sealed = self
            .keys
            .column
            .seal(&mut self.env.rng(), &place(&[&index]), &body);
        (index, sealed)
    }

    /// Answers the hub's questions, in their order.
    ///
    /// # Errors
    /// When the permit is for something else, or the database says no.
    pub async fn compare(
        &self,
        permit: &Permit,
        questions: &[Question],
    ) -> Result<Vec<Outcome>, RegisterError> {
        permit.require(Action::MatchPerson)?;
        let indexes: Vec<[u8; 32]> = questions.iter().filter_map(|one| index_of(&one.index)).collect();
        let read = async move |tx: &mut Tx| store::residents::find(tx, &indexes).await;
        let found = self.store.read("registers.find", read).await?;
        let outcome = |question: &Question| {
            let index = index_of(&question.index);
            match index.and_then(|index| Some((index, found.get(&index)?))) {
                None => Outcome::Unknown,
                Some((index, sealed)) if self.agrees(&index, sealed, &question.attributes) => Outcome::Match,
                Some(_) => Outcome::Mismatch,
            }
        };
        Ok(questions.iter().map(outcome).collect())
    }

    /// Whether the register has these attributes. A row that does not open agrees with nobody.
    fn agrees(&self, index: &[u8; 32], sealed: &[u8], said: &Attributes) -> bool {
        let opened = self.keys.column.open(&place(&[index]), sealed).ok();
        let held = opened.and_then(|body| serde_json::from_slice::<Attributes>(&body).ok());
        held.as_ref() == Some(said)
    }
}

fn place<'a>(row: &'a [&'a [u8]]) -> Place<'a> {
    Place {
        table: "resident",
        row,
        column: "attributes",
    }
}
