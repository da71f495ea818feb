//! `cargo xtask test`: every check and test, stage by stage.
//!
//! All stages but those of the reader use the dev profile and one set of features, so that what one stage built the next one finds.
//! Tests read `MADOGUCHI_TEST_POSTGRES` (a server for this run) and `MADOGUCHI_TEST_PROGRAM` (the program as built
//! by this run).

use std::process::{Command, ExitCode};
use std::time::Duration;

use crate::libtest::{self, Count};
use crate::postgres::Cluster;
use crate::{axe, deny, preflight, shell};

/// The crates that have the feature, with it.
const WITH_READER: [&str; 8] = [
    "--package",
    "madoguchi-identity",
    "--package",
    "madoguchi-institution",
    "--package",
    "madoguchi",
    "--features",
    "pcsc",
];
/// Where a virtual reader takes cards, `HOST:PORT`.
const VIRTUAL_READER: &str = "MADOGUCHI_TEST_VPCD";

/// What a stage came to.
enum Outcome {
    Done,
    Skipped(String),
    Failed(String),
    Counted(Count),
}

impl From<Result<(), String>> for Outcome {
    fn from(result: Result<(), String>) -> Self {
        result.map_or_else(Self::Failed, |()| Self::Done)
    }
}

/// The run so far.
#[derive(Default)]
struct Tally {
    rows: Vec<(&'static str, String, Duration)>,
    passed: u64,
    failed: u64,
    failures: Vec<String>,
}

/// Runs all stages; exit code 1 when anything failed.
pub(crate) fn run() -> ExitCode {
    let mut tally = Tally::default();
    let mut folder = None;
    tally.stage("preflight", || {
        let found = preflight::check().and_then(|found| axe::ready().map(|()| found));
        found.map(|found| folder = Some(found)).into()
    });
    let Some(folder) = folder else {
        return tally.close();
    };

    tally.stage("format", || in_root(&["fmt", "--all", "--check"]));
    tally.stage("clippy", || {
        in_root(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])
    });
    tally.stage("reader", reader);
    tally.stage("plastic", plastic);
    tally.stage("docs", || {
        let mut doc = shell::cargo(&["doc", "--workspace", "--no-deps", "--document-private-items"]);
        shell::run(doc.env("RUSTDOCFLAGS", "-D warnings").current_dir(shell::root())).into()
    });
    // All targets, not `--bins`: with the tests' own dependencies features stay what the tests need.
    tally.stage("build", || in_root(&["build", "--workspace", "--all-targets"]));

    let mut cluster = None;
    tally.stage("postgres", || {
        Cluster::start(&folder)
            .map(|started| cluster = Some(started))
            .into()
    });
    tally.stage("tests", || {
        let mut tests = shell::cargo(&["test", "--workspace", "--no-fail-fast"]);
        prepare(&mut tests, cluster.as_ref());
        libtest::run(&mut tests, |_| ()).map_or_else(Outcome::Failed, Outcome::Counted)
    });
    drop(cluster);

    let mut tool = None;
    tally.stage("licences", || {
        deny::ready()
            .and_then(|program| deny::check(tool.insert(program)))
            .into()
    });
    if let Some(tool) = tool {
        tally.stage("advisories", || match deny::advisories(&tool) {
            Ok(None) => Outcome::Done,
            Ok(Some(why)) => Outcome::Skipped(why),
            Err(why) => Outcome::Failed(why),
        });
    }
    tally.close()
}

/// Gives a test run its surroundings.
pub(crate) fn prepare(tests: &mut Command, cluster: Option<&Cluster>) {
    tests.current_dir(shell::root()).env("INSTA_UPDATE", "no");
    if let Some(cluster) = cluster {
        tests.env("MADOGUCHI_TEST_POSTGRES", cluster.address());
    }
    tests.env("MADOGUCHI_TEST_PROGRAM", shell::built("debug", "madoguchi"));
}

/// The reader of plastic cards: a feature that no other stage has, because it links the operating system's library.
fn reader() -> Outcome {
    if shell::ask("pkg-config", &["--modversion", "libpcsclite"]).is_none() {
        return Outcome::Skipped(
            "no libpcsclite; Debian: apt-get install pkg-config libpcsclite-dev".to_owned(),
        );
    }
    let lint = [
        &["clippy"],
        &WITH_READER[..],
        &["--all-targets", "--", "-D", "warnings"],
    ];
    in_root(&lint.concat())
}

/// A card in a reader: no machine has one by itself, so this runs only where somebody says that there is a virtual one.
fn plastic() -> Outcome {
    if std::env::var_os(VIRTUAL_READER).is_none() {
        return Outcome::Skipped(format!(
            "no virtual reader ({VIRTUAL_READER} is not set); docs/src/reference/card-readers.md says how to have one"
        ));
    }
    let mut test = shell::cargo(&[
        "test",
        "--package",
        "madoguchi-identity",
        "--features",
        "pcsc",
        "--test",
        "plastic",
    ]);
    prepare(&mut test, None);
    libtest::run(&mut test, |_| ()).map_or_else(Outcome::Failed, Outcome::Counted)
}

fn in_root(args: &[&str]) -> Outcome {
    shell::run(shell::cargo(args).current_dir(shell::root())).into()
}

impl Tally {
    fn stage(&mut self, name: &'static str, work: impl FnOnce() -> Outcome) {
        shell::say(&format!("{name} …"));
        let watch = shell::Watch::start();
        let outcome = work();
        let row = match outcome {
            Outcome::Done => "ok".to_owned(),
            Outcome::Skipped(why) => format!("skipped: {why}"),
            Outcome::Failed(why) => {
                self.failed += 1;
                shell::say(&format!("{name} failed: {why}"));
                self.failures.push(format!("stage {name}: {why}"));
                "failed".to_owned()
            }
            Outcome::Counted(count) => {
                self.passed += count.passed;
                self.failed += count.failed;
                self.failures.extend(count.failures);
                format!(
                    "{} passed, {} failed, {} binaries",
                    count.passed, count.failed, count.binaries
                )
            }
        };
        let time = watch.elapsed();
        shell::say(&format!("{name}: {row} ({})", shell::minutes(time)));
        self.rows.push((name, row, time));
    }

    /// Prints the table, every failure again, and the count alone on the last line.
    fn close(self) -> ExitCode {
        shell::put("\nstage       minutes  outcome");
        let whole: Duration = self.rows.iter().map(|(_, _, time)| time).sum();
        for (name, outcome, time) in &self.rows {
            shell::put(&format!(
                "{name:<10} {:>8.1}  {outcome}",
                time.as_secs_f64() / 60.0
            ));
        }
        shell::put(&format!(
            "{:<10} {:>8.1}\n",
            "together",
            whole.as_secs_f64() / 60.0
        ));
        for failure in &self.failures {
            shell::put(&format!("failed: {failure}"));
        }
        shell::put(&format!("{} passed, {} failed", self.passed, self.failed));
        if self.failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}
