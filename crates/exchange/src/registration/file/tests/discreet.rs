//! A message never repeats what was there: it is read by people who may not see it.

use super::read;
use super::samples::{changed, eligibility, everything, file, person, record, voucher, with_rows};
use crate::registration::{Content, Kind};

/// Valid by arithmetic and nobody's (reference `welfare-domain.md` §2.4), with one digit changed, and a name.
const SECRETS: [&str; 4] = ["123456789019", "12345678", "架空", "KAKUU"];

/// What stands in place of a value, so that it is wrong wherever it stands.
fn values() -> Vec<String> {
    let mut values = Vec::new();
    for secret in SECRETS {
        values.push(format!("\"{secret}\""));
        values.push(format!("\"{secret} expected {secret}\""));
        values.push(format!(
            "\"{secret}, expected {secret} at line {secret} column 1\""
        ));
        values.push(format!("[\"{secret}\"]"));
        values.push(format!("{{\"{secret}\":\"{secret}\"}}"));
        values.push(format!("{{\"expected {secret}\":1}}"));
        values.push(format!("\"\\u0000{secret}\""));
        values.push(format!("\"{secret}"));
    }
    for number in [
        "123456789019",
        "-123456789019",
        "123456789019.5",
        "123456789019e300",
    ] {
        values.push(number.to_owned());
    }
    values
}

#[track_caller]
fn assert_discreet(bytes: &[u8]) {
    let Err((faults, _)) = read(bytes) else {
        return; // Free text takes a name.
    };
    let said = serde_json::to_string(&faults).unwrap();
    for secret in SECRETS {
        assert!(!said.contains(secret), "{said}");
    }
}

/// Every place in a line where a value begins, with its end.
fn places(line: &str) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    for (colon, _) in line.match_indices("\":") {
        let begin = colon + 2;
        let rest = &line[begin..];
        let end = match rest.as_bytes()[0] {
            b'"' => rest[1..].find('"').unwrap() + 2,
            b'{' | b'[' => continue,
            _ => rest.find([',', '}']).unwrap(),
        };
        places.push((begin, begin + end));
    }
    places
}

#[test]
fn no_value_is_repeated_wherever_it_stands() {
    for record in everything() {
        let line = String::from_utf8(crate::registration::part::canonical(&record)).unwrap();
        let places = places(&line);
        assert!(places.len() >= 4);
        for (begin, end) in places {
            for value in values() {
                let line = [&line[..begin], &value, &line[end..]].concat();
                assert_discreet(&with_rows(&[line.as_bytes()]));
            }
        }
    }
}

#[test]
fn no_value_of_the_envelope_is_repeated() {
    let whole = String::from_utf8(file(&[])).unwrap();
    for (begin, end) in places(&whole) {
        for value in values() {
            assert_discreet([&whole[..begin], &value, &whole[end..]].concat().as_bytes());
        }
    }
}

#[test]
fn no_name_of_a_field_is_repeated() {
    let record = person("a", 1);
    let line = String::from_utf8(crate::registration::part::canonical(&record)).unwrap();
    for field in [
        "link", "content", "person", "identity", "salt", "body", "kana", "revision", "number",
    ] {
        for secret in SECRETS {
            let from = format!("\"{field}\":");
            for to in [
                format!("\"{secret}\":"),
                format!("\"{secret}\":1,\"{field}\":"),
                format!("\"expected {secret}\":"),
            ] {
                assert!(line.contains(&from));
                assert_discreet(&with_rows(&[line.replacen(&from, &to, 1).as_bytes()]));
            }
        }
    }
}

#[test]
fn impossible_dates_are_not_repeated() {
    for date in [
        "1933-02-30",
        "1933-13-31",
        "19330230",
        "1933-02-30T10:00",
        "1933-W09-9",
        "-001933-02-30",
    ] {
        let line = changed(&person("a", 1), "1980-02-29", date);
        let (faults, _) = read(&with_rows(&[&line])).unwrap_err();
        assert_eq!(faults[0].expected, "a day that exists, yyyy-mm-dd", "{date}");
        let line = changed(&eligibility("a", 1), "2026-04-01", date);
        let (faults, _) = read(&with_rows(&[&line])).unwrap_err();
        assert_eq!(faults[0].expected, "a day that exists, yyyy-mm-dd", "{date}");
    }
}

#[test]
fn messages_say_what_to_do() {
    let expected = |line: Vec<u8>| read(&with_rows(&[&line])).unwrap_err().0[0].expected.clone();
    let person = person("a", 1);
    for (from, to, message) in [
        ("\"link\":\"a\",", "", "missing field `link`: it is required"),
        ("\"revision\":1,", "\"revision\":\"x\",", "u32"),
        ("\"link\":", "\"lnk\":", "a field that the layout has"),
        (
            "\"person\":{\"id",
            "\"pet\":{\"id",
            "one of `person`, `eligibility`, `voucher`, `shielding`, `withdrawn`",
        ),
        (
            "\"sex\":\"2\"",
            "\"sex\":\"9\"",
            "性別: not a code of OQSCD007: 1 2 3",
        ),
        ("\"salt\":\"01", "\"salt\":\"", "a salt of 32 hexadecimal digits"),
        (
            "\"link\":\"a\"",
            "\"link\":\"a b\"",
            "link: has a character that is not allowed at position 2",
        ),
    ] {
        assert_eq!(expected(changed(&person, from, to)), message);
    }
    let line = changed(
        &voucher("a", "v", 1),
        "\"printed_payer\":\"12139994\"",
        "\"printed_payer\":\"12139995\"",
    );
    assert_eq!(
        expected(line),
        "payer number (公費負担者番号): ends in a wrong check digit; 4 is expected"
    );
    let withdrawn = record("a", "v", 1, Content::Withdrawn(Kind::Voucher));
    let line = changed(&withdrawn, "\"voucher\"", "\"架空\"");
    assert_eq!(
        expected(line),
        "one of `person`, `eligibility`, `voucher`, `shielding`"
    );
}
