//! Of whom something has changed at a register, by position: what exactly is asked then.

use serde::{Deserialize, Serialize};

/// Of whom something has changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    /// In the order of positions; of somebody who changed twice only the last.
    pub changes: Vec<Change>,
}

/// Something of somebody changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The position.
    pub n: i64,
    /// The number's blind index, 64 hexadecimal digits.
    pub index: String,
}
