//! Files of every bad kind: an error answer or quarantine with a reason, and the next good request is answered.

use std::time::Duration;

use exchange::oqs::codes::SegmentOfResult;

use super::site::{CODE, Site, request};

const SECOND: Duration = Duration::from_secs(1);

fn bad(what: &str) -> Vec<u8> {
    let good = request("BAD");
    let (declaration, message) = good.split_once('\n').unwrap();
    match what {
        "long" => format!("{declaration}<!--{}-->{message}", "x".repeat(2 << 20)).into(),
        "not XML" => "受付番号,1\r\n".into(),
        "empty" => Vec::new(),
        "cut" => good[..good.len() / 2].into(),
        "DTD" => format!("{declaration}<!DOCTYPE XmlMsg SYSTEM 'http://x.invalid/x'>{message}").into(),
        "bomb" => {
            format!("{declaration}<!DOCTYPE a [<!ENTITY b 'bbbb'><!ENTITY c '&b;&b;'>]>{message}").into()
        }
        "entity" => good.replace("19550401", "&b;").into(),
        "depth" => good
            .replace(
                "19550401",
                &format!("{}{}", "<a>".repeat(500), "</a>".repeat(500)),
            )
            .into(),
        "NUL" => good.replace("0000018", "00\u{0}18").into(),
        "wrong label" => [
            declaration.as_bytes(),
            b"<XmlMsg><!--\x82\xa0\x82\xa2-->",
            &message.as_bytes()[8..],
        ]
        .concat(),
        "unknown label" => good.replace("UTF-8", "EUC-JP").into(),
        "UTF-16" => good.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "missing tag" => good.replace("<Birthdate>19550401</Birthdate>", "").into(),
        "impossible date" => good.replace("20261122", "20260231").into(),
        other => panic!("{other}"),
    }
}

const KINDS: [&str; 14] = [
    "long",
    "not XML",
    "empty",
    "cut",
    "DTD",
    "bomb",
    "entity",
    "depth",
    "NUL",
    "wrong label",
    "unknown label",
    "UTF-16",
    "missing tag",
    "impossible date",
];

#[test]
fn each_is_answered_with_an_error_kept_and_explained() {
    let site = Site::running(21);
    for (number, kind) in KINDS.iter().enumerate() {
        site.put(&format!("req/OQSsiquc01req_{number:02}.xml"), bad(kind));
    }
    site.put("req/OQSsiquc01req_99.xml", request("GOOD"));
    site.pass(SECOND * 4);
    for (number, kind) in KINDS.iter().enumerate() {
        let result = site.result(&format!("{number:02}"));
        assert_eq!(result.header.segment_of_result, SegmentOfResult::Failed, "{kind}");
        assert_eq!(result.header.medical_institution_code, CODE, "{kind}");
        assert!(result.header.error_code.is_some(), "{kind}");
        let reason = site.text(&format!("quarantine/OQSsiquc01req_{number:02}.xml.reason.txt"));
        assert!(
            reason.contains(result.header.error_code.as_deref().unwrap()),
            "{kind}: {reason}"
        );
        assert!(reason.contains("ください"), "{kind}: {reason}");
        assert_eq!(
            site.bytes(&format!("quarantine/OQSsiquc01req_{number:02}.xml")),
            bad(kind),
            "{kind}"
        );
        // The header stands before the fault in these, so its mark is repeated.
        let read = ["cut", "entity", "depth", "NUL", "missing tag", "impossible date"].contains(kind);
        assert_eq!(
            result.header.arbitrary_file_identifier.as_deref(),
            read.then_some("BAD"),
            "{kind}"
        );
    }
    assert_eq!(site.result("99").header.segment_of_result, SegmentOfResult::Done);
    assert!(site.names("req").is_empty() && site.names("work").is_empty());
    assert_eq!(site.names("quarantine").len(), 2 * KINDS.len());
}

#[test]
fn a_good_request_does_not_wait_for_bad_ones() {
    let site = Site::running(22);
    site.put("req/OQSsiquc01req_00.xml", bad("cut"));
    site.put("req/OQSsiquc01req_99.xml", request("GOOD"));
    site.pass(SECOND);
    assert_eq!(site.names("res"), ["OQSsiquc01res_99.xml"]);
}

#[test]
fn names_that_cannot_be_answered_are_quarantined_and_foreign_files_left_alone() {
    let site = Site::running(23);
    let wrong = [
        "OQSmuimm01req_202611010001.xml",
        "OQSsiquc01req_1.zip",
        "OQSsiquc01req_.xml",
        "YZKsiquc01req_1.xml",
    ];
    let foreign = ["OQSsiquc01req_2.xml.tmp", ".hidden.xml", "Thumbs.db", "memo.txt"];
    for name in wrong.iter().chain(&foreign) {
        site.put(&format!("req/{name}"), request("NAME"));
    }
    site.pass(SECOND * 4);
    let mut left: Vec<_> = foreign.map(str::to_owned).into();
    left.sort();
    assert_eq!(site.names("req"), left);
    for name in wrong {
        let reason = site.text(&format!("quarantine/{name}.reason.txt"));
        assert!(
            reason.contains(name) && reason.contains("次にすること"),
            "{reason}"
        );
        assert_eq!(site.text(&format!("quarantine/{name}")), request("NAME"));
    }
    assert!(site.names("res").is_empty());
}

#[test]
fn the_longest_suffix_that_a_file_system_takes_is_explained_under_a_shorter_name() {
    let site = Site::running(24);
    site.put(
        &format!("req/OQSsiquc01req_{}.xml", "患".repeat(78)),
        request("LONG"),
    );
    site.put(
        &format!("req/OQSsiquc01req_{}.xml", "患".repeat(60)),
        bad("missing tag"),
    );
    site.pass(SECOND * 4);
    let quarantined = site.names("quarantine");
    assert_eq!(quarantined.len(), 4);
    assert!(quarantined.iter().all(|name| name.len() < 230));
    assert_eq!(site.names("res").len(), 1);
}
