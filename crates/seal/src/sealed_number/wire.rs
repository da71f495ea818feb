//! A sealed number as text: in JSON, and how a wrong one is refused without being repeated.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::SealedNumber;
use crate::error::FormatError;

const NOT_TEXT: &str = "sealed number: must be text in base64url";

impl FromStr for SealedNumber {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<SealedNumber, FormatError> {
        SealedNumber::parse(text)
    }
}

impl fmt::Display for SealedNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for SealedNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedNumber(…)")
    }
}

impl serde::Serialize for SealedNumber {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for SealedNumber {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<SealedNumber, D::Error> {
        /// A wrong value is never repeated in the error: it could be a number in the clear, also as a JSON
        /// number, which serde's own messages would show.
        struct Text;

        impl serde::de::Visitor<'_> for Text {
            type Value = SealedNumber;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a sealed number in base64url")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<SealedNumber, E> {
                text.parse().map_err(E::custom)
            }

            fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<SealedNumber, E> {
                Err(E::custom(NOT_TEXT))
            }

            fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<SealedNumber, E> {
                Err(E::custom(NOT_TEXT))
            }

            fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<SealedNumber, E> {
                Err(E::custom(NOT_TEXT))
            }
        }

        // `any`, because a reader that was asked for a text refuses a number by itself, showing it.
        deserializer.deserialize_any(Text)
    }
}
