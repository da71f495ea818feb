//! One version of one thing about one person.

use domain::identity::Link;
use serde::{Deserialize, Serialize};

use super::content::Content;

/// A record's own name within (office, person, kind): 1–40 of `A–Z a–z 0–9 -`. For a voucher, for instance, the
/// office's key of that voucher. It never changes; revisions count under it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RecordId(String);

/// Why a text is no [`RecordId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("record: expected 1 to 40 ASCII letters, digits or hyphens")]
pub struct RecordIdError;

impl RecordId {
    /// Takes a text.
    ///
    /// # Errors
    /// When it is empty, too long, or has other characters.
    pub fn parse(text: &str) -> Result<RecordId, RecordIdError> {
        let fits = (1..=40).contains(&text.len());
        if fits
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        {
            Ok(RecordId(text.to_owned()))
        } else {
            Err(RecordIdError)
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for RecordId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<RecordId, D::Error> {
        struct Text;

        impl serde::de::Visitor<'_> for Text {
            type Value = RecordId;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a record of 1 to 40 characters of A-Z a-z 0-9 -")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<RecordId, E> {
                RecordId::parse(text).map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Text)
    }
}

/// One version. Its key is (office of the file, `link`, kind of the content, `record`); a version applies when
/// its `revision` is newer than what the key has. Two different contents under one revision cannot be told
/// apart by order, so the first that arrives stands and the other is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// 紐付番号: the office's own name for the person.
    pub link: Link,
    /// The record's own name.
    pub record: RecordId,
    /// Counts from 1.
    pub revision: u32,
    /// What it says.
    pub content: Content,
}
