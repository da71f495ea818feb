//! The messages of the bulk inquiries: as they are written, read back, and refused.

use jiff::civil::date;
use madoguchi_exchange::{
    oqs::{
        Echo, Limits, Rejection, Rule, Syntax, Wire,
        bulk::{Download, Downloaded, DownloadedHeader, ResultWriter, Uploaded},
        codes::SegmentOfResult,
        muquc01, mutic01,
    },
    text::{Encoding, Substitution},
};

use crate::examples;

const LIMITS: Limits = Limits::SINGLE;
const BOTH: [Encoding; 2] = [Encoding::Utf8, Encoding::ShiftJis];

/// Tags on lines of their own, so that a difference is seen.
fn lines(bytes: &[u8], encoding: Encoding) -> String {
    let text = madoguchi_exchange::text::decode(bytes, encoding).unwrap();
    text.replace("><", ">\n<")
}

macro_rules! pinned {
    ($($name:ident: $message:expr;)+) => {
        #[test]
        fn as_they_are_written() {
            $(
                let message = $message;
                for encoding in BOTH {
                    let bytes = message.write(encoding).unwrap();
                    insta::assert_snapshot!(
                        format!("{}_{}", stringify!($name), encoding.label()),
                        lines(&bytes, encoding)
                    );
                }
                let json = message.write_json().unwrap();
                let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
                insta::assert_json_snapshot!(format!("{}_json", stringify!($name)), json);
            )+
        }

        #[test]
        fn what_is_written_is_read_again() {
            $(
                let message = $message;
                for encoding in BOTH {
                    let bytes = message.write(encoding).unwrap();
                    assert_eq!(read(&message, &bytes, Syntax::Xml).unwrap(), message);
                }
                assert_eq!(read(&message, &message.write_json().unwrap(), Syntax::Json).unwrap(), message);
            )+
        }
    };
}

pinned! {
    mutic01_request: examples::month_request();
    muquc01_request: examples::bulk_request();
    uploaded: examples::uploaded();
    download: examples::download();
    downloaded: examples::downloaded();
    processing: Downloaded::of(DownloadedHeader {
        reception_number: Some("000000000000000000000001".into()),
        ..DownloadedHeader::new(date(2026, 11, 5).at(9, 15, 0, 0), "1319999015", SegmentOfResult::Processing)
    });
    failed: Downloaded::error(
        date(2026, 11, 5).at(9, 15, 0, 0), "1319999015", Some("12345".into()), "MDG-BLK-001", "受付番号がありません。",
    );
    not_received: Uploaded::error(
        date(2026, 11, 5).at(9, 15, 0, 0), "1319999015", &Echo::default(), "MDG-BLK-003", "件数が多すぎます。",
    );
}

/// Reads as the type of the sample.
fn read<M: Wire>(_: &M, bytes: &[u8], syntax: Syntax) -> Result<M, Rejection> {
    M::read_as(syntax, bytes, &LIMITS)
}

#[test]
fn a_result_written_unit_by_unit_has_the_same_bytes() {
    let empty = Downloaded::of(examples::downloaded().header);
    for message in [examples::downloaded(), empty] {
        for encoding in BOTH {
            let mut writer =
                ResultWriter::begin(Vec::new(), &message.header, encoding, Substitution::Refuse).unwrap();
            for unit in message.body.units.clone() {
                writer.unit(unit, |_, _| panic!("nothing is replaced")).unwrap();
            }
            let (bytes, replaced) = writer.finish(message.body.office_data_as_of).unwrap();
            assert_eq!(bytes, message.write(encoding).unwrap());
            assert!(replaced.is_empty());
        }
    }
}

#[test]
fn what_is_replaced_is_told_in_its_unit_and_listed_with_its_number() {
    let mut message = examples::downloaded();
    message.body.units[1].processing_result_message = Some("𠮷\u{E0100}🏥".into());
    let write = |substitution| {
        let mut writer =
            ResultWriter::begin(Vec::new(), &message.header, Encoding::ShiftJis, substitution).unwrap();
        for unit in message.body.units.clone() {
            let told = writer.unit(unit, |unit, count| {
                unit.processing_result_code = Some(format!("REPLACED-{count}"));
            });
            told.unwrap();
        }
        writer.finish(None).unwrap()
    };
    for (substitution, expected) in [(Substitution::Geta, "〓〓"), (Substitution::LookAlike, "吉〓")] {
        let (bytes, replaced) = write(substitution);
        let places: Vec<_> = replaced
            .iter()
            .map(|one| (one.lost.tag.as_str(), one.lost.position))
            .collect();
        let place = "XmlMsg/MessageBody/BulkConfirmUnit[2]/ProcessingResultMessage";
        assert_eq!(places, [(place, 0), (place, 1), (place, 2)]);
        let back = Downloaded::read(&bytes, &LIMITS).unwrap();
        assert_eq!(back.body.units[0], message.body.units[0]);
        assert_eq!(
            back.body.units[1].processing_result_message.as_deref(),
            Some(expected)
        );
        assert_eq!(
            back.body.units[1].processing_result_code.as_deref(),
            Some("REPLACED-3")
        );
    }
    let refused = ResultWriter::begin(
        Vec::new(),
        &message.header,
        Encoding::ShiftJis,
        Substitution::Refuse,
    );
    assert!(
        refused
            .unwrap()
            .unit(message.body.units[1].clone(), |_, _| ())
            .is_err()
    );
}

#[test]
fn the_samples_of_other_software_are_read() {
    let month = "<?xml version='1.0' encoding='Shift_JIS' standalone='no'?>\n<XmlMsg>\n <MessageHeader>\n  \
                 <MedicalInstitutionCode>0110012341</MedicalInstitutionCode>\n  \
                 <ArbitraryFileIdentifier>20261101093015123PC1</ArbitraryFileIdentifier>\n </MessageHeader>\n \
                 <MessageBody>\n  <QualificationConfirmSearchInfo>\n   \
                 <MedicalTreatmentMonth>202611</MedicalTreatmentMonth>\n  </QualificationConfirmSearchInfo>\n \
                 </MessageBody>\n</XmlMsg>\n";
    let request = mutic01::Request::read(month.as_bytes(), &LIMITS).unwrap();
    assert_eq!(request.search.medical_treatment_month.to_string(), "2026-11");
    let download = "<XmlMsg><MessageHeader><MedicalInstitutionCode>0110012341</MedicalInstitutionCode>\
                    </MessageHeader><MessageBody><ReceptionNumber>000000000000000000000001</ReceptionNumber>\
                    </MessageBody></XmlMsg>";
    let request = Download::read(download.as_bytes(), &LIMITS).unwrap();
    assert_eq!(request.reception_number, "000000000000000000000001");
    assert!(request.unknown.is_empty());
}

#[test]
fn people_as_json_are_an_array_and_one_person_may_stand_alone() {
    let header = "\"MessageHeader\":{\"QualificationConfirmationDate\":\"20261105\",\
                  \"MedicalInstitutionCode\":\"1319999015\"}";
    let person = "{\"InsurerNumber\":\"12139994\",\"InsuredIdentificationNumber\":\"0000018\",\
                  \"Birthdate\":\"19550401\",\"LimitApplicationCertificateRelatedConsFlg\":\"1\"}";
    let read = |people: &str| {
        let text = format!(
            "{{\"XmlMsg\":{{{header},\"MessageBody\":{{\"QualificationConfirmSearchInfo\":{people}}}}}}}"
        );
        muquc01::Request::read_json(text.as_bytes(), &LIMITS)
    };
    for (people, count) in [
        (person.to_owned(), 1),
        (format!("[{person}]"), 1),
        (format!("[{person},{person},{person}]"), 3),
    ] {
        assert_eq!(read(&people).unwrap().search.len(), count, "{people}");
    }
    for (people, rule) in [
        ("[]", Rule::Missing),
        ("[\"a\"]", Rule::NotJson),
        ("[[]]", Rule::NotJson),
        ("\"a\"", Rule::HoldsText),
    ] {
        assert_eq!(read(people).unwrap_err().faults[0].rule, rule, "{people}");
    }
}

#[test]
fn faults_name_which_person() {
    let mut request = examples::bulk_request();
    request.search = vec![examples::search(); 3];
    let text = String::from_utf8(request.write(Encoding::Utf8).unwrap()).unwrap();
    let (before, last) = text.rsplit_once("19550401").unwrap();
    let refused = muquc01::Request::read(format!("{before}19550431{last}").as_bytes(), &LIMITS).unwrap_err();
    assert_eq!(refused.faults.len(), 1);
    assert_eq!(
        refused.faults[0].path,
        "XmlMsg/MessageBody/QualificationConfirmSearchInfo[3]/Birthdate"
    );
    assert!(!refused.to_string().contains("19550431"));
}

#[test]
fn a_request_about_nobody_and_a_month_that_is_none_are_refused() {
    let text = |message: Vec<u8>| String::from_utf8(message).unwrap();
    let month = text(examples::month_request().write(Encoding::Utf8).unwrap());
    let rule = |changed: String| {
        mutic01::Request::read(changed.as_bytes(), &LIMITS)
            .unwrap_err()
            .faults[0]
            .rule
            .clone()
    };
    assert_eq!(rule(month.replace("202611", "202613")), Rule::NotAMonth);
    assert_eq!(rule(month.replace("202611", "")), Rule::Missing);
    let twice = "<MedicalTreatmentMonth>202611</MedicalTreatmentMonth>";
    assert_eq!(rule(month.replace(twice, &twice.repeat(2))), Rule::Repeated);

    let mut nobody = examples::bulk_request();
    nobody.search.clear();
    let refused = muquc01::Request::read(&nobody.write(Encoding::Utf8).unwrap(), &LIMITS).unwrap_err();
    assert_eq!(refused.faults[0].rule, Rule::Missing);

    let counts = text(examples::downloaded().write(Encoding::Utf8).unwrap());
    let wrong = counts.replace(">2</NumberOfProcessingResult>", ">-2</NumberOfProcessingResult>");
    let refused = Downloaded::read(wrong.as_bytes(), &LIMITS).unwrap_err();
    assert_eq!(refused.faults[0].rule, Rule::NotACount { max: 9 });
}

#[test]
fn a_request_about_many_stays_within_its_own_bounds() {
    let mut request = examples::bulk_request();
    request.search = vec![examples::search(); 5_000];
    let bytes = request.write(Encoding::Utf8).unwrap();
    assert!(
        muquc01::Request::read(&bytes, &LIMITS).is_err(),
        "a single inquiry's bounds are smaller"
    );
    assert_eq!(muquc01::Request::read(&bytes, &Limits::MANY).unwrap(), request);
    request.search = vec![examples::search(); 40_000];
    let bytes = request.write(Encoding::Utf8).unwrap();
    let refused = muquc01::Request::read(&bytes, &Limits::MANY).unwrap_err();
    assert!(matches!(refused.faults[0].rule, Rule::TooLarge { .. }));
}
