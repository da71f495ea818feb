//! Cards (利用申込): whose card finds whom.
//!
//! - [`Hub::enrol`]: somebody lets their card be used. The register of residents says whose it is; whom it finds is the
//!   person whom that register agrees with by the same number (promise `right-person`).
//! - [`Hub::ask_cards`]: which cards those have now who have enrolled: after a renewal, a new card, a loss, a death; at each
//!   of their entries at offices, those that come later too.
//! - [`Hub::part`]: the register does not agree with an entry any more, or the office gave it another number. The link ends
//!   in that very commit; nobody is asked before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::card::CardId;
use domain::permit::{Action, Permit};
use exchange::presence::Enrolled;
use exchange::registers::cards::{FIND, Found, Holder, InForce, OF};
use exchange::registration::CardsServed;
use service::CallError;
use storage::Tx;

use crate::store::asking::{self, Marked, OfPerson, Register};
use crate::store::enrolments;
use crate::{Hub, HubError};

/// Cards in force, by the blind index of the number that they were issued under.
type ByIndex = BTreeMap<Vec<u8>, Vec<CardId>>;

impl Hub {
    /// Lets a card find its person from now on. Verification has judged the card's signature.
    ///
    /// # Errors
    /// When the register or the database says no; it may be tried again.
    pub(crate) async fn enrol(
        self: &Arc<Self>,
        permit: &Permit,
        card: &CardId,
    ) -> Result<Enrolled, HubError> {
        permit.require(Action::EnrolCard)?;
        let found: Found = self.registers().post(FIND, card).await?;
        let Some(Holder { index, cards }) = found.holder else {
            return Ok(Enrolled::NotThisCard);
        };
        let index = hex::decode(index).map_err(|_| CallError::Shape { path: FIND.into() })?;
        let in_force = ByIndex::from([(index.clone(), cards)]);
        let (hub, at) = (self.clone(), self.env.now().micros());
        let unit = async move |tx: &mut Tx| {
            let Some(person) = enrolments::by_index(tx, &index).await? else {
                return Ok(Enrolled::NobodyHere);
            };
            enrolments::put(tx, person, at).await?;
            // Told at once; and asked about once more, for what may have changed meanwhile.
            asking::mark(tx, Register::Cards, vec![person]).await?;
            let entries = asking::entries(tx, [person].into_iter()).await?;
            let entries = entries.values().flatten();
            let theirs = entries.filter(|entry| entry.agreed_index.as_ref() == Some(&index));
            let told = theirs.filter_map(|entry| Some((entry, cards_at(entry, &in_force)?)));
            hub.make(tx, told.collect()).await?;
            Ok::<_, HubError>(Enrolled::Linked)
        };
        let enrolled = self.store.unit("hub.enrol", unit).await?;
        self.news.notify_waiters();
        Ok(enrolled)
    }

    /// No card finds these entries any more.
    pub(crate) async fn part(&self, tx: &mut Tx, parted: &[OfPerson]) -> Result<(), HubError> {
        let none = || CardsServed { cards: Vec::new() };
        let told = parted.iter().map(|entry| (entry, none()));
        self.make(tx, told.collect()).await
    }

    /// Asks which cards marked people have; whether anything was done.
    pub(crate) async fn ask_cards(self: &Arc<Self>, marked: Vec<Marked>) -> Result<bool, HubError> {
        let persons: Vec<_> = marked.iter().map(|one| one.person).collect();
        let read = async move |tx: &mut Tx| {
            let enrolled = enrolments::enrolled(tx, persons.iter().copied()).await?;
            let entries = asking::entries(tx, enrolled.into_iter()).await?;
            let entries = entries.into_values().flatten();
            Ok::<BTreeSet<Vec<u8>>, HubError>(entries.filter_map(|entry| entry.agreed_index).collect())
        };
        let indexes = self.store.read("hub.cards-asked", read).await?;
        let in_force = self.cards_in_force(indexes).await?;
        self.keep_cards(marked, in_force).await?;
        Ok(true)
    }

    async fn cards_in_force(&self, indexes: BTreeSet<Vec<u8>>) -> Result<ByIndex, HubError> {
        if indexes.is_empty() {
            return Ok(ByIndex::new());
        }
        let asked: Vec<String> = indexes.iter().map(hex::encode).collect();
        let told: Vec<InForce> = self.registers().post(OF, &asked).await?;
        if told.len() != asked.len() {
            return Err(HubError::Call(CallError::Shape { path: OF.into() }));
        }
        let cards = told.into_iter().map(|told| told.cards);
        Ok(indexes.into_iter().zip(cards).collect())
    }

    /// Tells the cards of marked people who have enrolled, at their entries as they are now, and the mark goes. Whoever has an
    /// entry with a number that was not asked about keeps it.
    async fn keep_cards(self: &Arc<Self>, marked: Vec<Marked>, in_force: ByIndex) -> Result<(), HubError> {
        let hub = self.clone();
        let unit = async move |tx: &mut Tx| {
            let persons = marked.iter().map(|one| one.person);
            let enrolled = enrolments::enrolled(tx, persons).await?;
            let entries = asking::entries(tx, enrolled.into_iter()).await?;
            let (mut answered, mut told) = (Vec::new(), Vec::new());
            for one in &marked {
                let theirs = entries.get(&one.person).map_or(&[][..], Vec::as_slice);
                let known = theirs
                    .iter()
                    .filter_map(|entry| Some((entry, cards_at(entry, &in_force)?)));
                let known: Vec<_> = known.collect();
                answered.extend((known.len() == theirs.len()).then_some(*one));
                told.extend(known);
            }
            asking::unmark(tx, Register::Cards, &answered).await?;
            hub.make(tx, told).await
        };
        self.store.unit("hub.cards", unit).await?;
        self.news.notify_waiters();
        Ok(())
    }
}

/// The cards that find an entry: those issued under the number by which the register agrees with it, none when it does not.
/// Nothing when that number was not asked about.
fn cards_at(entry: &OfPerson, in_force: &ByIndex) -> Option<CardsServed> {
    let cards = match &entry.agreed_index {
        None => Vec::new(),
        Some(index) => in_force.get(index)?.clone(),
    };
    Some(CardsServed { cards })
}
