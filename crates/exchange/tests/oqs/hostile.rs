//! Files that are broken, oversized or meant to harm: each is refused with its reason, and none panics.

use crate::examples;
use madoguchi_exchange::{
    oqs::{
        Limits, Rejection, Rule,
        siquc01::{Request, ResultMessage},
    },
    text::Encoding,
};

const LIMITS: Limits = Limits::SINGLE;

fn template() -> String {
    include_str!("fixtures/request_template.xml").to_owned()
}

fn refused(bytes: impl AsRef<[u8]>) -> Rejection {
    Request::read(bytes.as_ref(), &LIMITS).unwrap_err()
}

/// The one rule that the template breaks after `from` was replaced by `to`.
fn broken(from: &str, to: &str) -> (Rule, Rejection) {
    let changed = template().replacen(from, to, 1);
    assert_ne!(changed, template(), "{from}");
    let refused = refused(changed);
    assert_eq!(refused.faults.len(), 1, "{refused}");
    (refused.faults[0].rule.clone(), refused)
}

#[test]
fn document_types_and_entities() {
    let laughs = "<!DOCTYPE XmlMsg [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><XmlMsg>";
    assert_eq!(broken("<XmlMsg>", laughs).0, Rule::Doctype);
    let external = "<!DOCTYPE XmlMsg SYSTEM \"file:///etc/passwd\"><XmlMsg>";
    assert_eq!(broken("<XmlMsg>", external).0, Rule::Doctype);
    assert_eq!(broken("RECEPTION", "&xxe;").0, Rule::Entity);
    assert_eq!(broken("RECEPTION", "&#0;").0, Rule::NotWellFormed);
    assert_eq!(
        broken("RECEPTION", "&#1;").0,
        Rule::IllegalCharacter { code_point: 1 }
    );
    assert_eq!(
        broken("RECEPTION", "&#xFFFE;").0,
        Rule::IllegalCharacter { code_point: 0xFFFE }
    );
    assert_eq!(broken("RECEPTION", "&#x110000;").0, Rule::NotWellFormed);
    assert_eq!(broken("<MessageBody>", "<MessageBody a='&x;'>").0, Rule::Entity);

    let fine = template().replacen("RECEPTION", "<!-- x -->A&amp;B&#x5C71;<![CDATA[<&>]]>", 1);
    let request = Request::read(fine.as_bytes(), &LIMITS).unwrap();
    assert_eq!(
        request.header.arbitrary_file_identifier.as_deref(),
        Some("A&B山<&>-0042")
    );
}

#[test]
fn depth_size_and_number() {
    let deep = "<a>".repeat(200_000);
    assert_eq!(
        refused(format!("<XmlMsg>{deep}")).faults[0].rule,
        Rule::TooDeep { limit: 16 }
    );
    let json = "{\"a\":".repeat(100_000);
    let refused_json = Request::read_json(json.as_bytes(), &LIMITS).unwrap_err();
    assert_eq!(refused_json.faults[0].rule, Rule::TooDeep { limit: 16 });
    let arrays = format!("{{\"XmlMsg\":{}", "[".repeat(100_000));
    assert!(Request::read_json(arrays.as_bytes(), &LIMITS).is_err());

    let huge = b" ".repeat(100 << 20);
    let too_large = Rule::TooLarge {
        limit: 1 << 20,
        found: 100 << 20,
    };
    assert_eq!(refused(&huge).faults[0].rule, too_large);
    assert_eq!(
        Request::read_json(&huge, &LIMITS).unwrap_err().faults[0].rule,
        too_large
    );
    drop(huge);

    let many = format!("<XmlMsg>{}</XmlMsg>", "<a/>".repeat(20_000));
    assert_eq!(
        refused(many).faults[0].rule,
        Rule::TooManyElements { limit: 10_000 }
    );
    let comments = format!("<XmlMsg>{}</XmlMsg>", "<!---->".repeat(60_000));
    assert_eq!(
        refused(comments).faults[0].rule,
        Rule::TooMuchWork { limit: 50_000 }
    );
    let long = "長".repeat(6_000);
    assert_eq!(
        broken("RECEPTION", &long).0,
        Rule::TextTooLong { limit: 16 << 10 }
    );
    let attributes: String = (0..9).map(|number| format!(" a{number}='1'")).collect();
    let open = format!("<MessageBody{attributes}>");
    assert_eq!(
        broken("<MessageBody>", &open).0,
        Rule::TooManyAttributes { limit: 8 }
    );
}

#[test]
fn encodings() {
    let nul = template().replacen("RECEPTION", "REC\0EPTION", 1);
    let refusal = refused(nul);
    assert_eq!(refusal.faults[0].rule, Rule::IllegalCharacter { code_point: 0 });
    assert!(refusal.message().contains("6行目"), "{}", refusal.message());
    assert_eq!(
        refusal.echo.medical_institution_code.as_deref(),
        Some("1319999015")
    );

    assert_eq!(
        refusal.echo.arbitrary_file_identifier, None,
        "what no XML may hold is not echoed: the answer could not be written"
    );
    let at = jiff::civil::date(2026, 11, 5).at(9, 0, 0, 0);
    let answer = ResultMessage::refusing(at, "1319999015", &refusal);
    assert_eq!(
        ResultMessage::read(&answer.write(Encoding::Utf8).unwrap(), &LIMITS).unwrap(),
        answer
    );

    for (written, label) in [
        ("EUC-JP", "EUC-JP"),
        ("utf-16", "UTF-16LE"),
        ("ISO-2022-JP", "ISO-2022-JP"),
        ("hunter2", "不明"),
    ] {
        assert_eq!(broken("UTF-8", written).0, Rule::UnknownEncoding { label });
    }
    assert_eq!(
        refused([0xFF, 0xFE, b'<', 0]).faults[0].rule,
        Rule::UnknownEncoding { label: "UTF-16" }
    );
    assert_eq!(
        broken(" standalone='no'?>", " standalone='no'>").0,
        Rule::NotWellFormed
    );

    // CP932 bytes under the label UTF-8: the offset is named, the header is still echoed.
    let mut request = examples::request();
    request.search.insured_card_symbol = Some("記号".into());
    let honest = request.write(Encoding::ShiftJis).unwrap();
    assert_eq!(Request::read(&honest, &LIMITS).unwrap(), request);
    let lie = replace(&honest, b"Shift_JIS", b"UTF-8");
    let refusal = refused(&lie);
    let offset = lie.iter().position(|byte| !byte.is_ascii()).unwrap();
    assert_eq!(
        refusal.faults[0].rule,
        Rule::InvalidBytes {
            encoding: Encoding::Utf8,
            offset
        }
    );
    assert_eq!(
        refusal.echo.arbitrary_file_identifier.as_deref(),
        Some("RECEPTION-0042")
    );
    assert_eq!(refusal.code(), "MDG-XML-003");

    // Usual names, and a byte order mark where it may stand.
    for label in ["shift_jis", "Windows-31J", "cp932", "MS932"] {
        let bytes = replace(&honest, b"Shift_JIS", label.as_bytes());
        assert_eq!(Request::read(&bytes, &LIMITS).unwrap(), request, "{label}");
    }
    let marked = [b"\xEF\xBB\xBF".as_slice(), template().as_bytes()].concat();
    assert!(Request::read(&marked, &LIMITS).is_ok());
    let contradiction = [b"\xEF\xBB\xBF".as_slice(), &honest].concat();
    assert!(matches!(
        refused(contradiction).faults[0].rule,
        Rule::UnknownEncoding { .. }
    ));

    // The identifier of a result may not lie either.
    let result = examples::result().write(Encoding::ShiftJis).unwrap();
    let lie = replace(&result, b"Identifier>1<", b"Identifier>0<");
    let refusal = ResultMessage::read(&lie, &LIMITS).unwrap_err();
    assert_eq!(refusal.faults[0].rule, Rule::EncodingDisagrees);
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = bytes
        .windows(from.len())
        .position(|window| window == from)
        .unwrap();
    [&bytes[..at], to, &bytes[at + from.len()..]].concat()
}

#[test]
fn shapes_that_are_not_messages() {
    for empty in ["", "  \n", "<?xml version=\"1.0\"?>", "<!-- -->"] {
        assert_eq!(refused(empty).faults[0].rule, Rule::Empty, "{empty}");
    }
    for other in [
        "text",
        "<XmlMsg>",
        "<XmlMsg/><XmlMsg/>",
        "<XmlMsg></XmlMsh>",
        "<XmlMsg/>x",
        "</XmlMsg>",
        "<1/>",
    ] {
        assert_eq!(refused(other).faults[0].rule, Rule::NotWellFormed, "{other}");
    }
    assert_eq!(refused("<Other/>").faults[0].rule, Rule::WrongRoot);
    // An unknown tag may be anything, somebody's name for instance.
    assert_eq!(
        refused("<XmlMsg><山田花子>").faults[0].path,
        "XmlMsg/（不明なタグ）"
    );
    assert_eq!(
        refused("<XmlMsg>x<MessageHeader/></XmlMsg>").faults[0].rule,
        Rule::MixedContent
    );
    assert_eq!(
        refused("<XmlMsg><MessageHeader/>x</XmlMsg>").faults[0].rule,
        Rule::MixedContent
    );
    assert_eq!(refused("<XmlMsg>x</XmlMsg>").faults[0].rule, Rule::Missing);

    let cut = &template()[..template().find("</InsurerNumber>").unwrap()];
    let refusal = refused(cut);
    assert_eq!(refusal.faults[0].rule, Rule::NotWellFormed);
    assert_eq!(
        refusal.echo.arbitrary_file_identifier.as_deref(),
        Some("RECEPTION-0042")
    );
    assert!(refusal.echo.qualification_confirmation_date.is_some());
    let cut = &template()[..template().find("99015</Med").unwrap()];
    assert_eq!(
        refused(cut).echo.medical_institution_code,
        None,
        "a text that was cut is not echoed"
    );
}

#[test]
fn items() {
    let missing = "<MedicalInstitutionCode>1319999015</MedicalInstitutionCode>";
    let (rule, refusal) = broken(missing, "");
    assert_eq!(rule, Rule::Missing);
    assert_eq!(
        refusal.faults[0].path,
        "XmlMsg/MessageHeader/MedicalInstitutionCode"
    );
    assert_eq!(
        refusal.message(),
        "医療機関コード（MedicalInstitutionCode）がありません。値を設定して再送してください。"
    );

    assert_eq!(
        broken("<MedicalInstitutionCode>1319999015", "<MedicalInstitutionCode> ").0,
        Rule::Missing
    );
    assert_eq!(
        broken("1319999015", "131999901").0,
        Rule::NotDigits { min: 10, max: 10 }
    );
    assert_eq!(broken("20261105", "20260230").0, Rule::NotADate);
    assert_eq!(broken("19550401", "昭和30年").0, Rule::NotADate);
    assert_eq!(broken("12139994", &"1".repeat(21)).0, Rule::TooLong { max: 20 });
    assert_eq!(broken("Flg>1<", "Flg>2<").0, Rule::UnknownCode);
    assert_eq!(broken("RECEPTION", &"R".repeat(46)).0, Rule::TooLong { max: 50 });
    assert_eq!(broken("RECEPTION", "<a/>").0, Rule::MixedContent);
    assert_eq!(broken("RECEPTION-0042", "<a/>").0, Rule::HoldsElements);
    let twice = "<Birthdate>19550401</Birthdate><Birthdate>19550401</Birthdate>";
    assert_eq!(broken("<Birthdate>19550401</Birthdate>", twice).0, Rule::Repeated);

    let refusal = refused("<XmlMsg><MessageHeader/><MessageHeader/><MessageBody>x</MessageBody></XmlMsg>");
    let rules: Vec<_> = refusal.faults.iter().map(|fault| fault.rule.clone()).collect();
    assert_eq!(rules, [Rule::Repeated, Rule::HoldsText]);
    let refusal = refused("<XmlMsg><MessageHeader/></XmlMsg>");
    assert_eq!(
        refusal.faults.len(),
        3,
        "two of the header, and the search: {refusal}"
    );

    let few = Limits {
        max_faults: 1,
        ..LIMITS
    };
    let refusal = Request::read(b"<XmlMsg><MessageHeader/></XmlMsg>", &few).unwrap_err();
    assert_eq!((refusal.faults.len(), refusal.left_out), (1, 2));
    assert!(refusal.message().ends_with("（ほか2件）"));
}

#[test]
fn json_of_other_shapes() {
    let read = |text: &str| {
        Request::read_json(text.as_bytes(), &LIMITS).unwrap_err().faults[0]
            .rule
            .clone()
    };
    assert_eq!(read(""), Rule::Empty);
    assert_eq!(read("{}"), Rule::Empty);
    assert_eq!(read("{"), Rule::NotJson);
    assert_eq!(read("[]"), Rule::NotJson);
    assert_eq!(read("{\"XmlMsg\":{}} x"), Rule::NotJson);
    assert_eq!(read("{\"XmlMsg\":{},\"XmlMsg\":{}}"), Rule::NotJson);
    assert_eq!(read("{\"Other\":{}}"), Rule::WrongRoot);
    assert_eq!(read("{\"XmlMsg\":{\"<\":\"\"}}"), Rule::NotJson);
    assert_eq!(
        read("{\"XmlMsg\":{\"MessageHeader\":{\"MedicalInstitutionCode\":1319999015}}}"),
        Rule::NotAString
    );
    assert_eq!(
        read("{\"XmlMsg\":{\"MessageHeader\":{\"a\":true}}}"),
        Rule::NotAString
    );
    assert_eq!(read("{\"XmlMsg\":{\"MessageHeader\":[\"a\"]}}"), Rule::NotJson);
    assert_eq!(
        read("{\"XmlMsg\":{\"a\":\"\\u0000\"}}"),
        Rule::IllegalCharacter { code_point: 0 }
    );

    let text = include_str!("fixtures/web_api_request.json");
    let null = text.replace("\"77\"", "null");
    assert_eq!(
        Request::read_json(null.as_bytes(), &LIMITS)
            .unwrap()
            .search
            .insured_card_symbol,
        None
    );
    let number = text.replace("\"19990131\"", "19990131");
    let refusal = Request::read_json(number.as_bytes(), &LIMITS).unwrap_err();
    assert!(
        refusal.faults[0]
            .path
            .ends_with("QualificationConfirmSearchInfo/Birthdate")
    );
    assert!(refusal.message().starts_with("生年月日（Birthdate）の値が"));
    assert_eq!(
        refusal.echo.medical_institution_code.as_deref(),
        Some("1319999015")
    );
}

#[test]
fn unknown_elements_are_kept_within_bounds() {
    let unknown = |text: &str| {
        let bytes = template().replacen("<MessageBody>", &format!("<MessageBody>{text}"), 1);
        Request::read(bytes.as_bytes(), &LIMITS).unwrap().unknown
    };
    let kept = unknown("<New a='1'><Inner>&lt;1&gt;</Inner></New>");
    assert_eq!(kept.len(), 1);
    assert_eq!(
        (kept[0].path.as_str(), kept[0].xml.as_str()),
        ("XmlMsg/MessageBody/New", "<New><Inner>&lt;1&gt;</Inner></New>")
    );
    assert_eq!(unknown(&"<New/>".repeat(100)).len(), 64);
    assert_eq!(
        unknown(&format!("<New>{}</New>", "x".repeat(10_000)).repeat(3)).len(),
        1
    );
}
