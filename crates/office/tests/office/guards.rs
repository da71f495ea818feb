//! What would stop a lane, a run or somebody's number later is said at once.

use domain::identity::OfficeCode;
use domain::number::InstitutionCode;
use domain::permit::Actor;
use http::Method;
use serde_json::{Value, json};

use crate::model::MONTH;
use crate::people::{self, CLINIC};
use crate::world::{World, code};

/// Another clinic.
const OTHER: &str = "1319999049";

#[track_caller]
fn no(world: &World, path: &str, body: &Value) -> (u16, String, String) {
    let me = Actor::Office(code());
    let (status, problem) = world.ask("office", &me, Method::POST, path, body).unwrap();
    assert!(problem["next"].is_string(), "{path}: {problem}");
    let text = |name: &str| problem[name].as_str().unwrap_or_default().to_owned();
    (status, text("field"), text("title"))
}

fn at(rest: &str) -> String {
    format!("/people/{}/{rest}", people::link(1))
}

#[test]
fn the_lanes_are_the_offices_own() {
    let world = World::alone("own-status", 27);
    let other = Actor::Office(OfficeCode::parse("13105").unwrap());
    let clinic = Actor::Institution(InstitutionCode::parse(CLINIC).unwrap());
    for other in [other, clinic, Actor::Operator, Actor::Hub, Actor::Verification] {
        let (status, told) = world
            .ask("office", &other, Method::GET, "/status", &Value::Null)
            .unwrap();
        assert_eq!(status, 403, "{other}");
        assert!(told["next"].as_str().unwrap().contains("office:13104"), "{told}");
    }
    assert!(world.get("/status").is_array());
}

#[test]
fn what_the_hub_cannot_read_never_leaves() {
    let world = World::alone("unreadable", 21);
    world.load(&[people::household(1, &[])]);
    let waiting = || world.get("/status")[1]["waiting"].clone();
    let before = waiting();
    let mut aid = people::eligibility(1);
    aid["record"] = json!("second");
    aid["start"] = json!("2010-04-01");
    aid["end"] = json!({ "date": "2012-04-01", "reason": "termination" });
    let number = json!({ "payer": people::PAYER, "recipient": people::recipient(1) });
    let numbers = vec![json!({ "number": number, "from": "201004", "through": "201204" }); 1_000];
    aid["numbers"] = json!(numbers);
    let (status, field, title) = no(&world, &at("eligibilities"), &aid);
    assert_eq!((status, field.as_str()), (422, "row"), "{title}");
    assert!(title.contains("at most 65536 bytes"), "{title}");
    assert_eq!(waiting(), before, "nothing is under way");
}

#[test]
fn the_counters_numbers_are_nobody_elses() {
    let world = World::alone("counted", 22);
    world.load(&[people::household(1, &[people::entrustment("a", CLINIC, "02")])]);
    world.post(&at(&format!("months/{MONTH}")), &Value::Null);
    let file = world.get(&format!("/people/{}", people::link(1)));
    let mut voucher = file["vouchers"][0]["body"].clone();
    let counted = format!("{MONTH}0000002");
    voucher["issue_number"] = json!("X1");
    let told = no(
        &world,
        &at("vouchers"),
        &json!({ "record": counted, "voucher": voucher }),
    );
    assert_eq!((told.0, told.1.as_str()), (422, "record"), "{}", told.2);
    voucher["issue_number"] = json!(counted);
    for body in [
        json!({ "record": "x-1", "voucher": voucher }),
        json!({ "voucher": voucher }),
    ] {
        assert_eq!(no(&world, &at("vouchers"), &body).0, 422);
    }
    // What the counter gave may be corrected under its number.
    let given = file["vouchers"][0]["record"].clone();
    let body = json!({ "record": given, "revision": 2, "voucher": file["vouchers"][0]["body"] });
    world.post(&at("vouchers"), &body);
    // The same voucher sent twice without a record is one.
    voucher["issue_number"] = json!("X1");
    voucher["institution_code"] = json!(OTHER);
    for _ in 0..2 {
        world.post(&at("vouchers"), &json!({ "voucher": voucher }));
    }
    let file = world.get(&format!("/people/{}", people::link(1)));
    assert_eq!(file["vouchers"].as_array().unwrap().len(), 2);
}

#[test]
fn an_entrustment_has_one_voucher_for_a_day() {
    let world = World::alone("one-voucher", 23);
    let mut other = people::institutions()[0].clone();
    other["code"] = json!(OTHER);
    world.post("/institutions", &json!([other]));
    world.load(&[people::household(1, &[people::entrustment("a", CLINIC, "02")])]);
    let issued = world.post(&at(&format!("months/{MONTH}")), &Value::Null);
    assert_eq!(issued["vouchers"].as_array().unwrap().len(), 1);
    let moved = json!({ "entrustment": people::entrustment("a", OTHER, "02"), "issue": [MONTH] });
    let moved = world.post(&at("entrustments"), &moved);
    assert_eq!(moved["issued"][0]["vouchers"], json!([]), "{moved}");
    // Once the first is withdrawn, the other institution gets its own.
    let record = issued["vouchers"][0]["record"].as_str().unwrap().to_owned();
    world.post(&at(&format!("vouchers/{record}/withdrawal")), &json!({}));
    let again = world.post(&at(&format!("months/{MONTH}")), &Value::Null);
    assert_eq!(again["vouchers"].as_array().unwrap().len(), 1, "{again}");
}

#[test]
fn a_load_names_everything_once() {
    let world = World::alone("once", 24);
    let one = people::household(1, &[people::entrustment("a", CLINIC, "02")]);
    let mut same_person = people::household(2, &[]);
    same_person["members"][0]["person"]["link"] = json!(people::link(1));
    let mut twice = one.clone();
    twice["members"][0]["entrustments"] = json!([
        people::entrustment("a", CLINIC, "02"),
        people::entrustment("a", OTHER, "02")
    ]);
    let mut aid = one.clone();
    let mut named = people::eligibility(1);
    named["record"] = json!("eligibility-1");
    aid["members"][0]["eligibilities"] = json!([people::eligibility(1), named]);
    for (load, field) in [
        (json!([one, one]), "[1].id"),
        (json!([one, same_person]), "[1].members[0].person.link"),
        (json!([twice]), "[0].members[0].entrustments[1].id"),
        (json!([aid]), "[0].members[0].eligibilities[1].record"),
    ] {
        let told = no(&world, "/load", &load);
        assert_eq!((told.0, told.1.as_str()), (422, field), "{}", told.2);
    }
    world.load(&[one]);
}

#[test]
fn a_number_that_comes_later_is_not_dropped() {
    let world = World::alone("number-later", 25);
    let mut person = people::person(1);
    person["revision"] = json!(1);
    let number = person.as_object_mut().unwrap().remove("number").unwrap();
    world.post("/people", &person);
    world.post("/people", &person);
    person["number"] = number;
    assert_eq!(no(&world, "/people", &person).0, 409);
    person["revision"] = json!(2);
    assert_eq!(world.post("/people", &person)["revision"], 2);
}
