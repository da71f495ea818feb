//! What a row says of people, sealed: it opens in its own row only, as its own version.

use seal::Place;
use serde::de::DeserializeOwned;

use crate::{Office, OfficeError};

/// The version whose content is sealed. What was sealed for one opens for no other.
#[derive(Clone, Copy)]
pub(crate) struct Sealing<'a> {
    /// The table.
    pub(crate) table: &'static str,
    /// The row's key but the version, in the order of the primary key.
    pub(crate) row: &'a [&'a str],
    /// The version.
    pub(crate) revision: u32,
}

impl Office {
    /// Seals a version's content.
    pub(crate) fn seal(&self, at: Sealing<'_>, body: &[u8]) -> Vec<u8> {
        at.place(|place| self.column.seal(&mut self.env.rng(), place, body))
    }

    /// Opens and reads a version's content.
    pub(crate) fn open<T: DeserializeOwned>(
        &self,
        at: Sealing<'_>,
        content: &[u8],
    ) -> Result<T, OfficeError> {
        let table = at.table;
        let body = at.place(|place| self.column.open(place, content));
        let body = body.map_err(|source| OfficeError::Sealed { table, source })?;
        serde_json::from_slice(&body).map_err(|_| OfficeError::Shape { table })
    }
}

impl Sealing<'_> {
    fn place<T>(self, work: impl FnOnce(&Place<'_>) -> T) -> T {
        let revision = self.revision.to_be_bytes();
        let mut row: Vec<&[u8]> = self.row.iter().map(|part| part.as_bytes()).collect();
        row.push(&revision);
        work(&Place {
            table: self.table,
            row: &row,
            column: "content",
        })
    }
}
