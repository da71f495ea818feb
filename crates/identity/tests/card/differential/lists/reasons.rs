//! In what we and OpenSSL may differ about a list.

use std::time::Duration;

use super::{Case, Ours, Worth};
use crate::differential::openssl::{Against, LIST_ENDED, LIST_NOT_YET, REVOKED};
use crate::differential::stamp;
use crate::differential::table::Reason;
use crate::forge::{Extension, tlv, utc};
use crate::identity::card::ListFault;
use crate::lists::forge::{DELTA, Entry, OTHER_ISSUER, POINT, REASON};

/// Why one of us takes what the other refuses. Nothing of who signed a list is here: there both are one.
pub(super) fn reasons(ours: &Ours, against: &Against) -> Vec<Reason<Case>> {
    match (ours, &against[..]) {
        (Ours(Worth::Nothing, Some(fault)), []) => stricter(*fault),
        (Ours(Worth::Nothing, Some(fault)), some) if some.contains(&(REVOKED, 0)) => stricter(*fault),
        (Ours(Worth::Good, None), [(LIST_NOT_YET, 0)]) => vec![Reason::laxer(
            "its clock may be five minutes before ours",
            |case| {
                let [this, _] = case.period();
                if this > case.at && this <= case.at + Duration::from_mins(5) {
                    case.list.period[0] = utc(&stamp(case.at, 0));
                }
            },
        )],
        (Ours(Worth::Good, None), [(LIST_ENDED, 0)]) => vec![Reason::laxer(
            "it counts until the next is due, to that second; OpenSSL ends where it begins",
            |case| {
                if case.period()[1] == case.at {
                    case.list.period[1] = utc(&stamp(case.at, 1));
                }
            },
        )],
        _ => Vec::new(),
    }
}

/// Entries that say that a certificate is on the list no more.
fn removed(entry: &Entry) -> bool {
    let is_removed = |one: &Extension| one.id == REASON && one.content == [0x0a, 1, 8];
    entry.extensions.iter().any(is_removed)
}

/// Numbers that are none.
fn no_number(entry: &Entry) -> bool {
    entry.serial[0] >= 0x80 || entry.serial == [0] || entry.serial.len() > 20
}

fn stricter(fault: ListFault) -> Vec<Reason<Case>> {
    let reason = Reason::<Case>::stricter;
    let numbers = reason(
        "RFC 5280 §4.1.2.2: a serial number is positive and has at most 20 bytes",
        |case| case.list.revoked.retain(|entry| !no_number(entry)),
    );
    let once = reason("an extension stands once", |case| {
        let all = &mut case.list.extensions;
        // OpenSSL reads neither of the two.
        let ids: Vec<&str> = all.iter().map(|one| one.id).collect();
        all.retain(|one| ids.iter().filter(|id| **id == one.id).count() == 1);
    });
    match fault {
        ListFault::NoNext => vec![
            reason(
                "who does not say when the next is due says nothing of how long this counts",
                |case| {
                    if case.list.period[1].is_empty() {
                        case.list.period[1] = utc(&stamp(case.at, 3600));
                    }
                },
            ),
            reason("a list whose next was due before it was made is none", |case| {
                let [this, next] = case.period();
                if next <= this {
                    case.list.period[1] = utc(&stamp(this, 1));
                }
            }),
        ],
        ListFault::Algorithm => vec![reason(
            "RFC 5280 §5.1.1.2: the algorithm stands there twice",
            |case| {
                case.list.algorithm[0] = case.list.algorithm[1].clone();
            },
        )],
        ListFault::Entry => vec![numbers],
        ListFault::Partial => vec![
            once,
            reason(
                "RFC 5280 §5.3.1: only a list of differences takes something back",
                |case| case.list.revoked.retain(|entry| !removed(entry)),
            ),
            reason("a list of differences is none of all that was revoked", |case| {
                // OpenSSL, which takes it for a whole one, does not ask it for its point either.
                let all = &mut case.list.extensions;
                if all.iter().any(|one| one.id == DELTA) {
                    all.retain(|one| one.id != DELTA && one.id != POINT);
                }
            }),
        ],
        ListFault::UnknownCritical => vec![reason(
            "RFC 5280 §5.3.3: of other issuers only a list speaks that says so",
            |case| {
                for entry in &mut case.list.revoked {
                    entry.extensions.retain(|one| one.id != OTHER_ISSUER);
                }
            },
        )],
        ListFault::Unreadable => vec![
            numbers,
            once,
            reason("RFC 5280 §5.1.2.1: what has extensions is of version 2", |case| {
                case.list.version = tlv(2, &[1]);
            }),
        ],
        _ => Vec::new(),
    }
}
