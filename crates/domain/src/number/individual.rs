//! 個人番号.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use zeroize::Zeroizing;

use super::digits::only_digits;
use super::{NumberError, NumberKind, NumberRule, check_digit};

/// Individual number (個人番号, "My Number"): twelve digits, in the clear, for as short as can be.
///
/// 番号法 allows it for few purposes, so this type makes the rest hard. It cannot be copied, compared, hashed,
/// shown or serialised; `Debug` says only that there is one; its memory is overwritten when it is dropped, and
/// it lives on the heap so that a move leaves no copy behind. The function that reads a number seals it before it
/// returns (promise `no-number`).
pub struct IndividualNumber(Box<Zeroizing<[u8; 12]>>);

impl IndividualNumber {
    /// Takes twelve ASCII digits whose last is the check digit of 番号法省令第5条; all zeros are refused.
    ///
    /// The caller still owns `text` and overwrites it.
    ///
    /// # Errors
    /// [`NumberError`] with the rule that is broken and no digit of the number, not even the expected last one.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let kind = NumberKind::Individual;
        let refused = |rule| NumberError { kind, rule };
        let given = only_digits(text).map_err(refused)?;
        if given.len() != 12 {
            return Err(refused(NumberRule::Length {
                expected: kind.lengths(),
                found: given.len(),
            }));
        }
        // Judged in the caller's memory and copied once, into what will be overwritten.
        let Some((body, last)) = given.split_first_chunk::<11>() else {
            return Err(refused(NumberRule::Empty));
        };
        if body.iter().all(|digit| *digit == b'0') && last == b"0" {
            return Err(refused(NumberRule::AllZero));
        }
        if last != [b'0' + check_digit::individual(body)] {
            return Err(refused(NumberRule::SecretCheckDigit));
        }
        let mut digits = Box::new(Zeroizing::new([0; 12]));
        digits.copy_from_slice(given);
        Ok(Self(digits))
    }

    /// The twelve digits in the clear.
    ///
    /// **Only `seal` may call this**: to seal a number for the hub's key, and at hub intake, after opening it, for
    /// its blind index and for asking the residents' register. Everything else holds a sealed number.
    #[must_use]
    pub fn expose(&self) -> &str {
        super::digits::text_of(self.0.as_slice())
    }
}

impl fmt::Debug for IndividualNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IndividualNumber(…)")
    }
}

/// Reading is possible, writing is not. Whatever is wrong, what was there is never repeated.
impl<'de> Deserialize<'de> for IndividualNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits;

        impl Visitor<'_> for Digits {
            type Value = IndividualNumber;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an individual number as a text of twelve digits")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                IndividualNumber::parse(text).map_err(E::custom)
            }

            // The ready-made refusals of numbers would repeat them.
            fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
                Err(E::custom(
                    "expected an individual number as a text of twelve digits",
                ))
            }

            fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
                Err(E::custom(
                    "expected an individual number as a text of twelve digits",
                ))
            }

            fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
                Err(E::custom(
                    "expected an individual number as a text of twelve digits",
                ))
            }
        }

        deserializer.deserialize_any(Digits)
    }
}
