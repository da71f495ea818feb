//! The made-up world of the targets about cards: one pinned key, one moment, one desk.
//!
//! The corpora were made by an authority of the sandbox whose key is nowhere any more (`cargo run -p madoguchi-fuzz --example
//! cards` makes another one, and all of them anew); what is left of it is its certificate.

use std::sync::LazyLock;
use std::time::Duration;

use domain::number::InstitutionCode;
use env::Time;
use identity::card::revocation::Lists;
use identity::card::{Anchor, Anchors, Known, RevocationList};
use identity::presence::{NonceKey, Place};
use identity::profile::World;

/// Where the authority's certificate and its empty list stand, below `corpus`' folder.
pub const AUTHORITY: &str = "src/cards/authority.crt";
/// Its list, on which nobody is.
pub const LIST: &str = "src/cards/authority.crl";

/// The key's certificate.
static CERTIFICATE: &[u8] = include_bytes!("cards/authority.crt");
static EMPTY_LIST: &[u8] = include_bytes!("cards/authority.crl");

/// The moment: 2026-11-26, nine o'clock in Japan.
#[must_use]
pub const fn now() -> Time {
    Time::from_micros(1_795_651_200_000_000)
}

/// The desk at which cards are read.
#[must_use]
pub fn place() -> Place {
    Place {
        institution: InstitutionCode::parse("1319999015").expect("a made-up code"),
        terminal: "desk-1".to_owned(),
        exporter: [7; 32],
    }
}

/// The key of nonces.
#[must_use]
pub fn nonces() -> NonceKey {
    NonceKey::new(&[3; 32])
}

/// The pinned key.
#[must_use]
pub fn anchors() -> Anchors {
    let anchor = Anchor::pin(World::Sandbox, CERTIFICATE).expect("the authority's certificate");
    Anchors::new(World::Sandbox, [anchor])
}

/// All of verification's that judges a proof.
pub(crate) struct Verification {
    pub(crate) nonces: NonceKey,
    pub(crate) cards: Known,
    pub(crate) lists: Lists,
    pub(crate) place: Place,
}

pub(crate) static VERIFICATION: LazyLock<Verification> = LazyLock::new(|| {
    let mut lists = Lists::new(Duration::ZERO);
    let list = RevocationList::parse(&anchors(), EMPTY_LIST).expect("the authority's list");
    assert!(lists.take(list));
    Verification {
        nonces: nonces(),
        // Nothing is remembered: each input is judged as if it were the first.
        cards: Known::new(anchors(), 0),
        lists,
        place: place(),
    }
});
