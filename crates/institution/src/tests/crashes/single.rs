//! Inquiries about one person.

use std::time::Duration;

use exchange::oqs::Limits;
use exchange::oqs::codes::SegmentOfResult;
use exchange::oqs::siquc01::ResultMessage;

use super::Story;
use crate::tests::site::{Site, Taken, request};

const STORY: Story = Story {
    prepare,
    results: 3,
    check,
};

/// Two good requests, one broken, one that nobody supports.
fn prepare(site: &mut Site) {
    site.put("req/OQSsiquc01req_1.xml", request("ONE"));
    site.put(
        "req/OQSsiquc01req_2.xml",
        request("TWO").replace("20261122", "20260231"),
    );
    site.put("req/OQSsiquc01req_3.xml", request("THREE"));
    site.put("req/OQSmuimm01req_4.xml", request("FOUR"));
}

fn check(site: &Site, taken: &Taken, what: &str) {
    assert_eq!(taken.len(), 3, "{what}: {:?}", taken.keys());
    for (suffix, identifier, segment) in [
        ("1", "ONE", SegmentOfResult::Done),
        ("2", "TWO", SegmentOfResult::Failed),
        ("3", "THREE", SegmentOfResult::Done),
    ] {
        let results = &taken[&format!("OQSsiquc01res_{suffix}.xml")];
        assert_eq!(results.len(), 1, "{what}: {suffix}");
        let result = ResultMessage::read(&results[0], &Limits::SINGLE).unwrap();
        assert_eq!(result.header.segment_of_result, segment, "{what}: {suffix}");
        assert_eq!(
            result.header.arbitrary_file_identifier.as_deref(),
            Some(identifier),
            "{what}"
        );
    }
    assert!(site.names("req").is_empty(), "{what}");
    assert!(site.names("work").is_empty(), "{what}");
    let quarantined = ["OQSmuimm01req_4.xml", "OQSsiquc01req_2.xml"];
    let both = quarantined
        .iter()
        .flat_map(|name| [(*name).to_owned(), format!("{name}.reason.txt")]);
    assert_eq!(site.names("quarantine"), both.collect::<Vec<_>>(), "{what}");
}

#[test]
fn dying_at_any_await_leaves_one_result_each() {
    STORY.at_any_await(100);
}

#[test]
fn dying_again_while_taking_up_leaves_one_result_each() {
    STORY.again_while_taking_up((0..240, 7), (0..120, 5));
}

#[test]
fn crash_points_and_bad_weather_leave_one_result_each() {
    STORY.in_bad_weather(0..40, 100);
}

#[test]
fn an_interrupted_move_that_left_both_names_is_finished() {
    let mut site = Site::new(41);
    // Claimed, but the name in `req` was not removed yet.
    site.put("req/OQSsiquc01req_1.xml", request("CLAIM"));
    site.put("work/OQSsiquc01req_1.xml", request("CLAIM"));
    // Published, but the name in `work` was not removed yet.
    site.put("res/OQSsiquc01res_2.xml", "the answer");
    site.put("work/OQSsiquc01res_2.xml", "the answer");
    // A result is there: the request is only cleared away.
    site.put("res/OQSsiquc01res_3.xml", "another answer");
    site.put("work/OQSsiquc01req_3.xml", request("CLEAR"));
    // Answered, but somebody else put a result of that name.
    site.put("res/OQSsiquc01res_4.xml", "theirs");
    site.put("work/OQSsiquc01res_4.xml", "ours");
    site.start();
    site.pass(Duration::from_secs(1));
    assert!(site.names("req").is_empty() && site.names("work").is_empty());
    assert_eq!(site.names("res").len(), 4);
    assert_eq!(site.text("res/OQSsiquc01res_2.xml"), "the answer");
    assert_eq!(site.text("res/OQSsiquc01res_3.xml"), "another answer");
    assert_eq!(site.text("res/OQSsiquc01res_4.xml"), "theirs");
    assert_eq!(
        site.names("quarantine"),
        ["OQSsiquc01res_4.xml", "OQSsiquc01res_4.xml.reason.txt"]
    );
    assert_eq!(site.result("1").header.segment_of_result, SegmentOfResult::Done);
}
