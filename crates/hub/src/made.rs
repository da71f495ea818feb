//! Records that the hub makes itself, of what registers say: one of each kind at each of a person's entries at offices.
//!
//! They stand among the other records, in a file that no office has; each version is visible by its own entry of the feed.

use exchange::registration::{
    CARD_RECORD, CardsServed, Content, INSURANCE_RECORD, InsuranceServed, Kind, Lane, Part, Salt,
};
use relay::feed::What;
use serde::Serialize;
use storage::Tx;

use crate::store::asking::OfPerson;
use crate::store::made;
use crate::store::records::Key;
use crate::{Hub, HubError};

/// What such a record says.
pub(crate) trait Made: Serialize + PartialEq {
    /// Its kind.
    const KIND: Kind;
    /// Its name.
    const RECORD: &'static str;

    /// Whether it says something to who knows nothing of it yet.
    fn says_something(&self) -> bool;

    /// As a content.
    fn content(served: Part<Self>) -> Content
    where
        Self: Sized;

    /// Out of a content.
    fn of(content: Content) -> Option<Self>
    where
        Self: Sized;
}

impl Made for InsuranceServed {
    const KIND: Kind = Kind::Insurance;
    const RECORD: &'static str = INSURANCE_RECORD;

    /// That no insurer knows somebody is a finding.
    fn says_something(&self) -> bool {
        true
    }

    fn content(served: Part<Self>) -> Content {
        Content::Insurance { served }
    }

    fn of(content: Content) -> Option<Self> {
        match content {
            Content::Insurance { served } => Some(served.body),
            _ => None,
        }
    }
}

impl Made for CardsServed {
    const KIND: Kind = Kind::Card;
    const RECORD: &'static str = CARD_RECORD;

    fn says_something(&self) -> bool {
        !self.cards.is_empty()
    }

    fn content(served: Part<Self>) -> Content {
        Content::Card { served }
    }

    fn of(content: Content) -> Option<Self> {
        match content {
            Content::Card { served } => Some(served.body),
            _ => None,
        }
    }
}

impl Hub {
    /// Makes what is said of each entry the next revision of its record, unless it is what is there. Whoever marks in the
    /// same unit does it before: positions come last.
    pub(crate) async fn make<M: Made>(&self, tx: &mut Tx, told: Vec<(&OfPerson, M)>) -> Result<(), HubError> {
        if told.is_empty() {
            return Ok(());
        }
        let newest = made::newest(tx, M::KIND, told.iter().map(|(entry, _)| *entry)).await?;
        let (mut versions, mut whats) = (Vec::new(), Vec::new());
        for (entry, said) in told {
            let newest = newest.get(&entry.key());
            // What does not open any more is told anew.
            let there = newest.and_then(|newest| M::of(self.open(&entry.office, newest).ok()?));
            if there.as_ref() == Some(&said) || (newest.is_none() && !said.says_something()) {
                continue;
            }
            let revision = newest.map_or(0, |newest| newest.revision) + 1;
            let key = Key {
                office: &entry.office,
                link: &entry.link,
                kind: M::KIND,
                record: M::RECORD,
                revision,
            };
            let content = M::content(Part::new(Salt(self.env.random()), said));
            versions.push((key, self.seal(key, &content)));
            let what = What::Made {
                kind: M::KIND,
                link: entry.link.clone(),
                revision,
            };
            whats.push((entry.office.as_str(), what));
        }
        if versions.is_empty() {
            return Ok(());
        }
        made::put(tx, &versions).await?;
        let entries: Vec<_> = whats.iter().map(|(office, what)| (*office, what)).collect();
        relay::feed::append_all(tx, Lane::Single, &entries).await?;
        Ok(())
    }
}
