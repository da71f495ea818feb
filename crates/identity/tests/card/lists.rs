//! Lists of what was revoked: whose they are, how they are read, how long they count.

pub(crate) mod forge;

use std::time::Duration;

use env::Time;
use jiff::civil::date;
use proptest::prelude::*;

use crate::forge::{Extension, Forged, sequence, tlv, utc};
use crate::identity::card::revocation::{Lists, Unknown};
use crate::identity::card::{CardCertificate, CardId, ListFault, RevocationList, Standing};
use crate::judged::{anchors, now};
use forge::{DELTA, Forgery, POINT, REASON, SERIAL};

/// The card of the forge's good certificate.
fn card(issuer: usize) -> CardId {
    let certificate = CardCertificate::parse(&Forged::good(issuer).write()).unwrap();
    anchors().tie(certificate).unwrap().at(now()).unwrap().card
}

#[test]
fn a_revoked_card_is_refused_and_the_other_keys_card_of_that_number_is_not() {
    let mut lists = Lists::new(Duration::ZERO);
    assert!(lists.take(Forgery::good(0, &[]).parse().unwrap()));
    assert!(lists.take(Forgery::good(1, &[SERIAL]).parse().unwrap()));
    let since = Time::from_jst(date(2026, 11, 1).at(9, 0, 0, 0));
    assert_eq!(lists.standing(&card(1), now()), Standing::Revoked { since });
    let as_of = Time::from_jst(date(2026, 11, 26).at(9, 0, 0, 0));
    assert_eq!(lists.standing(&card(0), now()), Standing::Good { as_of });
}

#[test]
fn a_list_counts_until_the_next_is_due_and_the_grace_is_over() {
    let mut lists = Lists::new(Duration::from_hours(1));
    assert_eq!(
        lists.standing(&card(1), now()),
        Standing::Unknown(Unknown::NoList)
    );
    lists.take(Forgery::good(1, &[]).parse().unwrap());
    let due = Time::from_jst(date(2026, 11, 27).at(9, 0, 0, 0));
    let last = due + Duration::from_hours(1);
    assert!(matches!(lists.standing(&card(1), last), Standing::Good { .. }));
    let after = last + Duration::from_micros(1);
    assert_eq!(lists.standing(&card(1), after), Standing::Unknown(Unknown::Stale));
    let before = Time::from_jst(date(2026, 11, 26).at(8, 54, 59, 0));
    assert_eq!(
        lists.standing(&card(1), before),
        Standing::Unknown(Unknown::Future)
    );
    // Who stands on it is refused, however old it is.
    let mut lists = Lists::new(Duration::ZERO);
    lists.take(Forgery::good(1, &[SERIAL]).parse().unwrap());
    assert!(matches!(
        lists.standing(&card(1), after),
        Standing::Revoked { .. }
    ));
}

#[test]
fn an_older_list_takes_nothing_back() {
    let mut lists = Lists::new(Duration::ZERO);
    let old = Forgery::good(1, &[]);
    let mut new = Forgery::good(1, &[SERIAL]);
    new.period = [utc("261126010000Z"), utc("261127010000Z")];
    assert!(lists.take(new.parse().unwrap()));
    assert!(!lists.take(old.parse().unwrap()));
    assert!(!lists.take(new.parse().unwrap()));
    assert!(matches!(
        lists.standing(&card(1), now()),
        Standing::Revoked { .. }
    ));
    // Of two of one moment, the one with the greater number.
    let mut again = new.clone();
    (again.revoked, again.extensions[1].content) = (Vec::new(), tlv(2, &[2]));
    assert!(lists.take(again.parse().unwrap()));
}

#[test]
fn only_a_whole_list_of_a_pinned_key_counts() {
    let fault = |change: &dyn Fn(&mut Forgery)| {
        let mut forgery = Forgery::good(1, &[SERIAL]);
        change(&mut forgery);
        forgery.parse().map(|_| ()).unwrap_err()
    };
    assert_eq!(fault(&|forgery| forgery.signer = 2), ListFault::Signature);
    assert_eq!(fault(&|forgery| forgery.signer = 0), ListFault::Signature);
    let unknown = sequence(&[tlv(0x80, &[7; 20])]);
    assert_eq!(
        fault(&|forgery| forgery.extensions[0].content = unknown.clone()),
        ListFault::UnknownIssuer
    );
    assert_eq!(
        fault(&|forgery| forgery.period[1] = Vec::new()),
        ListFault::NoNext
    );
    assert_eq!(
        fault(&|forgery| forgery.period[1] = utc("261125000000Z")),
        ListFault::NoNext
    );
    // A list of differences, of one point, of authorities only, of some reasons, of others' certificates.
    for critical in [true, false] {
        let delta = Extension::new(DELTA, critical, tlv(2, &[1]));
        assert_eq!(
            fault(&|forgery| forgery.extensions.push(delta.clone())),
            ListFault::Partial
        );
    }
    let unknown = Extension::new("1.2.3.4", true, vec![5, 0]);
    assert_eq!(
        fault(&|forgery| forgery.extensions.push(unknown.clone())),
        ListFault::UnknownCritical
    );
    assert_eq!(
        fault(&|forgery| forgery.extensions.extend(forgery.extensions.last().cloned())),
        ListFault::Unreadable
    );
    let point = tlv(0xa0, &tlv(0xa0, &tlv(0x86, b"http://crl.example/2.crl")));
    for part in [
        point,
        tlv(0x82, &[0xff]),
        tlv(0x83, &[7, 0x40]),
        tlv(0x84, &[0xff]),
        tlv(0x85, &[0xff]),
    ] {
        let scope = Extension::new(POINT, true, sequence(&[part]));
        assert_eq!(
            fault(&|forgery| forgery.extensions.push(scope.clone())),
            ListFault::Partial
        );
    }
    let removed = Extension::new(REASON, false, vec![0x0a, 1, 8]);
    assert_eq!(
        fault(&|forgery| forgery.revoked[0].extensions.push(removed.clone())),
        ListFault::Partial
    );
    let issuer = Extension::new("2.5.29.29", true, vec![0x30, 0]);
    assert_eq!(
        fault(&|forgery| forgery.revoked[0].extensions.push(issuer.clone())),
        ListFault::UnknownCritical
    );
    assert_eq!(
        fault(&|forgery| forgery.revoked[0].serial = vec![0x86, 0]),
        ListFault::Entry
    );
    let user_certificates = Extension::new(POINT, true, sequence(&[tlv(0x81, &[0xff])]));
    let mut whole = Forgery::good(1, &[SERIAL]);
    whole.extensions.push(user_certificates);
    assert_eq!(whole.parse().unwrap().len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever stands in a list is refused or read; one that counts was signed as it stands.
    #[test]
    fn a_list_that_was_touched_does_not_count(at in 0_usize..500, bit in 0_u8..8) {
        let mut bytes = Forgery::good(1, &[SERIAL]).write();
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        prop_assert!(RevocationList::parse(anchors(), &bytes).is_err());
    }

    #[test]
    fn a_certificate_that_was_touched_proves_nothing(at in 0_usize..2000, bit in 0_u8..8) {
        let mut bytes = Forged::good(1).write();
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        let tied = CardCertificate::parse(&bytes).ok().and_then(|read| anchors().tie(read).ok());
        prop_assert!(tied.is_none());
    }
}
