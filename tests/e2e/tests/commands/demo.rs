//! `demo`: a ward's welfare office, five institutions and everything between them in one process, the month all the way.
//!
//! Here the ward is small. `MADOGUCHI_SOAK=1` takes it at its own size, 8,721 households and 9,746 people, and prints the
//! JSON as a figure.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use exchange::oqs::Limits;
use exchange::oqs::bulk::{Downloaded, Uploaded};
use exchange::oqs::siquc01::ResultMessage;
use madoguchi_e2e::process::Process;
use madoguchi_e2e::program::run;
use madoguchi_e2e::town::free_ports;
use madoguchi_e2e::wait::{wait_until, within};
use madoguchi_e2e::{books, dice, folder, is_soak};
use serde_json::{Map, Value};

/// The day of the demo, in the middle of a treatment month.
const DAY: &str = "2026-11-25";
/// A small ward: enough for the single decisions of two starts.
const PEOPLE: &str = "120";
/// Single decisions of a start.
const SINGLES: u64 = 200;

/// How long a small ward's month may take on a busy machine.
const MINUTES: Duration = Duration::from_secs(300);

/// What runs, and how far its port is from the first.
const ROLES: [(&str, u16); 9] = [
    ("office", 0),
    ("hub", 1),
    ("verification", 2),
    ("clinic", 3),
    ("registers", 4),
    ("hospital", 5),
    ("dental", 6),
    ("pharmacy", 7),
    ("nursing", 8),
];

/// One run to its end on a folder: the JSON, after looking whether it is whole and adds up.
fn once(data: &Path, more: &[&str]) -> Value {
    let data = data.display().to_string();
    let told = run(["demo", "--once", "--json", "--data", &data].iter().chain(more))
        .ended(0)
        .json();
    is_whole(&told);
    told
}

fn keys(object: &Value) -> BTreeSet<&str> {
    let keys = object.as_object().into_iter().flat_map(Map::keys);
    keys.map(String::as_str).collect()
}

fn number(told: &Value, pointer: &str) -> u64 {
    let number = told.pointer(pointer).and_then(Value::as_u64);
    assert!(number.is_some(), "{pointer}: {told}");
    number.unwrap_or_default()
}

/// Exactly the keys that people script, and numbers that agree with each other.
fn is_whole(told: &Value) {
    let expected = BTreeSet::from([
        "households",
        "people",
        "not_matchable",
        "vouchers",
        "decision_to_institution_ms",
        "monthly_run_seconds",
        "continuing_visible_at_start_of_month",
        "answers",
        "peak_memory_mib",
        "failures",
    ]);
    assert_eq!(keys(told), expected);
    let expected = BTreeSet::from(["issued", "applied", "refused", "held", "left_out"]);
    assert_eq!(keys(&told["vouchers"]), expected);
    assert_eq!(
        keys(&told["decision_to_institution_ms"]),
        BTreeSet::from(["n", "p50", "p99"])
    );
    assert_eq!(keys(&told["answers"]), BTreeSet::from(["1", "2", "4", "6"]));

    assert_eq!(told["failures"], Value::Array(Vec::new()));
    let of = |what: &str| number(told, &format!("/vouchers/{what}"));
    assert_eq!(of("issued"), of("applied") + of("held") + of("refused"), "{told}");
    assert!(number(told, "/decision_to_institution_ms/n") >= SINGLES, "{told}");
    let ms = |what: &str| told["decision_to_institution_ms"][what].as_f64().unwrap();
    assert!(0.0 < ms("p50") && ms("p50") <= ms("p99"), "{told}");
    assert!(told["monthly_run_seconds"].as_f64().unwrap() > 0.0, "{told}");
    assert!(
        number(told, "/continuing_visible_at_start_of_month") > 0,
        "{told}"
    );
    // Who has a voucher at a desk is told so; 2 and 6 are for cards, which are not there yet.
    assert!(number(told, "/answers/1") > 0 && number(told, "/answers/4") > 0);
    assert_eq!(
        (&told["answers"]["2"], &told["answers"]["6"]),
        (&0.into(), &0.into())
    );
    let left_out = told["vouchers"]["left_out"].as_object().unwrap();
    assert!(left_out.contains_key("opinion_not_returned"), "{told}");
    assert!(
        left_out.values().all(|n| n.as_u64().is_some_and(|n| n > 0)),
        "{told}"
    );
    assert!(told["peak_memory_mib"].is_null() || number(told, "/peak_memory_mib") > 0);
}

/// What seed, size and date fix: everything but the times and the memory.
fn fixed(told: &Value) -> Value {
    let mut fixed = told.clone();
    let object = fixed.as_object_mut().unwrap();
    for measured in [
        "decision_to_institution_ms",
        "monthly_run_seconds",
        "peak_memory_mib",
    ] {
        assert!(object.remove(measured).is_some());
    }
    fixed
}

/// Starts with a new town, and again on what the folder holds.
fn twice(kind: &str, data: &Path, database: &[&str]) -> (Value, Value) {
    let of_town: &[&str] = if is_soak() {
        &["--date", DAY]
    } else {
        &["--date", DAY, "--people", PEOPLE]
    };
    let first = once(data, &[of_town, database].concat());
    tell(kind, &first);
    let keys = fs::read(data.join("hub/root.key")).unwrap();
    let again = once(data, &[]);
    assert_eq!(keys, fs::read(data.join("hub/root.key")).unwrap());
    (first, again)
}

#[expect(clippy::print_stdout, reason = "the soak's report repeats these lines")]
fn tell(kind: &str, told: &Value) {
    println!("soak: demo on {kind}: {told}");
}

#[test]
fn a_town_comes_to_the_same_on_both_databases_and_is_taken_up_again() {
    let address = books::database(&format!("demo_{:016x}", dice::fresh()));
    let sqlite = folder("demo-sqlite");
    let (first, again) = twice("sqlite", &sqlite, &[]);
    let (other, other_again) = twice(
        "postgres",
        &folder("demo-postgres"),
        &["--database", address.url()],
    );
    assert_eq!(fixed(&first), fixed(&other));
    assert_eq!(fixed(&again), fixed(&other_again));
    // Whoever comes with other keys cannot take that database up, however often it is tried.
    let stranger = folder("demo-stranger").display().to_string();
    for _ in 0..2 {
        let arguments = [
            "demo",
            "--once",
            "--people",
            PEOPLE,
            "--data",
            &stranger,
            "--database",
        ];
        let ran = run(arguments.iter().chain(&[address.url()])).ended(1);
        assert!(ran.err.contains("holds another demo"), "{}", ran.err);
    }
    address.remove();

    let expected = if is_soak() { (8_721, 9_746) } else { (108, 120) };
    assert_eq!(
        (number(&first, "/households"), number(&first, "/people")),
        expected
    );
    // The second start has issued nothing twice: only its own single decisions have come.
    for same in ["/households", "/people", "/not_matchable", "/vouchers/left_out"] {
        assert_eq!(first.pointer(same), again.pointer(same), "{same}");
    }
    for same in [
        "/vouchers/held",
        "/monthly_run_seconds",
        "/continuing_visible_at_start_of_month",
    ] {
        assert_eq!(first.pointer(same), again.pointer(same), "{same}");
    }
    assert_eq!(
        number(&again, "/vouchers/issued"),
        number(&first, "/vouchers/issued") + SINGLES
    );
    another_town_is_refused(&sqlite);
}

/// The folder holds one town; whoever says another is told which it holds, and what to do.
fn another_town_is_refused(data: &Path) {
    let folder = data.display().to_string();
    let people = if is_soak() { "9746" } else { PEOPLE };
    let before = fs::read(data.join("demo.json")).unwrap();
    let nowhere = format!("host={folder} user=nobody dbname=nothing password=se-cret");
    for other in [
        ["--seed", "7"],
        ["--people", "121"],
        ["--date", "2026-11-26"],
        ["--database", &nowhere],
    ] {
        let ran = run(["demo", "--once", "--json", "--data", &folder]
            .iter()
            .chain(&other))
        .ended(1);
        assert_eq!(ran.out, "", "{other:?}");
        let holds = format!("--seed 1 --people {people} --date {DAY}");
        assert!(ran.err.contains(&holds), "{other:?}: {}", ran.err);
        assert!(ran.err.contains("next: "), "{other:?}: {}", ran.err);
        assert!(!ran.err.contains("se-cret"), "{}", ran.err);
    }
    assert_eq!(before, fs::read(data.join("demo.json")).unwrap());
}

#[test]
fn a_ward_that_is_too_small_or_too_large_is_refused_and_leaves_the_folder_free() {
    let data = folder("demo-small");
    for (people, code) in [("0", 2), ("5", 1), ("3000000", 2)] {
        let data = data.display().to_string();
        let ran = run(["demo", "--once", "--data", &data, "--people", people]).ended(code);
        assert!(ran.err.contains("--people"), "{}", ran.err);
    }
    assert!(!data.join("demo.json").exists());
}

#[test]
fn a_database_that_is_not_there_is_named() {
    let folder = folder("demo-nowhere");
    let data = folder.display().to_string();
    let nowhere = format!("host={data} user=nobody dbname=nothing password=se-cret");
    let arguments = [
        "demo",
        "--once",
        "--json",
        "--people",
        PEOPLE,
        "--data",
        &data,
        "--database",
    ];
    let ran = run(arguments.iter().chain(&[nowhere.as_str()])).ended(1);
    assert!(!folder.join("demo.json").exists());
    assert!(
        ran.out.is_empty() && ran.err.contains(&format!("host={data}")),
        "{ran:?}"
    );
    assert!(!ran.err.contains("se-cret"), "{}", ran.err);
    for wrong in ["sqlite:x.db", "nonsense", "inline:x"] {
        let ran = run(arguments.iter().chain(&[wrong])).ended(1);
        assert!(ran.err.contains("postgres://"), "{wrong}: {}", ran.err);
    }
}

#[test]
fn a_running_demo_listens_where_it_was_asked_to_answers_its_examples_and_ends_with_sigterm() {
    let (folder, base) = (folder("demo-runs"), free_ports());
    let data = folder.display().to_string();
    let log = folder.join("demo.log");
    let port = base.to_string();
    let arguments = ["demo", "--data", &data, "--port", &port, "--people", PEOPLE];
    let mut demo = Process::start("demo", &arguments, &[], &log);
    let runs = within(MINUTES, || {
        let ended = demo.ended();
        assert_eq!(ended, None, "{}", demo.last_words());
        demo.said().contains("Ctrl-C").then_some(())
    });
    assert_eq!(runs, Some(()), "{}", demo.last_words());
    let said = demo.said();
    for (role, place) in ROLES {
        let at = format!("http://127.0.0.1:{}", base + place);
        assert!(
            said.lines()
                .any(|line| line.trim_start().starts_with(role) && line.contains(&at)),
            "{role}: {said}"
        );
        let config = format!("{data}/{role}.toml");
        let text = fs::read_to_string(&config).unwrap();
        assert!(text.contains(&format!("listen = \"{at}\"")), "{text}");
        let _well = run(["doctor", "--config", &config, "--json"]).ended(0);
    }
    // Its ports are taken, and whoever wants them too is told so.
    let beside = folder.join("beside").display().to_string();
    let arguments = ["demo", "--people", PEOPLE, "--data", &beside, "--port", &port];
    let ran = run(arguments).ended(1);
    assert!(
        ran.err.contains("ほかのプログラムが待ち受けています"),
        "{}",
        ran.err
    );
    single(&folder, &said);
    month(&folder, &said);
    another_institutions(&folder);

    assert_eq!(demo.stop().code(), Some(0), "{}", demo.last_words());
    let clinic = format!("{data}/clinic.toml");
    let request = format!("{data}/try/OQSsiquc01req_0001.xml");
    let _not_running = run(["institution", "ask", "--config", &clinic, &request]).ended(3);
    // The data stay and are taken up again; without --json there is nothing on standard output.
    let ran = run(["demo", "--once", "--data", &data]).ended(0);
    assert_eq!(ran.out, "");
    assert!(ran.err.contains("108世帯 120人"), "{}", ran.err);
}

/// The clinic's example, as it tells people to try it: in its folder, and by the command.
fn single(data: &Path, said: &str) {
    let request = data.join("try/OQSsiquc01req_0001.xml");
    let (config, example) = (data.join("clinic.toml"), request.display().to_string());
    let config = config.display().to_string();
    let try_this = format!(" institution ask --config {config} {example}\n");
    assert!(said.contains(&try_this), "{said}");
    let ran = run(["institution", "ask", "--config", &config, &example]).ended(0);
    holds_a_voucher(ran.out.as_bytes());
    let bytes = drop_into(data, "OQSsiquc01req_0001.xml", &fs::read(&request).unwrap());
    holds_a_voucher(&bytes);
}

fn holds_a_voucher(bytes: &[u8]) {
    let message = result(bytes);
    let validity = message.body.qualification_validity;
    assert_eq!(validity.map(|validity| validity.code()), Some("1"));
    let mut tickets = message
        .body
        .result_list
        .iter()
        .flat_map(|item| &item.public_expense_result_list);
    assert!(tickets.any(|ticket| ticket.issue_number.is_some()));
}

fn result(bytes: &[u8]) -> ResultMessage {
    match ResultMessage::read(bytes, &Limits::SINGLE) {
        Ok(message) => message,
        Err(rejection) => panic!("{}", rejection.message()),
    }
}

/// Puts a request into the clinic's `req` and takes its result out of `res`.
fn drop_into(data: &Path, name: &str, request: &[u8]) -> Vec<u8> {
    let folders = data.join("clinic/OQS");
    let req = folders.join("req").join(name);
    fs::write(req.with_extension("tmp"), request)
        .and_then(|()| fs::rename(req.with_extension("tmp"), &req))
        .unwrap();
    let res = folders.join("res").join(name.replace("req_", "res_"));
    let bytes = wait_until("a result", || fs::read(&res).ok());
    assert!(!req.exists());
    bytes
}

/// The pharmacy's month, in its two steps; every voucher in it once.
fn month(data: &Path, said: &str) {
    let config = data.join("pharmacy.toml").display().to_string();
    let example = data.join("try/OQSmutic01req_0001.xml");
    let try_this = format!(" institution ask --config {config} {}\n", example.display());
    assert!(said.contains(&try_this), "{said}");
    let request = fs::read_to_string(&example).unwrap();
    let ran = run([
        "institution",
        "ask",
        "--config",
        &config,
        &example.display().to_string(),
    ])
    .ended(0);
    let received = Uploaded::read(ran.out.as_bytes(), &Limits::SINGLE).unwrap();
    let number = received.body.reception_number.unwrap();
    let (head, _) = request.split_once("<MessageBody>").unwrap();
    let download = data.join("download.xml");
    let text =
        format!("{head}<MessageBody><ReceptionNumber>{number}</ReceptionNumber></MessageBody>\n</XmlMsg>\n");
    fs::write(&download, text).unwrap();
    let download = download.display().to_string();
    let message = wait_until("the month is there", || {
        let arguments = ["institution", "ask", "--config", &config, "--kind", "OQSmutic02"];
        let ran = run(arguments.iter().chain(&[download.as_str()])).ended(0);
        let message = Downloaded::read(ran.out.as_bytes(), &Limits::PART).unwrap();
        (message.header.segment_of_result.code() == "1").then_some(message)
    });
    let told: Vec<String> = message
        .body
        .units
        .iter()
        .flat_map(|unit| &unit.results)
        .flat_map(|item| &item.public_expense_result_list)
        .filter_map(|ticket| ticket.issue_number.clone())
        .collect();
    let each: BTreeSet<&String> = told.iter().collect();
    assert!(!told.is_empty());
    assert_eq!(each.len(), told.len(), "a voucher twice");
}

/// A request under the code of another institution is answered with an error, and asks nobody.
fn another_institutions(data: &Path) {
    let code = |text: &str| {
        let (_, rest) = text.split_once("<MedicalInstitutionCode>").unwrap();
        rest.split('<').next().unwrap().to_owned()
    };
    let request = fs::read_to_string(data.join("try/OQSsiquc01req_0001.xml")).unwrap();
    let other = fs::read_to_string(data.join("try/OQSmutic01req_0001.xml")).unwrap();
    let request = request.replace(&code(&request), &code(&other));
    let bytes = drop_into(data, "OQSsiquc01req_0002.xml", request.as_bytes());
    let message = result(&bytes);
    assert_eq!(message.header.segment_of_result.code(), "9");
    assert_eq!(message.header.error_code.as_deref(), Some("MDG-INS-001"));
    assert!(message.body.result_list.is_empty());
}
