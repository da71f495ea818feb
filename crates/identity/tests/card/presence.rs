//! With the card means this card, here, for this, now. Every way of pretending is refused with its own reason, ten thousand times.

mod abuse;

use std::time::Duration;

use domain::number::InstitutionCode;
use domain::permit::Purpose;
use env::sim::Simulation;
use env::{EnvRng, Time};

use crate::forge::{Forged, keys};
use crate::identity::card::revocation::Lists;
use crate::identity::card::{InForce, Known, RevocationList};
use crate::identity::presence::proof::Judge;
use crate::identity::presence::{Method, NonceKey, NotPresent, Place, Present, Proof, Statement};
use crate::identity::reader::{Pin, Session, VirtualCard};
use crate::judged::{anchors, now};
use crate::lists::forge::list;

/// How often each way of pretending is tried.
const TRIES: usize = 10_000;

fn place() -> Place {
    Place {
        institution: InstitutionCode::parse("1319999015").unwrap(),
        terminal: "desk-1".into(),
        exporter: [7; 32],
    }
}

/// The newest lists of the pinned keys, which count until the next is due.
fn lists(all: &[RevocationList]) -> Lists {
    let mut lists = Lists::new(Duration::ZERO);
    assert!(all.iter().all(|list| lists.take(list.clone())));
    lists
}

/// A desk: nonces, pinned keys and lists at verification, and a card in the reader.
struct Desk {
    nonces: NonceKey,
    cards: Known,
    lists: Lists,
    rng: EnvRng,
}

impl Desk {
    fn new() -> Desk {
        Desk {
            nonces: NonceKey::new(&[3; 32]),
            cards: Known::new(anchors().clone(), 2),
            lists: lists(&[list(0, &[]), list(1, &[])]),
            rng: Simulation::new(1, now()).node("desk", "desk").rng(),
        }
    }

    fn nonce(&mut self, place: &Place, at: Time) -> Vec<u8> {
        self.nonces.make(place, at, &mut self.rng).to_vec()
    }

    fn judge(
        &self,
        proof: &Proof<'_>,
        place: &Place,
        purpose: Purpose,
        at: Time,
    ) -> Result<Present, NotPresent> {
        let judge = Judge {
            nonces: &self.nonces,
            cards: &self.cards,
            lists: &self.lists,
        };
        judge.judge(proof, place, purpose, at)
    }
}

/// A card whose PIN is 1234.
pub(crate) fn card() -> VirtualCard {
    VirtualCard::new(Forged::good(1).write(), keys().card.serialized_der(), *b"1234").unwrap()
}

fn statement(nonce: &[u8]) -> Statement<'_> {
    Statement {
        nonce,
        institution: "1319999015",
        terminal: "desk-1",
        purpose: Purpose::EligibilityCheck,
        method: Method::Pin,
        at: now(),
        asked: [7; 32],
    }
}

fn sign(card: &mut VirtualCard, message: &[u8]) -> Vec<u8> {
    let mut session = Session::open(card).unwrap();
    session.verify(&Pin::parse("1234").unwrap()).unwrap();
    session.sign(message).unwrap()
}

#[test]
fn a_card_that_is_here_is_present() {
    let (mut desk, mut card) = (Desk::new(), card());
    let nonce = desk.nonce(&place(), now());
    let statement = statement(&nonce);
    let certificate = Session::open(&mut card).unwrap().certificate().unwrap();
    assert_eq!(certificate, Forged::good(1).write());
    let signature = sign(&mut card, &statement.encode());
    let proof = Proof {
        statement,
        certificate: &certificate,
        signature: &signature,
    };
    let present = desk
        .judge(&proof, &place(), Purpose::EligibilityCheck, now())
        .unwrap();
    assert_eq!((present.in_force, present.method), (InForce::Now, Method::Pin));
    // What remembers a use is in the nonce and nowhere else: the same for a second try, another for another nonce.
    let again = desk
        .judge(&proof, &place(), Purpose::EligibilityCheck, now())
        .unwrap();
    assert_eq!(again.nonce, present.nonce);
    let other = desk.nonce(&place(), now());
    assert_ne!(&other[1..25], &present.nonce.0[..]);
    // Memories stand in the order in which nonces were made.
    let later = desk.nonce(&place(), now() + Duration::from_micros(1));
    assert!(later[1..25] > present.nonce.0[..] && later[1..25] > other[1..25]);
}

#[test]
fn nobody_is_present_who_is_not() {
    let (mut desk, mut card) = (Desk::new(), card());
    // Genuine proofs, each with a nonce of its own; every way of pretending begins with one of them.
    let genuine: Vec<(Vec<u8>, Vec<u8>)> = (0..TRIES)
        .map(|_| {
            let nonce = desk.nonce(&place(), now());
            let signature = sign(&mut card, &statement(&nonce).encode());
            (nonce, signature)
        })
        .collect();
    // Where nothing is changed each is taken: what is refused below is refused for the change.
    let accepted = abuse::accepted(&mut desk, &abuse::nothing(), &genuine);
    assert_eq!(accepted, TRIES);
    for abuse in abuse::all() {
        let accepted = abuse::accepted(&mut desk, &abuse, &genuine);
        println!(
            "soak: the judgement alone: {}: {TRIES} tried, {accepted} accepted, {}",
            abuse.name,
            abuse.why()
        );
        assert_eq!(accepted, 0, "{}", abuse.name);
    }
}

#[test]
fn no_two_statements_are_the_same_bytes() {
    let one = statement(b"nonce");
    let shifted = Statement {
        institution: "1319999015d",
        terminal: "esk-1",
        ..one.clone()
    };
    assert_ne!(one.encode(), shifted.encode());
    let nonce = Statement {
        nonce: b"nonce1",
        institution: "319999015",
        ..one.clone()
    };
    assert_ne!(one.encode(), nonce.encode());
}
