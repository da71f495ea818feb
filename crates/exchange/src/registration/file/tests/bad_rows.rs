//! Everything that can be wrong with a row.

use super::only_fault;
use super::samples::{changed, eligibility, everything, file, person, record, voucher, with_rows};
use crate::registration::part::canonical;
use crate::registration::{
    CardsServed, Content, INSURANCE_RECORD, InsuranceServed, Kind, Part, Record, Salt,
};

/// The fault of a file whose one row is this record, changed.
#[track_caller]
fn fault_of(record: &Record, from: &str, to: &str) -> String {
    only_fault(&with_rows(&[&changed(record, from, to)]))
}

#[test]
fn a_row_has_its_fields_and_no_others() {
    let person = person("a", 1);
    let body = "content.person.identity.body";
    for (from, to, fault) in [
        ("\"link\":\"a\",", "", "1 row schema".to_owned()),
        ("\"link\":\"a\"", "\"link\":\"a b\"", "1 link schema".into()),
        ("\"link\":\"a\"", "\"link\":\"\"", "1 link schema".into()),
        ("\"link\":\"a\"", "\"link\":null", "1 link schema".into()),
        (
            "\"record\":\"person\"",
            "\"record\":\"人\"",
            "1 record schema".into(),
        ),
        ("\"revision\":1,", "\"revision\":-1,", "1 revision schema".into()),
        ("\"revision\":1,", "\"revision\":1.5,", "1 revision schema".into()),
        (
            "\"revision\":1,",
            "\"revision\":\"1\",",
            "1 revision schema".into(),
        ),
        (
            "\"revision\":1,",
            "\"revision\":true,",
            "1 revision schema".into(),
        ),
        (
            "\"revision\":1,\"content\"",
            "\"revision\":1,\"note\":1,\"content\"",
            "1 row schema".into(),
        ),
        (
            "\"person\":{\"identity\"",
            "\"pet\":{\"identity\"",
            "1 content schema".into(),
        ),
        (
            "\"identity\":{",
            "\"identify\":{",
            "1 content.person schema".into(),
        ),
        (
            "\"salt\":\"01",
            "\"salt\":\"",
            "1 content.person.identity.salt schema".into(),
        ),
        (
            "\"salt\":\"01",
            "\"salt\":\"zz",
            "1 content.person.identity.salt schema".into(),
        ),
        ("\"sex\":\"2\"", "\"sex\":\"9\"", format!("1 {body}.sex schema")),
        ("\"sex\":\"2\"", "\"sex\":2", format!("1 {body}.sex schema")),
        ("\"sex\":\"2\",", "", format!("1 {body} schema")),
        (
            "\"kana\":\"ｶｸｳ ﾊﾅｺ\"",
            "\"kana\":\"\"",
            format!("1 {body}.name.kana schema"),
        ),
        (
            "\"kana\":\"ｶｸｳ ﾊﾅｺ\"",
            "\"kana\":\"ｶｸｳ\\u0000ﾊﾅｺ\"",
            format!("1 {body}.name.kana schema"),
        ),
        (
            "\"kana\":\"ｶｸｳ ﾊﾅｺ\"",
            "\"kana\":[\"ｶｸｳ\",\"ﾊﾅｺ\"]",
            format!("1 {body}.name.kana schema"),
        ),
    ] {
        assert_eq!(fault_of(&person, from, to), fault, "{to}");
    }
}

#[test]
fn dates_are_days_that_exist() {
    let body = "content.person.identity.body.birth_date";
    for date in [
        "1980-02-30",
        "1981-02-29",
        "1980-13-01",
        "1980-00-10",
        "昭和55年",
        "",
        "1980-2-9",
        "19800230",
    ] {
        let to = format!("\"birth_date\":\"{date}\"");
        let fault = fault_of(&person("a", 1), "\"birth_date\":\"1980-02-29\"", &to);
        assert_eq!(fault, format!("1 {body} schema"), "{date}");
    }
    let to = "\"valid_through\":\"2026-11-31\"";
    let fault = fault_of(&voucher("a", "v", 1), "\"valid_through\":\"2026-11-30\"", to);
    assert_eq!(fault, "1 content.voucher.served.body.valid_through schema");
    let fault = fault_of(&voucher("a", "v", 1), "\"202611\"", "\"202613\"");
    assert_eq!(fault, "1 content.voucher.served.body.treatment_month schema");
}

#[test]
fn numbers_carry_their_check_digits() {
    let fault = fault_of(&eligibility("a", 1), "\"12139994\"", "\"12139995\"");
    assert_eq!(
        fault,
        "1 content.eligibility.served.body.eligibility.payer schema"
    );
    let fault = fault_of(
        &voucher("a", "v", 1),
        "\"printed_recipient\":\"1234566\"",
        "\"printed_recipient\":\"1234567\"",
    );
    assert_eq!(fault, "1 content.voucher.served.body.printed_recipient schema");
}

#[test]
fn a_part_is_what_its_hash_says() {
    for (from, to) in [
        // Another salt, another hash, another body.
        ("\"salt\":\"0101", "\"salt\":\"0102"),
        ("\"salt\":\"0202", "\"salt\":\"0203"),
        ("架空　花子", "架空　花男"),
        ("1980-02-29", "1980-02-28"),
    ] {
        assert_eq!(fault_of(&person("a", 1), from, to), "1 content hash", "{to}");
    }
    let other = person("a", 1);
    let hash = String::from_utf8(canonical(&other)).unwrap();
    let (_, hash) = hash.split_once("\"hash\":\"").unwrap();
    let (hash, _) = hash.split_at(64);
    assert_eq!(fault_of(&other, hash, &"0".repeat(64)), "1 content hash");
    assert_eq!(
        fault_of(&eligibility("a", 1), "202604", "202605"),
        "1 content hash"
    );
    assert_eq!(
        fault_of(&voucher("a", "v", 1), "\"self_pay_yen\":0", "\"self_pay_yen\":1"),
        "1 content hash"
    );
    let flags = &everything()[3];
    assert_eq!(
        fault_of(flags, "\"unusable\":false", "\"unusable\":true"),
        "1 content hash"
    );
}

#[test]
fn revisions_count_from_one() {
    assert_eq!(only_fault(&file(&[person("a", 0)])), "1 revision revision");
}

#[test]
fn an_office_says_who_the_person_is() {
    let mut person = person("a", 1);
    person.content = person.content.served_only();
    assert_eq!(only_fault(&file(&[person])), "1 content.person.identity required");
}

#[test]
fn a_record_stands_once_in_a_file() {
    let (one, two) = (voucher("a", "v", 1), voucher("a", "v", 2));
    assert_eq!(
        only_fault(&file(&[one.clone(), two.clone(), one.clone()])),
        "3 revision twice"
    );
    assert!(super::read(&file(&[one.clone(), two, voucher("b", "v", 1)])).is_ok());
    // Another content under the same revision is the same record twice.
    let withdrawn = record("a", "v", 1, Content::Withdrawn(Kind::Voucher));
    assert_eq!(only_fault(&file(&[one, withdrawn])), "2 revision twice");
}

#[test]
fn the_rows_of_a_person_stand_together() {
    let rows = [person("a", 1), person("b", 1), voucher("a", "v", 1)];
    assert_eq!(only_fault(&file(&rows)), "3 link scattered-person");
    let rows = [person("a", 1), voucher("a", "v", 1), person("b", 1)];
    assert!(super::read(&file(&rows)).is_ok());
}

#[test]
fn rows_are_lines() {
    let row = canonical(&person("a", 1));
    let long = [&row[..], &[b' '; 70 << 10]].concat();
    assert_eq!(only_fault(&with_rows(&[&long])), "1 row too-long");
    let mut no_line_end = with_rows(&[&row]);
    no_line_end.pop();
    assert_eq!(only_fault(&no_line_end), "0 sha256 hash");
    let mut envelope = super::envelope();
    envelope.rows = 1;
    assert_eq!(
        only_fault(&super::samples::sealed(&envelope, &row)),
        "1 row line-end"
    );
    for wrong in [&b"\0"[..], b"", b"null", b"[]", b"\"\"", b"{"] {
        assert_eq!(only_fault(&with_rows(&[wrong])), "1 row schema", "{wrong:?}");
    }
    let deep = only_fault(&with_rows(&[&[b'['; 10_000]]));
    assert!(deep.starts_with("1 ") && deep.ends_with(" schema"));
    let nul = changed(&person("a", 1), "花子", "花\0子");
    assert_eq!(
        only_fault(&with_rows(&[&nul])),
        "1 content.person.identity.body.name.name schema"
    );
    let twice = [&row[..], &row].concat();
    assert_eq!(only_fault(&with_rows(&[&twice])), "1 row json");
}

#[test]
fn neither_insurers_rows_nor_cards_come_from_offices() {
    let rows = Content::Insurance {
        served: Part::new(Salt([6; 16]), InsuranceServed { rows: Vec::new() }),
    };
    let cards = Content::Card {
        served: Part::new(Salt([6; 16]), CardsServed { cards: Vec::new() }),
    };
    for content in [
        rows,
        cards,
        Content::Withdrawn(Kind::Insurance),
        Content::Withdrawn(Kind::Card),
    ] {
        let field = format!("2 content.{} kind", content.kind().name());
        let record = record("a", INSURANCE_RECORD, 1, content);
        assert_eq!(only_fault(&file(&[person("a", 1), record])), field);
    }
}
