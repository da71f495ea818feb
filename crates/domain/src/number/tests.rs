//! Every vector of welfare-domain.md §2.2 and §2.4, and the properties behind them.

use proptest::prelude::*;

use super::*;

fn few() -> ProptestConfig {
    ProptestConfig {
        cases: 64,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

const PAYERS: [&str; 16] = [
    "12016010", "12012019", "54016027", "12139994", "25139999", "12010013", "12011011", "12011029",
    "12011037", "12011045", "12011052", "12011060", "12011078", "12011086", "12011094", "12011102",
];
const RECIPIENTS: [&str; 6] = ["1234566", "0412569", "0000018", "1111111", "9999996", "9000019"];
const INSTITUTIONS: [&str; 5] = [
    "3410712362",
    "0110113719",
    "2714206386",
    "1319999015",
    "0110012341",
];

#[test]
fn valid_numbers_come_out_as_written() {
    for text in PAYERS {
        assert_eq!(PayerNumber::parse(text).unwrap().as_str(), text);
        assert_eq!(text.parse::<PayerNumber>().unwrap().to_string(), text);
    }
    for text in RECIPIENTS {
        assert_eq!(RecipientNumber::parse(text).unwrap().as_str(), text);
    }
    for text in ["06130488", "33120015", "120014"] {
        assert_eq!(InsurerNumber::parse(text).unwrap().as_str(), text);
    }
    for text in INSTITUTIONS {
        let code = InstitutionCode::parse(text).unwrap();
        assert_eq!(code.as_str(), text);
        assert!(code.check_digit_agrees());
    }
    for text in ["123456789018", "983205673214", "987654321093", "111111111118"] {
        assert_eq!(IndividualNumber::parse(text).unwrap().expose(), text);
    }
}

#[test]
fn negative_vectors_are_refused_with_the_expected_digit() {
    let recipient = |text: &str| RecipientNumber::parse(text).unwrap_err().to_string();
    assert_eq!(
        recipient("1111119"),
        "recipient number (受給者番号): ends in a wrong check digit; 1 is expected"
    );
    assert_eq!(
        recipient("1234567"),
        "recipient number (受給者番号): ends in a wrong check digit; 6 is expected"
    );
    assert_eq!(
        PayerNumber::parse("12010011").unwrap_err(),
        NumberError {
            kind: NumberKind::Payer,
            rule: NumberRule::CheckDigit { expected: 3 }
        }
    );
    assert_eq!(
        InsurerNumber::parse("06130480").unwrap_err().rule,
        NumberRule::CheckDigit { expected: 8 }
    );
}

#[test]
fn a_check_digit_of_an_institution_is_only_a_warning() {
    let code = InstitutionCode::parse("0110012345").unwrap();
    assert!(!code.check_digit_agrees());
    assert_eq!(code.expected_check_digit(), 1);
}

#[test]
fn institution_codes_know_their_parts() {
    for (text, table) in [
        ("3410712362", PointTable::Medical),
        ("1339999013", PointTable::Dental),
        ("2714206386", PointTable::Medical),
        ("1349999012", PointTable::Pharmacy),
        ("1369999010", PointTable::HomeNursing),
        ("1329999010", PointTable::Other(2)),
        ("1309999010", PointTable::Other(0)),
    ] {
        assert_eq!(
            InstitutionCode::parse(text).unwrap().point_table(),
            table,
            "{text}"
        );
    }
    for prefecture in 0..=99_u8 {
        let parsed = InstitutionCode::parse(&format!("{prefecture:02}19999010"));
        let known = (1..=47).contains(&prefecture) || (51..=97).contains(&prefecture);
        assert_eq!(parsed.is_ok(), known, "{prefecture}");
        match parsed {
            Ok(code) => assert_eq!(code.prefecture(), prefecture),
            Err(error) => assert_eq!(error.rule, NumberRule::Prefecture { found: prefecture }),
        }
    }
}

#[test]
fn payer_and_insurer_know_their_parts() {
    let payer = PayerNumber::parse("12139994").unwrap();
    assert_eq!((payer.law_code(), payer.prefecture()), ("12", 13));
    let long = InsurerNumber::parse("06130488").unwrap();
    assert_eq!((long.law_code(), long.prefecture()), (Some("06"), 13));
    let short = InsurerNumber::parse("120014").unwrap();
    assert_eq!((short.law_code(), short.prefecture()), (None, 12));
}

#[test]
fn malformed_numbers_say_which_rule() {
    for (text, rule) in [
        ("", NumberRule::Empty),
        ("１２１３９９９４", NumberRule::FullWidth { position: 1 }),
        ("1213999４", NumberRule::FullWidth { position: 8 }),
        (" 12139994", NumberRule::NotADigit { position: 1 }),
        ("12139994 ", NumberRule::NotADigit { position: 9 }),
        ("1213-9994", NumberRule::NotADigit { position: 5 }),
        ("-2139994", NumberRule::NotADigit { position: 1 }),
        ("1213999\0", NumberRule::NotADigit { position: 8 }),
        ("١٢١٣٩٩٩٤", NumberRule::NotADigit { position: 1 }),
        (
            "1213999",
            NumberRule::Length {
                expected: "8",
                found: 7,
            },
        ),
        (
            "121399940",
            NumberRule::Length {
                expected: "8",
                found: 9,
            },
        ),
    ] {
        assert_eq!(PayerNumber::parse(text).unwrap_err().rule, rule, "{text:?}");
    }
    assert_eq!(
        InsurerNumber::parse("1234567").unwrap_err().rule,
        NumberRule::Length {
            expected: "6 or 8",
            found: 7
        }
    );
    for empty in [
        RecipientNumber::parse("").unwrap_err(),
        InsurerNumber::parse("").unwrap_err(),
        InstitutionCode::parse("").unwrap_err(),
        IndividualNumber::parse("").unwrap_err(),
    ] {
        assert_eq!(empty.rule, NumberRule::Empty);
    }
}

#[test]
fn an_individual_number_is_never_told() {
    for (text, rule) in [
        ("123456789010", NumberRule::SecretCheckDigit),
        ("000000000000", NumberRule::AllZero),
        ("000000000001", NumberRule::SecretCheckDigit),
        (
            "12345678901",
            NumberRule::Length {
                expected: "12",
                found: 11,
            },
        ),
        (
            "1234567890188",
            NumberRule::Length {
                expected: "12",
                found: 13,
            },
        ),
        ("12345678901８", NumberRule::FullWidth { position: 12 }),
        ("1234-5678-9018", NumberRule::NotADigit { position: 5 }),
    ] {
        let error = IndividualNumber::parse(text).unwrap_err();
        assert_eq!(error.rule, rule);
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("1234") && !shown.contains("9018"), "{shown}");
    }
    assert_eq!(
        IndividualNumber::parse("123456789010").unwrap_err().to_string(),
        "individual number (個人番号): ends in a wrong check digit"
    );
    let number = IndividualNumber::parse("123456789018").unwrap();
    assert_eq!(format!("{number:?}"), "IndividualNumber(…)");
}

/// Compiles only while `IndividualNumber` has none of these traits: with one, the call would be ambiguous.
macro_rules! assert_lacks {
    ($type:ty: $($bound:path),+) => {$({
        trait AmbiguousIf<A> { fn here() {} }
        struct Has;
        impl<T: ?Sized> AmbiguousIf<()> for T {}
        impl<T: ?Sized + $bound> AmbiguousIf<Has> for T {}
        <$type as AmbiguousIf<_>>::here();
    })+};
}

#[test]
fn an_individual_number_cannot_be_copied_shown_or_serialised() {
    assert_lacks!(IndividualNumber: Clone, Copy, std::fmt::Display, serde::Serialize, PartialEq, std::hash::Hash);
}

#[test]
fn serde_validates_and_writes_strings() {
    assert_eq!(
        serde_json::to_string(&PayerNumber::parse("12139994").unwrap()).unwrap(),
        "\"12139994\""
    );
    assert_eq!(
        serde_json::from_str::<RecipientNumber>("\"0000018\"")
            .unwrap()
            .as_str(),
        "0000018"
    );
    let error = serde_json::from_str::<RecipientNumber>("\"1234567\"")
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("6 is expected") && !error.contains("1234567"),
        "{error}"
    );
    assert!(serde_json::from_str::<InstitutionCode>("\"0019999015\"").is_err());
    assert!(serde_json::from_str::<InsurerNumber>("120014").is_err());
}

#[test]
fn debug_hides_the_recipient_and_shows_the_rest() {
    assert_eq!(
        format!("{:?}", RecipientNumber::parse("1234566").unwrap()),
        "RecipientNumber(…)"
    );
    assert_eq!(
        format!("{:?}", PayerNumber::parse("12139994").unwrap()),
        "PayerNumber(12139994)"
    );
}

#[test]
fn the_numbers_are_small() {
    assert_eq!(size_of::<PayerNumber>(), 8);
    assert_eq!(size_of::<RecipientNumber>(), 7);
    assert_eq!(size_of::<InsurerNumber>(), 9);
    assert_eq!(size_of::<InstitutionCode>(), 10);
    assert_eq!(size_of::<IndividualNumber>(), size_of::<usize>());
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn any_one_wrong_digit_is_caught(body in "[0-9]{7}", place in 0..8_usize, shift in 1..10_u8) {
        let whole = format!("{body}{}", check_digit::folded(body.as_bytes()));
        prop_assert!(PayerNumber::parse(&whole).is_ok());
        prop_assert!(InsurerNumber::parse(&whole).is_ok());
        let wrong: String = whole.bytes().enumerate().map(|(index, digit)| {
            let value = if index == place { (digit - b'0' + shift) % 10 } else { digit - b'0' };
            char::from(b'0' + value)
        }).collect();
        prop_assert!(PayerNumber::parse(&wrong).is_err());
        prop_assert!(InsurerNumber::parse(&wrong).is_err());
    }

    #[test]
    fn a_swap_of_neighbours_is_caught_but_for_09(body in "[0-9]{6}", place in 0..6_usize) {
        let whole = format!("{body}{}", check_digit::folded(body.as_bytes()));
        let mut swapped = whole.clone().into_bytes();
        swapped.swap(place, place + 1);
        let pair = [swapped[place], swapped[place + 1]];
        let blind = pair[0] == pair[1] || matches!(&pair, b"09" | b"90");
        prop_assert_eq!(RecipientNumber::parse(std::str::from_utf8(&swapped).unwrap()).is_ok(), blind);
    }

    #[test]
    fn an_individual_number_has_one_check_digit(body in "[0-9]{11}") {
        prop_assume!(body != "00000000000");
        let accepted = (0..10).filter(|check| IndividualNumber::parse(&format!("{body}{check}")).is_ok()).count();
        prop_assert_eq!(accepted, 1);
    }

    #[test]
    fn order_is_the_order_of_the_text(left in "[0-9]{5}", right in "[0-9]{7}") {
        let whole = |body: &str| format!("{body}{}", check_digit::folded(body.as_bytes()));
        let (left, right) = (whole(&left), whole(&right));
        let order = InsurerNumber::parse(&left).unwrap().cmp(&InsurerNumber::parse(&right).unwrap());
        prop_assert_eq!(order, left.cmp(&right));
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in "\\PC{0,16}") {
        let _ = (PayerNumber::parse(&text), InsurerNumber::parse(&text), InstitutionCode::parse(&text));
        let _ = (RecipientNumber::parse(&text), IndividualNumber::parse(&text));
    }
}
