//! Events: what a preview says is what deciding does.

use serde_json::{Value, json};

use crate::model::MONTH;
use crate::people::{self, CLINIC, PAYER, PHARMACY, recipient};
use crate::world::World;

/// A person with a medical and a dispensing voucher of December, alone in the world.
fn issued(name: &str, seed: u64) -> World {
    let world = World::alone(name, seed);
    let mut dispensing = people::entrustment("b", PHARMACY, "04");
    dispensing["prescription"] = json!({ "issuer": CLINIC });
    let household = people::household(1, &[people::entrustment("a", CLINIC, "02"), dispensing]);
    world.load(&[household]);
    let issued = world.post(&path(&format!("months/{MONTH}")), &Value::Null);
    assert_eq!(issued["vouchers"].as_array().unwrap().len(), 2);
    world
}

fn path(rest: &str) -> String {
    format!("/people/{}/{rest}", people::link(1))
}

fn end(date: &str, reason: &str) -> Value {
    json!({ "event": "end", "date": date, "reason": reason })
}

/// What stands: validity of each voucher.
fn validity(world: &World) -> Vec<(String, String)> {
    let file = world.get(&format!("/people/{}", people::link(1)));
    let vouchers = file["vouchers"].as_array().unwrap().iter();
    let text = |one: &Value, name: &str| one["body"][name].as_str().unwrap().to_owned();
    let mut validity: Vec<_> = vouchers
        .map(|one| (text(one, "valid_from"), text(one, "valid_through")))
        .collect();
    validity.sort();
    validity
}

/// Every version that there is.
fn versions(world: &World) -> Vec<(String, u64)> {
    let records = world.get(&path("records"));
    let version = |one: &Value| {
        let record = one["record"].as_str().unwrap().to_owned();
        (record, one["revision"].as_u64().unwrap())
    };
    records.as_array().unwrap().iter().map(version).collect()
}

fn december(from: u8, through: u8) -> (String, String) {
    (format!("2026-12-{from:02}"), format!("2026-12-{through:02}"))
}

#[test]
fn a_preview_writes_nothing_and_deciding_does_what_it_says() {
    let world = issued("preview", 11);
    let records = versions(&world);
    let what = end("2026-12-11", "termination");
    let preview = world.post(&path("events"), &json!({ "what": what, "preview": true }));
    assert_eq!(versions(&world), records, "a preview wrote something");
    let decided = world.post(&path("events"), &json!({ "id": "ev-1", "what": what }));
    assert_eq!(
        (&decided["eligibilities"], &decided["vouchers"]),
        (&preview["eligibilities"], &preview["vouchers"])
    );
    // Shortened to the day before; no day that was covered is taken away.
    assert_eq!(validity(&world), [december(1, 10), december(1, 10)]);
    // One file for all of it.
    let files: Vec<&Value> = decided["decided"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["number"])
        .collect();
    assert_eq!(files.len(), 3);
    assert!(files.iter().all(|file| *file == files[0]), "{decided}");

    // Asked again it is the same event; another one does not get its name.
    let again = world.post(&path("events"), &json!({ "id": "ev-1", "what": what }));
    assert_eq!(again, decided);
    let other = json!({ "id": "ev-1", "what": end("2026-12-05", "death") });
    let (status, problem) = world.refused(&path("events"), &other);
    assert_eq!((status, &problem["field"]), (409, &json!("id")), "{problem}");
}

#[test]
fn each_end_takes_the_days_that_it_must() {
    for (seed, date, reason, expected) in [
        (
            1,
            "2026-12-11",
            "suspension",
            vec![december(1, 10), december(1, 10)],
        ),
        (
            2,
            "2026-12-11",
            "transfer",
            vec![december(1, 10), december(1, 10)],
        ),
        // The day of a death is covered.
        (3, "2026-12-11", "death", vec![december(1, 11), december(1, 11)]),
        (4, "2026-12-01", "termination", vec![]),
        (5, "2026-11-20", "death", vec![]),
        (
            6,
            "2027-01-01",
            "termination",
            vec![december(1, 31), december(1, 31)],
        ),
    ] {
        let world = issued("ends", 20 + seed);
        world.post(&path("events"), &json!({ "what": end(date, reason) }));
        assert_eq!(validity(&world), expected, "{reason} on {date}");
        let month = world.get(&format!("/months/{MONTH}"));
        assert_eq!(month["withdrawn"], 2 - expected.len(), "{reason} on {date}");
    }
}

#[test]
fn a_resumption_brings_the_rest_of_the_month_with_it() {
    let world = issued("resumption", 31);
    world.post(
        &path("events"),
        &json!({ "what": end("2026-12-05", "suspension") }),
    );
    let what = json!({ "event": "resumption", "date": "2026-12-20" });
    let resumed = world.post(&path("events"), &json!({ "what": what, "issue": [MONTH] }));
    assert_eq!(
        resumed["issued"][0]["vouchers"].as_array().unwrap().len(),
        2,
        "{resumed}"
    );
    assert_eq!(
        validity(&world),
        [december(1, 4), december(1, 4), december(20, 31), december(20, 31)]
    );
    // And the run of the month has nothing left to do.
    world.post("/runs", &json!({ "month": MONTH }));
    assert_eq!(world.until_finished(MONTH)["issued"], 0);
}

#[test]
fn what_an_event_withdrew_the_run_issues_again_and_what_a_hand_withdrew_it_does_not() {
    let world = issued("withdrawn", 32);
    let file = world.get(&format!("/people/{}", people::link(1)));
    let record = file["vouchers"][0]["record"].as_str().unwrap().to_owned();
    world.post(&path(&format!("vouchers/{record}/withdrawal")), &json!({}));
    world.post(
        &path("events"),
        &json!({ "what": end("2026-11-25", "suspension") }),
    );
    assert_eq!(validity(&world), []);
    let what = json!({ "event": "resumption", "date": "2026-11-28" });
    world.post(&path("events"), &json!({ "what": what }));
    world.post("/runs", &json!({ "month": MONTH }));
    let run = world.until_finished(MONTH);
    assert_eq!(
        (&run["issued"], &run["withdrawn"]),
        (&json!(1), &json!(1)),
        "{run}"
    );
    // Somebody who asks for it gets it.
    let issued = world.post(&path(&format!("months/{MONTH}")), &Value::Null);
    assert_eq!(issued["vouchers"].as_array().unwrap().len(), 1);
    assert_eq!(validity(&world), [december(1, 31), december(1, 31)]);
}

#[test]
fn a_start_begins_a_new_eligibility_and_what_cannot_be_is_refused() {
    let world = issued("start", 33);
    let start =
        |date: &str| json!({ "event": "start", "date": date, "payer": PAYER, "recipient": recipient(7) });
    let (status, problem) = world.refused(&path("events"), &json!({ "what": start("2026-12-15") }));
    assert_eq!(
        (status, &problem["field"]),
        (422, &json!("what.date")),
        "{problem}"
    );
    world.post(&path("events"), &json!({ "what": end("2026-12-10", "transfer") }));
    let (status, _) = world.refused(&path("events"), &json!({ "what": end("2026-12-20", "transfer") }));
    assert_eq!(status, 422);
    let again = world.post(
        &path("events"),
        &json!({ "id": "ev-2", "what": start("2026-12-15") }),
    );
    assert_eq!(again["eligibilities"].as_array().unwrap().len(), 2);
    let file = world.get(&format!("/people/{}", people::link(1)));
    let eligibilities = file["eligibilities"].as_array().unwrap();
    let new = eligibilities.iter().find(|one| one["record"] == "ev-2").unwrap();
    assert_eq!(new["body"]["numbers"][0]["from"], "202612");
    let (status, _) = world.refused("/people/p-nobody/events", &json!({ "what": start("2026-12-15") }));
    assert_eq!(status, 404);
}
