//! The national register of institutions (指定医療機関).

use domain::designation::Institution;
use serde::{Deserialize, Serialize};

/// Where versions are pulled: `GET` with `after` and `most`, answered by a [`Page`].
pub const INSTITUTIONS: &str = "/institutions";
/// Versions in one page.
pub const MOST_IN_PAGE: i64 = 500;

/// Institutions after a position, in the order of positions. Empty: there is nothing new.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Each as it became at its position; of one that changed twice both versions.
    pub institutions: Vec<Listed>,
}

/// An institution in one version; a higher version of the same code replaces it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// The position of this version.
    pub n: i64,
    /// Counts from 1 under each code.
    pub version: u32,
    /// What the register has.
    pub institution: Institution,
}
