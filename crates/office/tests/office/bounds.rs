//! What the office does not take: refused with field, rule and next step, and without what was said.

use domain::permit::Actor;
use http::Method;
use serde_json::{Value, json};

use crate::model::MONTH;
use crate::people::{self, CLINIC};
use crate::world::{World, code};

/// A refusal: its status, field and title.
#[track_caller]
fn no(world: &World, method: Method, path: &str, body: &Value, secret: &str) -> (u64, String, String) {
    let me = Actor::Office(code());
    let (status, problem) = world.ask("office", &me, method, path, body).unwrap();
    assert_eq!(problem["status"], status, "{path}: {problem}");
    assert!(problem["next"].is_string(), "{path}: {problem}");
    assert!(!problem.to_string().contains(secret), "{path}: {problem}");
    let text = |name: &str| problem[name].as_str().unwrap_or_default().to_owned();
    (status.into(), text("field"), text("title"))
}

#[test]
fn months_are_a_year_back_and_a_quarter_ahead() {
    // It is 2026-11-22.
    let world = World::alone("window", 11);
    world.load(&[people::household(1, &[people::entrustment("a", CLINIC, "02")])]);
    let at = |rest: &str| format!("/people/{}/{rest}", people::link(1));
    let rule = "いま発券できるのは 202511 から 202702 までです。";
    for month in ["209912", "202703", "202510", "000101"] {
        let end = json!({ "event": "end", "date": "2026-12-11", "reason": "suspension" });
        let cases = [
            ("/runs".to_owned(), json!({ "month": month }), "month"),
            (
                "/runs".to_owned(),
                json!({ "month": month, "dry_run": true }),
                "month",
            ),
            (at(&format!("months/{month}")), Value::Null, "month"),
            (
                at("entrustments"),
                json!({ "entrustment": people::entrustment("b", CLINIC, "01"), "issue": [MONTH, month] }),
                "issue",
            ),
            (at("events"), json!({ "what": end, "issue": [month] }), "issue"),
        ];
        for (path, body, field) in cases {
            let told = no(&world, Method::POST, &path, &body, month);
            assert_eq!(
                told,
                (422, field.to_owned(), rule.to_owned()),
                "{path} of {month}"
            );
        }
    }
    for month in ["202511", "202702"] {
        world.post("/runs", &json!({ "month": month }));
        world.until_finished(month);
        world.post(&at(&format!("months/{month}")), &Value::Null);
    }
}

#[test]
fn what_is_all_said_in_the_path_takes_no_body() {
    let world = World::alone("no-body", 12);
    world.load(&[people::household(1, &[people::entrustment("a", CLINIC, "02")])]);
    let path = format!("/people/{}/months/{MONTH}", people::link(1));
    let told = no(&world, Method::POST, &path, &json!({ "kanaria": 1 }), "kanaria");
    assert_eq!(told.0, 400, "{told:?}");
    assert_eq!(no(&world, Method::POST, &path, &json!([MONTH]), MONTH).0, 400);
    world.post(&path, &json!({}));
    world.post(&path, &Value::Null);
}

#[test]
fn nobody_is_born_tomorrow_or_too_long_ago() {
    let world = World::alone("born", 13);
    for (born, rule) in [
        ("2026-11-23", "is after today"),
        ("1876-11-21", "is more than 150 years ago"),
    ] {
        let mut person = people::person(1);
        person["birth_date"] = json!(born);
        let mut household = people::household(1, &[]);
        household["members"][0]["person"] = person.clone();
        for (path, body) in [("/people", person), ("/load", json!([household]))] {
            let told = no(&world, Method::POST, path, &body, born);
            assert_eq!(told, (422, "birth_date".to_owned(), rule.to_owned()), "{path}");
        }
    }
    let mut person = people::person(1);
    person["birth_date"] = json!("2026-11-22");
    world.post("/people", &person);
}

#[test]
fn days_of_aid_are_of_our_time() {
    let world = World::alone("years", 17);
    world.load(&[people::household(1, &[])]);
    let at = |rest: &str| format!("/people/{}/{rest}", people::link(1));
    let rule = "the year is not between 1900 and 2999";
    let aid = |start: &str, end: &str| {
        let mut aid = people::eligibility(1);
        aid["start"] = json!(start);
        aid["end"] = json!({ "date": end, "reason": "termination" });
        aid
    };
    let number = json!({ "payer": people::PAYER, "recipient": people::recipient(1) });
    let mut months = aid("2010-04-01", "2012-04-01");
    months["numbers"] = json!([{ "number": number, "from": "000101" }]);
    for day in [
        "0000-01-01",
        "-009999-01-01",
        "1899-12-31",
        "3000-01-01",
        "9999-12-31",
    ] {
        let mut entrustment = people::entrustment("a", CLINIC, "02");
        entrustment["from"] = json!(day);
        let end = json!({ "event": "end", "date": day, "reason": "suspension" });
        let mut loaded = people::household(2, &[]);
        loaded["members"][0]["eligibilities"] = json!([aid(day, "2012-04-01")]);
        for (path, body, field) in [
            (at("eligibilities"), aid(day, "2012-04-01"), "start"),
            (at("eligibilities"), aid("1999-04-01", day), "end.date"),
            (at("eligibilities"), months.clone(), "numbers.from"),
            ("/load".to_owned(), json!([loaded]), "start"),
            (at("events"), json!({ "what": end }), "what.date"),
            (
                at("entrustments"),
                json!({ "entrustment": entrustment }),
                "entrustment.from",
            ),
        ] {
            let told = no(&world, Method::POST, &path, &body, day);
            assert_eq!(told, (422, field.to_owned(), rule.to_owned()), "{path} of {day}");
        }
    }
}

#[test]
fn no_amount_is_more_than_a_month_can_cost() {
    let world = World::alone("yen", 14);
    world.load(&[people::household(1, &[])]);
    let at = |rest: &str| format!("/people/{}/{rest}", people::link(1));
    let rule = "at most 9999999 yen";
    let settled = |yen: u64, part: u64| {
        let parts = json!([{ "entrustment": "a", "yen": part }]);
        json!({ "month": MONTH, "self_payment": { "settled": { "yen": yen, "parts": parts } } })
    };
    let mut ceiling = people::entrustment("a", CLINIC, "02");
    ceiling["self_pay_ceiling_yen"] = json!(10_000_000);
    for (path, body, field) in [
        (
            "self-payments",
            settled(4_294_967_295, 0),
            "self_payment.settled.yen",
        ),
        (
            "self-payments",
            settled(10_000_000, 0),
            "self_payment.settled.yen",
        ),
        (
            "self-payments",
            settled(0, 10_000_000),
            "self_payment.settled.parts.yen",
        ),
        (
            "entrustments",
            json!({ "entrustment": ceiling }),
            "entrustment.self_pay_ceiling_yen",
        ),
    ] {
        let told = no(&world, Method::POST, &at(path), &body, "10000000");
        assert_eq!(told, (422, field.to_owned(), rule.to_owned()), "{path}");
    }
    world.post(&at("self-payments"), &settled(9_999_999, 9_999_999));
}

#[test]
fn a_load_is_bounded_in_everything() {
    let world = World::alone("load", 15);
    let empty = |n: u32| json!({ "id": format!("E-{n}"), "members": [] });
    let many: Vec<Value> = (0..501).map(empty).collect();
    let told = no(&world, Method::POST, "/load", &json!(many), "E-");
    assert_eq!((told.0, told.1.as_str()), (422, "households"));
    world.post("/load", &json!(many[..500]));
    let many: Vec<Value> = (0..2001)
        .map(|n| people::entrustment(&format!("e-{n}"), CLINIC, "02"))
        .collect();
    let told = no(
        &world,
        Method::POST,
        "/load",
        &json!([people::household(1, &many)]),
        "e-",
    );
    assert_eq!((told.0, told.1.as_str()), (422, "members"));
    let people: Vec<Value> = (0..251).map(|n| people::household(n, &[])).collect();
    let told = no(&world, Method::POST, "/load", &json!(people), "p-");
    assert_eq!((told.0, told.1.as_str()), (422, "members"));
}

#[test]
fn a_path_of_the_wrong_shape_is_not_repeated() {
    let world = World::alone("paths", 16);
    for (method, path, status, field) in [
        (Method::GET, "/people/kanaria_", 400, "link"),
        (Method::GET, "/people/kanaria%00/records", 400, "link"),
        (Method::POST, "/people/kanaria%FF/vouchers", 400, "link"),
        (
            Method::POST,
            "/people/p-1/vouchers/kanaria_/withdrawal",
            400,
            "record",
        ),
        (Method::POST, "/people/p-1/months/kanaria", 400, "month"),
        (Method::GET, "/households/kanaria_", 400, "id"),
        (Method::GET, "/months/kanaria", 400, "month"),
        (Method::GET, "/files/kanaria/1", 400, "lane"),
        (Method::GET, "/files/bulk/kanaria", 400, "number"),
        (Method::GET, "/figures?date=kanaria", 400, "date"),
        (Method::GET, "/runs?month=kanaria", 400, "month"),
        (Method::GET, "/runs/kanaria%00", 400, "id"),
        (
            Method::GET,
            "/runs/202612-1/left-out?link=kanaria%00",
            400,
            "link",
        ),
        (Method::GET, "/runs/202612-1/left-out?kanaria=1", 400, ""),
        (Method::GET, "/kanaria", 404, ""),
        (Method::DELETE, "/people/kanaria", 405, ""),
    ] {
        let told = no(&world, method, path, &Value::Null, "kanaria");
        assert_eq!((told.0, told.1.as_str()), (status, field), "{path}: {}", told.2);
    }
}
