//! A certificate that was proven once is remembered; its time and its revocation are not.

use std::sync::Arc;

use crate::forge::{Forged, utc};
use crate::identity::card::known::Untied;
use crate::identity::card::{Fault, InForce, Known, Refused};
use crate::judged::{anchors, now};

fn numbered(number: u8) -> Vec<u8> {
    let mut forged = Forged::good(1);
    forged.serial = vec![number];
    forged.write()
}

#[test]
fn so_many_are_remembered_and_no_more() {
    let known = Known::new(anchors().clone(), 2);
    let first = known.tie(&numbered(1)).unwrap();
    let again = known.tie(&numbered(1)).unwrap();
    assert!(Arc::ptr_eq(&first, &again));
    let second = known.tie(&numbered(2)).unwrap();
    assert_ne!(first.card(), second.card());
    let _third = known.tie(&numbered(3)).unwrap();
    // The first has gone; it is proven anew.
    let anew = known.tie(&numbered(1)).unwrap();
    assert!(!Arc::ptr_eq(&first, &anew));
    assert_eq!(first.card(), anew.card());
    let none = Known::new(anchors().clone(), 0);
    let (one, other) = (none.tie(&numbered(1)).unwrap(), none.tie(&numbered(1)).unwrap());
    assert!(!Arc::ptr_eq(&one, &other));
}

#[test]
fn what_nobody_issued_takes_no_place() {
    let known = Known::new(anchors().clone(), 1);
    let first = known.tie(&numbered(1)).unwrap();
    let mut stranger = Forged::good(1);
    stranger.signer = 2;
    for _ in 0..2 {
        let refused = known.tie(&stranger.write()).unwrap_err();
        assert_eq!(refused, Untied::Refused(Refused::Signature));
        assert_eq!(known.tie(b"?").unwrap_err(), Untied::Fault(Fault::Unreadable));
    }
    assert!(Arc::ptr_eq(&first, &known.tie(&numbered(1)).unwrap()));
}

/// Known is not in force: the clock is asked each time.
#[test]
fn time_is_asked_anew() {
    let known = Known::new(anchors().clone(), 1);
    let mut short = Forged::good(1);
    short.period = [utc("261125000000Z"), utc("261126000000Z")];
    let bytes = short.write();
    let at = |hours: u64| now() + std::time::Duration::from_hours(hours);
    for (moment, expected) in [
        (now(), Ok(InForce::Now)),
        (at(24), Ok(InForce::EndedLately)),
        (at(24 * 120), Err(Refused::Expired)),
        (now(), Ok(InForce::Now)),
    ] {
        let tied = known.tie(&bytes).unwrap();
        assert_eq!(tied.at(moment).map(|proven| proven.in_force), expected);
    }
}
