//! What a terminal (資格確認端末) and verification say to each other when a card is read, as JSON over one connection.
//!
//! ```text
//! terminal                                        verification
//!   POST /institution/nonce        ─────────────▶   a nonce for this institution, terminal and connection
//!   (the card signs the statement)
//!   POST /institution/card         ─────────────▶   OQSsiquc01 result, as XML or JSON by `accept`
//!   POST /institution/enrolment    ─────────────▶   Enrolled
//! ```
//!
//! The card signs the hash of `asked` with the rest (`identity::presence::Statement`), so what is asked cannot be changed on the
//! way. Bytes are standard base64.

use domain::calendar::Date;
use domain::card::CardId;
use domain::consent::{Said, Scope};
use domain::permit::Purpose;
use domain::presence::Method;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::text::is_xml_character;

/// `POST`, nothing in the body; answered by [`Nonce`].
pub const NONCE: &str = "/institution/nonce";
/// `POST` of a [`Brought`] [`Inquiry`].
pub const CARD: &str = "/institution/card";
/// `POST` of a [`Brought`] [`Enrolment`], answered by [`Enrolled`].
pub const ENROLMENT: &str = "/institution/enrolment";
/// A header of an inquiry by number (`POST /institution/inquiry`): what stands behind it, by the terminal's own word.
pub const STANDS_BEHIND: &str = "madoguchi-presence";
/// 目視確認: the desk has compared the photograph on the card. Without the header the numbers alone stand behind it.
pub const VISUAL: &str = "visual";
/// The longest of these bodies, in bytes.
pub const MOST: usize = 16 << 10;

/// A nonce: it may be used once, within a minute, on the connection that it came over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nonce {
    /// Opaque.
    #[serde(with = "base64_bytes")]
    pub nonce: Vec<u8>,
}

/// That a card was here, and what is asked with it. Where and what for is what the card was told when it signed: it is believed
/// only where it is also what the connection and the request say, and what differs is refused by its own reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Brought {
    /// The nonce.
    #[serde(with = "base64_bytes")]
    pub nonce: Vec<u8>,
    /// The institution's code.
    pub institution: String,
    /// The terminal's name.
    pub terminal: String,
    /// What for.
    pub purpose: Purpose,
    /// How the card was unlocked.
    pub method: Method,
    /// When, by the terminal's clock, in µs since 1970-01-01T00:00:00Z.
    pub at: i64,
    /// The card's certificate, in DER.
    #[serde(with = "base64_bytes")]
    pub certificate: Vec<u8>,
    /// The card's signature.
    #[serde(with = "base64_bytes")]
    pub signature: Vec<u8>,
    /// What is asked: the JSON text of an [`Inquiry`] or an [`Enrolment`], byte for byte as its hash was signed.
    pub asked: String,
}

impl Brought {
    /// What the card signs of what is asked.
    #[must_use]
    pub fn hash(asked: &str) -> [u8; 32] {
        Sha256::digest(asked.as_bytes()).into()
    }
}

/// Whose card this is, what they may have here, and what they let the institution see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inquiry {
    /// 資格確認日
    pub day: Date,
    /// The asking software's own mark (任意のファイル識別子), repeated in the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// What the person said of each scope; of those not named nothing changes.
    #[serde(default)]
    pub consents: Vec<Said>,
}

/// The most characters of an [`Inquiry`]'s `identifier`, as in every message that repeats it.
const IDENTIFIER: usize = 50;

/// Why an [`Inquiry`] cannot be answered, whoever brings it. Says nothing of its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InquiryFault {
    /// It is not one.
    #[error("not an inquiry")]
    Shape,
    /// The identifier is too long to be repeated.
    #[error("longer than {IDENTIFIER} characters")]
    LongIdentifier,
    /// The identifier has a character that no XML can carry, so no answer could repeat it.
    #[error("has a character that XML 1.0 does not allow")]
    IdentifierCharacter,
    /// A scope is named twice: of a yes and a no nobody knows which is meant.
    #[error("{} ({}) is named twice", .0.label(), scope_name(*.0))]
    Twice(Scope),
}

impl InquiryFault {
    /// Which field, as a path in [`Brought`].
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            InquiryFault::Shape => "asked",
            InquiryFault::LongIdentifier | InquiryFault::IdentifierCharacter => "asked.identifier",
            InquiryFault::Twice(_) => "asked.consents",
        }
    }
}

/// A scope as it stands in JSON.
const fn scope_name(scope: Scope) -> &'static str {
    match scope {
        Scope::Drug => "drug",
        Scope::Diagnosis => "diagnosis",
        Scope::Operation => "operation",
        Scope::CheckUp => "check_up",
    }
}

impl Inquiry {
    /// Reads what a card has signed, and only what can be kept and repeated as it stands there.
    ///
    /// # Errors
    /// [`InquiryFault`], with the field.
    pub fn read(asked: &str) -> Result<Inquiry, InquiryFault> {
        let inquiry: Inquiry = serde_json::from_str(asked).map_err(|_| InquiryFault::Shape)?;
        let identifier = inquiry.identifier.as_deref().unwrap_or_default();
        if identifier.chars().count() > IDENTIFIER {
            return Err(InquiryFault::LongIdentifier);
        }
        if !identifier.chars().all(is_xml_character) {
            return Err(InquiryFault::IdentifierCharacter);
        }
        match first_twice(&inquiry.consents) {
            Some(scope) => Err(InquiryFault::Twice(scope)),
            None => Ok(inquiry),
        }
    }
}

/// The first scope that is named again, whatever is said of it.
fn first_twice(consents: &[Said]) -> Option<Scope> {
    let scopes = consents.iter().map(|said| said.scope);
    let named = |before: usize, scope: Scope| consents.iter().take(before).any(|said| said.scope == scope);
    let mut again = scopes.enumerate().filter(|(at, scope)| named(*at, *scope));
    again.next().map(|(_, scope)| scope)
}

/// The person lets this card be used (利用申込).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrolment {}

/// What came of an enrolment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Enrolled {
    /// The card finds its person from now on; if they were enrolled before, too.
    Linked,
    /// No office has registered this person, so there is nothing to find: nothing was kept.
    NobodyHere,
    /// The register of residents does not know the card, or says that it is not in force.
    NotThisCard,
}

/// What verification passes on to the hub: a card whose signature it has judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassedOn {
    /// Which card.
    pub card: CardId,
}

/// Where the hub takes it: `POST` of a [`PassedOn`] by verification, answered by [`Enrolled`].
pub const PASSED_ON: &str = "/verification/enrolments";

mod base64_bytes {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&base64::display::Base64Display::new(bytes, &STANDARD))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        // Its own message would quote what stands there.
        let bytes = STANDARD.decode(text.as_ref());
        bytes.map_err(|_| serde::de::Error::custom("not base64"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(identifier: &str, consents: &str) -> Result<Inquiry, InquiryFault> {
        Inquiry::read(&format!(
            r#"{{"day":"2026-11-16","identifier":"{identifier}","consents":[{consents}]}}"#
        ))
    }

    #[test]
    fn a_scope_is_named_once() {
        let said =
            |scope: Scope, given: bool| format!(r#"{{"scope":"{}","given":{given}}}"#, scope_name(scope));
        for scope in Scope::ALL.iter().copied() {
            for (first, then) in [(true, false), (false, true), (true, true), (false, false)] {
                let others = Scope::ALL.iter().filter(|other| **other != scope);
                let others: Vec<String> = others.map(|other| said(*other, true)).collect();
                let once = format!("{},{}", said(scope, first), others.join(","));
                assert_eq!(read("A", &once).unwrap().consents.len(), Scope::ALL.len());
                let twice = format!("{once},{}", said(scope, then));
                let fault = read("A", &twice).unwrap_err();
                assert_eq!(
                    (fault, fault.field()),
                    (InquiryFault::Twice(scope), "asked.consents")
                );
            }
        }
        let text = InquiryFault::Twice(Scope::CheckUp).to_string();
        assert_eq!(text, "特定健診情報 (check_up) is named twice");
    }

    #[test]
    fn an_identifier_can_be_repeated() {
        for good in [String::new(), "見".repeat(50), "\u{10ffff}".repeat(50)] {
            assert_eq!(read(&good, "").unwrap().identifier, Some(good));
        }
        let long = read(&"見".repeat(51), "").unwrap_err();
        assert_eq!(
            (long, long.field()),
            (InquiryFault::LongIdentifier, "asked.identifier")
        );
        for character in ["\\u0000", "\\u0001", "\\u001f", "\\ufffe", "\\uffff"] {
            assert_eq!(
                read(character, "").unwrap_err(),
                InquiryFault::IdentifierCharacter
            );
        }
    }
}
