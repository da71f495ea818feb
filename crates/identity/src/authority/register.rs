//! The register: one line for each certificate and each revocation, never rewritten.

use std::io::Write as _;

use env::Time;
use serde::{Deserialize, Serialize};

use super::AuthorityError;
use super::files::failed;
use super::folder::Authorities;
use crate::card::Serial;

/// The register's file.
pub(super) const REGISTER: &str = "issued.jsonl";

/// A line of the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Record {
    /// A certificate was issued.
    Issued {
        /// The issuing key's name.
        issuer: String,
        /// Its number.
        serial: Serial,
        /// Whose it is: `card`, or a tenant.
        of: String,
        /// Until when, in µs since 1970-01-01T00:00:00Z.
        through: i64,
    },
    /// It was revoked.
    Revoked {
        /// The issuing key's name.
        issuer: String,
        /// Its number.
        serial: Serial,
        /// When, in µs since 1970-01-01T00:00:00Z.
        at: i64,
    },
}

impl Authorities {
    /// Everything that was issued and revoked, in order.
    ///
    /// # Errors
    /// [`AuthorityError`].
    pub fn register(&self) -> Result<Vec<Record>, AuthorityError> {
        let path = self.folder.join(REGISTER);
        let text = std::fs::read_to_string(&path).map_err(failed(&path))?;
        let read = |(at, line): (usize, &str)| {
            serde_json::from_str(line).map_err(|_| AuthorityError::Register {
                path: path.clone(),
                line: at + 1,
            })
        };
        text.lines().enumerate().map(read).collect()
    }

    pub(super) fn enter_issued(
        &self,
        issuer: &str,
        serial: &Serial,
        of: &str,
        through: Time,
    ) -> Result<(), AuthorityError> {
        self.enter(&Record::Issued {
            issuer: issuer.to_owned(),
            serial: serial.clone(),
            of: of.to_owned(),
            through: through.micros(),
        })
    }

    pub(super) fn enter(&self, record: &Record) -> Result<(), AuthorityError> {
        let path = self.folder.join(REGISTER);
        let written = || {
            let mut line = serde_json::to_vec(record)?;
            line.push(b'\n');
            let mut file = std::fs::File::options().append(true).open(&path)?;
            file.write_all(&line)?;
            file.sync_all()
        };
        written().map_err(failed(&path))
    }
}
