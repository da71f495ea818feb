//! The role's configuration, and the rules in it.

use std::path::PathBuf;
use std::time::Duration;

use env::Origin;
use identity::Tls;
use serde::Deserialize;
use storage::DatabaseConfig;

use crate::{BulkRules, CardFiles, GuessingRules, VisualRules};

/// The role's configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where it listens, for instance `https://127.0.0.1:18083`.
    pub listen: Origin,
    /// Where its database is: `sqlite:PATH` or `postgres:…`.
    pub database: DatabaseConfig,
    /// Its root key's file.
    pub root_key: PathBuf,
    /// The hub.
    pub hub: Origin,
    /// How long the result of a bulk inquiry can be fetched after its reception, in hours. Default 168.
    #[serde(default = "default_bulk_keep_hours")]
    pub bulk_keep_hours: u32,
    /// People whom one `OQSmuquc01` may ask about. Default 5000.
    #[serde(default = "default_bulk_most_people")]
    pub bulk_most_people: u32,
    /// Its certificate, and whom it believes.
    pub tls: Tls,
    /// The keys that issue cards, and what they revoked. Without them no card is believed.
    #[serde(default)]
    pub cards: CardFiles,
    /// How many inquiries by number may find nobody.
    #[serde(default)]
    pub guessing: GuessingRules,
    /// How often a terminal may go by the photograph before the operator is told.
    #[serde(default)]
    pub visual: VisualRules,
}

fn default_bulk_keep_hours() -> u32 {
    168
}

fn default_bulk_most_people() -> u32 {
    5000
}

impl Config {
    pub(crate) fn rules(&self) -> Rules {
        Rules {
            bulk: BulkRules {
                keep: Duration::from_secs(u64::from(self.bulk_keep_hours) * 60 * 60),
                most_people: usize::try_from(self.bulk_most_people).unwrap_or(usize::MAX),
                ..BulkRules::default()
            },
            guessing: self.guessing,
            visual: self.visual,
        }
    }
}

/// What institutions may do, and how much of it.
#[derive(Default)]
pub(crate) struct Rules {
    pub(crate) bulk: BulkRules,
    pub(crate) guessing: GuessingRules,
    pub(crate) visual: VisualRules,
}
