//! `cargo xtask soak`: the long counts, in release, with a report.
//!
//! The same tests as always read `MADOGUCHI_SOAK=1` and then take the long counts (kills, seeds, records). A test
//! that has a figure to tell prints a line that begins with `soak:`; the report repeats those lines word for word.
//! It says what ran, on what, for how long and what failed, and nothing that was not measured.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use crate::libtest::{self, Count};
use crate::postgres::Cluster;
use crate::{preflight, shell, test};

const PACKAGES: [&str; 5] = [
    "madoguchi-e2e",
    "madoguchi-fuzz",
    "madoguchi-identity",
    "madoguchi-simulation",
    "madoguchi-verification",
];

/// What to run and how to call the report.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Name of the report: `bench/reports/soak-NAME.md`.
    #[arg(long, default_value = "local")]
    name: String,
    /// Only tests whose name contains this.
    filter: Option<String>,
}

/// Runs the long counts; exit code 1 when anything failed. The report is written in either case.
pub(crate) fn run(options: &Options) -> ExitCode {
    match soak(options) {
        Ok(count) => {
            shell::put(&format!("{} passed, {} failed", count.passed, count.failed));
            if count.failed == 0 {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(fault) => {
            shell::say(&fault);
            ExitCode::FAILURE
        }
    }
}

fn soak(options: &Options) -> Result<Count, String> {
    let named = !options.name.is_empty()
        && options
            .name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-');
    if !named {
        return Err(format!(
            "--name {:?}: letters, digits and hyphens only",
            options.name
        ));
    }
    let folder = preflight::check()?;
    // Built before the clock starts: the report's minutes are minutes of testing.
    let mut build = shell::cargo(&["build", "--release", "--package", "madoguchi"]);
    shell::run(build.current_dir(shell::root()))?;
    let cluster = Cluster::start(&folder)?;

    let mut tests = shell::cargo(&["test", "--release", "--no-fail-fast"]);
    tests.args(PACKAGES.iter().flat_map(|package| ["--package", package]));
    test::prepare(&mut tests, Some(&cluster));
    tests
        .args(&options.filter)
        .args(["--", "--show-output"])
        .env("MADOGUCHI_SOAK", "1");
    tests.env("MADOGUCHI_TEST_PROGRAM", shell::built("release", "madoguchi"));
    let shown = shell::show(&tests);

    let mut figures = Vec::new();
    let watch = shell::Watch::start();
    let count = libtest::run(&mut tests, |line| {
        if let Some(figure) = line.trim().strip_prefix("soak:") {
            figures.push(figure.trim().to_owned());
        }
    })?;
    let report = report(&options.name, &shown, watch.elapsed(), &count, &figures);
    let reports = shell::root().join("bench/reports");
    let file = reports.join(format!("soak-{}.md", options.name));
    std::fs::create_dir_all(&reports)
        .and_then(|()| std::fs::write(&file, report))
        .map_err(|fault| format!("cannot write {}: {fault}", file.display()))?;
    shell::say(&format!("report: bench/reports/soak-{}.md", options.name));
    Ok(count)
}

fn report(name: &str, command: &str, time: Duration, count: &Count, figures: &[String]) -> String {
    let unknown = || "unknown".to_owned();
    let ask = |program: &str, args: &[&str]| shell::ask(program, args).unwrap_or_else(unknown);
    let dirty = shell::ask("git", &["status", "--porcelain", "--", ".", ":!bench/reports"])
        .is_none_or(|changes| !changes.is_empty());
    let cpus = std::thread::available_parallelism().map_or_else(|_| unknown(), |number| number.to_string());
    let mut page = format!("# Soak: {name}\n\n| | |\n|---|---|\n");
    let rows = [
        ("command", format!("`MADOGUCHI_SOAK=1 {command}`")),
        ("date", ask("date", &["-u", "+%Y-%m-%d %H:%M UTC"])),
        ("commit", ask("git", &["rev-parse", "HEAD"])),
        ("uncommitted changes", if dirty { "yes" } else { "no" }.to_owned()),
        ("compiler", ask("rustc", &["--version"])),
        (
            "machine",
            format!(
                "{}, {cpus} CPUs: {}",
                ask("uname", &["-srm"]),
                cpu_model().unwrap_or_else(unknown)
            ),
        ),
        (
            "PostgreSQL",
            "private server, fsync off: kills of roles are tested here, loss of power is not".to_owned(),
        ),
        ("time", shell::minutes(time)),
        ("passed", count.passed.to_string()),
        ("failed", count.failed.to_string()),
    ];
    for (key, value) in rows {
        let _ = writeln!(page, "| {key} | {value} |");
    }
    page.push_str("\n## Figures\n\nAs the tests printed them.\n\n");
    list(&mut page, figures);
    page.push_str("\n## Failures\n\n");
    list(&mut page, &count.failures);
    page
}

fn list(page: &mut String, lines: &[String]) {
    if lines.is_empty() {
        page.push_str("None.\n");
    }
    for line in lines {
        let _ = writeln!(page, "- {line}");
    }
}

fn cpu_model() -> Option<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_tells_figures_and_failures_or_that_there_are_none() {
        let count = Count {
            passed: 3,
            failed: 1,
            failures: vec!["kill: hub".to_owned()],
            binaries: 1,
        };
        let page = report(
            "x",
            "cargo test",
            Duration::from_secs(90),
            &count,
            &["200 kills, 0 lost".to_owned()],
        );
        assert!(
            page.contains("- 200 kills, 0 lost\n")
                && page.contains("- kill: hub\n")
                && page.contains("| 1.5 min |")
        );
        assert!(report("x", "", Duration::ZERO, &Count::default(), &[]).contains("## Failures\n\nNone.\n"));
    }
}
