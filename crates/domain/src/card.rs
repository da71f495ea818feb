//! What a card is found by (利用者証明用電子証明書): the key that issued its certificate and the number, together.
//!
//! Several keys have issued under one name, and each has counted from the beginning, so neither alone says whose a card is.

use std::fmt;
use std::num::NonZeroU128;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A key that issues certificates: SHA-256 over its SubjectPublicKeyInfo.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct KeyId(#[serde(with = "hex::serde")] pub [u8; 32]);

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({})", hex::encode(&self.0[..8]))
    }
}

/// A certificate's serial number: the bytes of a positive integer without leading zeros, at most 20.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Serial(Vec<u8>);

impl Serial {
    /// From the content of a DER integer; nothing when that is negative, zero or too long.
    #[must_use]
    pub fn from_integer(content: &[u8]) -> Option<Serial> {
        let digits = match content {
            [0, rest @ ..] => rest,
            [first, ..] if *first < 0x80 => content,
            _ => return None,
        };
        Serial::from_bytes(digits)
    }

    fn from_bytes(digits: &[u8]) -> Option<Serial> {
        (!digits.is_empty() && digits.len() <= 20 && digits[0] != 0).then(|| Serial(digits.to_vec()))
    }

    /// Its bytes, most significant first.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<NonZeroU128> for Serial {
    fn from(number: NonZeroU128) -> Serial {
        let bytes = number.get().to_be_bytes();
        Serial(bytes.into_iter().skip_while(|byte| *byte == 0).collect())
    }
}

/// The text is no serial number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("2桁ずつの16進数（1～20バイト、先頭は00以外）ではありません")]
pub struct NoSerial;

impl FromStr for Serial {
    type Err = NoSerial;

    fn from_str(text: &str) -> Result<Serial, NoSerial> {
        let bytes = hex::decode(text).map_err(|_| NoSerial)?;
        Serial::from_bytes(&bytes).ok_or(NoSerial)
    }
}

impl TryFrom<String> for Serial {
    type Error = NoSerial;

    fn try_from(text: String) -> Result<Serial, NoSerial> {
        text.parse()
    }
}

impl From<Serial> for String {
    fn from(serial: Serial) -> String {
        serial.to_string()
    }
}

impl fmt::Debug for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Serial({self})")
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

/// What a card is found by: who issued its certificate, and under which number. Neither alone says who it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CardId {
    /// The issuing key.
    pub issuer: KeyId,
    /// The certificate's number.
    pub serial: Serial,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_number_is_positive_and_read_back() {
        assert_eq!(Serial::from_integer(&[6, 0, 1]).unwrap().to_string(), "060001");
        assert_eq!(Serial::from_integer(&[0, 0x86]).unwrap().to_string(), "86");
        for wrong in [&[][..], &[0], &[0x86], &[0, 0, 1], &[1; 21]] {
            assert_eq!(Serial::from_integer(wrong), None, "{wrong:?}");
        }
        let drawn = Serial::from(NonZeroU128::new(0x0600_0001).unwrap());
        assert_eq!(drawn.to_string().parse(), Ok(drawn));
        for wrong in ["", "0", "00", "0001", "zz", "6000001"] {
            assert_eq!(wrong.parse::<Serial>(), Err(NoSerial), "{wrong}");
        }
    }
}
