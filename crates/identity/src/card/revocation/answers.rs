//! What responders said of single cards. What is not revoked is remembered for so many cards and no more.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use env::Time;

use super::list::RevocationList;
use super::{Standing, Unknown};
use crate::card::CardId;
use crate::card::ocsp::{OcspAnswer, Said, Word};

/// How many cards are remembered that are not revoked: some 20 MB.
pub const MOST: usize = 100_000;

/// The newest word on each card.
#[derive(Clone, Debug)]
pub(super) struct Answers {
    most: usize,
    newest: BTreeMap<CardId, Said>,
    /// Those that are not revoked, the oldest word first: it makes room for a new one.
    by_age: BTreeSet<(Time, CardId)>,
}

impl Answers {
    pub(super) fn new(most: usize) -> Answers {
        Answers {
            most,
            newest: BTreeMap::new(),
            by_age: BTreeSet::new(),
        }
    }

    pub(super) fn take(&mut self, answer: OcspAnswer) -> usize {
        let said = answer.into_said().into_iter();
        said.filter(|said| self.take_one(said)).count()
    }

    fn take_one(&mut self, said: &Said) -> bool {
        if self
            .newest
            .get(&said.card)
            .is_some_and(|held| held.made >= said.made)
        {
            return false;
        }
        self.forget(&said.card);
        // One that is revoked stays until a list has it: there are no more of them than the lists are long.
        if !matches!(said.word, Word::Revoked { .. }) {
            while self.by_age.len() >= self.most {
                match self.by_age.pop_first() {
                    Some((_, card)) => drop(self.newest.remove(&card)),
                    None => return false,
                }
            }
            self.by_age.insert((said.made, said.card.clone()));
        }
        self.newest.insert(said.card.clone(), said.clone());
        true
    }

    fn forget(&mut self, card: &CardId) {
        if let Some(held) = self.newest.remove(card) {
            self.by_age.remove(&(held.made, held.card));
        }
    }

    /// Forgets the revoked that a list names: from now on the list says it.
    pub(super) fn forget_listed(&mut self, list: &RevocationList) {
        self.newest.retain(|card, said| {
            let listed = card.issuer == list.issuer && list.revoked.contains_key(&card.serial);
            !(listed && matches!(said.word, Word::Revoked { .. }))
        });
    }

    pub(super) fn standing(&self, card: &CardId, grace: Duration, at: Time) -> Standing {
        let Some(said) = self.newest.get(card) else {
            return Standing::Unknown(Unknown::NoList);
        };
        match said.word {
            Word::Revoked { since } => Standing::Revoked { since },
            Word::Unknown => Standing::Unknown(Unknown::NotKnown),
            Word::Good => Standing::good_by(said.made, said.next, grace, at),
        }
    }
}
