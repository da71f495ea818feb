//! Sealed numbers and the hub's public key, as text.

use std::sync::LazyLock;

use domain::number::IndividualNumber;
use env::Time;
use env::sim::Simulation;
use seal::{FormatError, HubPrivateKey, HubPublicKey, RootKey, SealedNumber, SealingContext};

use super::{Target, accepted, variant, words};
use crate::secrets::assert_discreet;

/// A text that may be a sealed number or a key.
pub(super) const SEALED: Target = Target {
    name: "sealed",
    check: sealed,
    weight: 1,
    words: words!["mdghub1-" "mdgroot1-" "AQ" "-_" "==" "+/" "AAAAAAAAAAAAAAAA" "\"" "123456789018"],
};

/// The context of the one number that was sealed to the key below.
const CONTEXT: SealingContext<'static> = SealingContext {
    office: "13104",
    link: "p-1",
    revision: 1,
};

/// A key of a seeded world, and the text of one number that was sealed to it.
static WORLD: LazyLock<(HubPrivateKey, String)> = LazyLock::new(|| {
    let world = Simulation::new(20_261_122, Time::from_micros(0));
    let mut rng = world.node("office", "office").rng();
    let key = RootKey::generate(&mut rng).hub_private_key();
    let number = IndividualNumber::parse("123456789018").expect("a published example");
    let sealed = SealedNumber::seal(&mut rng, &key.public_key(), &number, &CONTEXT).expect("it seals");
    (key, sealed.to_string())
});

fn sealed(bytes: &[u8]) -> String {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return "not-text".to_owned();
    };
    in_json(text);
    if text.starts_with("mdg") {
        return key(text);
    }
    let sealed = match SealedNumber::parse(text) {
        Ok(sealed) => sealed,
        Err(error) => return refused(&error),
    };
    assert_eq!(sealed.to_string(), text, "one seal has one text");
    assert_eq!(SealedNumber::from_bytes(sealed.as_bytes()).as_ref(), Ok(&sealed));
    let (key, whole) = &*WORLD;
    match key.open(&sealed, &CONTEXT) {
        Ok(_) => {
            assert_eq!(text, whole, "something opens that nobody sealed");
            accepted()
        }
        Err(error) => {
            assert_ne!(text, whole, "what was sealed does not open");
            assert_discreet(&format!("{error} {error:?}"));
            variant(&error)
        }
    }
}

/// In a message it is a JSON text; whatever else stands there is refused without being shown.
fn in_json(text: &str) {
    for json in [text.to_owned(), serde_json::Value::from(text).to_string()] {
        match serde_json::from_str::<SealedNumber>(&json) {
            Ok(sealed) => assert_eq!(
                serde_json::to_value(sealed).ok(),
                serde_json::from_str(&json).ok()
            ),
            Err(error) => assert_discreet(&error.to_string()),
        }
    }
}

fn key(text: &str) -> String {
    match HubPublicKey::parse(text) {
        Ok(key) => {
            assert_eq!(key.to_string(), text, "one key has one text");
            "key".to_owned()
        }
        Err(error) => refused(&error),
    }
}

fn refused(error: &FormatError) -> String {
    assert_discreet(&format!("{error} {error:?}"));
    variant(&error.rule)
}
