//! Both steps of bulk inquiries, beside a single one and a broken one.

use super::Story;
use crate::tests::centre::{NUMBER, download, month, uploaded};
use crate::tests::site::{Site, Taken, request};

const STORY: Story = Story {
    prepare,
    results: RESULTS.len(),
    check,
};
/// The results without their endings: a large one is packed.
const RESULTS: [&str; 6] = [
    "OQSmutic01res_1",
    "OQSmuquc01res_2",
    "OQSmutic02res_3",
    "OQSmuquc02res_4",
    "OQSsiquc01res_5",
    "OQSmutic01res_6",
];

fn prepare(site: &mut Site) {
    site.config.zip_over_kib = 8;
    let mut centre = site.centre.lock().unwrap();
    (centre.units, centre.in_part, centre.processing) = (60, 20, 2);
    drop(centre);
    site.put("req/OQSmutic01req_1.xml", month("ONE"));
    site.put("req/OQSmuquc01req_2.xml", request("TWO"));
    site.put("req/OQSmutic02req_3.xml", download(NUMBER));
    site.put("req/OQSmuquc02req_4.xml", download("000000000000000000000002"));
    site.put("req/OQSsiquc01req_5.xml", request("FIVE"));
    site.put("req/OQSmutic01req_6.xml", month("SIX").replace("202611", ""));
}

/// Each has one result, whichever it is: a second step may come before its first.
fn check(site: &Site, taken: &Taken, what: &str) {
    for stem in RESULTS {
        let results: Vec<&Vec<u8>> = [".xml", ".zip"]
            .iter()
            .flat_map(|ending| taken.get(&format!("{stem}{ending}")))
            .flatten()
            .collect();
        assert_eq!(results.len(), 1, "{what}: {stem}");
    }
    assert_eq!(taken.len(), RESULTS.len(), "{what}");
    for (stem, identifier) in [("OQSmutic01res_1", "ONE"), ("OQSmuquc01res_2", "TWO")] {
        let first = uploaded(&taken[&format!("{stem}.xml")][0]);
        assert_eq!(
            first.header.arbitrary_file_identifier.as_deref(),
            Some(identifier),
            "{what}"
        );
        assert!(first.body.reception_number.is_some(), "{what}");
    }
    assert!(site.names("req").is_empty(), "{what}");
    assert!(site.names("work").is_empty(), "{what}");
    assert_eq!(site.names("quarantine").len(), 2, "{what}");
}

#[test]
fn dying_at_any_await_leaves_one_result_for_each_step() {
    STORY.at_any_await(200);
}

#[test]
fn dying_again_while_taking_up_leaves_one_result_for_each_step() {
    STORY.again_while_taking_up((0..400, 23), (0..200, 17));
}

#[test]
fn crash_points_and_bad_weather_leave_one_result_for_each_step() {
    STORY.in_bad_weather(100..120, 50);
}
