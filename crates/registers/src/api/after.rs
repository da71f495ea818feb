//! Where whoever pulls changes stands.

use serde::Deserialize;

/// Changes in one page.
const MOST: i64 = 500;

/// The question of a pull.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct After {
    /// The last position that is known; 0 at the beginning.
    #[serde(default)]
    pub(super) after: i64,
    #[serde(default)]
    most: Option<i64>,
}

impl After {
    /// How many are wanted, and no more than a page has.
    pub(super) fn most(&self) -> i64 {
        self.most.unwrap_or(MOST).clamp(1, MOST)
    }
}
