//! Lists, each beside a good card of one key, and of the same number of the other.
//!
//! One call of OpenSSL judges many lists: each is of an authority with a name of its own, which has the same two keys.

mod reasons;
mod wrong;

use std::time::Duration;

use env::Time;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

use super::openssl::{Against, REVOKED, verify, write_pem};
use super::table::{Said, compare};
use super::{moment, stamp};
use crate::forge::{COUNTRY, Forged, PRINTABLE, authority, issuer_name, name, utc};
use crate::identity::card::path::Tied;
use crate::identity::card::revocation::Lists;
use crate::identity::card::{Anchor, Anchors, CardCertificate, InForce, ListFault, RevocationList, Standing};
use crate::identity::profile::World;
use crate::judged::now;
use crate::lists::forge::{Forgery, SERIAL};
use reasons::reasons;
use wrong::wrong;

/// How many lists are judged.
const LISTS: u32 = 6_000;
/// Lists in one call of OpenSSL.
const AT_ONCE: usize = 250;
/// How many must be taken by both, and refused by both.
const LEAST: usize = 1_000;

/// A list, and whose card it is asked about.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Case {
    pub(super) list: Forgery,
    pub(super) issuer: usize,
    /// Whether the other key's list is there too. It has the number of the card.
    beside: bool,
    pub(super) at: Time,
}

impl Case {
    fn good(n: u32) -> Case {
        let issuer = (n % 2) as usize;
        // In one of eight the older key has ended, and what it issued with it.
        let at = match n / 2 % 8 {
            0 => moment("280601000000Z"),
            _ => now(),
        };
        let mut list = Forgery::good(issuer, &[&[6, 0, 1, 3]]);
        list.period = period(at);
        Case {
            list,
            issuer,
            beside: (n / 2).is_multiple_of(2),
            at,
        }
    }
}

impl Case {
    /// When its list was made, and when the next is due.
    fn period(&self) -> [Time; 2] {
        let text = |time: &Vec<u8>| String::from_utf8(time.get(2..).unwrap_or_default().to_vec()).unwrap();
        self.list.period.each_ref().map(|time| moment(&text(time)))
    }
}

/// Of an hour ago, and the next is due tomorrow.
fn period(at: Time) -> [Vec<u8>; 2] {
    [-3600, 23 * 3600].map(|seconds| utc(&stamp(at, seconds)))
}

/// An authority with a name of its own, its two keys, and a good card of each.
struct Named {
    name: Vec<u8>,
    anchors: Anchors,
    cards: [Tied; 2],
}

/// What one call of OpenSSL works with. The last authority is for a list about which nothing is wrong.
struct Stage {
    folder: tempfile::TempDir,
    all: Vec<Named>,
}

impl Stage {
    fn new() -> Stage {
        let folder = tempfile::tempdir().unwrap();
        let mut authorities = Vec::new();
        let all = (0..=AT_ONCE).map(|at| {
            let name = name(&[
                (COUNTRY, PRINTABLE, "JP"),
                ("2.5.4.10", PRINTABLE, &format!("Madoguchi Sandbox Forge {at}")),
            ]);
            let own = [0, 1].map(|n| {
                let mut own = authority(n);
                (own.issuer, own.subject) = (name.clone(), name.clone());
                own.write()
            });
            let anchors = own
                .each_ref()
                .map(|own| Anchor::pin(World::Sandbox, own).unwrap());
            let anchors = Anchors::new(World::Sandbox, anchors);
            authorities.extend(own);
            let cards = [0, 1].map(|n| {
                let mut card = Forged::good(n);
                card.issuer.clone_from(&name);
                let card = card.write();
                let file = folder.path().join(file(at, n));
                write_pem(&file, "CERTIFICATE", std::slice::from_ref(&card));
                anchors.tie(CardCertificate::parse(&card).unwrap()).unwrap()
            });
            Named { name, anchors, cards }
        });
        let all = all.collect();
        write_pem(
            &folder.path().join("authorities.pem"),
            "CERTIFICATE",
            &authorities,
        );
        Stage { folder, all }
    }

    /// What both say of some lists, at one moment.
    fn judge(&self, some: &[&Case], at: Time) -> Vec<Said<Case>> {
        // One about which nothing is wrong comes last: when OpenSSL could not read the others, it would miss this one too.
        let mut plain = Case::good(1);
        (plain.at, plain.list.period) = (at, period(at));
        let all: Vec<&Case> = some.iter().copied().chain([&plain]).collect();
        let mut lists = Vec::new();
        let mut verdicts = Vec::new();
        for (case, named) in all.iter().zip(&self.all) {
            let mut here: Vec<Vec<u8>> = vec![named.write(&case.list)];
            if case.beside {
                let mut other = Forgery::good(1 - case.issuer, &[SERIAL]);
                other.period = period(at);
                here.insert(0, named.write(&other));
            }
            verdicts.push(named.judge(case, &here));
            lists.extend(here);
        }
        write_pem(&self.folder.path().join("lists.pem"), "X509 CRL", &lists);
        let files: Vec<String> = all
            .iter()
            .enumerate()
            .map(|(n, case)| file(n, case.issuer))
            .collect();
        let more = ["-crl_check", "-CRLfile", "lists.pem"];
        let theirs = verify(self.folder.path(), at, &more, &files);
        assert_eq!(theirs.last(), Some(&Against::new()), "{at}");
        let both = some.iter().zip(verdicts).zip(theirs);
        both.map(|((case, ours), against)| said(case, &ours, &against))
            .collect()
    }
}

/// The file of a card.
fn file(at: usize, issuer: usize) -> String {
    format!("{at}-{issuer}.pem")
}

/// What is known of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Worth {
    Good,
    Revoked,
    /// Nothing, or the card itself is not in force.
    Nothing,
}

/// What we say, and what is wrong with the list.
#[derive(Debug)]
struct Ours(Worth, Option<ListFault>);

impl Named {
    /// A list, in the name of this authority.
    fn write(&self, list: &Forgery) -> Vec<u8> {
        let mut own = list.clone();
        if own.issuer == issuer_name() {
            own.issuer.clone_from(&self.name);
        }
        own.write()
    }

    fn judge(&self, case: &Case, lists: &[Vec<u8>]) -> Ours {
        let mut held = Lists::new(Duration::ZERO);
        let mut fault = None;
        for list in lists {
            match RevocationList::parse(&self.anchors, list) {
                Ok(list) => drop(held.take(list)),
                Err(wrong) => fault = Some(wrong),
            }
        }
        let card = &self.cards[case.issuer];
        let in_force = card
            .at(case.at)
            .is_ok_and(|proven| proven.in_force == InForce::Now);
        let worth = match held.standing(card.card(), case.at) {
            Standing::Revoked { .. } => Worth::Revoked,
            Standing::Good { .. } if in_force => Worth::Good,
            Standing::Good { .. } | Standing::Unknown(_) => Worth::Nothing,
        };
        Ours(worth, fault)
    }
}

fn said(case: &Case, ours: &Ours, against: &Against) -> Said<Case> {
    let theirs = match against.is_empty() {
        true => Worth::Good,
        false if against.contains(&(REVOKED, 0)) => Worth::Revoked,
        false => Worth::Nothing,
    };
    match (ours.0, theirs) {
        (Worth::Good, Worth::Good) => Said::Accepted,
        (Worth::Revoked, Worth::Revoked) => Said::No,
        (Worth::Nothing, Worth::Nothing) => Said::Refused,
        _ => {
            let what = format!("at {}: ours {ours:?}, OpenSSL's {against:?}", case.at);
            Said::Differ(what, reasons(ours, against))
        }
    }
}

#[test]
fn openssl_says_the_same_of_lists() {
    let stage = Stage::new();
    let dice = &mut ChaCha8Rng::seed_from_u64(5);
    let all: Vec<Case> = (0..LISTS)
        .map(|n| {
            let mut case = Case::good(n);
            for _ in 0..dice.next_u32() % 4 {
                wrong(&mut case, dice);
            }
            case
        })
        .collect();
    let judge_all = |cases: &[Case]| {
        let mut said: Vec<(usize, Said<Case>)> = Vec::new();
        super::by_time(cases.iter().map(|case| case.at), AT_ONCE, |at, some| {
            let these: Vec<&Case> = some.iter().map(|n| &cases[*n]).collect();
            said.extend(some.iter().copied().zip(stage.judge(&these, at)));
        });
        said.sort_by_key(|(n, _)| *n);
        said.into_iter().map(|(_, said)| said).collect()
    };
    let table = compare("lists", all, judge_all);
    assert!(table.no() >= LEAST / 2, "{}", table.no());
    table.close(LEAST);
}
