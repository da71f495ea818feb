//! What responders said of single cards. What is not revoked is remembered for so many cards and no more.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use env::Time;

use super::list::RevocationList;
use super::{Standing, Unknown};
use crate::card::CardId;
use crate::card::ocsp::{OcspAnswer, Said, Word};

/// How many cards are remembered that are not revoked: some 40 MB.
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
        let held = self.newest.get(&said.card);
        if held.is_some_and(|held| !held.gives_way_to(said)) {
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

impl Said {
    /// Whether another word takes its place: a newer one, and a revocation of the same second. That a responder does not know a
    /// card any more takes no revocation back.
    fn gives_way_to(&self, other: &Said) -> bool {
        match (self.word, other.word) {
            (Word::Revoked { .. }, Word::Unknown) => false,
            (Word::Good | Word::Unknown, Word::Revoked { .. }) => self.made <= other.made,
            _ => self.made < other.made,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use domain::card::{KeyId, Serial};

    use super::*;

    const GRACE: Duration = Duration::ZERO;

    fn said(serial: u8, made: i64, word: Word) -> Said {
        Said {
            card: CardId {
                issuer: KeyId([1; 32]),
                serial: Serial::from_integer(&[serial]).unwrap(),
            },
            word,
            made: Time::from_micros(made),
            next: Time::from_micros(1_000),
        }
    }

    fn known(answers: &Answers) -> Vec<u8> {
        let cards = answers.newest.keys();
        cards.flat_map(|card| card.serial.as_bytes().to_vec()).collect()
    }

    /// Room for two, and for all that are revoked: a flood of good ones never makes a revoked one unknown.
    #[test]
    fn the_oldest_word_makes_room_and_no_revoked_card_does() {
        let mut answers = Answers::new(2);
        let since = Time::from_micros(7);
        assert!(answers.take_one(&said(1, 1, Word::Revoked { since })));
        for (serial, made) in [(2, 3), (3, 2), (4, 4)] {
            assert!(answers.take_one(&said(serial, made, Word::Good)));
        }
        assert_eq!(known(&answers), [1, 2, 4]);
        // A newer word on one that is there takes no other's place.
        assert!(answers.take_one(&said(2, 5, Word::Unknown)));
        assert_eq!(known(&answers), [1, 2, 4]);
        assert!(answers.take_one(&said(5, 6, Word::Good)));
        assert_eq!(known(&answers), [1, 2, 5]);
        assert_eq!(answers.by_age.len(), 2);
        let revoked = answers.standing(&said(1, 0, Word::Good).card, GRACE, Time::from_micros(9_999));
        assert_eq!(revoked, Standing::Revoked { since });
        // A responder that has forgotten it takes nothing back; one that has lifted it does.
        assert!(!answers.take_one(&said(1, 8, Word::Unknown)));
        assert!(answers.take_one(&said(1, 8, Word::Good)));
        // Of two words of one second a revocation is the one that counts, whichever was read first.
        for (first, then) in [
            (Word::Revoked { since }, Word::Good),
            (Word::Good, Word::Revoked { since }),
        ] {
            let mut answers = Answers::new(2);
            answers.take_one(&said(1, 9, first));
            answers.take_one(&said(1, 9, then));
            let standing = answers.standing(&said(1, 0, Word::Good).card, GRACE, Time::from_micros(10));
            assert_eq!(standing, Standing::Revoked { since });
        }
        assert!(!Answers::new(0).take_one(&said(1, 1, Word::Good)));
    }

    #[test]
    fn what_a_list_says_need_not_be_remembered() {
        let mut answers = Answers::new(2);
        let since = Time::from_micros(7);
        for serial in [1, 2] {
            assert!(answers.take_one(&said(serial, 1, Word::Revoked { since })));
        }
        assert!(answers.take_one(&said(3, 1, Word::Good)));
        let listed = [1, 3].map(|serial| (said(serial, 1, Word::Good).card.serial, since));
        let mut list = RevocationList::of(KeyId([2; 32]), HashMap::from(listed));
        answers.forget_listed(&list);
        assert_eq!(known(&answers), [1, 2, 3]);
        list.issuer = KeyId([1; 32]);
        answers.forget_listed(&list);
        assert_eq!(known(&answers), [2, 3]);
    }
}
