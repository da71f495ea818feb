//! What was revoked, by lists and by answers about single cards, and how fresh they are.
//!
//! **Fail mode.** A card that a list or an answer calls revoked is refused, however old that is. Any other card is taken only
//! while a list or an answer that calls it good is fresh: until the next one was due, and a grace after that which the operator
//! chooses. After that nobody knows, and who is not known is refused, with that reason: the desk goes on by number or by paper.
//! That a responder does not know a card is never good.
//!
//! - [`list`]: the list of an issuing key (CRL).
//! - [`answers`]: what responders said of single cards (OCSP), so many and no more.

pub mod answers;
pub mod list;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use env::Time;

use super::{CardId, KeyId, OcspAnswer};
use answers::Answers;
use list::RevocationList;

/// By how much the time of a list or an answer may be after ours.
const SKEW: Duration = Duration::from_mins(5);

/// Why it is not known how a card stands; the later ones say more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unknown {
    /// There is no list of its issuer, and no answer about it.
    NoList,
    /// The newest list or answer is too old.
    Stale,
    /// It is of a time that has not come: a clock is wrong.
    Future,
    /// The responder does not know the card.
    NotKnown,
}

/// How a card stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Not revoked, by a list or an answer of this time.
    Good {
        /// When it was made.
        as_of: Time,
    },
    /// Revoked.
    Revoked {
        /// Since when.
        since: Time,
    },
    /// Nobody can say, so it is refused.
    Unknown(Unknown),
}

impl Standing {
    /// Two words on one card: revoked wins, then the freshest good, then the reason that says more.
    fn and(self, other: Standing) -> Standing {
        use Standing::{Good, Revoked, Unknown};
        match (self, other) {
            (Revoked { since: one }, Revoked { since: other }) => Revoked {
                since: one.min(other),
            },
            (Revoked { since }, _) | (_, Revoked { since }) => Revoked { since },
            (Good { as_of: one }, Good { as_of: other }) => Good {
                as_of: one.max(other),
            },
            (Good { as_of }, _) | (_, Good { as_of }) => Good { as_of },
            (Unknown(one), Unknown(other)) => Unknown(one.max(other)),
        }
    }

    /// Good, as long as what says so counts.
    fn good_by(made: Time, next: Time, grace: Duration, at: Time) -> Standing {
        if made > at + SKEW {
            return Standing::Unknown(Unknown::Future);
        }
        if at > next + grace {
            return Standing::Unknown(Unknown::Stale);
        }
        Standing::Good { as_of: made }
    }
}

/// The newest list of each issuing key, and the newest answer about each of some cards.
#[derive(Clone, Debug)]
pub struct Lists {
    grace: Duration,
    newest: BTreeMap<KeyId, Arc<RevocationList>>,
    answers: Answers,
}

impl Lists {
    /// Nothing yet; each list and answer counts until the next one is due and a grace after that.
    #[must_use]
    pub fn new(grace: Duration) -> Lists {
        Lists {
            grace,
            newest: BTreeMap::new(),
            answers: Answers::new(answers::MOST),
        }
    }

    /// Takes a list, unless there is one that is as new; whether it was taken. An older one takes nothing back.
    pub fn take(&mut self, list: RevocationList) -> bool {
        let is_newer = self
            .newest
            .get(&list.issuer)
            .is_none_or(|held| list.is_newer_than(held));
        if is_newer {
            self.answers.forget_listed(&list);
            self.newest.insert(list.issuer, Arc::new(list));
        }
        is_newer
    }

    /// Takes what a responder said of each card, unless something as new is there; how many words were taken.
    pub fn take_answer(&mut self, answer: OcspAnswer) -> usize {
        self.answers.take(answer)
    }

    /// How a card stands at a moment.
    #[must_use]
    pub fn standing(&self, card: &CardId, at: Time) -> Standing {
        self.listed(card, at)
            .and(self.answers.standing(card, self.grace, at))
    }

    fn listed(&self, card: &CardId, at: Time) -> Standing {
        let Some(list) = self.newest.get(&card.issuer) else {
            return Standing::Unknown(Unknown::NoList);
        };
        match list.revoked.get(&card.serial) {
            Some(since) => Standing::Revoked { since: *since },
            None => Standing::good_by(list.made, list.next, self.grace, at),
        }
    }
}
