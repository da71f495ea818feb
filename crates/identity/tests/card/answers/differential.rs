//! What OpenSSL says of the same answers.
//!
//! Two thousand answers about one card, good ones and such as have one to three things wrong with them, are judged by both.
//! Where the two differ, the reason must be one of those listed, each with why. OpenSSL judges freshness by the clock of the
//! machine, so this test is the one that does too; its times are hours away from it.

mod reasons;
mod wrong;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use env::Time;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

use super::forge::{ForgedAnswer, SERIAL, SHA1, anchors_around, authority_around};
use crate::differential::table::{Said, compare};
use crate::forge::Forged;
use crate::identity::card::revocation::{Lists, Unknown};
use crate::identity::card::{Anchors, CardCertificate, CardId, OcspAnswer, OcspFault, Standing};
use reasons::reasons;
use wrong::{wrong, wrong_delegate};

/// How many answers are judged.
const ANSWERS: usize = 2_000;
/// How many must be taken by both, and refused by both; and how often each word must be said by both.
const LEAST: [usize; 2] = [400, 20];

/// An answer about the card of an issuing key, and whose certificate comes along when it is not the usual one.
#[derive(Clone, PartialEq, Debug)]
struct Case {
    answer: ForgedAnswer,
    delegate: Option<Forged>,
    issuer: usize,
    now: Time,
}

impl Case {
    fn drawn(issuer: usize, now: Time, dice: &mut ChaCha8Rng) -> Case {
        let (answer, delegate) = match dice.next_u32() % 5 {
            0 | 1 => (ForgedAnswer::good(issuer, now), None),
            2 | 3 => (ForgedAnswer::delegated(issuer, now), None),
            _ => {
                let delegate = wrong_delegate(issuer, now, dice);
                (ForgedAnswer::delegated(issuer, now), Some(delegate))
            }
        };
        let mut case = Case {
            answer,
            delegate,
            issuer,
            now,
        };
        for _ in 0..dice.next_u32() % 4 {
            wrong(&mut case.answer, issuer, now, dice);
        }
        case
    }

    fn write(&self) -> Vec<u8> {
        let mut answer = self.answer.clone();
        if let (Some(delegate), [first]) = (&self.delegate, &mut answer.certificates[..]) {
            *first = delegate.write();
        }
        answer.write()
    }
}

/// What an answer is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Worth {
    Good,
    Revoked,
    Unknown,
    /// Nothing: it is not believed, too old, of a time that has not come, or about something else.
    Nothing,
}

/// What we say, and why when it is worth nothing.
fn ours(anchors: &Anchors, card: &CardId, bytes: &[u8], now: Time) -> (Worth, Option<OcspFault>) {
    let answer = match OcspAnswer::parse(anchors, bytes, now) {
        Ok(answer) => answer,
        Err(fault) => return (Worth::Nothing, Some(fault)),
    };
    let mut lists = Lists::new(Duration::ZERO);
    lists.take_answer(answer);
    let worth = match lists.standing(card, now) {
        Standing::Good { .. } => Worth::Good,
        Standing::Revoked { .. } => Worth::Revoked,
        Standing::Unknown(Unknown::NotKnown) => Worth::Unknown,
        Standing::Unknown(_) => Worth::Nothing,
    };
    (worth, None)
}

/// What OpenSSL says of an answer about the card of an issuing key, named by a hash.
fn openssl(folder: &Path, file: &str, issuer: usize, by: &str) -> (Worth, String) {
    let run = Command::new("openssl")
        .current_dir(folder)
        // Of two authorities with one name it takes whichever comes first, which versions of it do differently.
        .args(["ocsp", "-no-CApath", "-no-CAstore"])
        .args(["-CAfile", &format!("{issuer}.pem")])
        .args(["-issuer", &format!("{issuer}.pem"), &format!("-{by}")])
        .args(["-serial", &format!("0x{}", hex::encode(SERIAL))])
        .args(["-no_nonce", "-respin", file])
        .output();
    let run = run.unwrap_or_else(|error| panic!("openssl (Debian: apt-get install openssl): {error}"));
    let said = String::from_utf8_lossy(&run.stdout).into_owned() + &String::from_utf8_lossy(&run.stderr);
    let line = said
        .lines()
        .find_map(|line| line.strip_prefix(&format!("0x{}: ", hex::encode(SERIAL))));
    let worth = match line {
        _ if !said.contains("Response verify OK") || said.contains("Status times invalid") => Worth::Nothing,
        Some("good") => Worth::Good,
        Some("revoked") => Worth::Revoked,
        Some("unknown") => Worth::Unknown,
        _ => Worth::Nothing,
    };
    (worth, said)
}

/// OpenSSL knows no other for answers.
fn machines_clock() -> Time {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    Time::from_micros(i64::try_from(since.as_secs()).unwrap() * 1_000_000)
}

#[test]
fn openssl_says_the_same_of_answers() {
    let now = machines_clock();
    let folder = tempfile::tempdir().unwrap();
    let authorities = [0, 1].map(|n| pem::encode(&pem::Pem::new("CERTIFICATE", authority_around(n, now))));
    for (n, authority) in authorities.iter().enumerate() {
        std::fs::write(folder.path().join(format!("{n}.pem")), authority).unwrap();
    }
    let anchors = anchors_around(now);
    let cards = [0, 1].map(|issuer| {
        let certificate = CardCertificate::parse(&Forged::good(issuer).write()).unwrap();
        anchors.tie(certificate).unwrap().card().clone()
    });
    let dice = &mut ChaCha8Rng::seed_from_u64(6);
    let all: Vec<Case> = (0..ANSWERS).map(|n| Case::drawn(n % 2, now, dice)).collect();
    let same: RefCell<BTreeMap<Worth, usize>> = RefCell::default();
    let judge_all = |cases: &[Case]| {
        let one = |case: &Case| {
            let bytes = case.write();
            std::fs::write(folder.path().join("answer.der"), &bytes).unwrap();
            let (our_worth, fault) = ours(&anchors, &cards[case.issuer], &bytes, now);
            let by = match case.answer.words[0].hash.0 {
                SHA1 => "sha1",
                _ => "sha256",
            };
            let (their_worth, said) = openssl(folder.path(), "answer.der", case.issuer, by);
            if our_worth == their_worth {
                *same.borrow_mut().entry(our_worth).or_default() += 1;
            }
            match (our_worth, their_worth) {
                (Worth::Good, Worth::Good) => Said::Accepted,
                (Worth::Nothing, Worth::Nothing) => Said::Refused,
                (one, other) if one == other => Said::No,
                _ => {
                    let what = format!("ours {our_worth:?} {fault:?}, OpenSSL's {their_worth:?}: {said}");
                    Said::Differ(what, reasons(our_worth, fault, &said))
                }
            }
        };
        cases.iter().map(one).collect()
    };
    compare("answers", all, judge_all).close(LEAST[0]);
    let same = same.into_inner();
    for worth in [Worth::Good, Worth::Revoked, Worth::Unknown, Worth::Nothing] {
        assert!(
            same.get(&worth).is_some_and(|count| *count > LEAST[1]),
            "{same:?}"
        );
    }
}
