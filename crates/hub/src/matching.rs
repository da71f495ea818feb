//! Matching persons with the register of residents (promise `right-person`).
//!
//! Nobody is passed on before the register agreed. Whoever waits, waits by name, and nothing else waits for
//! them; when the register is down the queue stands still and drains by itself.

use std::sync::Arc;

use env::{Stop, Time};
use exchange::registration::{Content, Lane};
use relay::feed::What;
use serde::{Deserialize, Serialize};
use service::CallError;
use storage::Tx;

use crate::passes::{Batch, Pass};
use crate::store::asking::{self, OfPerson, Register};
use crate::store::persons::{self, Person, State};
use crate::store::records::{self, ByLink, Stored};
use crate::store::{enrolments, progress};
use crate::{Hub, HubError};

/// Persons in one question.
const BATCH: usize = 200;

/// The register's question, as its API has it.
#[derive(Serialize)]
struct Question {
    index: String,
    attributes: Attributes,
}

#[derive(Serialize)]
struct Attributes {
    name: domain::person::PersonName,
    birth_date: domain::calendar::Date,
    sex: domain::person::Sex,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<domain::person::Address>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Match,
    Mismatch,
    Unknown,
}

impl Hub {
    /// Matches whoever waits, until told to stop.
    pub(crate) async fn match_waiting(self: Arc<Self>, stop: Stop) {
        let mut pass = Pass::new("residents");
        while !stop.is_asked() {
            let mut rung = std::pin::pin!(self.waiting.notified());
            rung.as_mut().enable();
            let done = self.match_batch(pass.after.clone()).await;
            pass.go_on(&self.env, &stop, rung, done).await;
        }
    }

    /// Asks about some of those who wait, in the order of office and link.
    async fn match_batch(
        self: &Arc<Self>,
        after: Option<(String, String)>,
    ) -> Result<Batch<(String, String)>, HubError> {
        let hub = self.clone();
        let most = i64::try_from(BATCH).unwrap_or(i64::MAX);
        let read = async move |tx: &mut Tx| {
            let waiting = persons::waiting(tx, after.as_ref(), most).await?;
            let last = waiting
                .last()
                .map(|last| (last.office.clone(), last.link.clone()))
                .filter(|_| waiting.len() == BATCH);
            let mut identities = records::identities(tx, &waiting).await?;
            let mut asked = Vec::new();
            for person in waiting {
                let stored = identities.remove(&(person.office.clone(), person.link.clone()));
                match hub.question(&person, stored.as_ref()) {
                    Ok(question) => asked.push((person, question)),
                    // Whoever cannot be asked about waits; nobody waits for them.
                    Err(error) => {
                        tracing::error!(%error, office = person.office, "somebody cannot be asked about");
                    }
                }
            }
            Ok::<_, HubError>((asked, last))
        };
        let (asked, last) = self.store.read("hub.waiting", read).await?;
        if asked.is_empty() {
            return Ok(Batch { some: false, last });
        }
        let (persons, questions): (Vec<_>, Vec<_>) = asked.into_iter().unzip();
        let path = "/residents/compare";
        let outcomes: Vec<Outcome> = self.registers().post(path, &questions).await?;
        if outcomes.len() != persons.len() {
            return Err(HubError::Call(CallError::Shape { path: path.into() }));
        }
        let told: Vec<_> = persons.into_iter().zip(outcomes).collect();
        let at = self.env.now();
        let hub = self.clone();
        let unit = async move |tx: &mut Tx| {
            let parted = settle(tx, &told, at).await?;
            hub.part(tx, &parted).await
        };
        self.store.unit("hub.match", unit).await?;
        self.news.notify_waiters();
        Ok(Batch { some: true, last })
    }

    /// What to ask about a person: the newest identity part that the office sent.
    fn question(&self, person: &Person, stored: Option<&Stored>) -> Result<Question, HubError> {
        let shape = || HubError::Shape { table: "person" };
        let content = self.open(&person.office, stored.ok_or_else(shape)?)?;
        let Content::Person {
            identity: Some(identity),
            ..
        } = content
        else {
            return Err(shape());
        };
        let said = identity.body;
        let attributes = Attributes {
            name: said.name,
            birth_date: said.birth_date,
            sex: said.sex,
            address: said.registered_address,
        };
        let index = person
            .residents_index
            .as_ref()
            .map(hex::encode)
            .unwrap_or_default();
        Ok(Question { index, attributes })
    }
}

/// Keeps the register's word, unless the office said something newer meanwhile; on a match, the number has its holder
/// and everything held becomes visible in the same commit. The entries that it agreed with and does not any more are left.
async fn settle(tx: &mut Tx, told: &[(Person, Outcome)], at: Time) -> Result<Vec<OfPerson>, HubError> {
    let links: Vec<_> = told
        .iter()
        .map(|(person, _)| (person.office.as_str(), person.link.as_str()))
        .collect();
    let mut there: ByLink<Person> = persons::find_all(tx, &links)
        .await?
        .into_iter()
        .map(|person| ((person.office.clone(), person.link.clone()), person))
        .collect();
    let numbers = told
        .iter()
        .filter_map(|(person, _)| person.number_index.as_deref());
    let mut holders = persons::by_numbers(tx, &numbers.collect::<Vec<_>>()).await?;
    let (mut settled, mut named) = (Vec::new(), Vec::new());
    let (mut joined, mut parted) = (Vec::new(), Vec::new());
    for (asked, outcome) in told {
        let person = there.remove(&(asked.office.clone(), asked.link.clone()));
        let same = |now: &Person| now.revision == asked.revision && now.state == State::Waiting;
        let Some(mut person) = person.filter(same) else {
            continue;
        };
        let holder = person
            .number_index
            .as_ref()
            .and_then(|number| holders.get(number));
        person.state = match outcome {
            // Seen under one name, and by the new number somebody with another: merging is decided by two people.
            Outcome::Match if person.seen && holder.is_some_and(|holder| *holder != person.person) => {
                State::Mismatch
            }
            Outcome::Match => State::Matched,
            Outcome::Mismatch | Outcome::Unknown => State::Mismatch,
        };
        let was_known = person.seen || holder.is_some();
        if person.state == State::Matched {
            match (holder, &person.number_index) {
                (Some(holder), _) => person.person = *holder,
                (None, Some(number)) => {
                    named.push((number.clone(), person.person));
                    holders.insert(number.clone(), person.person);
                }
                (None, None) => {}
            }
        }
        let agreed_before = person.agreed_index.is_some();
        let number = person.residents_index.clone();
        person.agreed_index = number.filter(|_| person.state == State::Matched);
        match &person.agreed_index {
            None if agreed_before => parted.push(OfPerson::of(&person)),
            // Who gets a name only now has enrolled nowhere.
            Some(_) if was_known && !agreed_before => joined.push(person.person),
            _ => {}
        }
        settled.push(person);
    }
    persons::settle(tx, &settled).await?;
    persons::name_numbers(tx, &named).await?;
    enrolments::mark(tx, joined).await?;
    settled.retain(|person| person.state == State::Matched);
    pass_on(tx, &settled, at).await?;
    Ok(parted)
}

/// Makes everything visible that was held of persons who are matched now.
async fn pass_on(tx: &mut Tx, matched: &[Person], at: Time) -> Result<(), HubError> {
    if matched.is_empty() {
        return Ok(());
    }
    let persons = matched.iter().map(|one| one.person).collect();
    asking::mark(tx, Register::Insurers, persons).await?;
    records::release(tx, matched).await?;
    let whats: Vec<_> = matched
        .iter()
        .map(|person| What::Person(person.link.clone()))
        .collect();
    let entries: Vec<_> = matched
        .iter()
        .map(|person| person.office.as_str())
        .zip(&whats)
        .collect();
    let first = relay::feed::append_all(tx, Lane::Single, &entries).await?;
    Ok(progress::let_go(tx, matched, first, at.micros()).await?)
}
