//! A role's configuration: one TOML file, with environment variables over it.
//!
//! `MADOGUCHI_STORE__DATABASE=…` sets `database` in the table `[store]`. Unknown keys are refused, so that a
//! typing error is not silently a default.

use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env as Variables, Format, Toml};
use serde::de::DeserializeOwned;

/// Why a configuration is not usable.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// There is no such file.
    #[error("{0} is not there; `madoguchi init ROLE --data DIR` writes one")]
    Missing(PathBuf),
    /// It does not say what the role needs.
    #[error("{path}: {reason}")]
    Wrong {
        /// The file.
        path: PathBuf,
        /// Which key, and what was expected.
        reason: String,
    },
}

/// Variables that steer tests and are no configuration.
const NOT_CONFIGURATION: [&str; 5] = ["kill_at", "log", "soak", "test_postgres", "test_program"];

/// Reads a configuration.
///
/// # Errors
/// When the file is missing, is not TOML, has unknown keys, or lacks one that is needed.
pub fn load<C: DeserializeOwned>(path: &Path) -> Result<C, ConfigError> {
    if !path.is_file() {
        return Err(ConfigError::Missing(path.to_owned()));
    }
    let variables = Variables::prefixed("MADOGUCHI_")
        .ignore(&NOT_CONFIGURATION)
        .split("__");
    Figment::from(Toml::file_exact(path))
        .merge(variables)
        .extract()
        .map_err(|error| ConfigError::Wrong {
            path: path.to_owned(),
            reason: error.to_string(),
        })
}
