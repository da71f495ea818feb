//! What OpenSSL says of the same certificates.
//!
//! Ten thousand certificates, good ones and such as have one to three things wrong with them, are judged by both. Where one takes
//! what the other refuses, the reason must be one of those listed here, each with why we differ.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use rcgen::PublicKeyData as _;

use crate::forge::{
    ALT_NAME, AUTHORITY_KEY, BASIC, COMMON_NAME, COUNTRY, EXTENDED, Extension, Forged, KEY_USAGE, POLICIES,
    PRINTABLE, PRODUCTION_POLICY, SANDBOX_POLICY, SIGNING_POLICY, authority, generalized, keys, name, oid,
    policies, sequence, tlv, utc,
};
use crate::identity::card::{Fault, InForce, Refused};
use crate::judged::{Verdict, judge, now};

/// How many certificates are judged.
const CERTIFICATES: u32 = 10_000;
/// Certificates in one call of OpenSSL.
const AT_ONCE: usize = 500;

/// Why we refuse what OpenSSL takes; nothing when there is no reason to.
fn why_stricter(verdict: &Verdict) -> Option<&'static str> {
    Some(match verdict {
        Verdict::Fault(Fault::Subject) => "the profile's subject is one country and one opaque name",
        Verdict::Fault(Fault::KeyUsage) => "the profile's key signs for authentication and does nothing else",
        Verdict::Fault(Fault::Missing(_)) => "the profile has a key usage and a policy",
        Verdict::Fault(Fault::PublicKey) => "the profile's key is RSA with 2048 bits",
        Verdict::Fault(Fault::Authority) => "a card is no authority",
        Verdict::Fault(Fault::UniqueId) => "identifiers that RFC 5280 §4.1.2.8 says not to use",
        Verdict::Fault(Fault::Algorithm) => "the profile has one algorithm, with its NULL",
        Verdict::Fault(Fault::Serial) => "RFC 5280 §4.1.2.2: a serial number is positive",
        Verdict::Fault(Fault::Version) => "the profile's version is 3",
        Verdict::Fault(Fault::Unreadable) => "DER is read strictly, and names and times in their one form",
        Verdict::Fault(Fault::Extension(_)) => "an extension that is known is read to its last byte",
        Verdict::Fault(Fault::Twice(_)) => "RFC 5280 §4.2: an extension stands once, known or not",
        Verdict::Fault(Fault::TooLong(_)) => "a card's certificate is short",
        _ => return None,
    })
}

/// Why we take what OpenSSL refuses; nothing when there is no reason to.
fn why_laxer(forged: &Forged) -> Option<&'static str> {
    let names_key = forged.extensions.iter().any(|one| one.id == AUTHORITY_KEY);
    (!names_key).then_some("OpenSSL takes the first key of the issuer's name, and does not try the other")
}

/// Something wrong, or something that may be so.
fn wrong(forged: &mut Forged, dice: &mut ChaCha8Rng) {
    let pick = |dice: &mut ChaCha8Rng, n: u32| dice.next_u32() % n;
    let replace = |forged: &mut Forged, extension: Extension| {
        forged.extensions.retain(|one| one.id != extension.id);
        forged.extensions.push(extension);
    };
    match pick(dice, 24) {
        0 => forged.signer = pick(dice, 3) as usize,
        1 => {
            let years = ["200101000000Z", "230101000000Z", "261125000000Z", "270101000000Z"];
            forged.period[0] = utc(years[pick(dice, 4) as usize]);
        }
        2 => {
            let years = ["240102000000Z", "261101000000Z", "270101000000Z", "491231235959Z"];
            forged.period[1] = utc(years[pick(dice, 4) as usize]);
        }
        3 => forged.period[1] = generalized(["20500101000000Z", "20290101000000Z"][pick(dice, 2) as usize]),
        4 => {
            let ids = [SANDBOX_POLICY, SIGNING_POLICY, PRODUCTION_POLICY, "1.2.3.4"];
            let (first, second) = (ids[pick(dice, 4) as usize], ids[pick(dice, 4) as usize]);
            let all = if first == second {
                vec![first]
            } else {
                vec![first, second]
            };
            let critical = pick(dice, 2) == 0;
            replace(forged, Extension::new(POLICIES, critical, policies(&all)));
        }
        5 => forged.extensions.retain(|one| one.id != POLICIES),
        6 => forged.extensions.retain(|one| one.id != KEY_USAGE),
        7 => forged.extensions.retain(|one| one.id != AUTHORITY_KEY),
        8 => {
            let bits = [vec![3, 2, 6, 0xc0], vec![3, 2, 5, 0x20], vec![3, 2, 2, 4]];
            let bits = bits[pick(dice, 3) as usize].clone();
            replace(forged, Extension::new(KEY_USAGE, pick(dice, 2) == 0, bits));
        }
        9 => replace(
            forged,
            Extension::new(AUTHORITY_KEY, false, sequence(&[tlv(0x80, &[7; 20])])),
        ),
        10 => replace(forged, Extension::new(BASIC, pick(dice, 2) == 0, sequence(&[]))),
        11 => replace(forged, Extension::new(BASIC, true, sequence(&[vec![1, 1, 0xff]]))),
        12 => {
            let uses = ["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.4"];
            let content = sequence(&[oid(uses[pick(dice, 3) as usize])]);
            replace(forged, Extension::new(EXTENDED, pick(dice, 2) == 0, content));
        }
        13 => forged
            .extensions
            .push(Extension::new("1.2.3.4", pick(dice, 2) == 0, vec![5, 0])),
        14 => {
            let twice = forged.extensions.first().cloned();
            forged.extensions.extend(twice);
        }
        15 => forged.issuer = name(&[(COUNTRY, PRINTABLE, "JP"), (COMMON_NAME, PRINTABLE, "Somebody")]),
        16 => {
            let text = ["0123456789", "with a space", "日本"][pick(dice, 3) as usize];
            let tag = if text.is_ascii() { PRINTABLE } else { 0x0c };
            forged.subject = name(&[(COUNTRY, PRINTABLE, "JP"), (COMMON_NAME, tag, text)]);
        }
        17 => forged.subject = name(&[(COUNTRY, PRINTABLE, "JP")]),
        18 => {
            let numbers = [&[0x86, 0][..], &[0], &[0, 6], &[0x7f; 20], &[0x7f; 22]];
            forged.serial = numbers[pick(dice, 5) as usize].to_vec();
        }
        19 => forged.version = [tlv(0xa0, &[2, 1, 1]), Vec::new()][pick(dice, 2) as usize].clone(),
        20 => forged.key = keys().stranger.subject_public_key_info(),
        21 => {
            let place = pick(dice, 2) as usize;
            forged.algorithm[place] = sequence(&[oid("1.2.840.113549.1.1.12"), vec![5, 0]]);
        }
        22 => {
            let content = [
                vec![0x30, 0],
                vec![0x30, 5, 1],
                sequence(&[tlv(0xa4, &name(&[(COUNTRY, PRINTABLE, "JP")]))]),
            ];
            replace(
                forged,
                Extension::new(ALT_NAME, false, content[pick(dice, 3) as usize].clone()),
            );
        }
        _ => forged.between = tlv(0x81, &[0, 1]),
    }
}

fn certificates(dice: &mut ChaCha8Rng) -> Vec<Forged> {
    (0..CERTIFICATES)
        .map(|n| {
            let mut forged = Forged::good((n % 2) as usize);
            for _ in 0..dice.next_u32() % 4 {
                wrong(&mut forged, dice);
            }
            forged
        })
        .collect()
}

fn write_pem(path: &Path, der: &[u8]) {
    std::fs::write(path, pem::encode(&pem::Pem::new("CERTIFICATE", der))).unwrap();
}

/// What OpenSSL says against each of these files; nothing against those that it takes.
fn openssl(folder: &Path, files: &[String]) -> Vec<Option<String>> {
    let at = now().micros() / 1_000_000;
    let run = Command::new("openssl")
        .current_dir(folder)
        .args([
            "verify",
            "-CAfile",
            "authorities.pem",
            "-no-CApath",
            "-no-CAstore",
            "-x509_strict",
        ])
        .args([
            "-policy",
            SANDBOX_POLICY,
            "-explicit_policy",
            "-attime",
            &at.to_string(),
        ])
        .args(files)
        .output();
    let run = run.unwrap_or_else(|error| panic!("openssl (Debian: apt-get install openssl): {error}"));
    let (said, faults) = (
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr),
    );
    let taken: BTreeSet<&str> = said
        .lines()
        .filter_map(|line| line.strip_suffix(": OK"))
        .collect();
    let against = |file: &String| {
        let before = format!("error {file}: ");
        let end = faults.find(&before).unwrap_or(0);
        let reason = faults[..end]
            .lines()
            .rev()
            .find(|line| line.starts_with("error "));
        (!taken.contains(file.as_str())).then(|| reason.unwrap_or_default().to_owned())
    };
    files.iter().map(against).collect()
}

#[test]
fn openssl_says_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let authorities = [0, 1].map(|n| pem::encode(&pem::Pem::new("CERTIFICATE", authority(n).write())));
    std::fs::write(folder.path().join("authorities.pem"), authorities.concat()).unwrap();
    let all = certificates(&mut ChaCha8Rng::seed_from_u64(4));
    let (mut both, mut neither) = (0, 0);
    let mut differ: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unexplained = Vec::new();
    for (round, some) in all.chunks(AT_ONCE).enumerate() {
        let names: Vec<String> = (0..some.len()).map(|n| format!("{round}-{n}.pem")).collect();
        for (forged, name) in some.iter().zip(&names) {
            write_pem(&folder.path().join(name), &forged.write());
        }
        let taken = openssl(folder.path(), &names);
        for ((forged, name), theirs) in some.iter().zip(&names).zip(taken) {
            let verdict = judge(&forged.write(), now());
            let ours = verdict == Verdict::Proven(InForce::Now);
            let reason = match (ours, theirs.is_none()) {
                (true, true) => {
                    both += 1;
                    continue;
                }
                (false, false) => {
                    neither += 1;
                    continue;
                }
                (false, true) => why_stricter(&verdict),
                (true, false) => why_laxer(forged),
            };
            match reason {
                Some(reason) => *differ.entry(reason).or_default() += 1,
                None => unexplained.push(format!("{name}: ours {verdict:?}, OpenSSL's {theirs:?}")),
            }
        }
    }
    eprintln!("both take {both}, both refuse {neither}, of {CERTIFICATES}; we differ: {differ:#?}");
    assert_eq!(unexplained, Vec::<String>::new());
    assert!(both > 2000 && neither > 2000, "{both} {neither}");
    // Nothing of the path itself is on the list of reasons: there both are one.
    for refused in [
        Refused::Signature,
        Refused::UnknownIssuer,
        Refused::Policy,
        Refused::NotYet,
        Refused::Expired,
    ] {
        assert_eq!(why_stricter(&Verdict::Refused(refused)), None);
    }
}
