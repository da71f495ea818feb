//! The JSON of each endpoint's answer: other programs are written against it.

use serde_json::{Value, json};

use crate::model::MONTH;
use crate::people::{self, CLINIC, UNKNOWN};
use crate::world::World;

/// Puts words for what differs from run to run: times, and what was drawn.
fn steady(value: &mut Value) {
    match value {
        Value::Number(number)
            if number
                .as_i64()
                .is_some_and(|number| number > 1_000_000_000_000_000) =>
        {
            *value = json!("TIME");
        }
        Value::String(text) if text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            *value = json!("DRAWN");
        }
        Value::Array(values) => values.iter_mut().for_each(steady),
        Value::Object(fields) => fields.values_mut().for_each(steady),
        _ => {}
    }
}

macro_rules! answers {
    ($($name:literal: $answer:expr;)+) => {$(
        let mut answer = $answer;
        steady(&mut answer);
        insta::assert_json_snapshot!($name, answer);
    )+};
}

#[test]
fn every_endpoint_answers_in_its_shape() {
    let world = World::whole("answers", 5);
    world.settle([1, 2].into_iter());
    let link = people::link(1);
    let at = |rest: &str| format!("/people/{link}/{rest}");
    answers! {
        "institutions": world.post("/institutions", &people::institutions());
        "load": world.post("/load", &json!([
            people::household(1, &[people::entrustment("a", CLINIC, "02"), people::entrustment("b", UNKNOWN, "02")]),
            people::household(2, &[people::entrustment("c", CLINIC, "02")]),
        ]));
        "household": world.post("/households", &json!({ "id": "H-1", "household": { "district_contact": "見本" } }));
        "household-view": world.get("/households/H-00001");
        "circumstances": world.post(&at("circumstances"), &json!({
            "circumstances": { "household": "H-1", "self_pays": true },
        }));
        "self-payment": world.post(&at("self-payments"), &json!({
            "month": MONTH, "self_payment": { "settled": { "yen": 1000 } },
        }));
        "entrustment": world.post(&at("entrustments"), &json!({
            "entrustment": people::entrustment("d", CLINIC, "01"), "issue": [MONTH],
        }));
        "issue-now": world.post(&at(&format!("months/{MONTH}")), &Value::Null);
        "dry-run": world.post("/runs", &json!({ "month": MONTH, "dry_run": true }));
        "run-started": world.post("/runs", &json!({ "month": MONTH }));
        "run": { world.until_finished(MONTH); world.live(30); world.get(&format!("/runs/{MONTH}-1")) };
        "left-out": world.get(&format!("/runs/{MONTH}-1/left-out"));
        "preview": world.post(&at("events"), &json!({
            "what": { "event": "end", "date": "2026-12-11", "reason": "suspension" }, "preview": true,
        }));
        "event": world.post(&at("events"), &json!({
            "id": "ev-1", "what": { "event": "end", "date": "2026-12-11", "reason": "suspension" },
        }));
        "records": { world.live(30); world.get(&at("records")) };
        "month": world.get(&format!("/months/{MONTH}"));
        "figures": world.get("/figures?date=2026-12-20");
        "person": world.get(&format!("/people/{link}"));
    }
}

#[test]
fn every_no_names_field_and_next_step() {
    let world = World::alone("noes", 6);
    world.load(&[people::household(1, &[])]);
    let link = people::link(1);
    let at = |rest: &str| format!("/people/{link}/{rest}");
    let problem = |path: &str, body: &Value| {
        let (status, problem) = world.refused(path, body);
        assert_eq!(problem["status"], status);
        problem
    };
    let mut nursing = people::entrustment("n", CLINIC, "02");
    nursing["home_nursing"] = json!({ "own_opinion": true, "care_insurance_pays": false });
    let dentist_as_clinic = people::entrustment("x", CLINIC, "03");
    let elsewhere = json!({ "circumstances": { "household": "H-none" } });
    let mut in_another = people::household(2, &[]);
    in_another["members"][0]["circumstances"] = json!({ "household": "H-00001" });
    let mut nameless = people::household(3, &[]);
    nameless["members"][0]["person"]
        .as_object_mut()
        .unwrap()
        .remove("link");
    answers! {
        "no-person": problem("/people/p-9/entrustments", &json!({ "entrustment": people::entrustment("a", CLINIC, "02") }));
        "no-household": problem(&at("circumstances"), &elsewhere);
        "no-voucher": problem(&at("vouchers/v-9/withdrawal"), &json!({}));
        "no-run": world.try_get("/runs/209912-1").unwrap().1;
        "wrong-revision": problem(&at("self-payments"), &json!({ "month": MONTH, "revision": 7, "self_payment": "unsettled" }));
        "wrong-shape": problem("/runs", &json!({ "month": "2026-12" }));
        "wrong-treatment": problem(&at("entrustments"), &json!({ "entrustment": dentist_as_clinic }));
        "wrong-nursing": problem(&at("entrustments"), &json!({ "entrustment": nursing }));
        "wrong-event": problem(&at("events"), &json!({ "what": { "event": "resumption", "date": "2026-12-11" } }));
        "load-elsewhere": problem("/load", &json!([in_another]));
        "load-nameless": problem("/load", &json!([nameless]));
    }
}

#[test]
fn a_load_is_sent_again_without_harm() {
    let world = World::alone("again", 7);
    let first = people::household(1, &[people::entrustment("a", CLINIC, "02")]);
    world.load(std::slice::from_ref(&first));
    // Corrected since: what is loaded again stays corrected.
    let mut corrected = people::entrustment("a", CLINIC, "02");
    corrected["opinion"] = json!({ "awaited": {} });
    world.post(
        &format!("/people/{}/entrustments", people::link(1)),
        &json!({ "entrustment": corrected }),
    );
    let before = world.get(&format!("/people/{}", people::link(1)));
    let loaded = world.post("/load", &json!([first, people::household(2, &[])]));
    assert_eq!(
        (&loaded["people"], &loaded["records"]),
        (&json!(2), &json!(2)),
        "{loaded}"
    );
    assert_eq!(world.get(&format!("/people/{}", people::link(1))), before);
}

/// The JSON examples of the handbook's page.
fn examples() -> Vec<Value> {
    let page = include_str!("../../../../docs/src/reference/office.md");
    let blocks = page.split("```json\n").skip(1);
    blocks
        .map(|block| {
            let example = block.split("```").next().unwrap();
            // Numbers of people stand in no page.
            let example = example.replace('…', &people::number(1));
            serde_json::from_str(&example).unwrap()
        })
        .collect()
}

#[test]
fn what_the_handbook_shows_is_taken() {
    let world = World::alone("handbook", 9);
    let [household, event]: [Value; 2] = examples().try_into().unwrap();
    let loaded = world.post("/load", &json!([household]));
    assert_eq!(
        (&loaded["people"], &loaded["records"]),
        (&json!(1), &json!(3)),
        "{loaded}"
    );
    let previewed = world.post("/people/p-1/events", &event);
    assert_eq!(previewed["eligibilities"][0]["end"]["reason"], "suspension");
}

#[test]
fn nobody_else_is_answered() {
    let world = World::alone("others", 8);
    world.load(&[people::household(1, &[])]);
    let others = [
        "office:13999",
        "institution:1319999015",
        "hub",
        "verification",
        "operator",
    ];
    let paths = [
        "/people/p-00001",
        "/people/p-00001/records",
        "/households/H-00001",
        "/runs?month=202612",
        "/months/202612",
        "/figures?date=2026-12-01",
    ];
    for path in paths {
        for other in others {
            let actor = crate::world::actor(other);
            let (status, _) = world
                .ask("office", &actor, http::Method::GET, path, &Value::Null)
                .unwrap();
            assert_eq!(status, 403, "{other} {path}");
        }
    }
}
