//! `demo`: all roles in one process, one voucher all the way.

use std::fs;
use std::path::{Path, PathBuf};

use madoguchi_e2e::folder;
use madoguchi_e2e::process::Process;
use madoguchi_e2e::program::{Ran, run};
use madoguchi_e2e::town::free_ports;
use madoguchi_e2e::wait::wait_until;
use madoguchi_e2e::{books, dice};
use serde_json::Value;

/// One run to its end; the JSON of it, and the result file that it names.
fn once(data: &Path, more: &[&str]) -> (Value, String) {
    let data = data.display().to_string();
    let ran: Ran = run(["demo", "--once", "--json", "--data", &data].iter().chain(more)).ended(0);
    let told = ran.json();
    let file = PathBuf::from(told["result_file"].as_str().unwrap_or_default());
    assert!(file.starts_with(Path::new(&data).join("clinic")), "{told}");
    let result = fs::read_to_string(&file).unwrap();
    assert_eq!(told["answer"], "1", "{told}");
    assert_eq!(told["other_institution"]["segment_of_result"], "9", "{told}");
    assert_eq!(told["other_institution"]["error_code"], "MDG-INS-001", "{told}");
    assert!(
        told["decision_to_result_ms"].as_f64().is_some_and(|ms| ms > 0.0),
        "{told}"
    );
    let issue_number = told["issue_number"].as_str().unwrap_or_default();
    let ticket = format!("<IssueNumber>{issue_number}</IssueNumber>");
    assert_eq!(result.matches(&ticket).count(), 1, "{result}");
    (told, result)
}

/// The whole story: twice on the same data, in another month, on asked ports, as another person.
fn story(data: &Path, database: &[&str]) {
    let with = |more: &[&'static str]| -> Vec<String> {
        more.iter()
            .chain(database)
            .map(|text| (*text).to_owned())
            .collect()
    };
    let once = |more: &[&'static str]| {
        let more = with(more);
        once(data, &more.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let (first, _) = once(&["--date", "2026-11-25"]);
    assert_eq!(first["issue_number"], "20261100000001");
    let keys = fs::read(data.join("hub/root.key")).unwrap();
    let (again, result) = once(&["--date", "2026-11-25"]);
    assert_eq!(again["issue_number"], "20261100000001");
    assert_eq!(result.matches("<IssueNumber>").count(), 1, "{result}");
    assert_eq!(keys, fs::read(data.join("hub/root.key")).unwrap());
    let (later, result) = once(&["--date", "2027-02-28"]);
    assert_eq!(later["issue_number"], "20270200000001");
    assert_eq!(
        result.matches("<IssueNumber>").count(),
        1,
        "another month's voucher is not shown: {result}"
    );
    let (earlier, _) = once(&["--date", "2024-02-29"]);
    assert_eq!(earlier["issue_number"], "20240200000001");
    let (other, _) = once(&["--date", "2026-11-25", "--seed", "7"]);
    assert_eq!(other["issue_number"], "20261100000007");
}

#[test]
fn on_sqlite() {
    story(&folder("demo-sqlite"), &[]);
}

#[test]
fn on_postgres() {
    let address = books::database(&format!("demo_{:016x}", dice::fresh()));
    story(&folder("demo-postgres"), &["--database", address.url()]);
    address.remove();
}

#[test]
fn on_asked_ports_and_without_json() {
    let (data, base) = (folder("demo-ports"), free_ports());
    let arguments = [
        "demo",
        "--once",
        "--data",
        &data.display().to_string(),
        "--port",
        &base.to_string(),
    ];
    let ran = run(arguments).ended(0);
    assert_eq!(ran.out, "");
    assert!(ran.err.contains("reached the clinic"), "{}", ran.err);
    for (role, port) in [
        ("office", base),
        ("hub", base + 1),
        ("verification", base + 2),
        ("clinic", base + 3),
        ("registers", base + 4),
    ] {
        let text = fs::read_to_string(data.join(format!("{role}.toml"))).unwrap();
        assert!(
            text.contains(&format!("listen = \"http://127.0.0.1:{port}\"")),
            "{text}"
        );
    }
}

#[test]
fn on_the_machines_own_day() {
    once(&folder("demo-today"), &[]);
}

#[test]
fn a_database_that_is_not_there_is_named() {
    let data = folder("demo-nowhere").display().to_string();
    let nowhere = format!("host={data} user=nobody dbname=nothing password=se-cret");
    let ran = run([
        "demo",
        "--once",
        "--json",
        "--data",
        &data,
        "--database",
        &nowhere,
    ])
    .ended(1);
    assert!(ran.out.is_empty() && ran.err.contains("madoguchi: "), "{ran:?}");
    assert!(!ran.err.contains("se-cret"), "{}", ran.err);
    for wrong in ["sqlite:x.db", "nonsense", "inline:x"] {
        let ran = run(["demo", "--once", "--data", &data, "--database", wrong]).ended(1);
        assert!(ran.err.contains("postgres://"), "{wrong}: {}", ran.err);
    }
}

#[test]
fn a_running_demo_answers_the_example_and_ends_with_sigterm() {
    let (folder, base) = (folder("demo-runs"), free_ports().to_string());
    let data = folder.display().to_string();
    let log = folder.join("demo.log");
    let mut demo = Process::start("demo", &["demo", "--data", &data, "--port", &base], &[], &log);
    wait_until("the demo runs", || {
        let ended = demo.ended();
        assert_eq!(ended, None, "{}", demo.last_words());
        demo.said().contains("Ctrl-C ends the demo").then_some(())
    });
    // What it tells people to try is tried.
    let (config, request) = (
        format!("{data}/clinic.toml"),
        format!("{data}/try/OQSsiquc01req_0001.xml"),
    );
    let try_this = format!(" institution ask --config {config} {request}\n");
    assert!(demo.said().contains(&try_this), "{}", demo.said());
    let ran = run(["institution", "ask", "--config", &config, &request]).ended(0);
    assert!(
        ran.out
            .contains("<QualificationValidity>1</QualificationValidity>"),
        "{}",
        ran.out
    );
    assert_eq!(ran.out.matches("<IssueNumber>").count(), 1, "{}", ran.out);
    let req = folder.join("clinic/OQS/req/OQSsiquc01req_0001.xml");
    fs::copy(&request, req.with_extension("tmp"))
        .and_then(|_| fs::rename(req.with_extension("tmp"), &req))
        .unwrap();
    let result = folder.join("clinic/OQS/res/OQSsiquc01res_0001.xml");
    let text = wait_until("the example's result", || fs::read_to_string(&result).ok());
    assert!(
        text.contains("<QualificationValidity>1</QualificationValidity>"),
        "{text}"
    );
    assert!(!req.exists());
    for role in ["office", "hub", "verification", "clinic", "registers"] {
        let _well = run(["doctor", "--config", &format!("{data}/{role}.toml"), "--json"]).ended(0);
    }
    assert_eq!(demo.stop().code(), Some(0), "{}", demo.last_words());
    let _not_running = run(["institution", "ask", "--config", &config, &request]).ended(3);
    // The data stay and are taken up again.
    once(&folder, &[]);
}
