//! The names we give to people and offices ourselves, because no number is stable enough.

use thiserror::Error;

use crate::text::token;

token! {
    /// Link (紐付番号): an office's own pseudonym for one person, stable as long as the office knows them.
    ///
    /// 1–40 characters of `A–Z a–z 0–9 -`. Means nothing outside its office. The real format is not public.
    Link, "link", 40, "A-Z a-z 0-9 -", |c| c.is_ascii_alphanumeric() || c == '-'
}

token! {
    /// Household (世帯) by its case number (ケース番号): an office's own name for the people who live on one budget.
    ///
    /// 1–40 characters of `A–Z a–z 0–9 -`. Means nothing outside its office. The real format is each office's own.
    HouseholdId, "household", 40, "A-Z a-z 0-9 -", |c| c.is_ascii_alphanumeric() || c == '-'
}

token! {
    /// The code of a welfare office (福祉事務所) between the systems.
    ///
    /// 1–20 ASCII letters and digits. An office has several payer numbers and may change them, so none of them
    /// identifies it; no public code was found.
    OfficeCode, "office", 20, "A-Z a-z 0-9", |c| c.is_ascii_alphanumeric()
}

/// The identity of a person between hub and verification: sixteen random bytes that the hub mints.
///
/// It says nothing about the person and is the same across offices. Written as 32 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId([u8; 16]);

/// A text that is no [`PersonId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("person id: 32 lower-case hex digits are required")]
pub struct PersonIdError;

impl PersonId {
    /// Names a person by sixteen bytes; only the hub mints them, from `env`'s randomness.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The sixteen bytes, as databases keep them.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Takes 32 lower-case hex digits.
    ///
    /// # Errors
    /// [`PersonIdError`] for anything else, upper case included: one id has one text.
    pub fn parse(text: &str) -> Result<Self, PersonIdError> {
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let pairs: &[[u8; 2]; 16] = pairs.try_into().map_err(|_| PersonIdError)?;
        if !rest.is_empty() {
            return Err(PersonIdError);
        }
        let mut bytes = [0; 16];
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = nibble(*high)? << 4 | nibble(*low)?;
        }
        Ok(Self(bytes))
    }
}

const fn nibble(hex: u8) -> Result<u8, PersonIdError> {
    match hex {
        b'0'..=b'9' => Ok(hex - b'0'),
        b'a'..=b'f' => Ok(hex - b'a' + 10),
        _ => Err(PersonIdError),
    }
}

impl std::str::FromStr for PersonId {
    type Err = PersonIdError;
    fn from_str(text: &str) -> Result<Self, PersonIdError> {
        Self::parse(text)
    }
}

impl std::fmt::Display for PersonId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl std::fmt::Debug for PersonId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PersonId({self})")
    }
}

impl serde::Serialize for PersonId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for PersonId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::wire::deserialize_text(deserializer, "a person id")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tokens_keep_to_their_alphabet() {
        assert_eq!(Link::parse("p-000123").unwrap().as_str(), "p-000123");
        assert!(Link::parse(&"a".repeat(40)).is_ok());
        for text in ["", "a b", "番号", "a_b", "a/b", "１", &"a".repeat(41)] {
            assert!(Link::parse(text).is_err(), "{text}");
        }
        assert!(OfficeCode::parse("13104A").is_ok());
        assert!(OfficeCode::parse("13104-A").is_err());
        assert!(OfficeCode::parse(&"1".repeat(21)).is_err());
        assert_eq!(
            OfficeCode::parse("a-").unwrap_err().to_string(),
            "office: has a character that is not allowed at position 2"
        );
        assert!(serde_json::from_str::<Link>("\"a b\"").is_err());
    }

    #[test]
    fn person_ids_have_one_text() {
        let text = "000102030405060708090a0b0c0d0eff";
        let id = PersonId::parse(text).unwrap();
        assert_eq!(id.as_bytes()[15], 0xff);
        assert_eq!(id.to_string(), text);
        for wrong in [
            "",
            "00",
            &text.to_uppercase(),
            &text[1..],
            &format!("{text}0"),
            &format!("{text}00"),
        ] {
            assert_eq!(PersonId::parse(wrong), Err(PersonIdError), "{wrong}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn person_ids_round_trip(bytes: [u8; 16]) {
            let id = PersonId::from_bytes(bytes);
            prop_assert_eq!(PersonId::parse(&id.to_string()), Ok(id));
            let json = serde_json::to_string(&id).unwrap();
            prop_assert_eq!(serde_json::from_str::<PersonId>(&json).unwrap(), id);
        }
    }
}
