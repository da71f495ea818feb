//! What we write, byte by byte.

use jiff::civil::date;
use madoguchi_exchange::{
    oqs::{
        Limits, Unmappable,
        siquc01::{Request, ResultMessage},
    },
    text::{Encoding, Substitution},
};

use crate::examples;

const LIMITS: Limits = Limits::SINGLE;

/// One element per line, for people.
fn lines(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap().replace("><", ">\n<")
}

#[test]
fn a_complete_request() {
    insta::assert_snapshot!(
        "request_xml",
        lines(examples::request().write(Encoding::Utf8).unwrap())
    );
    let json = String::from_utf8(examples::request().write_json().unwrap()).unwrap();
    insta::assert_snapshot!("request_json", json.replace(",\"", ",\n\""));
}

#[test]
fn a_complete_result() {
    insta::assert_snapshot!(
        "result_xml",
        lines(examples::result().write(Encoding::Utf8).unwrap())
    );
    let json = String::from_utf8(examples::result().write_json().unwrap()).unwrap();
    serde_json::from_str::<serde_json::Value>(&json).unwrap();
    insta::assert_snapshot!("result_json", json.replace(",\"", ",\n\""));
}

#[test]
fn an_error_result() {
    let refused = Request::read(b"<XmlMsg/>", &LIMITS).unwrap_err();
    let error = ResultMessage::refusing(date(2026, 11, 5).at(9, 15, 0, 0), "1319999015", &refused);
    insta::assert_snapshot!("error_xml", lines(error.write(Encoding::Utf8).unwrap()));
    let bytes = error.write(Encoding::ShiftJis).unwrap();
    assert_eq!(ResultMessage::read(&bytes, &LIMITS).unwrap(), error);
}

#[test]
fn the_identifier_follows_the_encoding() {
    let bytes = examples::result().write(Encoding::ShiftJis).unwrap();
    let ascii: String = bytes
        .iter()
        .filter(|byte| byte.is_ascii())
        .map(|byte| char::from(*byte))
        .collect();
    assert!(ascii.starts_with("<?xml version=\"1.0\" encoding=\"Shift_JIS\" standalone=\"no\"?>"));
    assert!(ascii.contains("<CharacterCodeIdentifier>1</CharacterCodeIdentifier></MessageHeader>"));
    assert_eq!(ResultMessage::read(&bytes, &LIMITS).unwrap(), examples::result());
}

#[test]
fn the_office_time_is_last() {
    let text = String::from_utf8(examples::result().write(Encoding::Utf8).unwrap()).unwrap();
    assert!(text.ends_with("<OfficeDataAsOf>20261105091459</OfficeDataAsOf></MessageBody></XmlMsg>\n"));
}

#[test]
fn characters_that_cp932_lacks_are_refused_or_reported() {
    let mut message = examples::result();
    message.body.result_list[0].name = Some("𠮷田&葛\u{E0100}〜".into());
    message.body.result_list[0].address = Some("１−２".into());
    let refused = message.write(Encoding::ShiftJis).unwrap_err();
    let item = |tag: &str| format!("XmlMsg/MessageBody/ResultList/ResultOfQualificationConfirmation/{tag}");
    let lost = |tag, position, character| Unmappable {
        tag: item(tag),
        character,
        position,
    };
    let expected = [
        lost("Name", 0, '𠮷'),
        lost("Name", 4, '\u{E0100}'),
        lost("Name", 5, '〜'),
        lost("Address", 1, '−'),
    ];
    assert_eq!(refused.characters, expected);
    assert!(
        !refused.to_string().contains('𠮷'),
        "names stay out of error texts"
    );

    let written = message
        .write_with(Encoding::ShiftJis, Substitution::Geta)
        .unwrap();
    let replaced: Vec<_> = written
        .replaced
        .iter()
        .map(|replacement| replacement.lost.clone())
        .collect();
    assert_eq!(replaced, expected);
    let back = ResultMessage::read(&written.bytes, &LIMITS).unwrap();
    assert_eq!(back.body.result_list[0].name.as_deref(), Some("〓田&葛～"));
    assert_eq!(back.body.result_list[0].address.as_deref(), Some("１－２"));

    // UTF-8 carries all of it.
    let bytes = message.write(Encoding::Utf8).unwrap();
    assert_eq!(ResultMessage::read(&bytes, &LIMITS).unwrap(), message);
}

#[test]
fn control_characters_cannot_be_written() {
    let mut message = examples::result();
    message.body.result_list[0].name = Some("名\0前\u{FFFF}".into());
    for refused in [
        message.write(Encoding::Utf8).unwrap_err(),
        message.write_json().unwrap_err(),
    ] {
        let found: Vec<_> = refused
            .characters
            .iter()
            .map(|lost| (lost.position, lost.character))
            .collect();
        assert_eq!(found, [(1, '\0'), (3, '\u{FFFF}')]);
    }
    let written = message.write_with(Encoding::Utf8, Substitution::Geta).unwrap();
    let back = ResultMessage::read(&written.bytes, &LIMITS).unwrap();
    assert_eq!(back.body.result_list[0].name.as_deref(), Some("名〓前〓"));
}
