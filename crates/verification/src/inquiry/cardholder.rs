//! Whom a card finds.

use domain::answer::{self, Question};
use domain::card::CardId;
use domain::presence::Presence;
use exchange::registration::feed::Heads;
use exchange::registration::{Content, PersonServed};

use super::KnownPerson;
use crate::store::{self, Looking, NO_MONTH, Stored};
use crate::{Verification, VerificationError};

impl Verification {
    /// Who a card finds at these positions, and at how many offices. For audits and tests: nobody is told by it.
    ///
    /// # Errors
    /// When the database says no, or a row does not open.
    pub async fn cardholder(
        &self,
        card: &CardId,
        heads: &Heads,
    ) -> Result<Option<(PersonServed, usize)>, VerificationError> {
        let index = self.card_index(card);
        let found = store::found_by(
            &self.store,
            index.as_bytes(),
            NO_MONTH,
            &Looking::nobody().as_of(heads),
        )
        .await?;
        let known = self.find_card(&found.versions, card, heads)?;
        Ok(known.and_then(|known| Some((known.served?, known.offices.len()))))
    }

    /// The person whom this card finds, as known at these positions: only what stands at entries of which the newest card
    /// record lists this very card, and not an entry of which the register does not agree any more or has not been asked yet.
    /// Of two persons, neither.
    pub(crate) fn find_card(
        &self,
        versions: &[Stored],
        card: &CardId,
        heads: &Heads,
    ) -> Result<Option<KnownPerson>, VerificationError> {
        let mut meant = Vec::new();
        for of_person in versions.chunk_by(|a, b| a.person == b.person) {
            let lists_it = |cards: &[CardId]| cards.contains(card);
            let known = self.know_where(of_person, heads, |contents| has_cards(contents, lists_it))?;
            if known.served.is_some() {
                meant.push(known);
            }
        }
        let alone = meant.pop();
        Ok(alone.filter(|_| meant.is_empty()))
    }

    /// Somebody who was found by number and whose card was here: known by their number alone where that tells something, else
    /// by what the card would tell. A visit counts as long as some entry of theirs lists some card; that another person's entry
    /// lists the same one, so that the card finds neither, is not seen from here.
    pub(super) fn after_visit(
        &self,
        mut by_number: KnownPerson,
        asked: &Question,
        versions: &[Stored],
        heads: &Heads,
    ) -> Result<KnownPerson, VerificationError> {
        by_number.visited = false;
        let mut of_persons = versions.chunk_by(|a, b| a.person == b.person);
        let of_person = of_persons.find(|of_person| of_person[0].person == by_number.person);
        let some = |cards: &[CardId]| !cards.is_empty();
        let by_card = self.know_where(of_person.unwrap_or_default(), heads, |contents| {
            has_cards(contents, some)
        })?;
        if by_card.served.is_none() {
            return Ok(by_number);
        }
        let found = by_number.found(asked.day);
        let is_told = answer::answer(Presence::NumberOnly, asked, Some(&found))
            .disclosure
            .shows_identity();
        by_number.visited = true;
        Ok(if is_told { by_number } else { by_card })
    }
}

/// Whether an entry's records list such cards.
fn has_cards(contents: &[Content], such: impl Fn(&[CardId]) -> bool) -> bool {
    contents
        .iter()
        .any(|content| matches!(content, Content::Card { served } if such(&served.body.cards)))
}
