//! Free text as somebody else wrote it, and the small tokens we compare by.

use std::fmt;

use thiserror::Error;

/// The longest text we take in one field, in characters (Unicode scalar values).
///
/// The lengths of the real interface are not public; 256 is longer than any sample seen.
pub const TEXT_MAX_CHARS: usize = 256;

/// Text exactly as received: names, addresses, names of injuries, remarks.
///
/// 1 to [`TEXT_MAX_CHARS`] characters without control characters. It is **never** normalised, trimmed or
/// folded: 外字, half-width kana and full-width spaces come out as they went in. Folding for search happens
/// elsewhere, on a copy. `Debug` does not show the text, because most of it is personal data.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AsReceived(Box<str>);

impl AsReceived {
    /// Takes the text of the field called `field`, which appears in the error.
    ///
    /// # Errors
    /// [`TextError`] when the text is empty, too long, or holds a control character.
    pub fn parse(field: &'static str, text: &str) -> Result<Self, TextError> {
        match fault_of(text, TEXT_MAX_CHARS, |c| !c.is_control()) {
            None => Ok(Self(text.into())),
            Some(fault) => Err(TextError { field, fault }),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for AsReceived {
    type Err = TextError;
    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::parse("text", text)
    }
}

impl fmt::Display for AsReceived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for AsReceived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AsReceived(…)")
    }
}

crate::wire::serde_as_text!(AsReceived, "text without control characters");

/// Why a text or token was refused. Never contains the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{field}: {fault}")]
pub struct TextError {
    /// The field, in our own English name.
    pub field: &'static str,
    /// The rule it breaks.
    pub fault: TextFault,
}

/// The rule a text or token breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TextFault {
    /// Nothing was given.
    #[error("is empty")]
    Empty,
    /// Too many characters.
    #[error("has {found} characters; at most {max} are allowed")]
    TooLong {
        /// Characters found.
        found: usize,
        /// Characters allowed.
        max: usize,
    },
    /// A control character in a text, or any character outside the alphabet of a token.
    #[error("has a character that is not allowed at position {position}")]
    Character {
        /// Counted in characters, from 1.
        position: usize,
    },
}

/// Judges `text`: not empty, at most `max` characters, each of them `allowed`.
pub(crate) fn fault_of(text: &str, max: usize, allowed: impl Fn(char) -> bool) -> Option<TextFault> {
    if text.is_empty() {
        return Some(TextFault::Empty);
    }
    // The byte length bounds the work on hostile input: one character is at most four bytes.
    let found = if text.len() > max * 4 {
        text.len() / 4 + 1
    } else {
        text.chars().count()
    };
    if found > max {
        return Some(TextFault::TooLong { found, max });
    }
    let position = text.chars().position(|c| !allowed(c))? + 1;
    Some(TextFault::Character { position })
}

/// Declares a token: a short ASCII identifier that is compared byte by byte and may be logged.
macro_rules! token {
    ($(#[$doc:meta])* $name:ident, $field:literal, $max:literal, $alphabet:literal, $allowed:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// The longest value, in characters.
            pub const MAX_CHARS: usize = $max;

            /// Takes the token as written.
            ///
            /// # Errors
            /// [`TextError`](crate::text::TextError) when it is empty, too long, or has a character outside its alphabet.
            pub fn parse(text: &str) -> Result<Self, $crate::text::TextError> {
                let allowed: fn(char) -> bool = $allowed;
                match $crate::text::fault_of(text, $max, allowed) {
                    None => Ok(Self(text.into())),
                    Some(fault) => Err($crate::text::TextError { field: $field, fault }),
                }
            }

            /// The token as written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        $crate::wire::text_impls!($name, $crate::text::TextError);
        $crate::wire::shown_debug!($name);
        $crate::wire::serde_as_text!(
            $name,
            concat!("a ", $field, " of 1 to ", $max, " characters of ", $alphabet)
        );
    };
}
pub(crate) use token;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_out_as_it_went_in() {
        for text in [
            "髙橋　美咲",
            "ﾀｶﾊｼ ﾐｻｷ",
            " 前後の空白 ",
            "か\u{3099}",
            "𠮷田",
            "●",
        ] {
            let taken = AsReceived::parse("name", text).unwrap();
            assert_eq!(taken.as_str(), text);
            let json = serde_json::to_string(&taken).unwrap();
            assert_eq!(serde_json::from_str::<AsReceived>(&json).unwrap().as_str(), text);
        }
    }

    #[test]
    fn text_faults_name_the_field_and_never_the_text() {
        let long = "山".repeat(257);
        for (text, message) in [
            ("", "name: is empty"),
            (long.as_str(), "name: has 257 characters; at most 256 are allowed"),
            (
                "山\n田",
                "name: has a character that is not allowed at position 2",
            ),
            (
                "山田\0",
                "name: has a character that is not allowed at position 3",
            ),
            (
                "\u{85}",
                "name: has a character that is not allowed at position 1",
            ),
        ] {
            assert_eq!(AsReceived::parse("name", text).unwrap_err().to_string(), message);
        }
        assert!(AsReceived::parse("name", &"山".repeat(256)).is_ok());
        assert!(AsReceived::parse("name", &"a".repeat(5_000_000)).is_err());
        assert!(serde_json::from_str::<AsReceived>("\"a\\u0000\"").is_err());
    }

    #[test]
    fn debug_shows_no_text() {
        assert_eq!(
            format!("{:?}", AsReceived::parse("name", "山田").unwrap()),
            "AsReceived(…)"
        );
    }
}
