//! Keys of columns, one for each office, and the place of a version.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use seal::{ColumnKey, Place, RootKey};

use crate::VerificationError;

/// Column keys by office, each prepared once.
pub(crate) struct ColumnKeys {
    root: RootKey,
    prepared: RwLock<BTreeMap<String, Arc<ColumnKey>>>,
}

impl ColumnKeys {
    pub(crate) fn new(root: RootKey) -> ColumnKeys {
        ColumnKeys {
            root,
            prepared: RwLock::default(),
        }
    }

    pub(crate) fn of(&self, office: &str) -> Arc<ColumnKey> {
        if let Some(key) = self
            .prepared
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(office)
        {
            return key.clone();
        }
        let mut prepared = self.prepared.write().unwrap_or_else(PoisonError::into_inner);
        prepared
            .entry(office.to_owned())
            .or_insert_with(|| Arc::new(self.root.column_key(office)))
            .clone()
    }
}

impl crate::Verification {
    /// Seals a column of a reception, or of one of its parts (from 1; 0 is the reception itself).
    pub(crate) fn seal_reception(&self, number: &str, part: u32, column: &str, plain: &[u8]) -> Vec<u8> {
        let key = self.keys.columns.of(RECEPTIONS);
        at_reception(number, part, column, |place| {
            key.seal(&mut self.env.rng(), place, plain)
        })
    }

    /// Opens what [`Self::seal_reception`] sealed.
    pub(crate) fn open_reception(
        &self,
        number: &str,
        part: u32,
        column: &str,
        sealed: &[u8],
    ) -> Result<Vec<u8>, VerificationError> {
        let key = self.keys.columns.of(RECEPTIONS);
        let opened = at_reception(number, part, column, |place| key.open(place, sealed));
        opened.map_err(|source| VerificationError::Sealed {
            table: "reception",
            source,
        })
    }
}

/// Receptions belong to no office; no office's code has a hyphen.
const RECEPTIONS: &str = "bulk-receptions";

fn at_reception<T>(number: &str, part: u32, column: &str, work: impl FnOnce(&Place<'_>) -> T) -> T {
    let part = part.to_be_bytes();
    let row: [&[u8]; 2] = [number.as_bytes(), &part];
    work(&Place {
        table: "reception",
        row: &row,
        column,
    })
}

/// The key of a version, which is its place.
pub(crate) struct VersionKey<'a> {
    pub(crate) office: &'a str,
    pub(crate) link: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) record: &'a str,
    pub(crate) revision: u32,
}

impl VersionKey<'_> {
    /// Does something with the version's place.
    pub(crate) fn at_place<T>(&self, work: impl FnOnce(&Place<'_>) -> T) -> T {
        let revision = self.revision.to_be_bytes();
        let row: [&[u8]; 5] = [
            self.office.as_bytes(),
            self.link.as_bytes(),
            self.kind.as_bytes(),
            self.record.as_bytes(),
            &revision,
        ];
        work(&Place {
            table: "version",
            row: &row,
            column: "content",
        })
    }
}
