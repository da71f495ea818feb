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

/// The office's no: its status, field and title.
#[track_caller]
fn no(world: &World, path_: &str, body: &Value) -> (u16, String, String) {
    let (status, problem) = world.refused(&path(path_), body);
    assert!(problem["next"].is_string(), "{problem}");
    let text = |name: &str| problem[name].as_str().unwrap_or_default().to_owned();
    (status, text("field"), text("title"))
}

#[test]
fn nobody_is_resumed_after_a_death_or_another_end() {
    for (seed, reason, told) in [
        (41, "death", "after the death on 2026-12-10"),
        (42, "termination", "ended on 2026-12-10 by 廃止; enter 開始"),
        (43, "transfer", "ended on 2026-12-10 by 移管; enter 開始"),
    ] {
        let world = issued("after-the-end", seed);
        for what in [end("2026-12-05", "suspension"), end("2026-12-10", reason)] {
            world.post(&path("events"), &json!({ "what": what }));
        }
        let records = versions(&world);
        let resumed = json!({ "event": "resumption", "date": "2026-12-20" });
        for preview in [true, false] {
            let body = json!({ "what": resumed, "preview": preview });
            let (status, field, title) = no(&world, "events", &body);
            assert_eq!((status, field.as_str()), (422, "what.date"), "{reason}");
            assert!(title.contains(told), "{title}");
        }
        assert_eq!(versions(&world), records);
        // After an end there may be a new start; after a death there is nothing.
        let start =
            json!({ "event": "start", "date": "2026-12-20", "payer": PAYER, "recipient": recipient(1) });
        let (status, _) = world
            .try_post(&path("events"), &json!({ "what": start }))
            .unwrap();
        assert_eq!(status, if reason == "death" { 422 } else { 200 }, "{reason}");
    }
}

#[test]
fn no_day_is_covered_twice_by_hand() {
    let world = issued("overlap", 44);
    let by_hand = |record: &str, start: &str| json!({ "record": record, "payer": PAYER, "recipient": recipient(1), "start": start });
    let told = no(&world, "eligibilities", &by_hand("b", "2026-10-01"));
    assert_eq!((told.0, told.1.as_str()), (422, "start"));
    assert!(told.2.contains("eligibility-1"), "{}", told.2);
    // The record's own next version is no other, and the day of an end may be that of a start.
    let mut ended = by_hand("eligibility-1", "2020-04-01");
    ended["end"] = json!({ "date": "2026-10-01", "reason": "termination" });
    world.post(&path("eligibilities"), &ended);
    world.post(&path("eligibilities"), &by_hand("b", "2026-10-01"));
    ended["end"] = json!({ "date": "2026-10-01", "reason": "death" });
    let told = no(&world, "eligibilities", &ended);
    assert!(told.0 == 422 && told.2.contains("記録 b "), "{told:?}");

    // Nor in a load, by what is there or by what comes with it; what was loaded before may be loaded again.
    let mut household = people::household(1, &[]);
    world.post("/load", &json!([household]));
    household["members"][0]["eligibilities"] = json!([by_hand("c", "2019-01-01")]);
    let told = world.refused("/load", &json!([household]));
    assert_eq!((told.0, &told.1["field"]), (422, &json!("start")), "{}", told.1);
    let mut other = people::household(2, &[]);
    other["members"][0]["eligibilities"] = json!([by_hand("c", "2019-01-01"), by_hand("d", "2020-01-01")]);
    let told = world.refused("/load", &json!([other]));
    assert_eq!((told.0, &told.1["field"]), (422, &json!("start")), "{}", told.1);
}

#[test]
fn an_event_overwrites_no_eligibility_that_has_its_name() {
    let world = issued("named", 45);
    let mut by_hand =
        json!({ "record": "s", "payer": PAYER, "recipient": recipient(1), "start": "2010-04-01" });
    by_hand["end"] = json!({ "date": "2012-04-01", "reason": "termination" });
    world.post(&path("eligibilities"), &by_hand);
    world.post(
        &path("events"),
        &json!({ "what": end("2026-12-10", "termination") }),
    );
    let records = versions(&world);
    let start = json!({ "event": "start", "date": "2026-12-15", "payer": PAYER, "recipient": recipient(1) });
    let told = no(&world, "events", &json!({ "id": "s", "what": start }));
    assert_eq!((told.0, told.1.as_str()), (409, "id"), "{told:?}");
    assert_eq!(versions(&world), records);
    // The event that made it is still recognised.
    let decided = world.post(&path("events"), &json!({ "id": "t", "what": start }));
    let again = world.post(&path("events"), &json!({ "id": "t", "what": start }));
    assert_eq!(again, decided);
}

#[test]
fn months_of_an_event_are_issued_once_each_and_are_not_many() {
    let world = issued("months", 46);
    let end = end("2026-12-11", "suspension");
    let told = no(
        &world,
        "events",
        &json!({ "what": end, "issue": vec![MONTH; 17] }),
    );
    assert_eq!((told.0, told.1.as_str()), (422, "issue"), "{told:?}");
    let decided = world.post(&path("events"), &json!({ "what": end, "issue": vec![MONTH; 16] }));
    assert_eq!(decided["issued"].as_array().unwrap().len(), 1, "{decided}");
}
