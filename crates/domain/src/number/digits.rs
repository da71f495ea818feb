//! What the five parsers share: digits of a fixed count, and the common face of the types.

use super::{NumberError, NumberKind, NumberRule, check_digit};

/// Takes exactly `N` ASCII digits.
pub(super) fn exactly<const N: usize>(kind: NumberKind, text: &str) -> Result<[u8; N], NumberError> {
    let rule = match only_digits(text) {
        Err(rule) => rule,
        Ok(digits) => match digits.try_into() {
            Ok(digits) => return Ok(digits),
            Err(_) => NumberRule::Length {
                expected: kind.lengths(),
                found: digits.len(),
            },
        },
    };
    Err(NumberError { kind, rule })
}

/// The bytes of `text` when it is ASCII digits and nothing else.
pub(super) fn only_digits(text: &str) -> Result<&[u8], NumberRule> {
    if text.is_empty() {
        return Err(NumberRule::Empty);
    }
    match text.chars().enumerate().find(|(_, c)| !c.is_ascii_digit()) {
        None => Ok(text.as_bytes()),
        Some((index, '０'..='９')) => Err(NumberRule::FullWidth { position: index + 1 }),
        Some((index, _)) => Err(NumberRule::NotADigit { position: index + 1 }),
    }
}

/// Judges the last of `digits` against the folded check digit of the others.
pub(super) fn folded_agrees(kind: NumberKind, digits: &[u8]) -> Result<(), NumberError> {
    let Some((last, body)) = digits.split_last() else {
        return Err(NumberError {
            kind,
            rule: NumberRule::Empty,
        });
    };
    let expected = check_digit::folded(body);
    if *last == b'0' + expected {
        Ok(())
    } else {
        Err(NumberError {
            kind,
            rule: NumberRule::CheckDigit { expected },
        })
    }
}

/// The value of two ASCII digits, 0–99.
pub(super) const fn pair(tens: u8, units: u8) -> u8 {
    (tens - b'0') * 10 + (units - b'0')
}

/// Digits as text; they are ASCII by construction.
pub(super) fn text_of(digits: &[u8]) -> &str {
    std::str::from_utf8(digits).unwrap_or_default()
}
