//! `demo`: a ward's welfare office, five institutions and everything between them in one process, the month all the way.
//!
//! Here the ward is small. `MADOGUCHI_SOAK=1` takes it at its own size, 8,721 households and 9,746 people, and prints the
//! JSON as a figure.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use madoguchi_e2e::program::{run, run_env, run_on_a_small_disk};
use madoguchi_e2e::{books, dice, folder, is_soak};
use serde_json::{Map, Value};

mod running;

/// The day of the demo, in the middle of a treatment month, and far from the day of any clock.
const DAY: &str = "2031-02-14";
/// A small ward: enough for the single decisions of two starts.
const PEOPLE: &str = "120";
/// Single decisions of a start.
const SINGLES: u64 = 200;

/// How long a part of a small ward's month, of which the demo says that it has come to it, may take on a busy machine.
const MINUTES: Duration = Duration::from_secs(300);

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
        "cards",
        "peak_memory_mib",
        "failures",
    ]);
    assert_eq!(keys(told), expected);
    assert!((3..=5).contains(&number(told, "/cards")), "{told}");
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
    // Who has a voucher at a desk is told so; 2 and 6 are for cards, and these are inquiries by number.
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
        assert!(ran.err.contains("別のデモが入っています"), "{}", ran.err);
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
        assert!(ran.err.contains("次にすること: "), "{other:?}: {}", ran.err);
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
    assert_eq!(fs::read_dir(&data).unwrap().count(), 0, "nothing is written");
}

/// The smallest ward that a refusal names.
fn smallest(data: &str) -> String {
    let ran = run(["demo", "--once", "--data", data, "--people", "5", "--date", DAY]).ended(1);
    let (_, next) = ran.err.split_once("次にすること: --people ").unwrap();
    next.split(' ').next().unwrap().to_owned()
}

#[test]
fn the_smallest_ward_works_is_taken_up_after_a_death_and_starts_again() {
    let straight = folder("demo-straight");
    let people = smallest(&straight.display().to_string());
    let first = once(&straight, &["--date", DAY, "--people", &people]);
    // Killed in the middle of its single decisions: what of them stands is not made twice, and none is lost.
    let killed = folder("demo-killed");
    let data = killed.display().to_string();
    let arguments = [
        "demo", "--once", "--data", &data, "--date", DAY, "--people", &people,
    ];
    let kill = [("MADOGUCHI_KILL_AT", "office.decide.after_commit:120")];
    assert_eq!(run_env(&kill, arguments).code, -1, "killed");
    let after = once(&killed, &[]);
    assert_eq!(fixed(&first), fixed(&after));
    // A ward that has no more single decisions of its own to make starts all the same, with those that are left.
    let data = straight.display().to_string();
    let again = run(["demo", "--once", "--json", "--data", &data]).ended(0).json();
    let n = number(&again, "/decision_to_institution_ms/n");
    assert!(n < SINGLES, "{again}");
    assert_eq!(
        number(&again, "/vouchers/issued"),
        number(&first, "/vouchers/issued") + n
    );
}

#[test]
fn a_disk_that_takes_no_more_is_told_and_ends_with_1() {
    let data = folder("demo-full").display().to_string();
    let arguments = [
        "demo", "--once", "--json", "--people", PEOPLE, "--date", DAY, "--data", &data,
    ];
    let ran = run_on_a_small_disk(1000, arguments).ended(1);
    // Which role, why, and what to do; never a wait without a word.
    let said = format!("{data}/");
    assert!(
        ran.err.contains("に書き込めません（") && ran.err.contains(&said),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("ディスクの空きと書き込み権限を確認してください"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("次にすること: "), "{}", ran.err);
    assert_eq!(ran.out, "");
    assert!(ran.silence < MINUTES, "{ran:?}");
    // With room again it goes on where it was.
    let _goes_on = once(Path::new(&data), &[]);
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
