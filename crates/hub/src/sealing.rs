//! Records as they lie in the database: sealed, each in its place.

use exchange::registration::{Content, Kind};
use seal::Place;

use crate::store::records::{Key, Stored};
use crate::{Hub, HubError};

impl Hub {
    /// Seals a record's content for its row.
    pub(crate) fn seal(&self, key: Key<'_>, content: &Content) -> Vec<u8> {
        let body = exchange::registration::part::canonical(content);
        let revision = key.revision.to_be_bytes();
        let row = row(&key, &revision);
        self.keys.column.seal(&mut self.env.rng(), &place(&row), &body)
    }

    /// Opens a stored record's content.
    pub(crate) fn open(&self, office: &str, stored: &Stored) -> Result<Content, HubError> {
        let kind = Kind::from_name(&stored.kind).ok_or(HubError::Shape { table: "record" })?;
        let key = Key {
            office,
            link: &stored.link,
            kind,
            record: &stored.record,
            revision: stored.revision,
        };
        self.open_at(key, &stored.content)
    }

    /// Opens a content that was sealed for this row.
    pub(crate) fn open_at(&self, key: Key<'_>, content: &[u8]) -> Result<Content, HubError> {
        let revision = key.revision.to_be_bytes();
        let row = row(&key, &revision);
        let body = self.keys.column.open(&place(&row), content);
        let body = body.map_err(|source| HubError::Sealed {
            table: "record",
            source,
        })?;
        serde_json::from_slice(&body).map_err(|_| HubError::Shape { table: "record" })
    }
}

fn row<'a>(key: &Key<'a>, revision: &'a [u8; 4]) -> [&'a [u8]; 5] {
    let kind = key.kind.name();
    [
        key.office.as_bytes(),
        key.link.as_bytes(),
        kind.as_bytes(),
        key.record.as_bytes(),
        revision,
    ]
}

fn place<'a>(row: &'a [&'a [u8]]) -> Place<'a> {
    Place {
        table: "record",
        row,
        column: "content",
    }
}
