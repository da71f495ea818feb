//! `madoguchi simulate`: all roles under seeded clocks and faults, and the promises checked after each step.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};

use simulation::Report;

use crate::cli::Simulate;
use crate::outcome::{Failure, Outcome, print, print_json, tell};

pub(super) fn run(asked: &Simulate) -> Outcome {
    let all = asked.seeds.end - asked.seeds.start;
    let done = AtomicU64::new(0);
    let summary = simulation::run_seeds(asked.seeds.clone(), |report| {
        show_progress(done.fetch_add(1, Ordering::Relaxed) + 1, all, report);
    });
    if asked.json {
        print_json(&summary)?;
    } else {
        print(&format!(
            "{} seeds: {} steps, {} decisions, {} answers, {} deaths, {} seeds with a broken promise",
            summary.seeds,
            summary.steps,
            summary.acts,
            summary.answers,
            summary.crashes,
            summary.failed.len()
        ));
    }
    match summary.failed.first() {
        None => Ok(()),
        Some(first) => Err(
            Failure::failed(format!("seed {} broke a promise", first.seed)).next_step(format!(
                "madoguchi simulate --seeds {}..{} shows it again",
                first.seed,
                first.seed + 1
            )),
        ),
    }
}

/// What was broken, at once; how far it is, where somebody looks.
fn show_progress(done: u64, all: u64, report: &Report) {
    for violation in &report.violations {
        tell(&format!(
            "seed {} at {}: {} broken: {}",
            report.seed, violation.at, violation.promise, violation.what
        ));
    }
    let mut people = std::io::stderr().lock();
    if people.is_terminal() {
        let end = if done == all { "\n" } else { "" };
        let _nobody_looks = write!(people, "\r{done} of {all} seeds{end}").and_then(|()| people.flush());
    }
}
