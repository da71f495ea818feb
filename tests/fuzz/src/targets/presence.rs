//! What a terminal brings to verification when a card is read.

use domain::permit::Purpose;
use env::Time;
use exchange::presence::{Brought, Enrolment, Inquiry};
use identity::presence::proof::Judge;
use identity::presence::{Method, NotPresent, Present, Proof, Statement};
use serde::de::DeserializeOwned;

use super::{Target, variant, words};
use crate::cards::{VERIFICATION, now};
use crate::secrets::assert_discreet;

/// A nonce, with nothing behind it: whatever passes it is stopped by the certificate.
pub(super) const NONCE: Target = Target {
    name: "nonce",
    check: nonce,
    weight: 1,
    words: &[
        b"\x01",
        b"\x00\x00\x00\x00\x00\x00\x00\x00",
        b"\xff\xff\xff\xff\xff\xff\xff\xff",
    ],
};

/// The whole message.
pub(super) const BROUGHT: Target = Target {
    name: "brought",
    check: brought,
    weight: 1,
    words: words!["\"nonce\":\"" "\"purpose\":\"enrolment\"" "\"terminal\":\"" "\"method\":\"face\"" "\"method\":\"pin\"" "\"at\":-1" "\"certificate\":\"MII" "\"signature\":\"\""
        "\"asked\":\"{}\"" "AAAA" "==" "\\\"day\\\":\\\"" "\\\"consents\\\":[" "{" "}"],
};

fn judged(statement: Statement<'_>, certificate: &[u8], signature: &[u8]) -> Result<Present, NotPresent> {
    let world = &*VERIFICATION;
    let proof = Proof {
        statement,
        certificate,
        signature,
    };
    let judge = Judge {
        nonces: &world.nonces,
        cards: &world.cards,
        lists: &world.lists,
    };
    judge.judge(&proof, &world.place, Purpose::EligibilityCheck, now())
}

fn nonce(bytes: &[u8]) -> String {
    // Whatever stands in a statement, it begins with itself and says how long each part is.
    let statement = |nonce, terminal| Statement {
        nonce,
        institution: VERIFICATION.place.institution.as_str(),
        terminal,
        purpose: Purpose::EligibilityCheck,
        method: Method::Pin,
        at: now(),
        asked: [7; 32],
    };
    let (one, other) = bytes.split_at(bytes.len() / 2);
    if let Ok(terminal) = std::str::from_utf8(other)
        && !terminal.is_empty()
    {
        let together = statement(bytes, "").encode();
        assert_ne!(
            statement(one, terminal).encode(),
            together,
            "two statements, one text"
        );
    }
    match judged(statement(bytes, &VERIFICATION.place.terminal), b"", b"") {
        Ok(_) => panic!("nobody is present without a certificate"),
        Err(NotPresent::Certificate(_)) => "ours".to_owned(),
        Err(refused) => not_present(&refused),
    }
}

fn not_present(refused: &NotPresent) -> String {
    assert_discreet(&refused.to_string());
    variant(refused)
}

fn brought(bytes: &[u8]) -> String {
    let Some(brought) = read::<Brought>(bytes) else {
        return "refused".to_owned();
    };
    let written = serde_json::to_vec(&brought).expect("a message is written");
    assert_eq!(
        serde_json::from_slice::<Brought>(&written).ok().as_ref(),
        Some(&brought)
    );
    let asked = asked(&brought.asked);
    let statement = Statement {
        nonce: &brought.nonce,
        institution: &brought.institution,
        terminal: &brought.terminal,
        purpose: brought.purpose,
        method: brought.method,
        at: Time::from_micros(brought.at),
        asked: Brought::hash(&brought.asked),
    };
    match judged(statement, &brought.certificate, &brought.signature) {
        Ok(present) => {
            assert_eq!(present.method, brought.method);
            asked.to_owned()
        }
        Err(refused) => not_present(&refused),
    }
}

/// As every body of a request is read; what is said of one that cannot be read repeats nothing of it.
fn read<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    let refused = match service::extract::json(body) {
        Ok(read) => return Some(read),
        Err(refused) => refused,
    };
    assert_discreet(&serde_json::to_string(&refused).expect("a problem is written"));
    None
}

/// What is asked beside the proof; it is read only after the card's signature over it was right, and nobody should need that.
fn asked(text: &str) -> &'static str {
    if let Some(inquiry) = read::<Inquiry>(text.as_bytes()) {
        let written = serde_json::to_vec(&inquiry).expect("a question is written");
        assert_eq!(read::<Inquiry>(&written), Some(inquiry));
        return "inquiry";
    }
    match read::<Enrolment>(text.as_bytes()) {
        Some(_) => "enrolment",
        None => "nothing-known",
    }
}
