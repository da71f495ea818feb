//! With the card means this card, here, for this, now. Every way of pretending is refused with its own reason, ten thousand times.

use std::sync::OnceLock;
use std::time::Duration;

use domain::number::InstitutionCode;
use domain::permit::Purpose;
use env::sim::Simulation;
use env::{EnvRng, Time};

use crate::forge::{Forged, keys};
use crate::identity::card::revocation::{Lists, Unknown};
use crate::identity::card::{InForce, Known, Refused};
use crate::identity::presence::proof::Judge;
use crate::identity::presence::{Method, NonceKey, NotPresent, Place, Present, Proof, Statement};
use crate::identity::reader::{Pin, Session, VirtualCard};
use crate::judged::{anchors, now};
use crate::lists::list;

/// How often each way of pretending is tried.
const TRIES: usize = 10_000;

fn place() -> Place {
    Place {
        institution: InstitutionCode::parse("1319999015").unwrap(),
        terminal: "desk-1".into(),
        exporter: [7; 32],
    }
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
        let mut lists = Lists::new(Duration::ZERO);
        assert!(lists.take(list(0, &[])) && lists.take(list(1, &[])));
        Desk {
            nonces: NonceKey::new(&[3; 32]),
            cards: Known::new(anchors().clone(), 2),
            lists,
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

/// A way of pretending: a change of the place, the time, what is asked or what is sent, and the reason that it must get.
struct Abuse {
    name: &'static str,
    reason: NotPresent,
    place: Place,
    purpose: Purpose,
    after: Duration,
    change: fn(&mut Sent),
}

/// What arrives at verification.
struct Sent {
    nonce: Vec<u8>,
    institution: String,
    terminal: String,
    purpose: Purpose,
    method: Method,
    certificate: Vec<u8>,
    signature: Vec<u8>,
    n: usize,
}

/// A certificate that a stranger signed, in the authority's name.
fn strangers() -> &'static Vec<u8> {
    static STRANGERS: OnceLock<Vec<u8>> = OnceLock::new();
    STRANGERS.get_or_init(|| {
        let mut forged = Forged::good(1);
        forged.signer = 2;
        forged.write()
    })
}

impl Sent {
    fn proof(&self) -> Proof<'_> {
        Proof {
            statement: Statement {
                nonce: &self.nonce,
                institution: &self.institution,
                terminal: &self.terminal,
                purpose: self.purpose,
                method: self.method,
                at: now(),
                asked: [7; 32],
            },
            certificate: &self.certificate,
            signature: &self.signature,
        }
    }
}

fn abuses() -> Vec<Abuse> {
    let usual = |name, reason| Abuse {
        name,
        reason,
        place: place(),
        purpose: Purpose::EligibilityCheck,
        after: Duration::from_secs(1),
        change: |_| {},
    };
    let elsewhere = |institution: &str, terminal: &str, exporter| Place {
        institution: InstitutionCode::parse(institution).unwrap(),
        terminal: terminal.to_owned(),
        exporter,
    };
    vec![
        Abuse {
            place: elsewhere("1310000011", "desk-1", [7; 32]),
            ..usual("relayed to another institution", NotPresent::OtherInstitution)
        },
        Abuse {
            place: elsewhere("1319999015", "desk-2", [7; 32]),
            ..usual("relayed to another terminal", NotPresent::OtherTerminal)
        },
        Abuse {
            place: elsewhere("1319999015", "desk-1", [8; 32]),
            ..usual("relayed to another connection", NotPresent::OtherConnection)
        },
        Abuse {
            purpose: Purpose::Operation,
            ..usual("used for another purpose", NotPresent::OtherPurpose)
        },
        Abuse {
            after: Duration::from_micros(60_000_001),
            ..usual("a nonce of more than a minute ago", NotPresent::Stale)
        },
        Abuse {
            change: |sent| sent.nonce[1 + sent.n % 64] ^= 1 << (sent.n % 8),
            ..usual("a nonce that was changed", NotPresent::NotOurs)
        },
        Abuse {
            change: |sent| sent.nonce.truncate(sent.n % 65),
            ..usual("a nonce that is cut off", NotPresent::NotOurs)
        },
        Abuse {
            change: |sent| sent.institution = "1310000011".into(),
            ..usual("a statement about another institution", NotPresent::OtherPlace)
        },
        Abuse {
            change: |sent| sent.terminal = format!("desk-{}", sent.n + 2),
            ..usual("a statement about another terminal", NotPresent::OtherPlace)
        },
        Abuse {
            change: |sent| sent.method = Method::Face,
            ..usual("another method than was signed", NotPresent::Signature)
        },
        Abuse {
            change: |sent| {
                let at = sent.n % sent.signature.len();
                sent.signature[at] ^= 1 << (sent.n % 8);
            },
            ..usual("a signature that was changed", NotPresent::Signature)
        },
        Abuse {
            change: |sent| sent.certificate.clone_from(strangers()),
            ..usual(
                "a certificate of nobody's",
                NotPresent::Refused(Refused::Signature),
            )
        },
    ]
}

#[test]
fn nobody_is_present_who_is_not() {
    let (mut desk, mut card) = (Desk::new(), card());
    let certificate = Forged::good(1).write();
    // Genuine proofs, each with a nonce of its own; every way of pretending begins with one of them.
    let genuine: Vec<(Vec<u8>, Vec<u8>)> = (0..TRIES)
        .map(|_| {
            let nonce = desk.nonce(&place(), now());
            let signature = sign(&mut card, &statement(&nonce).encode());
            (nonce, signature)
        })
        .collect();
    for abuse in abuses() {
        let mut accepted = 0;
        for (n, (nonce, signature)) in genuine.iter().enumerate() {
            let mut sent = Sent {
                institution: "1319999015".into(),
                terminal: "desk-1".into(),
                purpose: Purpose::EligibilityCheck,
                method: Method::Pin,
                certificate: certificate.clone(),
                signature: signature.clone(),
                nonce: nonce.clone(),
                n,
            };
            (abuse.change)(&mut sent);
            match desk.judge(&sent.proof(), &abuse.place, abuse.purpose, now() + abuse.after) {
                Ok(_) => accepted += 1,
                Err(reason) => assert_eq!(reason, abuse.reason, "{} ({n})", abuse.name),
            }
        }
        eprintln!("{}: accepted {accepted} of {TRIES}", abuse.name);
        assert_eq!(accepted, 0, "{}", abuse.name);
    }
}

#[test]
fn a_revoked_card_is_not_present_and_neither_is_one_that_nobody_knows_of() {
    let (mut desk, mut card) = (Desk::new(), card());
    let nonce = desk.nonce(&place(), now());
    let statement = statement(&nonce);
    let (certificate, signature) = (Forged::good(1).write(), sign(&mut card, &statement.encode()));
    let proof = Proof {
        statement,
        certificate: &certificate,
        signature: &signature,
    };
    let judged = |lists: Lists, desk: &mut Desk| {
        desk.lists = lists;
        desk.judge(&proof, &place(), Purpose::EligibilityCheck, now())
    };
    let mut revoked = Lists::new(Duration::ZERO);
    revoked.take(list(1, &[&[6, 0, 1, 2]]));
    assert_eq!(judged(revoked, &mut desk), Err(NotPresent::Revoked));
    let unknown = Err(NotPresent::Unknown(Unknown::NoList));
    assert_eq!(judged(Lists::new(Duration::ZERO), &mut desk), unknown);
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
