//! `institution ask`: the result on standard output; 1 when it is an error answer; 3 when the role is not running.

use std::fs;

use exchange::oqs::Limits;
use exchange::oqs::bulk::{Downloaded, Uploaded};
use exchange::oqs::siquc01::ResultMessage;
use madoguchi_e2e::people::{CLINIC, DAY, OTHER_CLINIC, Person};
use madoguchi_e2e::program::{Ran, run};
use madoguchi_e2e::town::{Kind, Role, Town};

fn message(ran: &Ran) -> ResultMessage {
    match ResultMessage::read(ran.out.as_bytes(), &Limits::SINGLE) {
        Ok(message) => message,
        Err(rejection) => panic!("{}: {ran:?}", rejection.message()),
    }
}

#[test]
fn an_answer_is_printed_and_an_error_answer_ends_with_1() {
    let mut town = Town::found("ask", Kind::Sqlite);
    let config = town.config(Role::Institution);
    let person = Person { index: 1 };
    let folder = town.folder().to_owned();
    let request = |name: &str, text: &[u8]| {
        let path = folder.join(name).display().to_string();
        fs::write(&path, text).unwrap();
        path
    };
    let good = request("good.xml", person.request(DAY, CLINIC).as_bytes());
    let other = request("other.xml", person.request(DAY, OTHER_CLINIC).as_bytes());
    let broken = request("broken.xml", b"<XmlMsg>");

    let ran = run(["institution", "ask", "--config", &config, &good]).ended(3);
    assert_eq!(ran.out, "");
    let starts = format!("次にすること: madoguchi serve institution --config {config}");
    assert!(ran.err.contains(&starts), "{}", ran.err);

    town.start_all();
    // Nobody has this number: an answer like any other.
    let ran = run(["institution", "ask", "--config", &config, &good]).ended(0);
    let answer = message(&ran);
    assert_eq!(answer.header.segment_of_result.code(), "1");
    assert_eq!(
        answer.body.qualification_validity.map(|validity| validity.code()),
        Some("4")
    );
    for path in [&other, &broken] {
        let ran = run(["institution", "ask", "--config", &config, path]).ended(1);
        let answer = message(&ran);
        assert_eq!(answer.header.segment_of_result.code(), "9");
        assert!(answer.header.error_code.is_some() && answer.header.error_message.is_some());
        assert!(ran.err.contains("SegmentOfResult 9"), "{}", ran.err);
    }

    bulk(&config, &request);

    let ran = run([
        "institution",
        "ask",
        "--config",
        &config,
        &town.path("nothing.xml"),
    ])
    .ended(1);
    assert!(
        ran.err.contains("nothing.xml がありません") && ran.out.is_empty(),
        "{ran:?}"
    );
    let ran = run(["institution", "ask", "--config", &town.config(Role::Hub), &good]).ended(1);
    assert!(
        ran.err
            .contains("医療機関・薬局（institution）のものではありません"),
        "{}",
        ran.err
    );
    let long = request("long.xml", &vec![b' '; 2 << 20]);
    let ran = run(["institution", "ask", "--config", &config, &long]).ended(1);
    assert!(ran.err.contains("long.xml"), "{}", ran.err);

    assert_eq!(town.stop_all(), Vec::<String>::new());
    let ran = run(["institution", "ask", "--config", &config, &good]).ended(3);
    assert!(ran.err.contains(&starts), "{}", ran.err);
}

/// Both steps of fetching a month's vouchers: by the file's name, and by `--kind`.
fn bulk(config: &str, request: &impl Fn(&str, &[u8]) -> String) {
    let header = format!(
        "<MessageHeader><MedicalInstitutionCode>{}</MedicalInstitutionCode></MessageHeader>",
        CLINIC
    );
    let month = format!(
        "<XmlMsg>{header}<MessageBody><QualificationConfirmSearchInfo>\
         <MedicalTreatmentMonth>202611</MedicalTreatmentMonth></QualificationConfirmSearchInfo></MessageBody></XmlMsg>"
    );
    let month = request("OQSmutic01req_202611010001.xml", month.as_bytes());
    let ran = run(["institution", "ask", "--config", config, &month]).ended(0);
    let received = Uploaded::read(ran.out.as_bytes(), &Limits::SINGLE).unwrap();
    let number = received.body.reception_number.unwrap();
    let download = |number: &str| {
        let text = format!(
            "<XmlMsg>{header}<MessageBody><ReceptionNumber>{number}</ReceptionNumber></MessageBody></XmlMsg>"
        );
        request("download.xml", text.as_bytes())
    };
    let ask = |path: &str, ended: i32| {
        let ran = run([
            "institution",
            "ask",
            "--config",
            config,
            "--kind",
            "OQSmutic02",
            path,
        ]);
        Downloaded::read(ran.ended(ended).out.as_bytes(), &Limits::PART).unwrap()
    };
    let result = ask(&download(&number), 0);
    assert_eq!(result.header.segment_of_result.code(), "1");
    assert_eq!(
        result.header.number_of_processing_result,
        Some(0),
        "nobody has a voucher yet"
    );
    let nothing = ask(&download("1"), 1);
    assert_eq!(nothing.header.error_code.as_deref(), Some("MDG-BLK-001"));
}
