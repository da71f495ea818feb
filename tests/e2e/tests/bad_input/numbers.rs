//! A 個人番号 is never in the clear in what a run leaves behind: databases, spools, logs at their loudest, answers.

use std::collections::BTreeSet;

use madoguchi_e2e::people::{OFFICE, Person};
use madoguchi_e2e::program::run;
use madoguchi_e2e::wait::wait_until;
use madoguchi_e2e::{books, dice, folder, leaks};
use serde_json::{Value, json};
use storage::DatabaseConfig;

use crate::stage::{DAY, SEED, Stage, demo_number, with_check};

#[test]
fn neither_what_is_accepted_nor_what_is_refused_leaves_a_number_behind() {
    let stage = Stage::set("numbers");
    let office = stage.api(0, &format!("office:{OFFICE}"));
    let hub = stage.api(1, &format!("office:{OFFICE}"));
    let registers = stage.api(4, "registers");
    let mut numbers = Vec::new();

    // One who is registered and matched.
    let person = Person { index: 77 };
    numbers.push(person.number());
    assert_eq!(
        registers
            .post("/residents", &json!([person.resident()]))
            .unwrap()
            .status,
        200
    );
    assert_eq!(
        office.post("/people", &person.written_down(1)).unwrap().status,
        200
    );
    let standing = format!("/registration/people/{}", person.link());
    wait_until("the person is matched", || {
        (hub.get(&standing).ok()?.json()["state"] == "matched").then_some(())
    });
    // One whose number the register does not know, and one whose number is somebody else's.
    for (index, number) in [(78, with_check("20202020202")), (79, person.number())] {
        let mut body = Person { index }.written_down(1);
        body["number"] = Value::String(number.clone());
        numbers.push(number);
        assert_eq!(office.post("/people", &body).unwrap().status, 200);
    }
    wait_until("the second is a mismatch", || {
        (hub.get("/registration/people/person-78").ok()?.json()["state"] == "mismatch").then_some(())
    });
    // Refused: a wrong check digit, digits in groups, in the wrong field, as a JSON number, twice, cut off.
    let right = with_check("30303030303");
    let wrong = format!("{}{}", &right[..11], (right.as_bytes()[11] - b'0' + 1) % 10);
    let mut bodies = Vec::new();
    for (field, value) in [
        ("number", json!(wrong)),
        (
            "number",
            json!(format!("{}-{}-{}", &right[..4], &right[4..8], &right[8..])),
        ),
        ("number", json!(right.parse::<u64>().unwrap())),
        ("nummer", json!(right)),
        ("birth_date", json!(right)),
        ("link", json!({ "number": right })),
        ("sex", json!(right)),
    ] {
        let mut body = Person { index: 80 }.written_down(1);
        body[field] = value;
        bodies.push(body.to_string());
    }
    bodies.push(format!("{{\"number\":\"{right}\",\"number\":\"{right}\"}}"));
    bodies.push(format!("{{\"number\":\"{right}"));
    bodies.push(right.clone());
    numbers.extend([wrong, right]);
    let known: BTreeSet<String> = numbers.iter().cloned().collect();
    for body in &bodies {
        let list = format!("[{body}]");
        for (api, path, body) in [
            (&office, "/people", body),
            (&registers, "/residents", &list),
            (&hub, "/registration/files", body),
            (&hub, "/registration/marks", body),
        ] {
            let reply = api
                .send("POST", path, "application/json", body.as_bytes())
                .unwrap();
            assert!(
                [400, 422].contains(&reply.status),
                "{path}: {} {}",
                reply.status,
                reply.text()
            );
            assert_eq!(
                leaks::in_bytes(&reply.body, &known),
                None,
                "{path}: {}",
                reply.text()
            );
        }
    }
    stage.strike(&numbers);
}

#[test]
fn nothing_is_in_the_clear_on_postgres() {
    let (folder, own) = (
        folder("numbers-postgres"),
        books::database(&format!("numbers_{:016x}", dice::fresh())),
    );
    let ran = run([
        "demo",
        "--once",
        "--json",
        "--data",
        &folder.display().to_string(),
        "--database",
        own.url(),
        "--seed",
        &SEED.to_string(),
        "--date",
        DAY,
    ])
    .ended(0);
    let numbers = BTreeSet::from([demo_number()]);
    assert_eq!(leaks::in_bytes(format!("{ran:?}").as_bytes(), &numbers), None);
    assert_eq!(leaks::in_folder(&folder, &numbers), Vec::<String>::new());
    for role in ["office", "hub", "verification", "registers"] {
        let database = DatabaseConfig::Postgres {
            url: own.url().to_owned(),
            schema: format!("madoguchi_{role}"),
        };
        let tables = books::number(
            &database,
            "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema()",
        );
        assert!(tables > 1, "{role}: {tables} tables, so this test would be blind");
        assert_eq!(books::leaks(&database, &numbers), Vec::<String>::new());
    }
    own.remove();
}
