//! Matching persons with the register of residents (promise `right-person`).
//!
//! Nobody is passed on before the register agreed. Whoever waits, waits by name, and nothing else waits for
//! them; when the register is down the queue stands still and drains by itself.

use std::sync::Arc;
use std::time::Duration;

use domain::permit::Actor;
use env::{Stop, Time};
use exchange::registration::{Content, Lane};
use relay::feed::What;
use serde::{Deserialize, Serialize};
use service::{CallError, Caller};
use storage::Tx;

use crate::store::persons::{self, Person, State};
use crate::store::records::{self, ByLink, Stored};
use crate::store::{insurers, progress};
use crate::{Hub, HubError};

/// Persons in one question.
const BATCH: usize = 200;
/// How often the queue is looked at when nobody rings.
const OWN_LOOK: Duration = Duration::from_secs(5);
/// The pauses after failures, doubled from the first to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LAST_PAUSE: Duration = Duration::from_secs(5);

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

/// One pass over those who wait, in the order of office and link. It goes on after the last it has asked about, because
/// a database may keep the places of those who do not wait any more.
#[derive(Default)]
struct Pass {
    after: Option<(String, String)>,
    /// Whether somebody was asked about in it.
    asked: bool,
}

impl Hub {
    /// Matches whoever waits, until told to stop.
    pub(crate) async fn match_waiting(self: Arc<Self>, stop: Stop) {
        let (mut pause, mut pass) = (FIRST_PAUSE, Pass::default());
        while !stop.is_asked() {
            let wait = match self.match_batch(&mut pass).await {
                Ok(false) => OWN_LOOK,
                Ok(true) => {
                    pause = FIRST_PAUSE;
                    continue;
                }
                Err(error) => {
                    tracing::warn!(%error, "persons could not be matched; it is tried again");
                    pause = (pause * 2).min(LAST_PAUSE);
                    pause
                }
            };
            let rung = std::pin::pin!(self.waiting.notified());
            let waiting = std::pin::pin!(self.env.sleep(wait));
            let asked = std::pin::pin!(stop.asked());
            if wait == OWN_LOOK {
                let waiting = futures_util::future::select(rung, waiting);
                futures_util::future::select(waiting, asked).await;
            } else {
                futures_util::future::select(waiting, asked).await;
            }
        }
    }

    /// Asks about some of those who wait; whether there may be more.
    async fn match_batch(self: &Arc<Self>, pass: &mut Pass) -> Result<bool, HubError> {
        let (hub, after) = (self.clone(), pass.after.clone());
        let most = i64::try_from(BATCH).unwrap_or(i64::MAX);
        let read = async move |tx: &mut Tx| {
            let waiting = persons::waiting(tx, after.as_ref(), most).await?;
            let last = waiting
                .last()
                .map(|last| (last.office.clone(), last.link.clone()));
            let is_full = waiting.len() == BATCH;
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
            Ok::<_, HubError>((asked, last, is_full))
        };
        let (asked, last, is_full) = self.store.read("hub.waiting", read).await?;
        let Some(last) = last else {
            // Whoever came meanwhile may stand before the last: another pass, unless this one found nobody to ask about.
            return Ok(std::mem::take(pass).asked);
        };
        if asked.is_empty() {
            pass.after = Some(last);
            return Ok(true);
        }
        let (persons, questions): (Vec<_>, Vec<_>) = asked.into_iter().unzip();
        let caller = Caller::asking(&self.env, &self.registers, Actor::Registers);
        let path = "/residents/compare";
        let outcomes: Vec<Outcome> = caller.post(path, &questions).await?;
        if outcomes.len() != persons.len() {
            return Err(HubError::Call(CallError::Shape { path: path.into() }));
        }
        let told: Vec<_> = persons.into_iter().zip(outcomes).collect();
        let at = self.env.now();
        let unit = async move |tx: &mut Tx| settle(tx, &told, at).await;
        self.store.unit("hub.match", unit).await?;
        self.news.notify_waiters();
        *pass = Pass {
            after: is_full.then_some(last),
            asked: is_full,
        };
        Ok(true)
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
/// and everything held becomes visible in the same commit.
async fn settle(tx: &mut Tx, told: &[(Person, Outcome)], at: Time) -> Result<(), HubError> {
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
        settled.push(person);
    }
    persons::settle(tx, &settled).await?;
    persons::name_numbers(tx, &named).await?;
    settled.retain(|person| person.state == State::Matched);
    pass_on(tx, &settled, at).await
}

/// Makes everything visible that was held of persons who are matched now.
async fn pass_on(tx: &mut Tx, matched: &[Person], at: Time) -> Result<(), HubError> {
    if matched.is_empty() {
        return Ok(());
    }
    insurers::mark(tx, matched).await?;
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
