//! The agent dies at every await, and at its crash points under bad weather: each request has exactly one result.

use std::collections::BTreeMap;
use std::time::Duration;

use env::sim::Weather;
use exchange::oqs::Limits;
use exchange::oqs::codes::SegmentOfResult;
use exchange::oqs::siquc01::ResultMessage;

use super::site::{Site, request};

const SECOND: Duration = Duration::from_secs(1);

/// Two good requests, one broken, one that nobody supports.
fn requests(site: &Site) {
    site.put("req/OQSsiquc01req_1.xml", request("ONE"));
    site.put(
        "req/OQSsiquc01req_2.xml",
        request("TWO").replace("20261122", "20260231"),
    );
    site.put("req/OQSsiquc01req_3.xml", request("THREE"));
    site.put("req/OQSmuimm01req_4.xml", request("FOUR"));
}

/// What must be true in the end, whatever happened; `taken` is what a reader got that removes what it reads.
fn check(site: &Site, taken: &BTreeMap<String, Vec<Vec<u8>>>, what: &str) {
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

/// A run in which the agent dies `first` steps after its start and, when `again` is given, so many steps after its
/// next start. Whether all was done before the first death.
fn dies(first: u64, again: Option<u64>) -> bool {
    let mut site = Site::new(31);
    requests(&site);
    let taken = site.greedy_reader();
    site.start();
    let quiet_is_over = site.fleet.now() + SECOND * 3;
    for _ in 0..first {
        site.fleet.step();
    }
    let done = site.fleet.now() > quiet_is_over;
    if let Some(steps) = again {
        site.crash();
        site.start();
        for _ in 0..steps {
            site.fleet.step();
        }
    }
    site.crash();
    site.start();
    site.pass(SECOND * 4);
    check(
        &site,
        &taken.lock().unwrap(),
        &format!("after {first} and {again:?} steps"),
    );
    done
}

#[test]
fn dying_at_any_await_leaves_one_result_each() {
    let all = (0..10_000).find(|&steps| dies(steps, None));
    let all = all.expect("ten thousand steps are three seconds");
    assert!(all > 100, "{all} steps are too few to be the whole life");
}

#[test]
fn dying_again_while_taking_up_leaves_one_result_each() {
    for first in (0..240).step_by(7) {
        for again in (0..120).step_by(5) {
            dies(first, Some(again));
        }
    }
}

#[test]
fn crash_points_and_bad_weather_leave_one_result_each() {
    let mut deaths = 0;
    for seed in 0..40 {
        let mut site = Site::new(seed);
        site.config.answer_within_s = 600;
        requests(&site);
        let taken = site.greedy_reader();
        site.start();
        site.fleet.set_weather(Weather {
            loss: 200,
            doubling: 200,
            delay_ms: 50,
            crash_point: 400,
        });
        for _ in 0..2_000_000 {
            let died = site.fleet.take_crashed().len();
            deaths += died;
            if died > 0 {
                site.start();
            }
            if taken.lock().unwrap().len() == 3 {
                break;
            }
            site.fleet.step();
        }
        site.fleet.set_weather(Weather::default());
        site.crash();
        site.start();
        site.pass(SECOND * 4);
        check(&site, &taken.lock().unwrap(), &format!("seed {seed}"));
    }
    assert!(deaths > 100, "{deaths} deaths in 40 runs are no test");
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
    site.pass(SECOND);
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
