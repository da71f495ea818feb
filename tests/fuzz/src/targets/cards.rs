//! A card's certificate, its issuer's revocation list, and what a responder says of it.

use std::time::Duration;

use identity::card::revocation::Lists;
use identity::card::{CardCertificate, OcspAnswer, OcspFault, RevocationList, Standing};
use identity::show::show;

use super::{Target, accepted, variant};
use crate::cards::{VERIFICATION, now};
use crate::secrets::assert_discreet;

/// Pieces of DER that every signed object has: heads, numbers, times, identifiers.
const WORDS: &[&[u8]] = &[
    &[0x30, 0x00],
    &[0x30, 0x80],
    &[0x30, 0x82, 0xff, 0xff],
    &[0x31, 0x00],
    &[0x05, 0x00],
    &[0x02, 0x01, 0x00],
    &[0x02, 0x01, 0x80],
    &[0x01, 0x01, 0xff],
    &[0x01, 0x01, 0x00],
    &[0x04, 0x02, 0x30, 0x00],
    &[0xa0, 0x03, 0x02, 0x01, 0x02],
    &[0xa3, 0x02, 0x30, 0x00],
    b"\x17\x0d500101000000Z",
    b"\x17\x0d261126000000Z",
    b"\x18\x0f20261126000000Z",
    &[0x06, 0x03, 0x55, 0x1d, 0x0f],
    &[0x06, 0x03, 0x55, 0x1d, 0x20],
    &[0x06, 0x03, 0x2a, 0x03, 0x04],
    &[0x0a, 0x01, 0x00],
    &[0x0a, 0x01, 0x06],
    &[0x80, 0x00],
    &[0x82, 0x00],
];

/// A certificate in DER.
pub(super) const CERTIFICATE: Target = Target {
    name: "card-certificate",
    check: certificate,
    weight: 1,
    words: WORDS,
};

/// A list in DER.
pub(super) const LIST: Target = Target {
    name: "revocation-list",
    check: list,
    weight: 1,
    words: WORDS,
};

/// An answer in DER.
pub(super) const ANSWER: Target = Target {
    name: "ocsp-answer",
    check: answer,
    weight: 1,
    words: WORDS,
};

/// What is said about bytes never quotes them, and showing them, for people, is as safe as judging them.
fn said(error: &dyn std::error::Error) {
    assert_discreet(&error.to_string());
}

fn certificate(bytes: &[u8]) -> String {
    let shown = show(bytes);
    let read = match CardCertificate::parse(bytes) {
        Ok(read) => read,
        Err(fault) => {
            said(&fault);
            return variant(&fault);
        }
    };
    assert!(shown.is_ok(), "what is judged can be shown");
    match VERIFICATION.cards.anchors().tie(read) {
        Ok(tied) => {
            assert!(!tied.has_signed(b"", bytes), "a certificate is no signature");
            accepted()
        }
        Err(refused) => {
            said(&refused);
            variant(&refused)
        }
    }
}

fn list(bytes: &[u8]) -> String {
    let _shown = show(bytes);
    match RevocationList::parse(VERIFICATION.cards.anchors(), bytes) {
        Ok(list) => {
            let mut lists = Lists::new(Duration::ZERO);
            assert!(lists.take(list.clone()), "the first is taken");
            assert!(!lists.take(list), "twice is once");
            accepted()
        }
        Err(fault) => {
            said(&fault);
            variant(&fault)
        }
    }
}

fn answer(bytes: &[u8]) -> String {
    let answer = match OcspAnswer::parse(VERIFICATION.cards.anchors(), bytes, now()) {
        Ok(answer) => answer,
        Err(OcspFault::Responder(fault)) => {
            said(&fault);
            return format!("Responder{}", variant(&fault));
        }
        Err(fault) => {
            said(&fault);
            return variant(&fault);
        }
    };
    let words = answer.said().to_vec();
    let mut lists = Lists::new(Duration::ZERO);
    assert_eq!(lists.take_answer(answer.clone()), words.len());
    assert_eq!(lists.take_answer(answer), 0, "twice is once");
    let first = words.first().expect("an answer says something");
    match lists.standing(&first.card, now()) {
        Standing::Good { .. } => "good".to_owned(),
        Standing::Revoked { .. } => "revoked".to_owned(),
        Standing::Unknown(why) => variant(&why),
    }
}
