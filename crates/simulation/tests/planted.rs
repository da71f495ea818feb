//! Three classic mistakes are planted, each by itself, and each is seen: a check that cannot fail shows nothing.

#![expect(clippy::print_stdout, reason = "figures for the soak report")]

use env::PlantedFault;
use madoguchi_simulation::{Plan, Report, run};

/// The first of `most` seeds in which the fault breaks the promise.
fn caught(fault: PlantedFault, promise: &str, most: u64) -> Report {
    let plan = Plan {
        planted: vec![fault],
        ..Plan::default()
    };
    let breaks = |report: &Report| {
        report
            .violations
            .iter()
            .any(|violation| violation.promise == promise)
    };
    let caught = (1..=most).map(|seed| run(seed, &plan)).find(breaks);
    let caught = caught.unwrap_or_else(|| panic!("{fault:?} broke {promise} in none of {most} seeds"));
    println!(
        "soak: simulation: {fault:?} caught as {promise} in seed {} of {most}",
        caught.seed
    );
    if std::env::var_os("MADOGUCHI_SOAK").is_some() {
        let seeds = 100;
        let seen = (1..=seeds).filter(|seed| breaks(&run(*seed, &plan))).count();
        println!("soak: simulation: {fault:?} caught as {promise} in {seen} of {seeds} seeds");
    }
    caught
}

/// An office says yes to its clerk, dies, and knows nothing of it.
#[test]
fn an_acknowledgement_before_the_commit_is_caught() {
    caught(PlantedFault::AcknowledgeBeforeCommit, "exactly-once", 5);
}

/// The month's run comes late with a revision that was corrected meanwhile, and the late one is told.
#[test]
fn an_older_revision_that_is_applied_is_caught() {
    caught(PlantedFault::ApplyOlderRevision, "one-truth", 20);
}

/// A feed shows a position before an earlier one, and the reader goes on without looking back.
#[test]
fn a_late_position_that_is_skipped_is_caught() {
    caught(PlantedFault::SkipLatePosition, "exactly-once", 10);
}
