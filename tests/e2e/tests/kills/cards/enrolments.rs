//! Where cards are issued and enrolled: each errand loads a card into the register and enrols it, again and again until it is
//! known what came of it.

use std::sync::{Arc, Mutex};

use domain::permit::Purpose;
use exchange::presence::ENROLMENT;
use madoguchi_e2e::api::Api;
use madoguchi_e2e::cards::{Card, nonce, remembered};
use madoguchi_e2e::people::Person;
use serde_json::json;

use super::ledger::{For, Ledger};
use crate::errands::{Errand, Errands, Said, expect, lock};

/// Where it is done.
pub(crate) struct Place {
    pub(crate) registers: Api,
    /// The terminal's name, and verification as it speaks to it.
    pub(crate) terminal: (String, Api),
    pub(crate) ledger: Arc<Mutex<Ledger>>,
}

/// Somebody gets a card and enrols it.
pub(crate) struct Job {
    person: u32,
    card: Card,
    place: Arc<Place>,
}

/// Whoever has cards issued and enrols them, one after the other.
pub(crate) struct Enrolments {
    errands: Errands<Job>,
    place: Arc<Place>,
}

impl Enrolments {
    pub(crate) fn open(place: Place) -> Enrolments {
        Enrolments {
            errands: Errands::with(1),
            place: Arc::new(place),
        }
    }

    /// Has a card issued to somebody and enrolled; it ends the one before it.
    pub(crate) fn enrol(&self, person: u32, card: &Card) {
        let (card, place) = (card.clone(), self.place.clone());
        self.errands.give(0, Job { person, card, place });
    }

    /// Enrolments of which nobody knows what came.
    pub(crate) fn open_ones(&self) -> usize {
        self.errands.open()
    }

    /// Answers that should never have come.
    pub(crate) fn wrong(&self) -> Vec<String> {
        self.errands.wrong()
    }
}

impl Errand for Job {
    const KINDS: usize = 1;

    fn kind(&self) -> usize {
        0
    }

    fn say(&self) -> Said {
        let person = Person { index: self.person };
        let issued = json!([{ "number": person.number(), "card": self.card.id }]);
        let loaded = self.place.registers.post("/residents/cards", &issued);
        match Said::judge(loaded, |said| expect("loaded", said, &json!(1))) {
            Said::Heard(Ok(())) => {}
            other => return other,
        }
        let (name, verification) = &self.place.terminal;
        let enrolled = verification.connect().and_then(|mut line| {
            let nonce = nonce(&mut line)?;
            let body = self.card.sign(name, &nonce, Purpose::Enrolment, "{}".to_owned());
            lock(&self.place.ledger)
                .signed
                .insert(remembered(&nonce), For::Enrolment);
            Ok((line.post(ENROLMENT, &body)?, nonce))
        });
        let Ok((reply, nonce)) = enrolled else {
            return Said::Unheard;
        };
        Said::judge(Ok(reply), |said| {
            expect("enrolled", said, &json!("linked"))?;
            lock(&self.place.ledger).enrolled.push(remembered(&nonce));
            Ok(())
        })
    }

    fn name(&self) -> String {
        format!("enrolment of person {}", self.person)
    }
}
