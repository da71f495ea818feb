//! Insurers' rows (保険者の加入者情報).

use domain::insurance::{AidPeriod, InsuranceRow};
use serde::{Deserialize, Serialize};

/// Where rows are asked for: `POST`, a list of [`Question`], answered by a list of [`Answer`] in the same order.
pub const ROWS: &str = "/insurers/rows";
/// Where changes are asked for: `GET` with `after` and `most`, answered by [`super::changes::Changes`].
pub const CHANGES: &str = "/insurers/changes";
/// Questions in one request.
pub const MOST_QUESTIONS: usize = 500;

/// What are this person's rows, beside these periods of aid?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The number's blind index under the key that hub and registers share, 64 hexadecimal digits.
    pub index: String,
    /// The periods of aid of all offices.
    pub aid: Vec<AidPeriod>,
}

/// A person's rows after the rule of the aid; none: the insurers know nobody under this index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// By first day.
    pub rows: Vec<InsuranceRow>,
}
