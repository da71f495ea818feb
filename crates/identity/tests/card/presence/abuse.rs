//! Ways of pretending that a card is here. Each changes one thing about a genuine proof, or about what it is judged by.

use std::time::Duration;

use domain::number::InstitutionCode;
use domain::permit::Purpose;
use env::Time;

use super::{Desk, lists, place, statement};
use crate::forge::{COUNTRY, Forged, PRINTABLE, keys, name, utc};
use crate::identity::authority::issuing::{Authority, IssuingKey};
use crate::identity::card::revocation::{Lists, Unknown};
use crate::identity::card::{Fault, Refused, Serial};
use crate::identity::presence::{Method, NotPresent, Place, Proof, Statement};
use crate::judged::now;
use crate::lists::forge::{list, list_of};
use rcgen::PublicKeyData as _;

/// A way of pretending, and the reason that it must get.
pub(super) struct Abuse {
    pub(super) name: &'static str,
    reason: NotPresent,
    /// Where, for what, when and by which lists it is judged.
    place: Place,
    purpose: Purpose,
    at: Time,
    lists: Lists,
    certificate: Vec<u8>,
    change: fn(&mut Sent),
}

/// What arrives at verification.
struct Sent {
    nonce: Vec<u8>,
    institution: String,
    terminal: String,
    purpose: Purpose,
    method: Method,
    at: Time,
    asked: [u8; 32],
    signature: Vec<u8>,
    n: usize,
}

impl Abuse {
    /// The name of the reason.
    pub(super) fn why(&self) -> String {
        format!("{:?}", self.reason)
    }
}

/// How many of the proofs are taken. Those that are not must have the reason of this way of pretending.
pub(super) fn accepted(desk: &mut Desk, abuse: &Abuse, genuine: &[(Vec<u8>, Vec<u8>)]) -> usize {
    desk.lists = abuse.lists.clone();
    let is_taken = |(n, (nonce, signature)): (usize, &(Vec<u8>, Vec<u8>))| {
        let said = statement(nonce);
        let mut sent = Sent {
            nonce: nonce.clone(),
            institution: said.institution.to_owned(),
            terminal: said.terminal.to_owned(),
            purpose: said.purpose,
            method: said.method,
            at: said.at,
            asked: said.asked,
            signature: signature.clone(),
            n,
        };
        (abuse.change)(&mut sent);
        let proof = Proof {
            statement: Statement {
                nonce: &sent.nonce,
                institution: &sent.institution,
                terminal: &sent.terminal,
                purpose: sent.purpose,
                method: sent.method,
                at: sent.at,
                asked: sent.asked,
            },
            certificate: &abuse.certificate,
            signature: &sent.signature,
        };
        match desk.judge(&proof, &abuse.place, abuse.purpose, abuse.at) {
            Ok(_) => true,
            Err(reason) => {
                assert_eq!(reason, abuse.reason, "{} ({n})", abuse.name);
                false
            }
        }
    };
    genuine
        .iter()
        .enumerate()
        .map(is_taken)
        .filter(|taken| *taken)
        .count()
}

fn usual(name: &'static str, reason: NotPresent) -> Abuse {
    Abuse {
        name,
        reason,
        place: place(),
        purpose: Purpose::EligibilityCheck,
        at: now() + Duration::from_secs(1),
        lists: lists(&[list(0, &[]), list(1, &[])]),
        certificate: Forged::good(1).write(),
        change: |_| {},
    }
}

/// No way of pretending: a genuine proof.
pub(super) fn nothing() -> Abuse {
    usual("nothing", NotPresent::NotOurs)
}

/// All of them.
pub(super) fn all() -> Vec<Abuse> {
    [relayed(), changed(), of_certificates(), of_lists()]
        .into_iter()
        .flatten()
        .collect()
}

/// Elsewhere, for something else, or at another time.
fn relayed() -> Vec<Abuse> {
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
            at: now() + Duration::from_micros(60_000_001),
            ..usual("a nonce of more than a minute ago", NotPresent::Stale)
        },
        Abuse {
            // A second is allowed between the clocks of two processes, and no more.
            at: Time::from_micros(now().micros() - 1_000_001),
            ..usual("a nonce of the future", NotPresent::Future)
        },
    ]
}

/// Something else is said than the card signed.
fn changed() -> Vec<Abuse> {
    vec![
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
            purpose: Purpose::Operation,
            change: |sent| sent.purpose = Purpose::Operation,
            ..usual("another purpose than was signed", NotPresent::Signature)
        },
        Abuse {
            change: |sent| sent.method = Method::Face,
            ..usual("another method than was signed", NotPresent::Signature)
        },
        Abuse {
            change: |sent| sent.at = sent.at + Duration::from_micros(sent.n as u64 + 1),
            ..usual("another time than was signed", NotPresent::Signature)
        },
        Abuse {
            change: |sent| sent.asked[sent.n % 32] ^= 1 << (sent.n % 8),
            ..usual("something else asked than was signed", NotPresent::Signature)
        },
        Abuse {
            change: |sent| {
                let at = sent.n % sent.signature.len();
                sent.signature[at] ^= 1 << (sent.n % 8);
            },
            ..usual("a signature that was changed", NotPresent::Signature)
        },
    ]
}

/// Another certificate than the card's own, or one whose time is over.
fn of_certificates() -> Vec<Abuse> {
    let with = |change: fn(&mut Forged), name, reason| {
        let mut forged = Forged::good(1);
        change(&mut forged);
        Abuse {
            certificate: forged.write(),
            ..usual(name, reason)
        }
    };
    let refused = NotPresent::Refused;
    // The very key and name of a card, but the authority is that of organisations: its keys are of another kind.
    let organisations = IssuingKey::draw(Authority::Organisations).unwrap();
    let serial = Serial::from_integer(&[6, 0, 1, 2]).unwrap();
    let period = (now(), now() + Duration::from_hours(24));
    let of_organisations = organisations.card(&keys().card, &serial, "0123456789ABCDEFGHJKLMN", period);
    vec![
        with(
            |forged| forged.signer = 2,
            "a certificate of nobody's",
            refused(Refused::Signature),
        ),
        with(
            |forged| forged.signer = 0,
            "a certificate of another pinned key than it names",
            refused(Refused::Signature),
        ),
        with(
            |forged| {
                *forged = Forged::good(0);
                forged.key = keys().stranger.subject_public_key_info();
            },
            "a certificate of the other pinned key with the same number",
            NotPresent::Signature,
        ),
        with(
            |forged| forged.issuer = name(&[(COUNTRY, PRINTABLE, "JP")]),
            "a certificate in the name of somebody who is not pinned",
            refused(Refused::UnknownIssuer),
        ),
        Abuse {
            certificate: of_organisations.unwrap(),
            ..usual(
                "a certificate of the organisations' authority",
                NotPresent::Certificate(Fault::Algorithm),
            )
        },
        with(
            |forged| forged.period[1] = utc("260825145959Z"),
            "a certificate that ended more than three months ago",
            refused(Refused::Expired),
        ),
        with(
            |forged| forged.period[0] = utc("261127000000Z"),
            "a certificate of tomorrow",
            refused(Refused::NotYet),
        ),
    ]
}

/// A revoked card, or nobody knows whether it is.
fn of_lists() -> Vec<Abuse> {
    let by = |newer, name, reason| Abuse {
        lists: lists(&[list(0, &[]), newer]),
        ..usual(name, reason)
    };
    let unknown = NotPresent::Unknown;
    vec![
        by(list(1, &[&[6, 0, 1, 2]]), "a revoked card", NotPresent::Revoked),
        Abuse {
            lists: lists(&[list(0, &[])]),
            ..usual("a card whose issuer has no list", unknown(Unknown::NoList))
        },
        by(
            list_of(1, ["261125000000Z", "261126000000Z"]),
            "a card whose issuer's list is stale",
            unknown(Unknown::Stale),
        ),
        by(
            list_of(1, ["261126000502Z", "261127000000Z"]),
            "a card whose issuer's list is of the future",
            unknown(Unknown::Future),
        ),
    ]
}
