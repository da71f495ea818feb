//! `cargo xtask`: the tasks of the house.
//!
//! Jobs that need more than one cargo command: run the demo, run every test with what the tests need, measure, run the long
//! counts, take the handbook's pictures. Progress goes to stderr; what a task is asked for goes to stdout.
//!
//! - [`mod@test`] runs the stages one after another; a stage that fails does not stop the next.
//! - [`preflight`] looks for what must be on the machine and installs it where it may.
//! - [`postgres`] is one private PostgreSQL for the run, which cannot outlive it.
//! - [`deny`] checks licences, sources and advisories of what we depend on; it installs its tool.
//! - [`axe`] fetches what judges pages; [`pictures`] takes the handbook's pictures.
//! - [`libtest`] reads the output of `cargo test` and counts.
//! - [`soak`] runs the long counts and writes the report.

mod axe;
mod deny;
mod libtest;
mod pictures;
mod platform;
mod postgres;
mod preflight;
mod shell;
mod soak;
mod test;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

const EXAMPLES: &str = "Examples:
  cargo xtask demo                      a ward's office and all around it, until Ctrl-C
  cargo xtask demo --once --json        the month all the way, the result as JSON
  cargo xtask test                      everything CI runs; the last line is `N passed, N failed`
  cargo xtask bench                     figures beside references of the same run
  cargo xtask pictures                  the handbook's pictures, of the pages as they are now
  cargo xtask soak --name weekend       long counts; writes bench/reports/soak-weekend.md

Exit codes: 0 done, 1 failed with the reason, 2 usage.";

/// Tasks of the house.
#[derive(Parser)]
#[command(name = "xtask", bin_name = "cargo xtask", after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the program in profile `demo` and run `madoguchi demo ARGS`.
    #[command(disable_help_flag = true)]
    Demo {
        /// Handed to `madoguchi demo`; `--help` shows them.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Run every check and test with a private PostgreSQL; print minutes per stage and the count.
    Test,
    /// Build in release and measure: `madoguchi-bench ARGS`.
    #[command(disable_help_flag = true)]
    Bench {
        /// Handed to `madoguchi-bench`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Take the handbook's pictures anew, with the tests that have a browser.
    Pictures,
    /// Run the long counts (kills, seeds, mutated inputs) in release and write a report.
    #[command(after_help = "Example:\n  cargo xtask soak --name weekend kill")]
    Soak(soak::Options),
}

fn main() -> ExitCode {
    match Cli::parse().task {
        Task::Demo { args } => demo(args),
        Task::Test => test::run(),
        Task::Bench { args } => bench(args),
        Task::Pictures => pictures::run(),
        Task::Soak(options) => soak::run(&options),
    }
}

fn demo(args: Vec<OsString>) -> ExitCode {
    shell::say("building the program in profile `demo`; the first time this takes some minutes");
    // `--manifest-path`, not another current directory: `--data DIR` is meant from where the user stands.
    let mut run = shell::cargo(&[
        "run",
        "--profile",
        "demo",
        "--package",
        "madoguchi",
        "--manifest-path",
    ]);
    run.arg(shell::root().join("Cargo.toml"))
        .args(["--", "demo"])
        .args(args);
    platform::become_process(run)
}

fn bench(args: Vec<OsString>) -> ExitCode {
    shell::say("building the program and the bench in release");
    let mut build = shell::cargo(&["build", "--release", "--package", "madoguchi"]);
    if let Err(fault) = shell::run(build.current_dir(shell::root())) {
        shell::say(&fault);
        return ExitCode::FAILURE;
    }
    let mut run = shell::cargo(&["run", "--release", "--package", "madoguchi-bench", "--"]);
    run.args(args).current_dir(shell::root());
    platform::become_process(run)
}
