//! Consent (閲覧同意): what a person lets one institution see, said at the reader.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// For how long a consent counts, from when it was given; at the end of the last second it is over.
pub const LIFE: Duration = Duration::from_hours(24);

/// What a consent is about. Each is asked by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// 薬剤情報
    Drug,
    /// 診療情報, without operations
    Diagnosis,
    /// 手術情報
    Operation,
    /// 特定健診情報
    CheckUp,
}

impl Scope {
    /// Every scope, in the order in which a reader asks.
    pub const ALL: &'static [Self] = &[Self::Drug, Self::Diagnosis, Self::Operation, Self::CheckUp];

    /// Its name, as messages write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Drug => "drug",
            Self::Diagnosis => "diagnosis",
            Self::Operation => "operation",
            Self::CheckUp => "check_up",
        }
    }

    /// Its name, for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Drug => "薬剤情報",
            Self::Diagnosis => "診療情報",
            Self::Operation => "手術情報",
            Self::CheckUp => "特定健診情報",
        }
    }
}

/// One answer of the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// About what.
    pub scope: Scope,
    /// Yes; a no takes an earlier yes back.
    pub given: bool,
}
