//! One answer for each thing that can be wrong, and the reason that is given; what words and lists come to together.

use std::sync::OnceLock;
use std::time::Duration;

use env::Time;
use proptest::prelude::*;

use super::forge::{
    ForgedAnswer, NO_CHECK, NONCE, SERIAL, SHA256, Signer, Word as ForgedWord, anchors_around, delegate,
    good_status, hours, revoked_status, text, unknown_status,
};
use crate::forge::{
    AUTHORITY_KEY, BASIC, EXTENDED, Extension, Forged, KEY_USAGE, POLICIES, generalized, keys, oid, sequence,
    tlv,
};
use crate::identity::card::ocsp::{Declined, ResponderFault, Word};
use crate::identity::card::revocation::{Lists, Unknown};
use crate::identity::card::{Anchors, CardCertificate, CardId, OcspAnswer, OcspFault, Standing};
use crate::judged::now;
use crate::lists::forge::list;

fn anchors() -> &'static Anchors {
    static ANCHORS: OnceLock<Anchors> = OnceLock::new();
    ANCHORS.get_or_init(|| anchors_around(now()))
}

fn card(issuer: usize) -> CardId {
    let certificate = CardCertificate::parse(&Forged::good(issuer).write()).unwrap();
    anchors().tie(certificate).unwrap().at(now()).unwrap().card
}

fn parse(forged: &ForgedAnswer) -> Result<OcspAnswer, OcspFault> {
    OcspAnswer::parse(anchors(), &forged.write(), now())
}

fn standing(answers: &[ForgedAnswer], issuer: usize, at: Time) -> Standing {
    let mut lists = Lists::new(hours(1));
    for answer in answers {
        lists.take_answer(parse(answer).unwrap());
    }
    lists.standing(&card(issuer), at)
}

fn at(hours: i64) -> Time {
    Time::from_micros(now().micros() + hours * 3_600_000_000)
}

#[test]
fn the_issuing_key_and_its_delegate_speak_for_it() {
    for issuer in [0, 1] {
        for mut answer in [
            ForgedAnswer::good(issuer, now()),
            ForgedAnswer::delegated(issuer, now()),
        ] {
            let by_name = answer.signer.by_name();
            for responder in [answer.responder.clone(), by_name] {
                answer.responder = responder;
                for hash in [
                    answer.words[0].hash.clone(),
                    (SHA256, vec![5, 0]),
                    (SHA256, vec![]),
                ] {
                    answer.words[0].hash = hash;
                    let read = parse(&answer).unwrap();
                    let [said] = read.said() else { panic!("{read:?}") };
                    assert_eq!((&said.card, said.word), (&card(issuer), Word::Good));
                    assert_eq!((said.made, said.next), (at(-1), at(1)));
                }
            }
        }
        // Of the other key's card of the same number this says nothing.
        let answers = [ForgedAnswer::good(issuer, now())];
        assert_eq!(
            standing(&answers, 1 - issuer, now()),
            Standing::Unknown(Unknown::NoList)
        );
    }
}

#[test]
fn nobody_else_does() {
    let fault = |change: &dyn Fn(&mut ForgedAnswer)| {
        let mut forged = ForgedAnswer::delegated(1, now());
        change(&mut forged);
        parse(&forged).unwrap_err()
    };
    let delegated = |change: &dyn Fn(&mut Forged)| {
        let mut certificate = delegate(1, now());
        change(&mut certificate);
        fault(&|forged| forged.certificates = vec![certificate.write()])
    };
    let refused = OcspFault::Responder;
    use ResponderFault::{Checked, Form, Issuer, Missing, NotInForce, Signature, Usage};
    assert_eq!(
        fault(&|forged| forged.signer = Signer::Stranger),
        refused(Signature)
    );
    assert_eq!(fault(&|forged| forged.flipped = Some(77)), refused(Signature));
    let mut own = ForgedAnswer::good(1, now());
    own.signer = Signer::Stranger;
    assert_eq!(parse(&own), Err(refused(Signature)));
    // The other pinned key speaks for its own cards only, and by its name nobody can tell.
    own.signer = Signer::Issuer(0);
    assert_eq!(parse(&own), Err(refused(Signature)));
    own.responder = own.signer.by_key();
    assert_eq!(parse(&own), Err(refused(Missing)));
    assert_eq!(fault(&|forged| forged.certificates.clear()), refused(Missing));
    let card = Forged::good(1).write();
    assert_eq!(
        fault(&|forged| forged.certificates = vec![card.clone()]),
        refused(Missing)
    );
    // A card's own key, with the card's own certificate.
    let by_card = fault(&|forged| {
        let mut certificate = Forged::good(1);
        certificate.key = delegate(1, now()).key;
        forged.certificates = vec![certificate.write()];
    });
    assert_eq!(by_card, refused(Usage));
    assert_eq!(delegated(&|own| own.signer = 2), refused(Issuer));
    assert_eq!(delegated(&|own| own.signer = 0), refused(Issuer));
    assert_eq!(delegated(&|own| *own = delegate(0, now())), refused(Issuer));
    assert_eq!(
        delegated(&|own| own.extensions.retain(|one| one.id != EXTENDED)),
        refused(Usage)
    );
    let client = sequence(&[oid("1.3.6.1.5.5.7.3.2")]);
    assert_eq!(
        delegated(&|own| own.extension(EXTENDED).content = client.clone()),
        refused(Usage)
    );
    let encipherment = vec![3, 2, 5, 0x20];
    assert_eq!(
        delegated(&|own| own.extension(KEY_USAGE).content = encipherment.clone()),
        refused(Usage)
    );
    let authority = sequence(&[vec![1, 1, 0xff]]);
    assert_eq!(
        delegated(&|own| own.extension(BASIC).content = authority.clone()),
        refused(Usage)
    );
    assert_eq!(
        delegated(&|own| own.extensions.retain(|one| one.id != NO_CHECK)),
        refused(Checked)
    );
    let unknown = Extension::new("1.2.3.4", true, vec![5, 0]);
    assert_eq!(
        delegated(&|own| own.extensions.push(unknown.clone())),
        refused(Form)
    );
    let twice = Extension::new(NO_CHECK, false, vec![5, 0]);
    assert_eq!(
        delegated(&|own| own.extensions.push(twice.clone())),
        refused(Form)
    );
    for period in [[-48, -24], [24, 48]] {
        let period = period.map(|hours| crate::forge::utc(&text(now(), hours)[2..]));
        assert_eq!(
            delegated(&|own| own.period.clone_from(&period)),
            refused(NotInForce)
        );
    }
    // Without its issuer's key named, and with a policy, it is as good.
    let mut fine = ForgedAnswer::delegated(1, now());
    let mut certificate = delegate(1, now()).without(AUTHORITY_KEY);
    certificate.extensions.push(Extension::new(
        POLICIES,
        true,
        crate::forge::policies(&["1.2.3.4"]),
    ));
    fine.certificates = vec![card, certificate.write()];
    assert!(parse(&fine).is_ok());
}

#[test]
fn what_is_not_of_the_form_is_refused() {
    let fault = |change: &dyn Fn(&mut ForgedAnswer)| {
        let mut forged = ForgedAnswer::good(1, now());
        change(&mut forged);
        parse(&forged).unwrap_err()
    };
    for (status, declined) in [
        (1, Declined::Malformed),
        (2, Declined::Internal),
        (3, Declined::TryLater),
        (5, Declined::SignatureRequired),
        (6, Declined::Unauthorized),
    ] {
        assert_eq!(
            fault(&|forged| forged.status = status),
            OcspFault::Declined(declined)
        );
    }
    use OcspFault::{
        Algorithm, Entry, NoNext, NotOneEach, TooLong, UnknownCritical, UnknownIssuer, Unreadable,
    };
    assert_eq!(fault(&|forged| forged.status = 4), Unreadable);
    assert_eq!(fault(&|forged| forged.kind = "1.2.3"), Unreadable);
    assert_eq!(
        fault(&|forged| forged.version = tlv(0xa0, &[2, 1, 1])),
        Unreadable
    );
    // The version that is meant anyway is not said (DER).
    assert_eq!(
        fault(&|forged| forged.version = tlv(0xa0, &[2, 1, 0])),
        Unreadable
    );
    assert_eq!(fault(&|forged| forged.cut = 1), Unreadable);
    assert_eq!(fault(&|forged| forged.after = vec![0]), Unreadable);
    let sha384 = sequence(&[oid("1.2.840.113549.1.1.12"), vec![5, 0]]);
    assert_eq!(fault(&|forged| forged.algorithm.clone_from(&sha384)), Algorithm);
    assert_eq!(fault(&|forged| forged.words.clear()), NotOneEach);
    assert_eq!(
        fault(&|forged| forged.words.push(forged.words[0].clone())),
        NotOneEach
    );
    let other = ForgedWord::good(0, now());
    assert_eq!(
        fault(&|forged| forged.words[0] = other.clone()),
        OcspFault::Responder(ResponderFault::Missing)
    );
    assert_eq!(fault(&|forged| forged.words.push(other.clone())), UnknownIssuer);
    assert_eq!(
        fault(&|forged| forged.words[0].name_hash = Some(vec![7; 20])),
        UnknownIssuer
    );
    let md5 = ("1.2.840.113549.2.5", vec![5, 0]);
    assert_eq!(fault(&|forged| forged.words[0].hash = md5.clone()), UnknownIssuer);
    assert_eq!(fault(&|forged| forged.words[0].next.clear()), NoNext);
    let before = tlv(0xa0, &generalized(&text(now(), -2)));
    assert_eq!(fault(&|forged| forged.words[0].next.clone_from(&before)), NoNext);
    assert_eq!(fault(&|forged| forged.words[0].serial = vec![0x86]), Entry);
    let critical = Extension::new("1.2.3.4", true, vec![5, 0]);
    assert_eq!(
        fault(&|forged| forged.extensions.push(critical.clone())),
        UnknownCritical
    );
    assert_eq!(
        fault(&|forged| forged.words[0].extensions.push(critical.clone())),
        UnknownCritical
    );
    let naked = Extension::new(NONCE, false, vec![1, 2, 3]);
    assert_eq!(fault(&|forged| forged.extensions.push(naked.clone())), Unreadable);
    let long = Extension::new("1.2.3.4", false, vec![0; 17_000]);
    assert_eq!(fault(&|forged| forged.extensions.push(long.clone())), TooLong);
    let mut noted = ForgedAnswer::good(1, now());
    noted
        .extensions
        .push(Extension::new("1.2.3.4", false, vec![5, 0]));
    assert!(parse(&noted).is_ok());
}

/// Never "unknown = good", and never "stale = good".
#[test]
fn a_word_counts_until_the_next_is_due_and_the_grace_is_over() {
    let good = [ForgedAnswer::good(1, now())];
    assert_eq!(standing(&good, 1, at(2)), Standing::Good { as_of: at(-1) });
    let after = at(2) + Duration::from_micros(1);
    assert_eq!(standing(&good, 1, after), Standing::Unknown(Unknown::Stale));
    assert_eq!(standing(&good, 1, at(-2)), Standing::Unknown(Unknown::Future));
    let mut unknown = good.clone();
    unknown[0].words[0].status = unknown_status();
    assert_eq!(standing(&unknown, 1, now()), Standing::Unknown(Unknown::NotKnown));
    // Who is revoked stays revoked, however old the word.
    let mut revoked = good;
    revoked[0].words[0].status = revoked_status(&text(now(), -30));
    for moment in [at(-2), now(), at(50_000)] {
        assert_eq!(
            standing(&revoked, 1, moment),
            Standing::Revoked { since: at(-30) }
        );
    }
    // What a delegate said counts no longer than it was delegated.
    let mut delegated = ForgedAnswer::delegated(1, now());
    delegated.words[0].next = tlv(0xa0, &generalized(&text(now(), 48)));
    assert_eq!(
        parse(&delegated).unwrap().said()[0].next,
        at(24) + Duration::from_micros(999_999)
    );
}

/// The newest word on a card counts; of words and lists revoked wins, then the freshest good.
#[test]
fn lists_and_answers_are_one_word() {
    let word = |status: Vec<u8>, hour: i64| {
        let mut forged = ForgedAnswer::good(1, now());
        forged.words[0].status = status;
        forged.words[0].this = generalized(&text(now(), hour));
        parse(&forged).unwrap()
    };
    let revoked = || revoked_status(&text(now(), -30));
    let mut lists = Lists::new(Duration::ZERO);
    // The list is of this moment, and due in a day.
    lists.take(list(1, &[]));
    assert_eq!(lists.standing(&card(1), now()), Standing::Good { as_of: now() });
    assert_eq!(lists.take_answer(word(unknown_status(), -3)), 1);
    assert_eq!(lists.standing(&card(1), now()), Standing::Good { as_of: now() });
    assert_eq!(lists.take_answer(word(revoked(), -2)), 1);
    assert_eq!(
        lists.standing(&card(1), now()),
        Standing::Revoked { since: at(-30) }
    );
    // An older word takes nothing back, and neither does one of the same moment.
    assert_eq!(lists.take_answer(word(good_status(), -3)), 0);
    assert_eq!(lists.take_answer(word(good_status(), -2)), 0);
    assert_eq!(
        lists.standing(&card(1), now()),
        Standing::Revoked { since: at(-30) }
    );
    assert_eq!(lists.take_answer(word(good_status(), -1)), 1);
    assert_eq!(lists.standing(&card(1), now()), Standing::Good { as_of: now() });
    // On the list and good by a word: revoked.
    let mut lists = Lists::new(Duration::ZERO);
    lists.take(list(1, &[SERIAL]));
    lists.take_answer(word(good_status(), -1));
    assert!(matches!(
        lists.standing(&card(1), now()),
        Standing::Revoked { .. }
    ));
    // By a word alone, and by a fresh word beside a list that is too old.
    let mut lists = Lists::new(Duration::ZERO);
    lists.take_answer(word(good_status(), -1));
    assert_eq!(lists.standing(&card(1), now()), Standing::Good { as_of: at(-1) });
    lists.take(list(1, &[]));
    assert_eq!(
        lists.standing(&card(1), at(30)),
        Standing::Unknown(Unknown::Stale)
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_answer_that_was_touched_does_not_count(at in 0_usize..4000, bit in 0_u8..8, delegated: bool) {
        let forged = match delegated {
            true => ForgedAnswer::delegated(1, now()),
            false => ForgedAnswer::good(1, now()),
        };
        let mut bytes = forged.write();
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        prop_assert!(OcspAnswer::parse(anchors(), &bytes, now()).is_err());
    }
}

/// The delegate's key is another one than all others: the tests above mean what they say.
#[test]
fn keys_differ() {
    let keys = keys();
    let all = [
        &keys.issuers[0],
        &keys.issuers[1],
        &keys.stranger,
        &keys.card,
        &keys.delegate,
    ];
    let raw: std::collections::BTreeSet<_> = all.iter().map(|key| key.serialize_der()).collect();
    assert_eq!(raw.len(), 5);
}
