//! A desk: one connection, over which nonces are fetched and brought back with a card's signature.

use std::ops::Range;

use env::{Env, Origin};
use exchange::presence::{CARD, NONCE, Nonce};

use crate::Fault;
use crate::cards::{self, Cards, Reader};
use crate::load::{Connection, Question, TERMINAL, Times};
use crate::people::Person;
use crate::watch::Watch;

/// Somebody puts their card on the reader.
struct Visit {
    person: Person,
    certificate: Vec<u8>,
    nonce: Vec<u8>,
    question: Option<Question>,
}

/// A desk and its visitors.
pub(super) struct Desk {
    connection: Connection,
    at: Origin,
    reader: Reader,
    fetch: Question,
    visits: Vec<Visit>,
}

impl Desk {
    /// Connects.
    pub(super) fn open(at: &Origin, cards: &Cards) -> Result<Desk, Fault> {
        Ok(Desk {
            connection: Connection::open(at)?,
            at: at.clone(),
            reader: cards.put_on_reader(TERMINAL)?,
            fetch: Question::post(at, NONCE, "json", "", vec!["\"nonce\"".to_owned()]),
            visits: Vec::new(),
        })
    }

    /// These people will come, in this order, each with a certificate that nobody has seen.
    pub(super) fn expect(
        &mut self,
        cards: &Cards,
        people: impl Iterator<Item = Person>,
    ) -> Result<(), Fault> {
        let visit = |person| {
            Ok(Visit {
                person,
                certificate: cards.certificate(person)?,
                nonce: Vec::new(),
                question: None,
            })
        };
        self.visits = people.map(visit).collect::<Result<_, Fault>>()?;
        Ok(())
    }

    /// How many will come.
    pub(super) fn visits(&self) -> usize {
        self.visits.len()
    }

    /// Fetches the nonces of some visits.
    pub(super) fn fetch(&mut self, some: Range<usize>) -> Result<Times, String> {
        let (mut times, mut last) = (Vec::with_capacity(some.len()), 0);
        for visit in self.visits.get_mut(some).unwrap_or_default() {
            let clock = Watch::start();
            let answer = self.connection.ask(&self.fetch)?;
            times.push(clock.elapsed());
            answer.holds(&self.fetch)?;
            last = answer.body.len();
            let told: Nonce = serde_json::from_slice(answer.body).map_err(|error| error.to_string())?;
            visit.nonce = told.nonce;
        }
        Ok((times, last))
    }

    /// Has the cards sign.
    pub(super) fn sign(&mut self, env: &Env) -> Result<(), Fault> {
        for visit in &mut self.visits {
            let asked = cards::asked(visit.person.day)?;
            let nonce = std::mem::take(&mut visit.nonce);
            let body = self.reader.sign(&visit.certificate, nonce, &asked, env.now())?;
            let expected = vec![
                "<QualificationValidity>1</QualificationValidity>".to_owned(),
                visit.person.issued(),
            ];
            visit.question = Some(Question::post(&self.at, CARD, "json", &body, expected));
        }
        Ok(())
    }

    /// Asks with the cards of some visits; each answer is looked into.
    pub(super) fn ask(&mut self, some: Range<usize>) -> Result<Times, String> {
        let (mut times, mut last) = (Vec::with_capacity(some.len()), 0);
        for visit in self.visits.get(some).unwrap_or_default() {
            let question = visit.question.as_ref().ok_or("nobody has signed")?;
            let clock = Watch::start();
            let answer = self.connection.ask(question)?;
            times.push(clock.elapsed());
            answer.holds(question)?;
            last = answer.body.len();
        }
        Ok((times, last))
    }
}
