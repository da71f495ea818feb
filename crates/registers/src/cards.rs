//! Cards of residents: whose each is, and whether it is in force.
//!
//! A card is what it is found by ([`CardId`]); a renewed one is another. Somebody has one in force: the next ends it, as a
//! renewal (更新) and a new card (再交付) do, and a death ends all. What ended stays known and does not come back.

use std::sync::Arc;

use domain::card::CardId;
use domain::permit::{Action, Permit};
use exchange::registers::cards::{Found, Holder, InForce};
use exchange::registers::changes::Changes;
use seal::Place;
use storage::Tx;

use crate::store::cards::{self as table, Index};
use crate::{RegisterError, Registers, changes_of, index_of};

mod loading;

pub use loading::{CardEvent, CardFault};

impl Registers {
    /// Whose a card is, if it is in force.
    ///
    /// # Errors
    /// When the permit is for something else, the database says no, or a row does not open.
    pub async fn find_card(&self, permit: &Permit, card: &CardId) -> Result<Found, RegisterError> {
        permit.require(Action::AskCards)?;
        let asked = self.card_index(card);
        let read = async move |tx: &mut Tx| {
            let found = table::find(tx, &[asked]).await?;
            let Some(holding) = found.get(&asked).filter(|one| one.in_force) else {
                return Ok::<_, RegisterError>(None);
            };
            let sealed = table::in_force(tx, &[holding.number]).await?;
            Ok(Some((holding.number, sealed)))
        };
        let found = self.store.read("registers.card", read).await?;
        let holder = found.map(|(number, sealed)| {
            let cards = self.open_cards(sealed.get(&number).map_or(&[], Vec::as_slice))?;
            let index = hex::encode(number);
            Ok::<_, RegisterError>(Holder { index, cards })
        });
        let holder = holder.transpose()?;
        Ok(Found { holder })
    }

    /// The cards in force under some numbers' indexes, in their order.
    ///
    /// # Errors
    /// When the permit is for something else, the database says no, or a row does not open: who has a card is never said to
    /// have none.
    pub async fn cards_of(
        self: &Arc<Self>,
        permit: &Permit,
        indexes: &[String],
    ) -> Result<Vec<InForce>, RegisterError> {
        permit.require(Action::AskCards)?;
        let known: Vec<Index> = indexes.iter().filter_map(|index| index_of(index)).collect();
        let read = async move |tx: &mut Tx| table::in_force(tx, &known).await;
        let found = self.store.read("registers.cards-of", read).await?;
        let in_force = |index: &String| {
            let sealed = index_of(index).and_then(|index| found.get(&index));
            let cards = self.open_cards(sealed.map_or(&[], Vec::as_slice))?;
            Ok(InForce { cards })
        };
        indexes.iter().map(in_force).collect()
    }

    /// Whose cards changed after a position.
    ///
    /// # Errors
    /// When the permit is for something else, or the database says no.
    pub async fn card_changes(
        &self,
        permit: &Permit,
        after: i64,
        most: i64,
    ) -> Result<Changes, RegisterError> {
        permit.require(Action::AskCards)?;
        let read = async move |tx: &mut Tx| table::changes(tx, after, most).await;
        let found = self.store.read("registers.card-changes", read).await?;
        Ok(changes_of(found))
    }

    /// A card's blind index: the serial number alone says nothing.
    fn card_index(&self, card: &CardId) -> Index {
        let index = self
            .keys
            .card_index
            .index(&[&card.issuer.0, card.serial.as_bytes()]);
        index.as_bytes().try_into().unwrap_or_default()
    }

    fn seal_card(&self, index: &Index, card: &CardId) -> Vec<u8> {
        let body = serde_json::to_vec(card).unwrap_or_default();
        let column = &self.keys.column;
        column.seal(&mut self.env.rng(), &place(&[index]), &body)
    }

    fn open_cards(&self, sealed: &[(Index, Vec<u8>)]) -> Result<Vec<CardId>, RegisterError> {
        let open = |(index, sealed): &(Index, Vec<u8>)| {
            let opened = self.keys.column.open(&place(&[index]), sealed).ok();
            let card = opened.and_then(|body| serde_json::from_slice(&body).ok());
            card.ok_or(RegisterError::Sealed { table: "card" })
        };
        let mut cards: Vec<CardId> = sealed.iter().map(open).collect::<Result<_, _>>()?;
        cards.sort();
        Ok(cards)
    }
}

fn place<'a>(row: &'a [&'a [u8]]) -> Place<'a> {
    Place {
        table: "card",
        row,
        column: "content",
    }
}
