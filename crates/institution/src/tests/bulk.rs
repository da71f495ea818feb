//! Two-step inquiries through the folders: received, processed, fetched in parts, packed when large.

use std::io::{Cursor, Read};
use std::time::Duration;

use exchange::oqs::bulk::Downloaded;
use exchange::oqs::codes::SegmentOfResult;

use super::centre::{NUMBER, download, downloaded, month, uploaded};
use super::site::{Manner, Site, request};
use crate::{SiteEncoding, SiteSubstitution};

const SECOND: Duration = Duration::from_secs(1);

fn names(message: &Downloaded) -> Vec<String> {
    let items = message.body.units.iter().map(|unit| &unit.results[0]);
    items
        .map(|item| item.insured_identification_number.clone().unwrap())
        .collect()
}

#[test]
fn two_steps_give_a_number_and_a_result() {
    let site = Site::running(61);
    site.put("req/OQSmutic01req_202611010001.xml", month("MONTH"));
    site.pass(SECOND);
    let first = uploaded(&site.bytes("res/OQSmutic01res_202611010001.xml"));
    assert_eq!(first.header.segment_of_result, SegmentOfResult::Done);
    assert_eq!(first.header.arbitrary_file_identifier.as_deref(), Some("MONTH"));
    assert_eq!(first.body.reception_number.as_deref(), Some(NUMBER));
    site.put("req/OQSmutic02req_202611010001.xml", download(NUMBER));
    site.pass(SECOND);
    let second = downloaded(&site.bytes("res/OQSmutic02res_202611010001.xml"));
    assert_eq!(second.header.segment_of_result, SegmentOfResult::Done);
    assert_eq!(second.header.arbitrary_file_identifier.as_deref(), Some("MONTH"));
    assert_eq!(second.header.reception_number.as_deref(), Some(NUMBER));
    assert_eq!(second.header.number_of_processing_result, Some(3));
    assert_eq!(names(&second), ["0000000", "0000001", "0000002"]);
    assert!(second.body.office_data_as_of.is_some());
    for empty in ["req", "work", "quarantine", "report"] {
        assert!(site.names(empty).is_empty(), "{empty}");
    }
}

#[test]
fn many_people_go_the_same_way() {
    let site = Site::running(62);
    let one = request("MANY");
    let (head, rest) = one.split_once("<QualificationConfirmSearchInfo>").unwrap();
    let (person, tail) = rest.split_once("</QualificationConfirmSearchInfo>").unwrap();
    let person = format!("<QualificationConfirmSearchInfo>{person}</QualificationConfirmSearchInfo>");
    // Longer than a request about one person may be.
    let many = format!("{head}{}{tail}", person.repeat(4_500));
    assert!(many.len() > 1 << 20);
    site.put("req/OQSmuquc01req_202611010001.xml", many);
    site.pass(SECOND * 2);
    let first = uploaded(&site.bytes("res/OQSmuquc01res_202611010001.xml"));
    assert_eq!(first.body.reception_number.as_deref(), Some(NUMBER));
    site.put("req/OQSmuquc02req_202611010001.xml", download(NUMBER));
    site.pass(SECOND);
    assert_eq!(
        names(&downloaded(&site.bytes("res/OQSmuquc02res_202611010001.xml"))).len(),
        3
    );
}

#[test]
fn what_is_being_processed_is_waited_for_and_then_said() {
    let mut site = Site::new(63);
    site.config.bulk_wait_s = 5;
    site.centre.lock().unwrap().processing = 3;
    site.start();
    site.put("req/OQSmutic01req_1.xml", month("SLOW"));
    site.pass(SECOND);
    // Three times not yet: it is there within the wait.
    site.put("req/OQSmutic02req_1.xml", download(NUMBER));
    site.pass(SECOND * 4);
    assert_eq!(
        downloaded(&site.bytes("res/OQSmutic02res_1.xml"))
            .header
            .segment_of_result,
        SegmentOfResult::Done
    );
    // Far longer: said in time, and asked again with a new file.
    site.centre.lock().unwrap().processing = 1_000;
    site.put("req/OQSmutic02req_2.xml", download(NUMBER));
    site.pass(SECOND * 3);
    assert!(site.names("res").iter().all(|name| name != "OQSmutic02res_2.xml"));
    // Who stands at the desk does not wait for it.
    site.put("req/OQSsiquc01req_1.xml", request("DESK"));
    site.pass(SECOND);
    assert_eq!(site.result("1").header.segment_of_result, SegmentOfResult::Done);
    site.pass(SECOND * 2);
    let told = site.bytes("res/OQSmutic02res_2.xml");
    let message = downloaded(&told);
    assert_eq!(message.header.segment_of_result, SegmentOfResult::Processing);
    assert_eq!(message.header.reception_number.as_deref(), Some(NUMBER));
    assert_eq!(message.header.arbitrary_file_identifier.as_deref(), Some("SLOW"));
    assert!(message.body.units.is_empty() && message.body.office_data_as_of.is_none());
    site.centre.lock().unwrap().processing = 0;
    site.put("req/OQSmutic02req_3.xml", download(NUMBER));
    site.pass(SECOND);
    assert_eq!(
        downloaded(&site.bytes("res/OQSmutic02res_3.xml"))
            .header
            .segment_of_result,
        SegmentOfResult::Done
    );
    assert_eq!(
        site.bytes("res/OQSmutic02res_2.xml"),
        told,
        "results are never rewritten"
    );
}

#[test]
fn a_clock_that_is_set_back_holds_up_no_word_of_processing() {
    let mut site = Site::new(68);
    site.config.bulk_wait_s = 5;
    site.centre.lock().unwrap().processing = 1_000;
    site.start();
    site.put("req/OQSmutic01req_1.xml", month("SLOW"));
    site.pass(SECOND);
    site.put("req/OQSmutic02req_1.xml", download(NUMBER));
    site.pass(SECOND);
    let back = site.fleet.now().micros() - 3_600_000_000;
    site.fleet.set_clock("clinic", env::Time::from_micros(back));
    site.pass(SECOND * 6);
    let told = downloaded(&site.bytes("res/OQSmutic02res_1.xml"));
    assert_eq!(told.header.segment_of_result, SegmentOfResult::Processing);
}

#[test]
fn bulk_inquiries_that_wait_leave_room_for_the_desk() {
    let site = Site::running(64);
    site.centre.lock().unwrap().processing = 1_000;
    site.put("req/OQSmutic01req_1.xml", month("SLOW"));
    site.pass(SECOND);
    for number in 0..20 {
        site.put(&format!("req/OQSmutic02req_{number:02}.xml"), download(NUMBER));
    }
    site.pass(SECOND);
    site.put("req/OQSsiquc01req_1.xml", request("DESK"));
    site.pass(SECOND);
    assert_eq!(site.result("1").header.segment_of_result, SegmentOfResult::Done);
    // All of them are told in time, however many wait.
    site.pass(SECOND * 30);
    assert_eq!(site.names("res").len(), 22);
}

#[test]
fn a_large_result_is_packed_and_a_small_one_is_not() {
    let mut site = Site::new(65);
    site.config.zip_over_kib = 64;
    site.config.encoding = SiteEncoding::ShiftJis;
    {
        let mut centre = site.centre.lock().unwrap();
        (centre.units, centre.in_part) = (1_000, 50);
    }
    site.start();
    site.put("req/OQSmutic01req_1.xml", month("LARGE"));
    site.pass(SECOND);
    site.put("req/OQSmutic02req_1.xml", download(NUMBER));
    site.pass(SECOND * 4);
    assert_eq!(site.names("res"), ["OQSmutic01res_1.xml", "OQSmutic02res_1.zip"]);
    let mut archive = zip::ZipArchive::new(Cursor::new(site.bytes("res/OQSmutic02res_1.zip"))).unwrap();
    assert_eq!(archive.len(), 1);
    let mut file = archive.by_index(0).unwrap();
    assert_eq!(file.name().unwrap(), "OQSmutic02res_1.xml");
    let mut text = Vec::new();
    file.read_to_end(&mut text).unwrap();
    assert!(text.starts_with(b"<?xml version=\"1.0\" encoding=\"Shift_JIS\""));
    assert_eq!(names(&downloaded(&text)).len(), 1_000);
    // The name is taken, packed or not.
    site.put("req/OQSmutic02req_1.xml", download(NUMBER));
    site.pass(SECOND);
    assert_eq!(site.names("res").len(), 2);
    let reason = site.text("quarantine/OQSmutic02req_1.xml.reason.txt");
    assert!(reason.contains("OQSmutic02res_1.zip"), "{reason}");
}

#[test]
fn a_number_that_nobody_has_and_an_answer_to_another_are_errors() {
    let site = Site::running(66);
    site.put("req/OQSmutic02req_1.xml", download("12345"));
    site.put("req/OQSmutic01req_1.xml", month("MONTH"));
    site.pass(SECOND);
    let message = downloaded(&site.bytes("res/OQSmutic02res_1.xml"));
    assert_eq!(message.header.segment_of_result, SegmentOfResult::Failed);
    assert_eq!(message.header.error_code.as_deref(), Some("MDG-BLK-001"));
    assert_eq!(message.header.reception_number.as_deref(), Some("12345"));
    site.centre.lock().unwrap().confused = true;
    site.put("req/OQSmutic02req_2.xml", download(NUMBER));
    site.pass(SECOND);
    let message = downloaded(&site.bytes("res/OQSmutic02res_2.xml"));
    assert_eq!(message.header.error_code.as_deref(), Some("MDG-NET-002"));
    assert!(message.body.units.is_empty());
}

#[test]
fn without_verification_both_steps_say_so() {
    let site = Site::running(67);
    *site.manner.lock().unwrap() = Manner::Status(503);
    site.put("req/OQSmutic01req_1.xml", month("DOWN"));
    site.put("req/OQSmutic02req_1.xml", download(NUMBER));
    site.pass(SECOND * 25);
    let first = uploaded(&site.bytes("res/OQSmutic01res_1.xml"));
    assert_eq!(first.header.error_code.as_deref(), Some("MDG-NET-001"));
    assert_eq!(first.header.arbitrary_file_identifier.as_deref(), Some("DOWN"));
    assert_eq!(first.body.reception_number, None);
    let second = downloaded(&site.bytes("res/OQSmutic02res_1.xml"));
    assert_eq!(second.header.error_code.as_deref(), Some("MDG-NET-001"));
    assert!(
        second
            .header
            .error_message
            .unwrap()
            .contains("受付番号が正しければ")
    );
}

#[test]
fn what_cannot_be_read_is_answered_in_the_shape_of_its_step() {
    let site = Site::running(68);
    site.put(
        "req/OQSmutic01req_1.xml",
        month("BAD").replace("202611", "202613"),
    );
    site.put(
        "req/OQSmuquc02req_1.xml",
        download("").replace("Shift_JIS", "EUC-JP"),
    );
    site.pass(SECOND * 4);
    let first = uploaded(&site.bytes("res/OQSmutic01res_1.xml"));
    assert_eq!(first.header.error_code.as_deref(), Some("MDG-OQS-005"));
    assert_eq!(first.header.arbitrary_file_identifier.as_deref(), Some("BAD"));
    let second = downloaded(&site.bytes("res/OQSmuquc02res_1.xml"));
    assert_eq!(second.header.error_code.as_deref(), Some("MDG-XML-002"));
    assert_eq!(site.names("quarantine").len(), 4);
}

#[test]
fn look_alikes_are_for_requests_in_shift_jis_and_are_always_told() {
    for (substitution, number, asked, written) in [
        (SiteSubstitution::LookAlike, 69, "Shift_JIS", "吉田　〓"),
        (SiteSubstitution::LookAlike, 70, "UTF-8", "〓田　〓"),
        (SiteSubstitution::Geta, 71, "Shift_JIS", "〓田　〓"),
    ] {
        let mut site = Site::new(number);
        site.config.encoding = SiteEncoding::ShiftJis;
        site.config.substitution = substitution;
        site.centre.lock().unwrap().name = "𠮷田　🏥\u{E0100}";
        *site.manner.lock().unwrap() = Manner::Knows("𠮷田　🏥\u{E0100}");
        site.start();
        site.put("req/OQSmutic01req_1.xml", month("NAME"));
        site.put("req/OQSsiquc01req_1.xml", request("NAME").replace("UTF-8", asked));
        site.pass(SECOND);
        site.put(
            "req/OQSmutic02req_1.xml",
            download(NUMBER).replace("Shift_JIS", asked),
        );
        site.pass(SECOND);
        let message = downloaded(&site.bytes("res/OQSmutic02res_1.xml"));
        for unit in &message.body.units {
            assert_eq!(unit.results[0].name.as_deref(), Some(written), "{asked}");
            assert_eq!(unit.processing_result_code.as_deref(), Some("MDG-CHR-001"));
            assert!(unit.processing_result_message.as_ref().unwrap().contains("3か所"));
        }
        let single = site.result("1");
        assert_eq!(single.body.result_list[0].name.as_deref(), Some(written));
        assert!(single.body.processing_result_message.unwrap().contains("3か所"));
        let report = site.text("report/OQSmutic02res_1.xml.replaced.txt");
        assert!(report.contains("（9か所）"), "{report}");
        assert!(report.contains("BulkConfirmUnit[3]/"), "{report}");
        assert!(report.contains("U+20BB7"), "{report}");
    }
}
