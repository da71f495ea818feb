//! What OpenSSL says of the same answers.
//!
//! Two thousand answers about one card, good ones and such as have one to three things wrong with them, are judged by both.
//! Where the two differ, the reason must be one of those listed here, each with why. OpenSSL judges freshness by the clock of the
//! machine, so this test is the one that does too; its times are hours away from it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use env::Time;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

use super::forge::{
    ForgedAnswer, NO_CHECK, NONCE, SERIAL, SHA1, SHA256, Signer, Word as ForgedWord, anchors_around,
    authority_around, delegate, revoked_status, text, unknown_status,
};
use crate::forge::{
    AUTHORITY_KEY, BASIC, EXTENDED, Extension, KEY_USAGE, generalized, oid, sequence, tlv, utc,
};
use crate::identity::card::ocsp::ResponderFault;
use crate::identity::card::revocation::{Lists, Unknown};
use crate::identity::card::{Anchors, CardCertificate, CardId, OcspAnswer, OcspFault, Standing};

/// How many answers are judged.
const ANSWERS: usize = 2_000;

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

/// Why we refuse what OpenSSL takes; nothing when there is no reason to.
fn why_stricter(fault: Option<OcspFault>) -> Option<&'static str> {
    Some(match fault? {
        OcspFault::Algorithm => "the profile has one algorithm, with its NULL",
        OcspFault::NoNext => "who does not say when the next is due says nothing of how long this counts",
        OcspFault::UnknownCritical => "a critical extension that is not known may change everything",
        OcspFault::NotOneEach => "of one card there is one word",
        OcspFault::UnknownIssuer => "who speaks for one key says nothing of another's cards",
        OcspFault::Unreadable => "DER is read strictly, to its end, and once",
        OcspFault::TooLong => "an answer is short",
        OcspFault::Entry => "RFC 5280 §4.1.2.2: a serial number is positive",
        OcspFault::Responder(ResponderFault::Checked) => {
            "we ask nobody after a responder, so it must say nocheck"
        }
        OcspFault::Responder(ResponderFault::Usage) => "a responder signs, and is no authority",
        OcspFault::Responder(ResponderFault::Form) => {
            "a responder's certificate is read as strictly as a card's"
        }
        _ => return None,
    })
}

/// Why we take what OpenSSL refuses, or take it otherwise; nothing when there is no reason to.
fn why_otherwise(ours: Worth, said: &str, forged: &ForgedAnswer) -> Option<&'static str> {
    let word = forged.words.first()?;
    if said.contains("Status times invalid") && ours != Worth::Good {
        return Some("revoked is revoked, and not known is not known, however old");
    }
    if said.contains("No Status found") && word.hash.1.is_empty() {
        return Some("RFC 5754 §2: a hash's NULL may stand there or not");
    }
    None
}

/// Something wrong, or something that may be so.
fn wrong(forged: &mut ForgedAnswer, issuer: usize, now: Time, dice: &mut ChaCha8Rng) {
    let mut pick = |n: usize| dice.next_u32() as usize % n;
    let word = &mut forged.words[0];
    match pick(24) {
        0 => forged.signer = [Signer::Stranger, Signer::Issuer(1 - issuer), Signer::Delegate][pick(3)],
        1 => forged.responder = [Signer::Stranger, Signer::Issuer(1 - issuer)][pick(2)].by_key(),
        2 => forged.responder = forged.signer.by_name(),
        3 => word.serial = [vec![6, 0, 1, 3], vec![0x86], vec![0, 0x86]][pick(3)].clone(),
        4 => word.issuer = 1 - issuer,
        5 => word.name_hash = Some(vec![7; 20]),
        6 => word.this = generalized(&text(now, [-1000, -4, 2, 1000][pick(4)])),
        7 => word.next = tlv(0xa0, &generalized(&text(now, [-1000, -3, 3, 1000][pick(4)]))),
        8 => word.next.clear(),
        9 => word.status = unknown_status(),
        10 | 11 => word.status = revoked_status(&text(now, -100)),
        12 => forged.cut = 1 + pick(300),
        13 => forged.flipped = Some(pick(2048)),
        14 => forged.algorithm = sequence(&[oid("1.2.840.113549.1.1.12"), vec![5, 0]]),
        15 => forged.status = [1, 2, 3, 5, 6][pick(5)],
        16 => {
            let twice = word.clone();
            forged.words.push(twice);
        }
        17 => forged.words.push(ForgedWord {
            serial: vec![1],
            ..ForgedWord::good([issuer, 1 - issuer][pick(2)], now)
        }),
        18 => {
            let extension = Extension::new("1.2.3.4", pick(2) == 0, vec![5, 0]);
            match pick(2) {
                0 => forged.extensions.push(extension),
                _ => word.extensions.push(extension),
            }
        }
        19 => forged
            .extensions
            .push(Extension::new(NONCE, false, tlv(4, &[7; 16]))),
        20 => word.hash = [(SHA256, vec![5, 0]), (SHA1, vec![]), (SHA256, vec![])][pick(3)].clone(),
        21 => forged.version = tlv(0xa0, &[2, 1, u8::try_from(pick(2)).unwrap()]),
        22 => forged.after = vec![5, 0],
        _ => forged.certificates.clear(),
    }
}

/// A delegate's certificate with something about it.
fn wrong_delegate(issuer: usize, now: Time, dice: &mut ChaCha8Rng) -> Vec<u8> {
    let mut pick = |n: usize| dice.next_u32() as usize % n;
    let mut own = delegate(issuer, now);
    match pick(12) {
        0 => own.signer = 2,
        1 => own.signer = 1 - issuer,
        2 => own = delegate(1 - issuer, now),
        3 => own.extensions.retain(|one| one.id != EXTENDED),
        4 => {
            let other = ["1.3.6.1.5.5.7.3.2", "2.5.29.37.0"][pick(2)];
            own.extension(EXTENDED).content = sequence(&[oid(other)]);
        }
        5 => own.extensions.retain(|one| one.id != NO_CHECK),
        6 => own.extensions.retain(|one| one.id != AUTHORITY_KEY),
        7 => own.period = [-4000, -24].map(|hours| utc(&text(now, hours)[2..])),
        8 => own.period = [24, 4000].map(|hours| utc(&text(now, hours)[2..])),
        9 => own.extension(KEY_USAGE).content = vec![3, 2, 5, 0x20],
        10 => own.extension(BASIC).content = sequence(&[vec![1, 1, 0xff]]),
        _ => own
            .extensions
            .push(Extension::new("1.2.3.4", pick(2) == 0, vec![5, 0])),
    }
    own.write()
}

/// An answer about the card of an issuing key.
fn answer(issuer: usize, now: Time, dice: &mut ChaCha8Rng) -> ForgedAnswer {
    let mut forged = match dice.next_u32() % 5 {
        0 | 1 => ForgedAnswer::good(issuer, now),
        2 | 3 => ForgedAnswer::delegated(issuer, now),
        _ => {
            let mut forged = ForgedAnswer::delegated(issuer, now);
            forged.certificates = vec![wrong_delegate(issuer, now, dice)];
            forged
        }
    };
    for _ in 0..dice.next_u32() % 4 {
        wrong(&mut forged, issuer, now, dice);
    }
    forged
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
        let certificate = CardCertificate::parse(&crate::forge::Forged::good(issuer).write()).unwrap();
        anchors.tie(certificate).unwrap().card().clone()
    });
    let mut dice = ChaCha8Rng::seed_from_u64(6);
    let mut same: BTreeMap<Worth, usize> = BTreeMap::new();
    let mut differ: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unexplained = Vec::new();
    for n in 0..ANSWERS {
        let issuer = n % 2;
        let forged = answer(issuer, now, &mut dice);
        let bytes = forged.write();
        std::fs::write(folder.path().join("answer.der"), &bytes).unwrap();
        let (our_worth, fault) = ours(&anchors, &cards[issuer], &bytes, now);
        let by = match forged.words[0].hash.0 {
            SHA1 => "sha1",
            _ => "sha256",
        };
        let (their_worth, said) = openssl(folder.path(), "answer.der", issuer, by);
        if our_worth == their_worth {
            *same.entry(our_worth).or_default() += 1;
            continue;
        }
        let reason = match our_worth {
            Worth::Nothing => why_stricter(fault),
            _ => why_otherwise(our_worth, &said, &forged),
        };
        match reason {
            Some(reason) => *differ.entry(reason).or_default() += 1,
            None => unexplained.push(format!(
                "{n}: ours {our_worth:?} {fault:?}, OpenSSL's {their_worth:?}: {said}"
            )),
        }
    }
    eprintln!("of {ANSWERS} the same: {same:?}; we differ: {differ:#?}");
    assert_eq!(unexplained, Vec::<String>::new());
    for worth in [Worth::Good, Worth::Revoked, Worth::Unknown, Worth::Nothing] {
        assert!(same.get(&worth).is_some_and(|count| *count > 20), "{same:?}");
    }
    // Nothing of who may speak, and of what was signed, is on the list of reasons.
    for fault in [
        ResponderFault::Missing,
        ResponderFault::Issuer,
        ResponderFault::NotInForce,
        ResponderFault::Signature,
    ] {
        assert_eq!(why_stricter(Some(OcspFault::Responder(fault))), None);
    }
}
