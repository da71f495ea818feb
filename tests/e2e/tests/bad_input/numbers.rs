//! A 個人番号 is never in the clear in what a run leaves behind: databases, spools, logs at their loudest, answers.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use madoguchi_e2e::people::Person;
use madoguchi_e2e::process::Process;
use madoguchi_e2e::program::run;
use madoguchi_e2e::town::Role;
use madoguchi_e2e::wait::{wait_until, wait_while_it_goes_on};
use madoguchi_e2e::{books, dice, folder, leaks};
use serde_json::{Value, json};
use storage::DatabaseConfig;

use crate::stage::{Stage, says_everything, with_check};

#[test]
fn neither_what_is_accepted_nor_what_is_refused_leaves_a_number_behind() {
    let stage = Stage::set("numbers");
    let (office, hub, registers) = (
        stage.api(Role::Office),
        stage.api(Role::Hub),
        stage.api(Role::Registers),
    );
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

/// The demo's ward: enough people for its single decisions.
const WARD: [&str; 6] = ["--people", "120", "--seed", "3", "--date", "2026-11-25"];

/// Every 個人番号 of the demo's ward and its registers: what `synth` makes of the same seed.
fn numbers_of_the_ward() -> BTreeSet<String> {
    let out = folder("numbers-synth");
    let _made = run([&["synth", "--out", out.to_str().unwrap()][..], &WARD[..]].concat()).ended(0);
    let mut numbers = BTreeSet::new();
    for name in ["people", "residents"] {
        let lines = fs::read_to_string(out.join(format!("{name}.ndjson"))).unwrap();
        let of_line = |line: &str| {
            let line: Value = serde_json::from_str(line).unwrap();
            line["number"].as_str().map(str::to_owned)
        };
        numbers.extend(lines.lines().filter_map(of_line));
    }
    assert!(numbers.len() > 100, "{}", numbers.len());
    numbers
}

/// A whole demo that says everything, to its end.
fn demo(folder: &Path, database: &[&str]) {
    let data = folder.display().to_string();
    let log = folder.join("demo.log");
    let arguments = [
        &["demo", "--once", "--json", "--data", &data][..],
        &WARD[..],
        database,
    ]
    .concat();
    let mut demo = Process::start("demo", &arguments, &[("MADOGUCHI_LOG", "trace")], &log);
    wait_while_it_goes_on("the demo ends", || {
        let said = fs::metadata(&log).map_or(0, |log| log.len());
        demo.ended().map(|_| ()).ok_or(Some(said))
    });
    let code = demo.ended().and_then(|ended| ended.code());
    assert_eq!(code, Some(0), "{}", demo.last_words());
    says_everything(&log);
}

#[test]
fn nothing_of_a_whole_ward_is_in_the_clear() {
    let (here, there) = (folder("numbers-sqlite"), folder("numbers-postgres"));
    let own = books::database(&format!("numbers_{:016x}", dice::fresh()));
    let numbers = numbers_of_the_ward();
    demo(&here, &[]);
    demo(&there, &["--database", own.url()]);
    for folder in [&here, &there] {
        assert_eq!(leaks::in_folder(folder, &numbers), Vec::<String>::new());
    }
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
