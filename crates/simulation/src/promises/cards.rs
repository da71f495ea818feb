//! Promises `right-person` and `one-truth` for cards: whenever verification moves on, some card finds its holder or nobody;
//! at rest, the card in force of whoever has enrolled finds exactly the holder, at every entry that the register agrees to, and
//! no other card finds anybody.

use std::collections::BTreeMap;

use domain::card::CardId;
use exchange::registration::feed::Heads;
use exchange::registration::{Lane, Outcome, PersonServed, Receipt};
use futures_util::FutureExt;

use super::Promises;
use crate::cardholders::Enrolment;
use crate::images::Busy;
use crate::names::Office;
use crate::people::at;
use crate::truth::{Key, Match, Said, SaidOfPerson, Truth, Version};

/// The hub's receipts, by office, lane and number.
type Receipts = BTreeMap<(Office, Lane, i64), Receipt>;

impl Promises {
    /// Looks whom somebody's card finds now.
    pub(super) fn look_at_a_card(&mut self) {
        let wallets = self.wallets.lock();
        let cards = wallets
            .iter()
            .flat_map(|(who, wallet)| wallet.cards.iter().map(move |card| (*who, card.clone())));
        let cards: Vec<(usize, CardId)> = cards.collect();
        drop(wallets);
        let chosen = at(&mut self.env.rng(), cards.len().max(1));
        let Some((who, card)) = cards.get(chosen) else {
            return;
        };
        let heads = self.cursors;
        if let Ok(Some((served, _))) = self.found(card, &heads)
            && !is_of(&self.truth.lock(), *who, &served)
        {
            let what = format!("a card of person {who} finds somebody else at {heads:?}");
            self.violated("right-person", what);
        }
    }

    /// Compares every card with the newest decisions when everything rests.
    pub(crate) fn compare_cards(&mut self) -> Option<()> {
        let heads = self.images.cursors();
        let heads = self.must_see(heads)?;
        let receipts = self.images.receipts();
        let receipts = self.must_see(receipts)?;
        let wallets = self.wallets.lock().clone();
        for (who, wallet) in wallets {
            let linked = linked(&self.truth.lock(), &receipts, who);
            for (n, card) in (1..).zip(&wallet.cards) {
                let found = self.found(card, &heads);
                let found = self.must_see(found)?;
                let in_force = wallet.in_force && n == wallet.cards.len();
                let offices = found.as_ref().map_or(0, |(_, offices)| *offices);
                let right = match wallet.enrolment {
                    _ if !in_force => offices == 0,
                    Enrolment::No => offices == 0,
                    Enrolment::Perhaps => offices == 0 || offices == linked,
                    Enrolment::Yes => offices == linked,
                };
                if !right {
                    let what = format!(
                        "card {n} of {} of person {who}, in force {in_force}, enrolled {:?}: found at {offices} offices of {linked}",
                        wallet.cards.len(),
                        wallet.enrolment
                    );
                    self.violated("one-truth", what);
                }
                if let Some((served, _)) = found
                    && !is_of(&self.truth.lock(), who, &served)
                {
                    self.violated(
                        "right-person",
                        format!("at rest a card of person {who} finds somebody else"),
                    );
                }
            }
        }
        Some(())
    }

    fn found(&self, card: &CardId, heads: &Heads) -> Result<Option<(PersonServed, usize)>, Busy> {
        match self.historian.cardholder(card, heads).now_or_never() {
            Some(Ok(found)) => Ok(found),
            Some(Err(error)) => Err(Busy(error.to_string())),
            None => Err(Busy("it waited".to_owned())),
        }
    }
}

/// A person's versions of who they are, by office and link, the newest of each last.
fn said_of(truth: &Truth, who: usize) -> impl Iterator<Item = Vec<(&Key, &Version, &SaidOfPerson)>> {
    let links: Vec<(Office, &str)> = truth
        .links()
        .filter(|(.., holder)| *holder == who)
        .map(|(office, link, _)| (office, link))
        .collect();
    links.into_iter().map(|(office, link)| {
        let records = truth.of_link(office, link);
        let versions = records.flat_map(|(key, versions)| versions.iter().map(move |one| (key, one)));
        let said = versions.filter_map(|(key, version)| match &version.said {
            Said::Person(said) => Some((key, version, &**said)),
            _ => None,
        });
        said.collect()
    })
}

/// How many entries of somebody the register agrees with as they are now. What the hub refused does not count: the entry
/// stays as it was.
fn linked(truth: &Truth, receipts: &Receipts, who: usize) -> usize {
    let taken = |(key, version, said): (&Key, &Version, _)| {
        let made = version.decided?;
        let receipt = receipts.get(&(key.office, made.lane, made.number))?;
        let is_refused = receipt.not_applied.iter().any(|row| {
            row.outcome == Outcome::Refused
                && (row.kind, row.revision) == (key.kind, version.revision)
                && row.link.as_str() == key.link
        });
        (!is_refused).then_some(said)
    };
    let newest = said_of(truth, who).filter_map(|said| said.into_iter().filter_map(taken).next_back());
    newest
        .filter(|said: &&SaidOfPerson| said.matches == Match::Agrees)
        .count()
}

/// Whether that was said of somebody, and the register agreed.
fn is_of(truth: &Truth, who: usize, served: &PersonServed) -> bool {
    said_of(truth, who)
        .flatten()
        .any(|(.., said)| said.matches == Match::Agrees && said.served == *served)
}
