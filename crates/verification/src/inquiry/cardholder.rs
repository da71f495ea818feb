//! Whom a card finds.

use domain::answer::AtOffice;
use domain::card::CardId;
use exchange::registration::feed::Heads;
use exchange::registration::{Content, Kind, PersonServed};

use super::Known;
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
        let found = store::found_by(&self.store, index.as_bytes(), NO_MONTH, &Looking::nobody()).await?;
        let known = self.find_card(&found.versions, card, heads)?;
        Ok(known.and_then(|known| Some((known.served?, known.offices.len()))))
    }

    /// The person whom this card finds, as known at these positions: only what stands at entries of which the newest card
    /// record lists this very card. An entry without it, because the register does not agree any more or has not been
    /// asked yet, tells nothing but its shielding flags, which hide more and never less. Of two persons, neither.
    pub(crate) fn find_card(
        &self,
        versions: &[Stored],
        card: &CardId,
        heads: &Heads,
    ) -> Result<Option<Known>, VerificationError> {
        let mut meant = Vec::new();
        for of_person in versions.chunk_by(|a, b| a.person == b.person) {
            let mut known = Known::of(of_person);
            for at_office in of_person.chunk_by(|a, b| (&a.office, &a.link) == (&b.office, &b.link)) {
                let newest = self.newest(at_office, heads).into_iter();
                let contents: Vec<Content> = newest
                    .map(|version| self.open(version))
                    .collect::<Result<_, _>>()?;
                let is_linked = contents.iter().any(|content| lists(content, card));
                let mut office = AtOffice::default();
                for content in contents {
                    if is_linked || content.kind() == Kind::Shielding {
                        known.add(content, &mut office);
                    }
                }
                known.offices.extend(is_linked.then_some(office));
            }
            if known.served.is_some() {
                meant.push(known);
            }
        }
        let alone = meant.pop();
        Ok(alone.filter(|_| meant.is_empty()))
    }
}

fn lists(content: &Content, card: &CardId) -> bool {
    matches!(content, Content::Card { served } if served.body.cards.contains(card))
}
