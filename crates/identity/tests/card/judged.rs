//! One certificate for each thing that can be wrong, and the reason that is given.

use std::sync::OnceLock;

use env::Time;
use jiff::civil::date;

use crate::forge::{
    ALT_NAME, AUTHORITY_KEY, BASIC, COMMON_NAME, COUNTRY, EXTENDED, Extension, Forged, KEY_USAGE, POLICIES,
    PRINTABLE, PRODUCTION_POLICY, SIGNING_POLICY, authority, generalized, keys, name, oid, policies,
    sequence, tlv, utc,
};
use crate::identity::card::path::Proven;
use crate::identity::card::{Anchor, AnchorFault, Anchors, CardCertificate, Fault, InForce, Refused, Serial};
use crate::identity::profile::World;

/// The moment at which certificates are judged.
pub(crate) fn now() -> Time {
    Time::from_jst(date(2026, 11, 26).at(9, 0, 0, 0))
}

pub(crate) fn anchors() -> &'static Anchors {
    static ANCHORS: OnceLock<Anchors> = OnceLock::new();
    ANCHORS.get_or_init(|| {
        let pin = |n| Anchor::pin(World::Sandbox, &authority(n).write()).unwrap();
        Anchors::new(World::Sandbox, [pin(0), pin(1)])
    })
}

/// What becomes of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Proven(InForce),
    Fault(Fault),
    Refused(Refused),
}

pub(crate) fn judge(bytes: &[u8], at: Time) -> Verdict {
    let certificate = match CardCertificate::parse(bytes) {
        Ok(certificate) => certificate,
        Err(fault) => return Verdict::Fault(fault),
    };
    match anchors().tie(certificate).and_then(|tied| tied.at(at)) {
        Ok(proven) => Verdict::Proven(proven.in_force),
        Err(refused) => Verdict::Refused(refused),
    }
}

fn faulty(forged: &Forged) -> Fault {
    match judge(&forged.write(), now()) {
        Verdict::Fault(fault) => fault,
        other => panic!("{other:?}"),
    }
}

fn refused(forged: &Forged, at: Time) -> Refused {
    match judge(&forged.write(), at) {
        Verdict::Refused(refused) => refused,
        other => panic!("{other:?}"),
    }
}

fn changed(change: impl FnOnce(&mut Forged)) -> Forged {
    let mut forged = Forged::good(1);
    change(&mut forged);
    forged
}

#[test]
fn a_good_one_is_proven_by_the_key_that_issued_it() {
    for issuer in [0, 1] {
        let named = Forged::good(issuer);
        // Without the key's name its signature tells.
        let unnamed = named.clone().without(AUTHORITY_KEY);
        for forged in [named, unnamed] {
            let certificate = CardCertificate::parse(&forged.write()).unwrap();
            let Proven { card, in_force } = anchors().tie(certificate).unwrap().at(now()).unwrap();
            assert_eq!(in_force, InForce::Now);
            assert_eq!(
                card.issuer,
                Anchor::pin(World::Sandbox, &authority(issuer).write())
                    .unwrap()
                    .id()
            );
            assert_eq!(card.serial, Serial::from_integer(&[6, 0, 1, 2]).unwrap());
        }
    }
}

/// The trap of the authority's second key: one serial number, two people.
#[test]
fn one_number_of_two_keys_is_two_cards() {
    let cards = [0, 1].map(|issuer| {
        let certificate = CardCertificate::parse(&Forged::good(issuer).write()).unwrap();
        anchors().tie(certificate).unwrap().at(now()).unwrap().card
    });
    assert_eq!(cards[0].serial, cards[1].serial);
    assert_ne!(cards[0], cards[1]);
}

#[test]
fn what_the_profile_does_not_know_is_a_fault() {
    let id = |text| der::asn1::ObjectIdentifier::new(text).unwrap();
    let big = changed(|forged| {
        let content = vec![0; 5000];
        forged.extensions.push(Extension::new("1.2.3.4", false, content));
    });
    assert!(matches!(faulty(&big), Fault::TooLong(bytes) if bytes > 5000));
    let version = |bytes: &[u8]| faulty(&changed(|forged| forged.version = bytes.to_vec()));
    assert_eq!(version(&tlv(0xa0, &[2, 1, 1])), Fault::Version);
    assert_eq!(version(&tlv(0xa0, &[2, 1, 9])), Fault::Unreadable);
    let serial = |bytes: &[u8]| faulty(&changed(|forged| forged.serial = bytes.to_vec()));
    assert_eq!(serial(&[0x86, 0]), Fault::Serial);
    assert_eq!(serial(&[0]), Fault::Serial);
    assert_eq!(serial(&[0, 6]), Fault::Unreadable);
    let sha1 = sequence(&[oid("1.2.840.113549.1.1.5"), vec![5, 0]]);
    let no_null = sequence(&[oid("1.2.840.113549.1.1.11")]);
    for algorithm in [sha1, no_null] {
        for place in [0, 1] {
            let fault = faulty(&changed(|forged| forged.algorithm[place] = algorithm.clone()));
            assert_eq!(fault, Fault::Algorithm);
        }
    }
    let between = faulty(&changed(|forged| forged.between = tlv(0x81, &[0, 1])));
    assert_eq!(between, Fault::UniqueId);
    let period = [utc("290401145959Z"), utc("240101000000Z")];
    assert_eq!(faulty(&changed(|forged| forged.period = period)), Fault::Period);
    let subject = |parts: &[(&str, u8, &str)]| faulty(&changed(|forged| forged.subject = name(parts)));
    let (jp, opaque) = (
        (COUNTRY, PRINTABLE, "JP"),
        (COMMON_NAME, PRINTABLE, "0123456789A"),
    );
    for parts in [
        &[][..],
        &[jp],
        &[opaque],
        &[(COUNTRY, PRINTABLE, "US"), opaque],
        &[jp, opaque, ("2.5.4.7", 0x0c, "見本区")],
        &[jp, (COMMON_NAME, 0x0c, "見本　花子")],
    ] {
        assert_eq!(subject(parts), Fault::Subject, "{parts:?}");
    }
    assert_eq!(
        faulty(&Forged::good(1).without(KEY_USAGE)),
        Fault::Missing(id(KEY_USAGE))
    );
    assert_eq!(
        faulty(&Forged::good(1).without(POLICIES)),
        Fault::Missing(id(POLICIES))
    );
    let usage = Extension::new(KEY_USAGE, true, vec![3, 2, 7, 0x80]);
    assert_eq!(faulty(&Forged::good(1).with(usage)), Fault::Twice(id(KEY_USAGE)));
    for (bits, critical) in [
        (vec![3, 2, 6, 0xc0], true),
        (vec![3, 2, 5, 0x20], true),
        (vec![3, 2, 7, 0x80], false),
    ] {
        let forged =
            changed(|forged| *forged.extension(KEY_USAGE) = Extension::new(KEY_USAGE, critical, bits));
        assert_eq!(faulty(&forged), Fault::KeyUsage);
    }
    let server = Extension::new(EXTENDED, false, sequence(&[oid("1.3.6.1.5.5.7.3.1")]));
    assert_eq!(faulty(&Forged::good(1).with(server)), Fault::KeyUsage);
    let authority = Extension::new(BASIC, true, sequence(&[vec![1, 1, 0xff]]));
    assert_eq!(faulty(&Forged::good(1).with(authority)), Fault::Authority);
    let unknown = |critical| Forged::good(1).with(Extension::new("1.2.3.4", critical, vec![5, 0]));
    assert_eq!(faulty(&unknown(true)), Fault::UnknownCritical(id("1.2.3.4")));
    assert_eq!(
        judge(&unknown(false).write(), now()),
        Verdict::Proven(InForce::Now)
    );
    for content in [vec![0x30, 5, 1], vec![0x30, 0]] {
        let alternative = Extension::new(ALT_NAME, false, content);
        assert_eq!(
            faulty(&Forged::good(1).with(alternative)),
            Fault::Extension(id(ALT_NAME))
        );
    }
    assert_eq!(
        faulty(&changed(|forged| forged.after = vec![5, 0])),
        Fault::Unreadable
    );
}

#[test]
fn another_key_than_rsa_2048_is_a_fault() {
    use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, PublicKeyData as _, RsaKeySize};
    let long = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_3072).unwrap();
    let curve = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let mut exponent = keys().card.subject_public_key_info();
    let last = exponent.len() - 1;
    exponent[last] = 3;
    for key in [
        long.subject_public_key_info(),
        curve.subject_public_key_info(),
        exponent,
    ] {
        assert_eq!(faulty(&changed(|forged| forged.key = key)), Fault::PublicKey);
    }
}

#[test]
fn nobody_but_a_pinned_key_issues() {
    let stranger = changed(|forged| forged.signer = 2);
    assert_eq!(refused(&stranger, now()), Refused::Signature);
    // The other pinned key, although this one is named: neither the name nor the signature is believed alone.
    let swapped = changed(|forged| forged.signer = 0);
    assert_eq!(refused(&swapped, now()), Refused::Signature);
    let unknown_key = changed(|forged| {
        *forged.extension(AUTHORITY_KEY) =
            Extension::new(AUTHORITY_KEY, false, sequence(&[tlv(0x80, &[7; 20])]));
    });
    assert_eq!(refused(&unknown_key, now()), Refused::UnknownIssuer);
    let unknown = changed(|forged| forged.issuer = name(&[(COUNTRY, PRINTABLE, "JP")]));
    assert_eq!(refused(&unknown, now()), Refused::UnknownIssuer);
    // The same name in another kind of string is another name: names are compared as they stand.
    let other = changed(|forged| {
        forged.issuer = name(&[
            (COUNTRY, PRINTABLE, "JP"),
            ("2.5.4.10", 0x0c, "Madoguchi Sandbox Forge"),
            ("2.5.4.11", PRINTABLE, "user authentication"),
        ]);
    });
    assert_eq!(refused(&other, now()), Refused::UnknownIssuer);
}

/// The policy says what a certificate is for, and of which world it is.
#[test]
fn another_policy_is_refused_in_either_world() {
    for other in [SIGNING_POLICY, PRODUCTION_POLICY, "1.2.3.4"] {
        let forged = changed(|forged| forged.extension(POLICIES).content = policies(&[other]));
        assert_eq!(refused(&forged, now()), Refused::Policy);
    }
    // The sandbox's certificates mean nothing outside: nobody pins the sandbox's keys there, and of other keys its policy is none.
    let pinned = Anchor::pin(World::Production, &authority(1).write()).map(|_| ());
    assert_eq!(pinned, Err(AnchorFault::OtherWorld));
    let countrys = || {
        name(&[
            (COUNTRY, PRINTABLE, "JP"),
            ("2.5.4.11", PRINTABLE, "user authentication"),
        ])
    };
    let mut anchor = authority(1);
    (anchor.issuer, anchor.subject) = (countrys(), countrys());
    let pinned = Anchor::pin(World::Sandbox, &anchor.write()).map(|_| ());
    assert_eq!(pinned, Err(AnchorFault::OtherWorld));
    let pinned = Anchor::pin(World::Production, &anchor.write()).unwrap();
    let production = Anchors::new(World::Production, [pinned]);
    let of_country = changed(|forged| forged.issuer = countrys());
    let of_country = CardCertificate::parse(&of_country.write()).unwrap();
    assert_eq!(production.tie(of_country).unwrap_err(), Refused::Policy);
    let certificate = CardCertificate::parse(&Forged::good(1).write()).unwrap();
    let mixed = Anchors::new(
        World::Production,
        [Anchor::pin(World::Sandbox, &authority(1).write()).unwrap()],
    );
    assert_eq!(mixed.tie(certificate).unwrap_err(), Refused::UnknownIssuer);
}

/// Validity ends with a day in Japan; three months more show the eligibility alone.
#[test]
fn time_is_japans_to_the_second() {
    let at = |year, month, day, hour, minute, second| {
        Time::from_jst(date(year, month, day).at(hour, minute, second, 0))
    };
    let verdict = |forged: &Forged, at| judge(&forged.write(), at);
    let newer = Forged::good(1);
    let cases = [
        (at(2024, 1, 1, 8, 59, 59), Verdict::Refused(Refused::NotYet)),
        (at(2024, 1, 1, 9, 0, 0), Verdict::Proven(InForce::Now)),
        (at(2029, 4, 1, 23, 59, 59), Verdict::Proven(InForce::Now)),
        (at(2029, 4, 2, 0, 0, 0), Verdict::Proven(InForce::EndedLately)),
        (at(2029, 7, 1, 23, 59, 59), Verdict::Proven(InForce::EndedLately)),
        (at(2029, 7, 2, 0, 0, 0), Verdict::Refused(Refused::Expired)),
    ];
    for (at, expected) in cases {
        assert_eq!(verdict(&newer, at), expected, "{at}");
    }
    // The older key ended in March 2028: what it issued for longer ends with it.
    let older = Forged::good(0);
    assert_eq!(
        verdict(&older, at(2028, 3, 31, 23, 59, 59)),
        Verdict::Proven(InForce::Now)
    );
    let ended = Verdict::Refused(Refused::IssuerNotInForce);
    assert_eq!(verdict(&older, at(2028, 4, 1, 0, 0, 0)), ended);
    // And stays ended: the three months follow a certificate that was in force to its own end.
    assert_eq!(verdict(&older, at(2029, 4, 2, 0, 0, 0)), ended);
    let lately = changed(|forged| {
        *forged = Forged::good(0);
        forged.period[1] = utc("280331145959Z");
    });
    assert_eq!(
        verdict(&lately, at(2028, 4, 1, 0, 0, 0)),
        Verdict::Proven(InForce::EndedLately)
    );
    // Times after 2049 have four digits for the year, and before it two.
    let far = changed(|forged| forged.period[1] = generalized("20500101000000Z"));
    assert_eq!(verdict(&far, now()), Verdict::Proven(InForce::Now));
    let near = changed(|forged| forged.period[1] = generalized("20290401145959Z"));
    assert_eq!(faulty(&near), Fault::Unreadable);
}

#[test]
fn only_an_authoritys_own_certificate_is_pinned() {
    let pin = |bytes: &[u8]| Anchor::pin(World::Sandbox, bytes).map(|_| ());
    assert_eq!(pin(&authority(0).write()), Ok(()));
    assert_eq!(pin(&Forged::good(0).write()), Err(AnchorFault::NoAuthority));
    assert_eq!(pin(b"MIIB"), Err(AnchorFault::Unreadable));
    let mut broken = authority(0).write();
    let last = broken.len() - 1;
    broken[last] ^= 1;
    assert_eq!(pin(&broken), Err(AnchorFault::Signature));
}
