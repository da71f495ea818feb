//! The role's configuration.

use std::path::PathBuf;

use env::Origin;
use identity::Tls;
use serde::Deserialize;
use storage::DatabaseConfig;

/// The role's configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where it listens, for instance `https://127.0.0.1:18082`.
    pub listen: Origin,
    /// Where its database is: `sqlite:PATH` or `postgres:…`.
    pub database: DatabaseConfig,
    /// Its root key's file.
    pub root_key: PathBuf,
    /// The key file that it shares with the register of residents, for the numbers' blind indexes.
    pub residents_key: PathBuf,
    /// The register of residents.
    pub registers: Origin,
    /// Its certificate, and whom it believes.
    pub tls: Tls,
}
