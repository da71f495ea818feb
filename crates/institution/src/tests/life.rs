//! The life of a request: picked, asked, answered once.

use std::sync::atomic::Ordering;
use std::time::Duration;

use exchange::oqs::codes::{QualificationValidity, SegmentOfResult};

use super::site::{CODE, Manner, Site, path, request};
use crate::{SiteEncoding, StartError, start_known};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_request_becomes_a_result_of_the_same_suffix() {
    let site = Site::running(1);
    site.put("req/OQSsiquc01req_202611220001.xml", request("RECEPTION-1"));
    site.put("req/OQSsiquc01req_受付 2.XML", request("RECEPTION-2"));
    site.pass(SECOND);
    assert_eq!(
        site.names("res"),
        ["OQSsiquc01res_202611220001.xml", "OQSsiquc01res_受付 2.xml"]
    );
    let result = site.result("202611220001");
    assert_eq!(
        result.header.arbitrary_file_identifier.as_deref(),
        Some("RECEPTION-1")
    );
    assert_eq!(result.header.medical_institution_code, CODE);
    assert_eq!(
        result.body.qualification_validity,
        Some(QualificationValidity::Valid)
    );
    assert!(result.body.office_data_as_of.is_some());
    for empty in ["req", "work", "quarantine", "report"] {
        assert!(site.names(empty).is_empty(), "{empty}");
    }
    assert_eq!(site.asked.load(Ordering::SeqCst), 2);
}

#[test]
fn many_requests_are_answered_beside_each_other() {
    let site = Site::running(2);
    for number in 0..40 {
        site.put(&format!("req/OQSsiquc01req_{number:04}.xml"), request("MANY"));
    }
    site.pass(SECOND * 2);
    assert_eq!(site.names("res").len(), 40);
    assert!(site.names("work").is_empty());
}

/// The site's clock is set back by an hour.
fn set_back(site: &Site) {
    let now = site.fleet.now().micros() - 3_600_000_000;
    site.fleet.set_clock("clinic", env::Time::from_micros(now));
}

#[test]
fn a_clock_that_is_set_back_holds_up_no_error() {
    let site = Site::running(60);
    site.fleet.crash("verification");
    site.put("req/OQSsiquc01req_1.xml", request("LATE"));
    site.pass(SECOND);
    set_back(&site);
    site.pass(SECOND * 60);
    let result = site.result("1");
    assert_eq!(result.header.segment_of_result, SegmentOfResult::Failed);
}

/// It was seen before, and nothing of its end.
#[test]
fn a_clock_that_is_set_back_keeps_no_half_file() {
    let site = Site::running(62);
    let whole = request("HALF");
    site.put("req/OQSsiquc01req_1.xml", whole.trim_end().trim_end_matches('>'));
    site.pass(SECOND);
    assert_eq!(site.names("req"), ["OQSsiquc01req_1.xml"]);
    set_back(&site);
    site.pass(SECOND * 5);
    assert!(site.names("req").is_empty());
    assert_eq!(site.names("res"), ["OQSsiquc01res_1.xml"]);
}

#[test]
fn a_clock_that_is_set_back_gives_no_longer_rest() {
    let site = Site::running(61);
    let stuck = path("work/OQSsiquc01req_1.xml");
    site.fleet.grip("clinic", &stuck);
    site.put("req/OQSsiquc01req_1.xml", request("STUCK"));
    site.pass(SECOND * 2);
    assert_eq!(site.names("work"), ["OQSsiquc01req_1.xml", "OQSsiquc01res_1.xml"]);
    set_back(&site);
    site.fleet.let_go("clinic", &stuck);
    site.pass(SECOND * 30);
    assert_eq!(site.names("res"), ["OQSsiquc01res_1.xml"]);
}

#[test]
fn a_result_is_never_rewritten() {
    let site = Site::running(3);
    site.put("req/OQSsiquc01req_1.xml", request("FIRST"));
    site.pass(SECOND);
    let first = site.bytes("res/OQSsiquc01res_1.xml");
    site.put("req/OQSsiquc01req_1.xml", request("SECOND"));
    site.pass(SECOND);
    assert_eq!(site.bytes("res/OQSsiquc01res_1.xml"), first);
    assert_eq!(site.text("quarantine/OQSsiquc01req_1.xml"), request("SECOND"));
    assert!(
        site.text("quarantine/OQSsiquc01req_1.xml.reason.txt")
            .contains("OQSsiquc01res_1.xml")
    );
    assert!(site.names("req").is_empty());
    // Another one of that name is kept beside it, and when the result was taken away, the name is free again.
    site.put("req/OQSsiquc01req_1.xml", request("THIRD"));
    site.pass(SECOND);
    assert_eq!(site.text("quarantine/OQSsiquc01req_1 (2).xml"), request("THIRD"));
    site.remove("res/OQSsiquc01res_1.xml");
    site.put("req/OQSsiquc01req_1.xml", request("FOURTH"));
    site.pass(SECOND);
    assert_eq!(
        site.result("1").header.arbitrary_file_identifier.as_deref(),
        Some("FOURTH")
    );
}

#[test]
fn a_half_written_file_is_left_until_it_has_its_end() {
    let site = Site::running(4);
    let whole = request("SLOW");
    for part in [10, 200, 400, whole.len() - 8] {
        site.put("req/OQSsiquc01req_1.xml", &whole.as_bytes()[..part]);
        site.pass(Duration::from_millis(1500));
        assert_eq!(site.names("req").len(), 1, "{part} bytes are not the whole");
        site.remove("req/OQSsiquc01req_1.xml");
    }
    site.put("req/OQSsiquc01req_1.xml", whole);
    site.pass(SECOND);
    assert_eq!(site.result("1").header.segment_of_result, SegmentOfResult::Done);
    assert!(site.names("quarantine").is_empty());
    assert_eq!(site.asked.load(Ordering::SeqCst), 1);
}

#[test]
fn without_verification_it_waits_and_then_says_so() {
    let site = Site::running(5);
    site.fleet.crash("verification");
    site.put("req/OQSsiquc01req_1.xml", request("DOWN"));
    site.pass(SECOND * 5);
    assert!(site.names("res").is_empty());
    assert_eq!(site.names("work"), ["OQSsiquc01req_1.xml"]);
    site.pass(SECOND * 6);
    let result = site.result("1");
    assert_eq!(result.header.segment_of_result, SegmentOfResult::Failed);
    assert_eq!(result.header.error_code.as_deref(), Some("MDG-NET-001"));
    assert_eq!(result.header.arbitrary_file_identifier.as_deref(), Some("DOWN"));
    assert!(result.header.error_message.unwrap().contains("接続できません"));
    // It stays what it is when verification comes back; the next request is answered.
    let told = site.bytes("res/OQSsiquc01res_1.xml");
    site.verification_up();
    site.put("req/OQSsiquc01req_2.xml", request("UP"));
    site.pass(SECOND * 20);
    assert_eq!(site.bytes("res/OQSsiquc01res_1.xml"), told);
    assert_eq!(site.result("2").header.segment_of_result, SegmentOfResult::Done);
}

#[test]
fn verification_that_comes_back_in_time_is_waited_for() {
    let site = Site::running(6);
    *site.manner.lock().unwrap() = Manner::Status(503);
    site.put("req/OQSsiquc01req_1.xml", request("LATER"));
    site.pass(SECOND * 4);
    *site.manner.lock().unwrap() = Manner::Knows("見本　花子");
    site.pass(SECOND * 4);
    assert_eq!(site.result("1").header.segment_of_result, SegmentOfResult::Done);
}

#[test]
fn a_long_queue_in_an_outage_is_told_in_time_too() {
    let site = Site::running(7);
    site.fleet.crash("verification");
    for number in 0..100 {
        site.put(&format!("req/OQSsiquc01req_{number:04}.xml"), request("QUEUE"));
    }
    site.pass(SECOND * 15);
    assert_eq!(site.names("res").len(), 100);
}

/// Nothing is told to somebody else who answers in verification's place, and the desk does not wait for them.
#[test]
fn somebody_else_in_the_place_of_verification_is_asked_nothing() {
    let site = Site::running(9);
    site.fleet.crash("verification");
    site.somebody_up("hub");
    site.put("req/OQSsiquc01req_1.xml", request("OTHER"));
    site.pass(SECOND);
    let header = site.result("1").header;
    assert_eq!(header.error_code.as_deref(), Some("MDG-NET-005"));
    assert!(header.error_message.unwrap().contains("別の接続先"));
    assert_eq!(site.asked.load(Ordering::SeqCst), 0);
}

#[test]
fn what_verification_refuses_or_garbles_is_an_error_answer() {
    for (manner, code, span) in [
        (Manner::Status(403), "MDG-NET-003", 1),
        (Manner::Confused, "MDG-NET-002", 1),
        (Manner::Babbles, "MDG-NET-002", 11),
    ] {
        let site = Site::running(8);
        *site.manner.lock().unwrap() = manner;
        site.put("req/OQSsiquc01req_1.xml", request("NO"));
        site.pass(SECOND * span);
        let result = site.result("1");
        assert_eq!(result.header.segment_of_result, SegmentOfResult::Failed);
        assert_eq!(result.header.error_code.as_deref(), Some(code));
        assert!(result.body.result_list.is_empty());
        assert!(site.names("work").is_empty() && site.names("quarantine").is_empty());
    }
}

#[test]
fn a_character_that_the_site_lacks_is_told_and_listed() {
    let mut site = Site::new(9);
    site.config.encoding = SiteEncoding::ShiftJis;
    site.config.office_data_as_of = false;
    *site.manner.lock().unwrap() = Manner::Knows("𠮷田　花子");
    site.start();
    site.put("req/OQSsiquc01req_1.xml", request("GETA"));
    site.pass(SECOND);
    let bytes = site.bytes("res/OQSsiquc01res_1.xml");
    assert!(bytes.starts_with(b"<?xml version=\"1.0\" encoding=\"Shift_JIS\""));
    let result = site.result("1");
    assert_eq!(result.body.result_list[0].name.as_deref(), Some("〓田　花子"));
    assert!(result.body.processing_result_message.unwrap().contains("1か所"));
    assert_eq!(result.body.processing_result_code.as_deref(), Some("MDG-CHR-001"));
    assert_eq!(result.body.office_data_as_of, None, "switched off at this site");
    let report = site.text("report/OQSsiquc01res_1.xml.replaced.txt");
    assert!(
        report.contains("OQSsiquc01res_1.xml") && report.contains("/Name\t1\tU+20BB7\t〓"),
        "{report}"
    );
    *site.manner.lock().unwrap() = Manner::Knows("見本　花子");
    site.put("req/OQSsiquc01req_2.xml", request("PLAIN"));
    site.pass(SECOND);
    assert_eq!(site.result("2").body.processing_result_message, None);
    assert_eq!(site.names("report").len(), 1);
}

#[test]
fn two_agents_do_not_work_on_one_folder() {
    let mut site = Site::running(56);
    let second = |site: &Site| {
        let (env, mut config) = (site.fleet.node("second", "clinic"), site.config.clone());
        config.listen = env::Origin::new("second", 80);
        let started = async move { start_known(&env, config).await.map(|_running| ()) };
        site.fleet.run(10_000, started).unwrap()
    };
    let Err(refused @ StartError::Held { .. }) = second(&site) else {
        panic!("both work");
    };
    let said = refused.to_string();
    assert!(
        said.contains("/oqs") && said.contains("https://clinic:80"),
        "{said}"
    );
    // The first goes on, and whoever stops or dies leaves the folder free.
    site.put("req/OQSsiquc01req_1.xml", request("ONE"));
    site.pass(Duration::from_secs(1));
    assert_eq!(site.names("res").len(), 1);
    site.stop();
    assert!(second(&site).is_ok());
    site.fleet.crash("second");
    site.start();
    site.crash();
    assert!(second(&site).is_ok());
}

#[test]
fn stopping_leaves_the_undecided_for_the_next_start() {
    let mut site = Site::running(10);
    site.fleet.crash("verification");
    site.put("req/OQSsiquc01req_1.xml", request("STOP"));
    site.pass(SECOND * 2);
    let before = site.fleet.now();
    site.stop();
    assert!(site.fleet.now().since(before) < SECOND * 4);
    assert_eq!(site.names("work"), ["OQSsiquc01req_1.xml"]);
    site.verification_up();
    site.start();
    site.pass(SECOND);
    assert_eq!(site.result("1").header.segment_of_result, SegmentOfResult::Done);
    assert!(site.names("work").is_empty());
}
