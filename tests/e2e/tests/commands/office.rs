//! `office issue`: the month's run as JSON on standard output, the summary for people on standard error; 3 when the role is
//! not running; and what a kill in the middle leaves.

use madoguchi_e2e::people::{CLINIC, Person};
use madoguchi_e2e::program::run;
use madoguchi_e2e::town::{Kind, Role, Town};
use madoguchi_e2e::wait::wait_until;
use serde_json::{Value, json};

/// People in two steps of a run, and more.
const PEOPLE: u32 = 450;

/// A household of one who is treated at the clinic; every tenth's opinion is not back.
fn household(index: u32) -> Value {
    let person = Person { index };
    let opinion = if index.is_multiple_of(10) {
        json!({ "awaited": {} })
    } else {
        json!({ "returned": { "from": "202610" } })
    };
    let entrustment = json!({
        "id": "e-1", "institution": CLINIC, "treatment": "02", "from": "2026-04-10", "opinion": opinion,
        "injury_names": ["見本病"], "infection_37_2": "02",
    });
    let mut written = person.written_down(1);
    let mut eligibility = person.eligibility();
    for part in [&mut written, &mut eligibility] {
        part.as_object_mut().unwrap().remove("revision");
    }
    json!({
        "id": format!("H-{index}"),
        "members": [{ "person": written, "eligibilities": [eligibility], "entrustments": [entrustment] }],
    })
}

fn load(town: &Town) {
    let office = town.api(Role::Office);
    let clinic = json!([{
        "code": CLINIC, "name": "見本診療所", "kinds": ["clinic"], "designated": [{ "from": "2010-04-01" }],
    }]);
    assert_eq!(office.post("/institutions", &clinic).unwrap().status, 200);
    let all: Vec<u32> = (0..PEOPLE).collect();
    for part in all.chunks(90) {
        let households: Vec<Value> = part.iter().map(|index| household(*index)).collect();
        let reply = office.post("/load", &Value::Array(households)).unwrap();
        assert_eq!(reply.status, 200, "{}", reply.text());
    }
}

fn issue(config: &str, more: &[&str]) -> Vec<String> {
    let command = ["office", "issue", "--config", config, "--month", "2026-12"];
    command
        .iter()
        .chain(more)
        .map(|word| (*word).to_owned())
        .collect()
}

#[test]
fn a_month_is_tried_issued_and_issued_again() {
    let mut town = Town::found("issue", Kind::Sqlite);
    let config = town.config(Role::Office);
    let ran = run(issue(&config, &["--json"])).ended(3);
    assert_eq!(ran.out, "");
    let starts = format!("次にすること: madoguchi serve office --config {config}");
    assert!(ran.err.contains(&starts), "{}", ran.err);
    for month in ["2026-13", "202612", "2026-1", "December"] {
        let ran = run(["office", "issue", "--config", &config, "--month", month]).ended(2);
        assert!(ran.err.contains("YYYY-MM"), "{}", ran.err);
    }
    let clinic = town.config(Role::Institution);
    let ran = run(issue(&clinic, &[])).ended(1);
    assert!(
        ran.err.contains("福祉事務所（office）のものではありません"),
        "{}",
        ran.err
    );

    town.start(Role::Office, None);
    load(&town);
    let dry = run(issue(&config, &["--dry-run", "--json"])).ended(0);
    let tried = dry.json();
    assert_eq!((&tried["issued"], &tried["dry_run"]), (&json!(405), &json!(true)));
    assert_eq!(tried["left_out"], json!({ "opinion_not_returned": 45 }));
    assert!(
        dry.err.contains("試行") && dry.err.contains("医療要否意見書が未返送"),
        "{}",
        dry.err
    );
    let ran = run(issue(&config, &["--json"])).ended(0);
    let issued = ran.json();
    for same in ["issued", "left_out", "people", "people_seen"] {
        assert_eq!(issued[same], tried[same], "{same}");
    }
    // What nobody looks at as it comes is no terminal: no bar.
    assert!(!ran.err.contains('\r'), "{}", ran.err);
    let again = run(issue(&config, &["--json"])).ended(0).json();
    assert_eq!(
        (&again["issued"], &again["already_issued"]),
        (&json!(0), &json!(405))
    );
    let quiet = run(issue(&config, &[])).ended(0);
    assert_eq!(quiet.out, "");
}

#[test]
fn a_run_that_is_killed_goes_on_by_itself() {
    for point in ["office.run.before_commit:2", "office.run.after_commit:1"] {
        let mut town = Town::found("issue-killed", Kind::Sqlite);
        let config = town.config(Role::Office);
        town.start(Role::Office, Some(point));
        load(&town);
        // Killed while it is asked, or a moment later: a run that was begun is in the database all the same.
        let _failed = run(issue(&config, &["--json"]));
        wait_until("the office dies", || town.process(Role::Office).ended());
        town.start(Role::Office, None);
        let office = town.api(Role::Office);
        let report = wait_until("the run is finished", || {
            let report = office.get("/runs/202612-1").unwrap().json();
            (report["finished"] == true).then_some(report)
        });
        assert_eq!(
            (&report["issued"], &report["people_seen"]),
            (&json!(405), &json!(450)),
            "{point}"
        );
        let month = office.get("/months/202612").unwrap().json();
        let states = month["states"].as_object().unwrap();
        let vouchers: u64 = states.values().filter_map(Value::as_u64).sum();
        assert_eq!(vouchers, 405, "{point}");
    }
}
