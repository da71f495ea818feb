//! Cards, as the register of residents knows them (利用者証明用電子証明書の発行番号).
//!
//! The real register tells certified verifiers (署名検証者) whether a certificate is in force, and follows a renewed one; how
//! it says whose a card is, to whom, is not public.

use domain::card::CardId;
use serde::{Deserialize, Serialize};

/// Where it is asked whose a card is: `POST` of a [`CardId`], answered by [`Found`].
pub const FIND: &str = "/residents/cards/find";
/// Where cards are asked for: `POST` of a list of blind indexes of numbers, 64 hexadecimal digits each, answered by a list
/// of [`InForce`] in the same order.
pub const OF: &str = "/residents/cards/of";
/// Where changes are asked for: `GET` with `after` and `most`, answered by [`super::changes::Changes`].
pub const CHANGES: &str = "/residents/cards/changes";
/// Indexes in one request.
pub const MOST_QUESTIONS: usize = 500;

/// Whose a card is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Found {
    /// Absent: there is no such card, or it is not in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Holder>,
}

/// Who has a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holder {
    /// The number's blind index under the key that hub and registers share, 64 hexadecimal digits.
    pub index: String,
    /// All cards that they have in force, in the order of [`CardId`].
    pub cards: Vec<CardId>,
}

/// Somebody's cards in force: one as a rule, none for nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InForce {
    /// In the order of [`CardId`].
    pub cards: Vec<CardId>,
}

/// Why a card is in force no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// Another one came: renewed (更新) or issued again (再交付).
    Replaced,
    /// Lost, or given back (失効).
    Revoked,
    /// The person died.
    Died,
}

impl Ended {
    /// Its name, as databases write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Ended::Replaced => "replaced",
            Ended::Revoked => "revoked",
            Ended::Died => "died",
        }
    }
}
