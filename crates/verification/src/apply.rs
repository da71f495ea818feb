//! Applying entries of the feed, inside the commit that moves the cursor.

use domain::card::CardId;
use domain::identity::PersonId;
use exchange::registration::feed::{Entry, Fed};
use exchange::registration::{Content, Kind, Record};
use relay::RelayError;
use seal::BlindIndex;
use storage::Tx;

use crate::Verification;
use crate::sealing::VersionKey;
use crate::store::{self, ANY_MONTH, NO_MONTH, New};

impl Verification {
    /// Stores the versions of entries. They become visible with the cursor.
    pub(crate) async fn apply(&self, tx: &mut Tx, entries: &[&Entry]) -> Result<(), RelayError> {
        let arrived = self.env.now().micros();
        let (mut versions, mut indexes, mut addressed) = (Vec::new(), Vec::new(), Vec::new());
        for entry in entries {
            for Fed { person, record } in &entry.records {
                let Ok(person) = PersonId::parse(person) else {
                    // The hub mints these names itself; another shape is a record that no inquiry could find.
                    tracing::error!(lane = %entry.lane, n = entry.n, "a record without a person's name was left out");
                    continue;
                };
                let month = match month_of(&record.content) {
                    Some(month) => month,
                    None => month_there(tx, &versions, entry, record).await?,
                };
                versions.push(New {
                    office: entry.office.as_str(),
                    link: record.link.as_str(),
                    kind: record.content.kind().name(),
                    record: record.record.as_str(),
                    revision: record.revision,
                    person,
                    month,
                    content: self.seal(entry, record),
                    lane: entry.lane.name(),
                    n: entry.n,
                    arrived,
                });
                indexes.extend(self.indexes_in(&record.content).map(|index| (index, person)));
                if let Content::Voucher { served } = &record.content {
                    addressed.push((served.body.institution_code, month, person));
                }
            }
        }
        store::put(tx, &versions).await?;
        store::find_by(tx, &indexes).await?;
        store::month::address(tx, &addressed).await?;
        Ok(())
    }

    fn seal(&self, entry: &Entry, record: &Record) -> Vec<u8> {
        let office = entry.office.as_str();
        let place = VersionKey {
            office,
            link: record.link.as_str(),
            kind: record.content.kind().name(),
            record: record.record.as_str(),
            revision: record.revision,
        };
        let body = exchange::registration::part::canonical(&record.content);
        let key = self.keys.columns.of(office);
        place.at_place(|place| key.seal(&mut self.env.rng(), place, &body))
    }

    /// The numbers and cards that a record gives to its person.
    fn indexes_in(&self, content: &Content) -> impl Iterator<Item = BlindIndex> {
        let (numbers, cards) = match content {
            Content::Eligibility { served } => (served.body.numbers.as_slice(), &[][..]),
            Content::Card { served } => (&[][..], served.body.cards.as_slice()),
            _ => (&[][..], &[][..]),
        };
        let numbers = numbers.iter().map(|held| {
            let (payer, recipient) = (held.number.payer, held.number.recipient);
            self.number_index(payer.as_str(), recipient.as_str())
        });
        numbers.chain(cards.iter().map(|card| self.card_index(card)))
    }

    /// The blind index under which a payer's and a recipient's number find somebody.
    pub(crate) fn number_index(&self, payer: &str, recipient: &str) -> BlindIndex {
        self.keys
            .number_index
            .index(&[payer.as_bytes(), recipient.as_bytes()])
    }

    /// The blind index under which a card finds somebody: of the issuing key and the serial number together.
    pub(crate) fn card_index(&self, card: &CardId) -> BlindIndex {
        self.keys
            .card_index
            .index(&[&card.issuer.0, card.serial.as_bytes()])
    }
}

/// The month that a content is about; nothing when it does not say.
fn month_of(content: &Content) -> Option<i64> {
    match content {
        Content::Voucher { served } => Some(month_number(served.body.treatment_month)),
        Content::Withdrawn(Kind::Voucher) => None,
        Content::Withdrawn(_)
        | Content::Person { .. }
        | Content::Eligibility { .. }
        | Content::Shielding { .. }
        | Content::Insurance { .. }
        | Content::Card { .. } => Some(NO_MONTH),
    }
}

/// The month that a record is about, as another version of it says: one that comes with it, or one that is there.
async fn month_there(
    tx: &mut Tx,
    coming: &[New<'_>],
    entry: &Entry,
    record: &Record,
) -> Result<i64, RelayError> {
    let (office, kind) = (entry.office.as_str(), record.content.kind().name());
    let (link, name) = (record.link.as_str(), record.record.as_str());
    let same = |new: &&New<'_>| (new.office, new.link, new.kind, new.record) == (office, link, kind, name);
    let comes = coming.iter().filter(same).map(|new| new.month);
    if let Some(month) = comes.into_iter().find(|month| *month != ANY_MONTH) {
        return Ok(month);
    }
    let there = store::month_of(tx, office, link, kind, name).await?;
    Ok(there.unwrap_or(ANY_MONTH))
}

/// A treatment month as a number: year × 100 + month.
pub(crate) fn month_number(month: domain::month::TreatmentMonth) -> i64 {
    let first = month.first_day();
    i64::from(first.year()) * 100 + i64::from(first.month())
}
