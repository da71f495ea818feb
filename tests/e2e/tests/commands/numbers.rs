//! `number check`: 0 valid, 1 invalid with the reason; a 個人番号 only from standard input, and never repeated.

use domain::number::check_digit;
use madoguchi_e2e::program::{run, run_with};
use serde_json::json;

/// A published arithmetic example of a 個人番号.
const INDIVIDUAL: &str = "123456789018";

/// What is said of a number that is valid.
const VALID: &str = "正しい番号です（valid）";

fn checked(body: &str) -> String {
    format!("{body}{}", check_digit::folded(body.as_bytes()))
}

#[test]
fn valid_numbers_of_every_kind() {
    let short_insurer = checked("13801");
    for (kind, value) in [
        ("payer", "12139994"),
        ("payer", "12016010"),
        ("payer", "25139999"),
        ("recipient", "1234566"),
        ("recipient", "0000018"),
        ("insurer", "06130488"),
        ("insurer", &short_insurer),
        ("institution", "1319999015"),
        ("institution", "3410712362"),
    ] {
        let ran = run(["number", "check", kind, value]).ended(0);
        assert_eq!((ran.out.trim(), &*ran.err), (VALID, ""), "{kind} {value}");
        let ran = run(["number", "check", kind, value, "--json"]).ended(0);
        assert_eq!(ran.json(), json!({ "valid": true }), "{kind} {value}");
        let ran = run_with(["number", "check", kind, "-"], format!("{value}\r\n").as_bytes()).ended(0);
        assert_eq!(ran.out.trim(), VALID, "{kind} {value} from standard input");
    }
}

#[test]
fn invalid_numbers_come_with_a_reason() {
    for (kind, value) in [
        ("payer", "12010011"),
        ("payer", "1213999"),
        ("payer", "１２１３９９９４"),
        ("payer", "12139994 "),
        ("payer", "-12139994"),
        ("recipient", "1111119"),
        ("recipient", "1234567"),
        ("recipient", "12345678"),
        ("insurer", "06130489"),
        ("insurer", "1234567"),
        ("institution", "131999901"),
        ("institution", "0010012341"),
        ("institution", "13199990１5"),
    ] {
        let ran = run(["number", "check", kind, value]).ended(1);
        assert_eq!(ran.out, "", "{kind} {value}");
        let named = [
            "公費負担者番号: ",
            "受給者番号: ",
            "保険者番号: ",
            "医療機関コード: ",
        ];
        let reason = ran.err.strip_prefix("madoguchi: ").unwrap_or_default();
        // The kind, the rule as a whole sentence, and nothing in English.
        assert!(
            named.iter().any(|kind| reason.starts_with(kind)) && reason.trim_end().ends_with('。'),
            "{kind} {value}: {}",
            ran.err
        );
        let ran = run(["number", "check", kind, value, "--json"]).ended(1);
        let finding = ran.json();
        assert_eq!(finding["valid"], false, "{kind} {value}");
        let reason = finding["reason"].as_str().unwrap_or_default();
        assert!(
            !reason.is_empty() && ran.err.contains(reason),
            "{kind} {value}: {reason}"
        );
    }
}

#[test]
fn an_empty_number_is_invalid() {
    for kind in ["payer", "recipient", "insurer", "institution"] {
        let ran = run(["number", "check", kind, ""]).ended(1);
        assert_ne!(ran.err, "", "{kind}");
    }
    for kind in ["payer", "recipient", "insurer", "institution", "individual"] {
        for input in [&b""[..], b"\n"] {
            let ran = run_with(["number", "check", kind, "-"], input).ended(1);
            assert_eq!(ran.out, "", "{kind}");
            assert_ne!(ran.err, "", "{kind}");
        }
    }
}

#[test]
fn an_institutions_check_digit_may_differ_and_the_command_says_so() {
    let ran = run(["number", "check", "institution", "0110012345"]).ended(1);
    assert!(
        ran.err.contains("検証番号が合いません（計算では 1）") && ran.err.contains("電文は受け付けます"),
        "{}",
        ran.err
    );
}

#[test]
fn an_individual_number_is_read_from_standard_input() {
    let ran = run_with(["number", "check", "individual", "-"], INDIVIDUAL.as_bytes()).ended(0);
    assert_eq!(ran.out.trim(), VALID);
    for wrong in [
        "123456789012",
        "000000000000",
        "12345678901",
        "1234567890180",
        "abc",
    ] {
        let ran = run_with(["number", "check", "individual", "-"], wrong.as_bytes()).ended(1);
        assert!(
            !ran.err.contains(wrong) && !ran.out.contains(wrong),
            "{}",
            ran.err
        );
        let ran = run_with(["number", "check", "individual", "-", "--json"], wrong.as_bytes()).ended(1);
        assert_eq!(ran.json()["valid"], false);
        assert!(
            !ran.err.contains(wrong) && !ran.out.contains(wrong),
            "{}",
            ran.out
        );
    }
}

#[test]
fn an_individual_number_is_refused_as_an_argument_and_never_repeated() {
    let ran = run(["number", "check", "individual", INDIVIDUAL]).ended(1);
    assert!(ran.err.contains("標準入力からだけ読みます"), "{}", ran.err);
    assert!(
        ran.err.contains("number check individual - < FILE"),
        "{}",
        ran.err
    );
    assert!(!ran.err.contains(INDIVIDUAL) && ran.out.is_empty(), "{}", ran.err);
    // Taken for something else by mistake, it is not repeated either.
    for kind in ["payer", "recipient", "insurer", "institution"] {
        let ran = run(["number", "check", kind, INDIVIDUAL, "--json"]).ended(1);
        assert!(
            !ran.err.contains(INDIVIDUAL) && !ran.out.contains(INDIVIDUAL),
            "{kind}"
        );
    }
}
