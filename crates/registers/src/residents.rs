//! The register of residents: five attributes under a number's blind index.

use domain::number::IndividualNumber;
use domain::permit::{Action, Denied, Permit};
use domain::person::{Address, PersonName, Sex};
use env::Env;
use seal::Place;
use serde::{Deserialize, Serialize};
use storage::{Store, StoreError, Tx};

use crate::{Keys, store};

/// The register, as its endpoints use it.
pub struct Residents {
    pub(crate) env: Env,
    pub(crate) store: Store,
    pub(crate) keys: Keys,
}

/// Why the register does not answer.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The permit is for something else.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

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

impl Residents {
    /// Loads a resident; one who is there is replaced.
    ///
    /// # Errors
    /// When the database says no.
    pub async fn load(&self, resident: Resident) -> Result<(), StoreError> {
        let index = self.keys.index.index_number(&resident.number);
        let body = serde_json::to_vec(&resident.attributes).unwrap_or_default();
        let index: [u8; 32] = index.as_bytes().try_into().unwrap_or_default();
        let sealed = self
            .keys
            .column
            .seal(&mut self.env.rng(), &place(&[&index]), &body);
        self.store
            .unit("registers.load", async move |tx: &mut Tx| {
                store::put(tx, &index, &sealed).await
            })
            .await
    }

    /// Answers the hub's questions, in their order.
    ///
    /// # Errors
    /// When the database says no.
    pub async fn compare(
        &self,
        permit: &Permit,
        questions: &[Question],
    ) -> Result<Vec<Outcome>, RegisterError> {
        permit.require(Action::MatchPerson)?;
        let mut outcomes = Vec::with_capacity(questions.len());
        for question in questions {
            outcomes.push(self.compare_one(question).await?);
        }
        Ok(outcomes)
    }

    async fn compare_one(&self, question: &Question) -> Result<Outcome, StoreError> {
        let Some(index) = index_of(&question.index) else {
            return Ok(Outcome::Unknown);
        };
        let key = index;
        let sealed = self
            .store
            .read("registers.find", async move |tx: &mut Tx| {
                store::find(tx, &key).await
            })
            .await?;
        let Some(sealed) = sealed else {
            return Ok(Outcome::Unknown);
        };
        // A row that does not open agrees with nobody.
        let opened = self.keys.column.open(&place(&[&index]), &sealed).ok();
        let held = opened.and_then(|body| serde_json::from_slice::<Attributes>(&body).ok());
        Ok(if held.as_ref() == Some(&question.attributes) {
            Outcome::Match
        } else {
            Outcome::Mismatch
        })
    }
}

fn index_of(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    Some(bytes)
}

fn place<'a>(row: &'a [&'a [u8]]) -> Place<'a> {
    Place {
        table: "resident",
        row,
        column: "attributes",
    }
}
