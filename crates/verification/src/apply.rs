//! Applying an entry of the feed, inside the commit that moves the cursor.

use domain::identity::PersonId;
use exchange::registration::feed::{Entry, Fed};
use exchange::registration::{Content, Record};
use relay::RelayError;
use storage::Tx;

use crate::Verification;
use crate::sealing::VersionKey;
use crate::store::{self, ANY_MONTH, NO_MONTH, New};

impl Verification {
    /// Stores an entry's versions. They become visible with the cursor.
    pub(crate) async fn apply(&self, tx: &mut Tx, entry: &Entry) -> Result<(), RelayError> {
        let office = entry.office.as_str();
        let key = self.keys.columns.of(office);
        let arrived = self.env.now().micros();
        for Fed { person, record } in &entry.records {
            let Ok(person) = PersonId::parse(person) else {
                // The hub mints these names itself; another shape is a record that no inquiry could find.
                tracing::error!(lane = %entry.lane, n = entry.n, "a record without a person's name was left out");
                continue;
            };
            let kind = record.content.kind().name();
            let month = self.month(tx, office, record).await?;
            let place = VersionKey {
                office,
                link: record.link.as_str(),
                kind,
                record: record.record.as_str(),
                revision: record.revision,
            };
            let body = exchange::registration::part::canonical(&record.content);
            let content = place.at_place(|place| key.seal(&mut self.env.rng(), place, &body));
            let new = New {
                office,
                link: place.link,
                kind,
                record: place.record,
                revision: record.revision,
                person: person.as_bytes(),
                month,
                content: &content,
                lane: entry.lane.name(),
                n: entry.n,
                arrived,
            };
            store::put(tx, &new).await?;
            if let Content::Voucher { served } = &record.content {
                let institution = served.body.institution_code.as_str();
                store::month::address(tx, institution, month, person.as_bytes()).await?;
            }
            if let Content::Eligibility { served } = &record.content {
                for held in &served.body.numbers {
                    let (payer, recipient) = (held.number.payer, held.number.recipient);
                    let index = self.number_index(payer.as_str(), recipient.as_str());
                    store::find_by(tx, index.as_bytes(), person.as_bytes()).await?;
                }
            }
        }
        Ok(())
    }

    /// The blind index under which a payer's and a recipient's number find somebody.
    pub(crate) fn number_index(&self, payer: &str, recipient: &str) -> seal::BlindIndex {
        self.keys
            .number_index
            .index(&[payer.as_bytes(), recipient.as_bytes()])
    }

    async fn month(&self, tx: &mut Tx, office: &str, record: &Record) -> Result<i64, RelayError> {
        match &record.content {
            Content::Voucher { served } => Ok(month_number(served.body.treatment_month)),
            Content::Withdrawn(kind) => {
                let (link, name) = (record.link.as_str(), record.record.as_str());
                let known = store::month_of(tx, office, link, kind.name(), name).await?;
                Ok(known.unwrap_or(ANY_MONTH))
            }
            Content::Person { .. }
            | Content::Eligibility { .. }
            | Content::Shielding { .. }
            | Content::Insurance { .. } => Ok(NO_MONTH),
        }
    }
}

/// A treatment month as a number: year × 100 + month.
pub(crate) fn month_number(month: domain::month::TreatmentMonth) -> i64 {
    let first = month.first_day();
    i64::from(first.year()) * 100 + i64::from(first.month())
}
