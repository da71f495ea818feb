use super::*;
use crate::testing::{NUMBERS, cases, number, rng};
use crate::{HubPublicKey, RootKey};
use proptest::prelude::*;

const CONTEXT: SealingContext<'static> = SealingContext {
    office: "12139994",
    link: "L-000123",
    revision: 1,
};

fn hub(seed: u64) -> HubPrivateKey {
    RootKey::generate(&mut rng(seed)).hub_private_key()
}

fn sealed(seed: u64, digits: &str, context: &SealingContext<'_>) -> SealedNumber {
    SealedNumber::seal(&mut rng(seed), &hub(1).public_key(), &number(digits), context).unwrap()
}

/// The private key, the ephemeral key and the bytes computed with Python's `cryptography` (X25519, HKDF-Expand,
/// ChaCha20Poly1305) and the key schedule of RFC 9180 §5 written out: another implementation agrees.
#[test]
fn known_answer() {
    assert_eq!(
        hub(1).public_key().to_string(),
        "mdghub1-UXBZ1JvtDjw5tF-oCvpCD5ij7S--w6cbU6DVZ3lHjw9nZxt0"
    );
    assert_eq!(
        hex::encode(sealed(2, NUMBERS[0], &CONTEXT).as_bytes()),
        "01b14486f09d39db2e01dde1040e454aa05d152703199330ae8984b4e93e0e9179e9a5673ceb60feeed2b6962bd80eab563c926c4db91546878f3f5318"
    );
}

#[test]
fn the_same_seed_seals_to_the_same_bytes_and_another_to_others() {
    let one = sealed(7, NUMBERS[0], &CONTEXT);
    assert_eq!(one, sealed(7, NUMBERS[0], &CONTEXT));
    let two = sealed(8, NUMBERS[0], &CONTEXT);
    // Nothing in common but the version: not even that both hold the same number can be seen.
    assert_ne!(one.0[1..KEY_END], two.0[1..KEY_END]);
    assert_ne!(one.0[KEY_END..TEXT_END], two.0[KEY_END..TEXT_END]);
}

#[test]
fn one_generator_never_seals_twice_alike() {
    let mut rng = rng(3);
    let key = hub(1).public_key();
    let mut seal = || SealedNumber::seal(&mut rng, &key, &number(NUMBERS[0]), &CONTEXT).unwrap();
    assert_ne!(seal(), seal());
}

#[test]
fn any_flipped_bit_is_refused() {
    let hub = hub(1);
    let sealed = sealed(2, NUMBERS[0], &CONTEXT);
    assert!(hub.open(&sealed, &CONTEXT).is_ok());
    for bit in 0..BYTES * 8 {
        let mut bytes = sealed.0;
        bytes[bit / 8] ^= 1 << (bit % 8);
        match SealedNumber::from_bytes(&bytes) {
            Ok(changed) => assert_eq!(
                hub.open(&changed, &CONTEXT).unwrap_err(),
                SealError::Refused,
                "bit {bit}"
            ),
            Err(error) => assert_eq!((bit / 8, error.rule), (0, FormatRule::Version(bytes[0]))),
        }
    }
}

#[test]
fn another_hub_refuses() {
    let sealed = sealed(2, NUMBERS[0], &CONTEXT);
    assert_eq!(hub(9).open(&sealed, &CONTEXT).unwrap_err(), SealError::Refused);
}

#[test]
fn what_is_no_number_is_refused_like_a_forgery() {
    let hub = hub(1);
    // A stranger with the public key seals digits with a wrong check digit.
    let mut digits = *b"123456789012";
    let (key, tag) =
        single_shot_seal_inout_detached_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &hub.public_key().0,
            INFO,
            InOutBuf::from(digits.as_mut_slice()),
            &CONTEXT.associated_data(),
            &mut rng(4),
        )
        .unwrap();
    let bytes = [
        &[VERSION],
        key.to_bytes().as_slice(),
        &digits,
        tag.to_bytes().as_slice(),
    ]
    .concat();
    let sealed = SealedNumber::from_bytes(&bytes).unwrap();
    assert_eq!(hub.open(&sealed, &CONTEXT).unwrap_err(), SealError::Refused);
}

#[test]
fn a_key_that_is_no_usable_point_is_an_error_and_not_a_clear_number() {
    // The point of order one: every exchange with it gives zero.
    let text = crate::armour::Armour {
        what: "",
        prefix: "mdghub1-",
    }
    .write(&[0; 32]);
    let key = HubPublicKey::parse(&text).unwrap();
    let error = SealedNumber::seal(&mut rng(1), &key, &number(NUMBERS[0]), &CONTEXT).unwrap_err();
    assert_eq!(error, SealError::HubKey);
}

#[test]
fn nothing_that_can_be_printed_holds_the_number() {
    let mut rng = rng(5);
    let root = RootKey::generate(&mut rng);
    let hub = root.hub_private_key();
    for digits in NUMBERS {
        let number = number(digits);
        let sealed = SealedNumber::seal(&mut rng, &hub.public_key(), &number, &CONTEXT).unwrap();
        let index_key = root.index_key("person by number");
        let index = index_key.index_number(&number);
        let printed = [
            format!("{number:?}"),
            format!("{sealed:?} {sealed} {}", serde_json::to_string(&sealed).unwrap()),
            format!("{index:?} {} {index_key:?}", index.to_hex()),
            format!("{root:?} {hub:?} {:?}", root.column_key("12139994")),
            format!(
                "{:?} {0}",
                hub.open(
                    &sealed,
                    &SealingContext {
                        revision: 2,
                        ..CONTEXT
                    }
                )
                .unwrap_err()
            ),
            format!("{:?}", hub.open(&sealed, &CONTEXT).unwrap()),
            // A clear number where a sealed one belongs: the error does not repeat it.
            format!("{:?} {0}", SealedNumber::parse(digits).unwrap_err()),
            wrong_json(&format!("\"{digits}\"")),
            wrong_json(digits),
            wrong_json(&format!("-{digits}")),
            wrong_json(&format!("{digits}.0")),
            wrong_json(&format!("[\"{digits}\"]")),
            wrong_json(&format!("{{\"{digits}\": 1}}")),
        ];
        for text in printed {
            assert!(!text.contains(digits), "the number is in {text}");
        }
    }
    // And what stands for a secret says nothing at all.
    assert_eq!(format!("{root:?} {hub:?}"), "RootKey(…) HubPrivateKey(…)");
}

#[test]
fn a_text_of_another_form_is_refused_with_its_rule() {
    let good = sealed(2, NUMBERS[0], &CONTEXT).to_string();
    assert_eq!(good.len(), CHARACTERS);
    let rule = |text: &str| SealedNumber::parse(text).unwrap_err().rule;
    assert_eq!(
        rule(""),
        FormatRule::Length {
            expected: 82,
            found: 0
        }
    );
    assert_eq!(
        rule(&format!("{good}=")),
        FormatRule::Length {
            expected: 82,
            found: 83
        }
    );
    assert_eq!(
        rule(&"A".repeat(1 << 20)),
        FormatRule::Length {
            expected: 82,
            found: 1 << 20
        }
    );
    assert_eq!(rule(&good.replacen(&good[9..10], "+", 1)), FormatRule::Alphabet);
    assert_eq!(rule(&"A".repeat(82)), FormatRule::Version(0));
    // Bits left over at the end: a second spelling of the same bytes is refused.
    let last = char::from(good.as_bytes()[81] + 1);
    assert_eq!(rule(&format!("{}{last}", &good[..81])), FormatRule::Alphabet);
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn what_is_sealed_opens_for_its_record_and_for_no_other(
        seed in any::<u64>(),
        which in 0..NUMBERS.len(),
        office in "[0-9a-z]{0,8}",
        link in "\\PC{0,12}",
        revision in any::<u32>(),
        other in ("[0-9a-z]{0,8}", "\\PC{0,12}", any::<u32>()),
    ) {
        let hub = hub(1);
        let context = SealingContext { office: &office, link: &link, revision };
        let sealed = sealed(seed, NUMBERS[which], &context);
        let opened = hub.open(&sealed, &context).unwrap();
        prop_assert_eq!(opened.expose(), NUMBERS[which]);
        prop_assert!(!contains(sealed.as_bytes(), NUMBERS[which].as_bytes()));

        let text = serde_json::to_string(&sealed).unwrap();
        prop_assert_eq!(&serde_json::from_str::<SealedNumber>(&text).unwrap(), &sealed);
        prop_assert_eq!(&SealedNumber::from_bytes(sealed.as_bytes()).unwrap(), &sealed);

        let longer = format!("{office}{link}");
        for wrong in [
            SealingContext { office: &other.0, ..context },
            SealingContext { link: &other.1, ..context },
            SealingContext { revision: other.2, ..context },
            SealingContext { revision: revision.wrapping_add(1), ..context },
            // The same characters, divided in another way.
            SealingContext { office: &longer, link: "", revision },
            SealingContext { office: "", link: &longer, revision },
        ] {
            let same = wrong.office == office && wrong.link == link && wrong.revision == revision;
            match hub.open(&sealed, &wrong) {
                Ok(_) => prop_assert!(same),
                Err(error) => prop_assert!(!same && error == SealError::Refused),
            }
        }
    }
}

fn wrong_json(json: &str) -> String {
    format!(
        "{:?} {0}",
        serde_json::from_str::<SealedNumber>(json).unwrap_err()
    )
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
