//! How sure it is that the person is there.

use serde::{Deserialize, Serialize};

/// Presence: what stands behind an inquiry.
///
/// "With card" is only ever a signature by the card over this inquiry (promise `presence`); whoever makes
/// `CardSigned` has verified one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// The card signed: the person is here, now.
    CardSigned,
    /// 目視確認: the desk compared the face with the card's photograph, and nothing was signed.
    VisualOnly,
    /// Numbers and a birth date were typed in or sent by a file.
    NumberOnly,
}

impl Presence {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::CardSigned, Self::VisualOnly, Self::NumberOnly];

    /// Whether the card has proved the person's presence. 目視 proves nothing to us: the institution only says so.
    #[must_use]
    pub const fn is_proved(self) -> bool {
        match self {
            Self::CardSigned => true,
            Self::VisualOnly | Self::NumberOnly => false,
        }
    }
}

/// How the card was unlocked, so that it signed. 目視確認 unlocks nothing: it is [`Presence::VisualOnly`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// 暗証番号 of four digits.
    Pin,
    /// 顔認証: the reader compared the face with the photograph in the card.
    Face,
}

impl Method {
    /// Its name, for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Pin => "暗証番号",
            Self::Face => "顔認証",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_signature_proves_presence() {
        let proved: Vec<_> = Presence::ALL.iter().filter(|one| one.is_proved()).collect();
        assert_eq!(proved, [&Presence::CardSigned]);
    }
}
