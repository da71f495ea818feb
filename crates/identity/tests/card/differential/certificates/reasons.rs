//! In what we and OpenSSL may differ about a certificate.

use super::wrong::LONG;
use super::{Case, before, seconds};
use crate::differential::openssl::{Against, ENDED, NO_KEY_NAMED, SIGNATURE};
use crate::differential::table::Reason;
use crate::forge::{
    AUTHORITY_KEY, COMMON_NAME, COUNTRY, EXTENDED, Extension, Forged, KEY_USAGE, PRINTABLE, key_name, keys,
    name, oid, sequence, tlv, utc,
};
use crate::identity::card::{Fault, InForce};
use crate::judged::Verdict;

/// One second earlier.
fn earlier(case: &mut Case) {
    case.at = before(case.at, seconds(1));
}

/// Why one of us takes what the other refuses: what fits with both verdicts. Nothing of who issued it, of the policy, and of
/// what has not begun is here: there both are one.
pub(super) fn reasons(verdict: &Verdict, against: &Against) -> Vec<Reason<Case>> {
    match (verdict, &against[..]) {
        (Verdict::Fault(fault), []) => stricter(fault),
        (Verdict::Proven(_), [(NO_KEY_NAMED, 0), (SIGNATURE, 0)]) => vec![Reason::laxer(
            "OpenSSL takes the first key of the issuer's name, and does not try the other",
            name_the_key,
        )],
        (Verdict::Proven(_), [(NO_KEY_NAMED, 0), rest @ ..]) if rest.iter().all(|one| one.0 == ENDED) => {
            vec![Reason::laxer(
                "RFC 5280 §4.2.1.1: it names its issuer's key; the profile does not say so, and the signature tells",
                name_the_key,
            )]
        }
        (Verdict::Proven(InForce::Now), [(ENDED, _)] | [(ENDED, 1), (ENDED, 0)]) => vec![Reason::laxer(
            "RFC 5280 §4.1.2.5: the last second is of the period; OpenSSL ends where it begins",
            earlier,
        )],
        (Verdict::Proven(InForce::EndedLately), [(ENDED, 0)] | [(ENDED, 1), (ENDED, 0)]) => {
            vec![Reason::laxer(
                "three months after its end it shows the eligibility and nothing else, when its issuer was in force at its end",
                |case| {
                    let end = case.end();
                    if end < case.at && case.at.since(end) <= seconds(92 * 86_400) {
                        case.at = before(end, seconds(1));
                    }
                },
            )]
        }
        _ => Vec::new(),
    }
}

/// Lets a certificate name the key that signed it, where it names none.
fn name_the_key(case: &mut Case) {
    let Forged {
        extensions, signer, ..
    } = &mut case.forged;
    if extensions.iter().all(|one| one.id != AUTHORITY_KEY) {
        let key_id = tlv(0x80, &key_name(&keys().issuers[*signer]));
        extensions.push(Extension::new(AUTHORITY_KEY, false, sequence(&[key_id])));
    }
}

fn stricter(fault: &Fault) -> Vec<Reason<Case>> {
    let reason = Reason::<Case>::stricter;
    match fault {
        Fault::Subject => vec![reason(
            "the profile's subject is one country and one opaque name",
            |case| {
                let opaque = name(&[(COUNTRY, PRINTABLE, "JP"), (COMMON_NAME, PRINTABLE, "0123456789")]);
                let good = Forged::good(0).subject;
                if case.forged.subject != opaque {
                    case.forged.subject = good;
                }
            },
        )],
        Fault::KeyUsage => vec![
            reason(
                "the profile's key signs for authentication and does nothing else",
                |case| {
                    let good = Forged::good(0).extension(KEY_USAGE).clone();
                    for own in case
                        .forged
                        .extensions
                        .iter_mut()
                        .filter(|one| one.id == KEY_USAGE)
                    {
                        *own = good.clone();
                    }
                },
            ),
            reason(
                "a key that is extended to something else than being a client is no card's",
                |case| {
                    let client = sequence(&[oid("1.3.6.1.5.5.7.3.2")]);
                    let all = &mut case.forged.extensions;
                    all.retain(|one| one.id != EXTENDED || one.content == client);
                },
            ),
        ],
        Fault::Missing(id) if id.to_string() == KEY_USAGE => {
            vec![reason("the profile has a key usage", |case| {
                let usage = Forged::good(0).extension(KEY_USAGE).clone();
                if case.forged.extensions.iter().all(|one| one.id != KEY_USAGE) {
                    case.forged.extensions.push(usage);
                }
            })]
        }
        Fault::PublicKey => vec![reason(
            "the profile's key is RSA with 2048 bits and 65537",
            |case| {
                let strangers = rcgen::PublicKeyData::subject_public_key_info(&keys().stranger);
                if case.forged.key != strangers {
                    case.forged.key = Forged::good(0).key;
                }
            },
        )],
        Fault::UniqueId => vec![reason(
            "identifiers that RFC 5280 §4.1.2.8 says not to use",
            |case| {
                case.forged.between.clear();
            },
        )],
        Fault::Serial | Fault::Unreadable => vec![
            reason(
                "RFC 5280 §4.1.2.2: a serial number is positive and has at most 20 bytes",
                |case| {
                    let own = &mut case.forged.serial;
                    if own[0] >= 0x80 || own == &[0] || own.len() > 20 {
                        *own = vec![6, 0, 1, 2];
                    }
                },
            ),
            reason(
                "RFC 5280 §4.1.2.5: times before 2050 have two digits for the year",
                |case| {
                    let own = &mut case.forged.period[1];
                    if own[0] == 0x18 && own[2..] < b"2050"[..] {
                        *own = utc(std::str::from_utf8(&own[4..]).unwrap());
                    }
                },
            ),
        ],
        Fault::Twice(_) => vec![reason(
            "RFC 5280 §4.2: an extension stands once, known or not",
            |case| {
                let all = std::mem::take(&mut case.forged.extensions);
                for one in all {
                    if case.forged.extensions.iter().all(|before| before.id != one.id) {
                        case.forged.extensions.push(one);
                    }
                }
            },
        )],
        Fault::TooLong(_) => vec![reason("a card's certificate is short", |case| {
            case.forged.extensions.retain(|one| one.id != LONG);
        })],
        _ => Vec::new(),
    }
}
