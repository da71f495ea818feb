//! Files in the shapes that real software writes (our own equivalents of the public samples).

use jiff::civil::date;
use madoguchi_exchange::oqs::{
    Limits,
    codes::*,
    siquc01::{Request, ResultMessage},
};

const LIMITS: Limits = Limits::SINGLE;

#[test]
fn the_request_template() {
    let request = Request::read(include_bytes!("fixtures/request_template.xml"), &LIMITS).unwrap();
    assert_eq!(request.header.qualification_confirmation_date, date(2026, 11, 5));
    assert_eq!(request.header.medical_institution_code, "1319999015");
    assert_eq!(request.search.insurer_number, "12139994");
    assert_eq!(request.search.insured_identification_number, "0000018");
    assert_eq!(
        request.search.insured_branch_number, None,
        "an empty item is an absent one"
    );
    assert_eq!(request.search.limit_consent_flag, LimitConsent::Given);
    assert!(request.unknown.is_empty());
}

#[test]
fn the_web_api_request() {
    let request = Request::read_json(include_bytes!("fixtures/web_api_request.json"), &LIMITS).unwrap();
    assert_eq!(
        request.search.insurer_number, "012345",
        "without the wire's padding"
    );
    assert_eq!(request.header.arbitrary_file_identifier, None);
}

#[test]
fn the_web_api_answer() {
    let answer = ResultMessage::read_json(include_bytes!("fixtures/web_api_answer.json"), &LIMITS).unwrap();
    assert_eq!(answer.body.result_list.len(), 1);
    let result = &answer.body.result_list[0];
    assert_eq!(
        result.personal_family_classification,
        Some(PersonalFamilyClassification::Family)
    );
    assert_eq!(result.insurer_number.as_deref(), Some("012345"));
    assert_eq!(result.name_kana.as_deref(), Some("ﾐﾎﾝ ｼﾞﾛｳ"));
    assert_eq!(
        answer.body.search.unwrap().insured_identification_number,
        "0005512"
    );
    let unknown: Vec<_> = answer
        .unknown
        .iter()
        .map(|unknown| unknown.xml.as_str())
        .collect();
    assert_eq!(
        unknown,
        [
            "<LimitApplicationCertificateRelatedInfo><LimitApplicationCertificateClassification>01\
             </LimitApplicationCertificateClassification></LimitApplicationCertificateRelatedInfo>"
        ]
    );
}

#[test]
fn a_face_file_with_insurance() {
    let face = ResultMessage::read(include_bytes!("fixtures/face_insurance.xml"), &LIMITS).unwrap();
    assert_eq!(
        face.header.reference_classification,
        Some(ReferenceClassification::MyNumberCard)
    );
    let result = &face.body.result_list[0];
    assert_eq!(
        result.insured_card_classification,
        Some(InsuredCardClassification::General)
    );
    assert_eq!(result.name.as_deref(), Some("見本　花子"));
    assert_eq!(result.insured_identification_number.as_deref(), Some("0012"));
    assert_eq!(
        result.personal_family_classification,
        Some(PersonalFamilyClassification::Insured)
    );
    assert_eq!(result.diagnosis_consent, Some(Consent::NotGiven));
    let told = date(2026, 11, 5).at(9, 15, 0, 0);
    assert_eq!(result.pharmacists_consent_time, Some(told));
    assert!(face.unknown.is_empty());
}

#[test]
fn a_face_file_on_aid_without_voucher() {
    let bytes = include_bytes!("fixtures/face_medical_aid_not_commissioned.xml");
    let face = ResultMessage::read(bytes, &LIMITS).unwrap();
    assert_eq!(
        face.body.qualification_validity,
        Some(QualificationValidity::ValidUnregistered)
    );
    let result = &face.body.result_list[0];
    assert_eq!(
        result.insured_card_classification,
        Some(InsuredCardClassification::MedicalAid)
    );
    assert_eq!(
        (&result.insurer_number, &result.insured_identification_number),
        (&None, &None)
    );
    assert!(result.public_expense_result_list.is_empty());
}

#[test]
fn the_least_of_face_files() {
    let face = ResultMessage::read(include_bytes!("fixtures/face_minimal.xml"), &LIMITS).unwrap();
    assert_eq!(face.header.process_execution_time, None);
    assert_eq!(face.body.result_list[0].reference_number.as_deref(), Some("99"));
}

#[test]
fn tags_in_any_order() {
    let bytes = crate::examples::result()
        .write(madoguchi_exchange::text::Encoding::Utf8)
        .unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let shuffled = text
        // the body before the header, and each of them from back to front
        .replacen("<MessageHeader>", "<A>", 1)
        .split_once("<A>")
        .and_then(|(declaration, rest)| {
            let (header, rest) = rest.split_once("</MessageHeader>")?;
            let body = rest.strip_prefix("<MessageBody>")?.split_once("</MessageBody>")?.0;
            let (header, body) = (reversed(header), reversed(body));
            Some(format!(
                "{declaration}<MessageBody>{body}</MessageBody><MessageHeader>{header}</MessageHeader></XmlMsg>"
            ))
        })
        .unwrap();
    assert_ne!(shuffled, text);
    assert_eq!(
        ResultMessage::read(shuffled.as_bytes(), &LIMITS).unwrap(),
        crate::examples::result()
    );
}

/// The elements of one level from back to front.
fn reversed(level: &str) -> String {
    let (mut rest, mut parts) = (level, Vec::new());
    while let Some(tag) = rest.strip_prefix('<').and_then(|rest| rest.split('>').next()) {
        let end = rest.find(&format!("</{tag}>")).unwrap() + tag.len() + 3;
        parts.push(&rest[..end]);
        rest = &rest[end..];
    }
    parts.reverse();
    parts.concat()
}
