//! Who somebody is, proven by certificates; no HTTP.
//!
//! Nothing about a person is on the card. It holds the key of a 利用者証明用電子証明書, and whoever has the key and its PIN
//! can sign. What the certificate is worth is judged here:
//!
//! - [`profile`]: what such a certificate looks like, in the world outside and in the sandbox, which never mix.
//! - [`card`]: the card's certificate, read strictly; the pinned keys that may have issued it; the path between the two; what
//!   was revoked, by lists and by answers about single cards, and how fresh they are. The TLS stack refuses certificates of this shape (it knows no
//!   critical policies), so this path is our own.
//! - [`reader`]: the card's commands, spoken to a reader or to a card without plastic; unlocked by PIN or by face.
//! - [`presence`]: that a card is here now, for this: a nonce that needs no memory, a statement, a judgement.
//! - [`authority`]: the sandbox's own authorities, of the same shape: one for cards, one for organisations.
//!
//! - [`organisation`]: how an organisation or a terminal is known to others over TLS.
//! - [`show`]: what a certificate or a list says, for people.
//!
//! A card is found by the key that issued its certificate and the serial number, together ([`card::CardId`]): several keys have
//! issued under one name, and each has counted from the beginning.

pub mod authority;
pub mod card;
pub mod organisation;
pub mod presence;
pub mod profile;
pub mod reader;
pub mod show;

pub use organisation::Tls;
