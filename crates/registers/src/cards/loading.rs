//! Loading what happened to cards, in a sandbox.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::card::CardId;
use domain::number::IndividualNumber;
use domain::permit::{Action, Permit};
use exchange::registers::cards::Ended;
use serde::Deserialize;
use storage::Tx;

use crate::store::cards::{self as table, Holding, Index, New};
use crate::{RegisterError, Registers};

/// What happened to a card, as a sandbox loads it: either it was issued under a number, or it ended.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardEvent {
    /// 個人番号 of whom it was issued to; indexed and forgotten.
    #[serde(default)]
    pub number: Option<IndividualNumber>,
    /// Which card.
    pub card: CardId,
    /// Why it ended.
    #[serde(default)]
    pub ended: Option<Ended>,
}

/// What is wrong with an event. It never repeats a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardFault {
    /// It says both that the card was issued and that it ended, or neither.
    #[error("number, ended: exactly one of the two")]
    NotOne,
    /// A card ends that was never issued.
    #[error("card: it was not issued to anybody")]
    NotIssued,
    /// A card belongs to one person for ever.
    #[error("card: it was issued under another number")]
    OtherNumber,
}

/// An event that can be applied.
enum Step {
    Issued { number: Index, content: Vec<u8> },
    Ended(Ended),
}

/// The cards of everybody whom some events are about, as they are there and as the events make them.
#[derive(Default)]
struct Shelf {
    cards: BTreeMap<Index, Holding>,
    new: Vec<New>,
    ended: Vec<(Index, Ended)>,
    changed: BTreeSet<Index>,
}

impl Shelf {
    async fn of(tx: &mut Tx, steps: &[(Index, Step)]) -> Result<Shelf, RegisterError> {
        let cards: Vec<Index> = steps.iter().map(|(card, _)| *card).collect();
        let mut there = table::find(tx, &cards).await?;
        let issued = steps.iter().filter_map(|(_, step)| match step {
            Step::Issued { number, .. } => Some(*number),
            Step::Ended(_) => None,
        });
        let numbers: BTreeSet<Index> = issued.chain(there.values().map(|one| one.number)).collect();
        there.extend(table::beside(tx, &numbers.into_iter().collect::<Vec<_>>()).await?);
        Ok(Shelf {
            cards: there,
            ..Shelf::default()
        })
    }

    fn apply(&mut self, card: Index, step: &Step) -> Result<(), CardFault> {
        let there = self.cards.get(&card).copied();
        match (step, there) {
            (Step::Issued { number, .. }, Some(there)) if there.number != *number => {
                Err(CardFault::OtherNumber)
            }
            (Step::Issued { .. }, Some(_)) => Ok(()),
            (Step::Issued { number, content }, None) => {
                self.end_all(*number, Ended::Replaced);
                let (number, content) = (*number, content.clone());
                self.new.push(New {
                    card,
                    number,
                    content,
                });
                self.changed.insert(number);
                let in_force = true;
                self.cards.insert(card, Holding { number, in_force });
                Ok(())
            }
            (Step::Ended(_), None) => Err(CardFault::NotIssued),
            (Step::Ended(Ended::Died), Some(there)) => {
                self.end_all(there.number, Ended::Died);
                Ok(())
            }
            (Step::Ended(why), Some(_)) => {
                self.end(card, *why);
                Ok(())
            }
        }
    }

    fn end_all(&mut self, number: Index, why: Ended) {
        let theirs = self.cards.iter().filter(|(_, one)| one.number == number);
        for card in theirs.map(|(card, _)| *card).collect::<Vec<_>>() {
            self.end(card, why);
        }
    }

    fn end(&mut self, card: Index, why: Ended) {
        if let Some(there) = self.cards.get_mut(&card).filter(|there| there.in_force) {
            there.in_force = false;
            self.changed.insert(there.number);
            self.ended.push((card, why));
        }
    }
}

impl Registers {
    /// Loads what happened to cards, in this order and all in one commit; what is known already changes nothing.
    ///
    /// # Errors
    /// When the permit is for something else, or the database says no. Inside: the first event that breaks a rule, counted
    /// from 1; then nothing is loaded.
    pub async fn load_cards(
        self: &Arc<Self>,
        permit: &Permit,
        events: &[CardEvent],
    ) -> Result<Result<(), (usize, CardFault)>, RegisterError> {
        permit.require(Action::LoadRegisters)?;
        let mut steps = Vec::with_capacity(events.len());
        for (n, event) in (1..).zip(events) {
            let card = self.card_index(&event.card);
            let step = match (&event.number, event.ended) {
                (Some(number), None) => Step::Issued {
                    number: self.index(number),
                    content: self.seal_card(&card, &event.card),
                },
                (None, Some(why)) => Step::Ended(why),
                _ => return Ok(Err((n, CardFault::NotOne))),
            };
            steps.push((card, step));
        }
        let unit = async move |tx: &mut Tx| {
            let mut shelf = Shelf::of(tx, &steps).await?;
            for (n, (card, step)) in (1..).zip(&steps) {
                if let Err(fault) = shelf.apply(*card, step) {
                    return Ok(Err((n, fault)));
                }
            }
            let changed: Vec<Index> = shelf.changed.into_iter().collect();
            table::put(tx, &shelf.new, &shelf.ended, &changed).await?;
            Ok::<_, RegisterError>(Ok(()))
        };
        self.store.unit("registers.cards", unit).await
    }
}
