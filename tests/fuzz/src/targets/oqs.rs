//! OQS: requests and results in XML and JSON, and the names of their files.

use exchange::oqs::names::RequestName;
use exchange::oqs::siquc01::{Request, ResultMessage};
use exchange::oqs::{Limits, Rejection};
use exchange::text::{Encoding, Substitution};

use super::{Target, accepted, variant, words};
use crate::secrets::assert_discreet;

/// Small, so that small inputs reach every one of them.
const LIMITS: Limits = Limits {
    max_bytes: 8 << 10,
    max_depth: 8,
    max_elements: 120,
    max_text: 512,
    max_attributes: 4,
    max_work: 600,
    max_faults: 8,
    max_unknown: 4,
    max_unknown_bytes: 512,
};

/// `OQSsiquc01req_….xml`.
pub(super) const REQUEST_XML: Target = Target {
    name: "oqs-request-xml",
    check: request_xml,
    weight: 1,
    words: words!["<XmlMsg>" "</XmlMsg>" "<MessageHeader>" "<MessageBody>" "</MessageBody>" "<!DOCTYPE x>" "<!--" "-->"
        "<![CDATA[" "]]>" "&#0;" "&#x1F3E5;" "&amp;" "&xxe;" "<a b='c'>" "<a/>" "Shift_JIS" "UTF-16" "20260230" "?>"],
};

/// `OQSsiquc01res_….xml`, and what card readers push.
pub(super) const RESULT_XML: Target = Target {
    name: "oqs-result-xml",
    check: result_xml,
    weight: 1,
    words: words!["<ResultList>" "</ResultList>" "<ResultOfQualificationConfirmation>" "<MedicalTicketInfo>"
        "</MedicalTicketInfo>" "<CharacterCodeIdentifier>1</CharacterCodeIdentifier>" "<SegmentOfResult>9</SegmentOfResult>"
        "99999999999999" "000000" "<a/>" "Shift_JIS"],
};

/// The Web API's twin of both.
pub(super) const JSON: Target = Target {
    name: "oqs-json",
    check: json,
    weight: 1,
    words: words!["\"XmlMsg\":{" "\"MessageHeader\":{" "\"MessageBody\":{" "\"ResultList\":[{" "}]" "\"a\":\"b\","
        "\\ud83c" "[[[[" "{\"a\":" "\"InsurerNumber\":\"  120014\""],
};

/// What stands in `req`.
pub(super) const FILE_NAME: Target = Target {
    name: "oqs-file-name",
    check: file_name,
    weight: 1,
    words: words!["OQSsiquc01req_" "OQSsiquc01res_" ".xml" ".XML" ".zip" "../" "\\" "CON" "\u{202E}"],
};

fn request_xml(bytes: &[u8]) -> String {
    match Request::read(bytes, &LIMITS) {
        Ok(request) => {
            request_is_kept(request);
            accepted()
        }
        Err(rejection) => refused(&rejection),
    }
}

fn result_xml(bytes: &[u8]) -> String {
    match ResultMessage::read(bytes, &LIMITS) {
        Ok(result) => {
            result_is_kept(result);
            accepted()
        }
        Err(rejection) => refused(&rejection),
    }
}

fn json(bytes: &[u8]) -> String {
    if let Ok(request) = Request::read_json(bytes, &LIMITS) {
        request_is_kept(request);
        return accepted();
    }
    match ResultMessage::read_json(bytes, &LIMITS) {
        Ok(result) => {
            result_is_kept(result);
            accepted()
        }
        Err(rejection) => refused(&rejection),
    }
}

/// Written again, in both syntaxes and both encodings, it is the same. What CP932 lacks is refused by default, and
/// with stand-ins there is always a file.
fn request_is_kept(mut request: Request) {
    request.unknown.clear();
    let limits = Limits::SINGLE;
    let xml = request
        .write(Encoding::Utf8)
        .expect("UTF-8 carries everything that was read");
    assert_eq!(Request::read(&xml, &limits).as_ref(), Ok(&request));
    let json = request
        .write_json()
        .expect("JSON carries everything that was read");
    assert_eq!(Request::read_json(&json, &limits).as_ref(), Ok(&request));
    if let Ok(narrow) = request.write(Encoding::ShiftJis) {
        assert_eq!(Request::read(&narrow, &limits).as_ref(), Ok(&request));
    }
    let narrow = request
        .write_with(Encoding::ShiftJis, Substitution::Geta)
        .expect("stand-ins always fit");
    assert!(
        Request::read(&narrow.bytes, &limits).is_ok(),
        "stand-ins keep a message readable"
    );
}

/// As [`request_is_kept`].
fn result_is_kept(mut result: ResultMessage) {
    result.unknown.clear();
    let limits = Limits::SINGLE;
    let xml = result
        .write(Encoding::Utf8)
        .expect("UTF-8 carries everything that was read");
    assert_eq!(ResultMessage::read(&xml, &limits).as_ref(), Ok(&result));
    let json = result
        .write_json()
        .expect("JSON carries everything that was read");
    assert_eq!(ResultMessage::read_json(&json, &limits).as_ref(), Ok(&result));
    if let Ok(narrow) = result.write(Encoding::ShiftJis) {
        assert_eq!(ResultMessage::read(&narrow, &limits).as_ref(), Ok(&result));
    }
    let narrow = result
        .write_with(Encoding::ShiftJis, Substitution::Geta)
        .expect("stand-ins always fit");
    assert!(
        ResultMessage::read(&narrow.bytes, &limits).is_ok(),
        "stand-ins keep a message readable"
    );
}

/// The first rule's code. No value is repeated, and there is an error answer that can itself be read.
fn refused(rejection: &Rejection) -> String {
    assert!((1..=LIMITS.max_faults).contains(&rejection.faults.len()));
    assert_discreet(&format!(
        "{rejection} {} {:?}",
        rejection.message(),
        rejection.faults
    ));
    let at = domain::calendar::Date::constant(2026, 11, 22).at(9, 0, 0, 0);
    let answer = ResultMessage::refusing(at, "1319999015", rejection);
    let written = answer
        .write(Encoding::Utf8)
        .expect("an error answer is always written");
    assert_eq!(
        ResultMessage::read(&written, &Limits::SINGLE).as_ref(),
        Ok(&answer)
    );
    rejection.code().to_owned()
}

fn file_name(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let name = match RequestName::parse(&text) {
        Ok(name) => name,
        Err(fault) => {
            assert_discreet(&format!("{fault} {fault:?}"));
            return variant(&fault);
        }
    };
    assert_eq!(RequestName::parse(&name.to_string()).as_ref(), Ok(&name));
    for safe in [name.result(), name.to_string()] {
        let path = std::path::Path::new(&safe);
        assert_eq!(
            path.file_name().and_then(|name| name.to_str()),
            Some(&*safe),
            "one component, no way out"
        );
        assert!(!safe.contains(['/', '\\', ':']) && !safe.starts_with('.'));
    }
    accepted()
}
