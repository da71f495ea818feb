//! Certificates, before, within and after their time and their issuers'.

mod reasons;
mod wrong;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use env::Time;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

use super::openssl::{Against, verify, write_pem};
use super::table::{Said, compare};
use super::{by_time, moment};
use crate::forge::{Forged, authority, utc};
use crate::identity::card::{InForce, Refused};
use crate::judged::{Verdict, judge, now};
use reasons::reasons;
use wrong::wrong;

/// How many certificates are judged.
const CERTIFICATES: u32 = 10_000;
/// Certificates in one call of OpenSSL.
const AT_ONCE: usize = 500;
/// How many must be taken by both, and refused by both.
const LEAST: usize = 1_000;

/// Their first and their last second, where nothing is wrong: both are of a day in Japan.
const PERIOD: [&str; 2] = ["231231150000Z", "290401145959Z"];

/// A certificate, and when it is judged.
#[derive(Clone, PartialEq, Debug)]
struct Case {
    forged: Forged,
    at: Time,
}

fn seconds(number: u64) -> Duration {
    Duration::from_secs(number)
}

fn before(time: Time, by: Duration) -> Time {
    Time::from_micros(time.micros() - i64::try_from(by.as_micros()).unwrap())
}

impl Case {
    /// Nothing is wrong with the certificate; the moment is one of ten.
    fn good(n: u32) -> Case {
        let mut forged = Forged::good((n % 2) as usize);
        forged.period = PERIOD.map(utc);
        let [first, last] = PERIOD.map(moment);
        let older = moment("280331145959Z");
        let at = match n / 2 % 14 {
            0 => before(first, seconds(1)),
            1 => first,
            2 => last,
            3 => last + seconds(1),
            // Three months later in Japan, to the second.
            4 => moment("290701145959Z"),
            5 => moment("290701150000Z"),
            // The older key's last second, and the first after it.
            6 => older,
            7 => older + seconds(1),
            // The newer key has not begun.
            8 => {
                forged.period[0] = utc("200101000000Z");
                moment("220601000000Z")
            }
            _ => now(),
        };
        Case { forged, at }
    }

    /// The last second of the certificate.
    fn end(&self) -> Time {
        moment(std::str::from_utf8(&self.forged.period[1][2..]).unwrap())
    }
}

/// What both say, by their verdicts.
fn both(verdict: &Verdict, against: &Against, at: Time) -> Said<Case> {
    let taken = matches!(verdict, Verdict::Proven(_));
    match against.is_empty() {
        true if *verdict == Verdict::Proven(InForce::Now) => Said::Accepted,
        false if !taken => Said::Refused,
        _ => {
            let what = format!("at {at}: ours {verdict:?}, OpenSSL's {against:?}");
            Said::Differ(what, reasons(verdict, against))
        }
    }
}

#[test]
fn openssl_says_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let authorities = [0, 1].map(|n| authority(n).write());
    write_pem(
        &folder.path().join("authorities.pem"),
        "CERTIFICATE",
        &authorities,
    );
    let dice = &mut ChaCha8Rng::seed_from_u64(4);
    let all: Vec<Case> = (0..CERTIFICATES)
        .map(|n| {
            let mut case = Case::good(n);
            for _ in 0..dice.next_u32() % 4 {
                wrong(&mut case.forged, dice);
            }
            case
        })
        .collect();
    // What both refused, by our reason.
    let refused: RefCell<BTreeMap<Refused, usize>> = RefCell::default();
    let judge_all = |cases: &[Case]| {
        let mut said: Vec<(usize, Said<Case>)> = Vec::new();
        by_time(cases.iter().map(|case| case.at), AT_ONCE, |at, some| {
            let names: Vec<String> = some.iter().map(|n| format!("{n}.pem")).collect();
            let ours = some.iter().zip(&names).map(|(n, name)| {
                let bytes = cases[*n].forged.write();
                let verdict = judge(&bytes, at);
                write_pem(&folder.path().join(name), "CERTIFICATE", &[bytes]);
                verdict
            });
            let ours: Vec<Verdict> = ours.collect();
            let theirs = verify(folder.path(), at, &[], &names);
            for ((n, verdict), against) in some.iter().zip(ours).zip(theirs) {
                let both = both(&verdict, &against, at);
                if let (Said::Refused, Verdict::Refused(why)) = (&both, verdict) {
                    *refused.borrow_mut().entry(why).or_default() += 1;
                }
                said.push((*n, both));
            }
        });
        said.sort_by_key(|(n, _)| *n);
        said.into_iter().map(|(_, said)| said).collect()
    };
    compare("certificates", all, judge_all).close(LEAST);
    // Each way in which a path comes to nothing was among them.
    let refused = refused.into_inner();
    for why in [
        Refused::UnknownIssuer,
        Refused::Policy,
        Refused::Signature,
        Refused::IssuerNotInForce,
        Refused::NotYet,
        Refused::Expired,
    ] {
        assert!(refused.get(&why).is_some_and(|count| *count >= 50), "{refused:?}");
    }
}
