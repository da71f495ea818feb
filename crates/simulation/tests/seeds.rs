//! Every seed keeps every promise; the same seed is the same run.

use madoguchi_simulation::{Plan, Report, run, run_seeds};

/// Long counts are asked for by `cargo xtask soak`.
fn seeds() -> u64 {
    if std::env::var_os("MADOGUCHI_SOAK").is_some() {
        2000
    } else {
        50
    }
}

#[test]
fn every_seed_keeps_every_promise() {
    let summary = run_seeds(1..1 + seeds(), |report: &Report| {
        for violation in &report.violations {
            println!("seed {}: {violation:?}", report.seed);
        }
    });
    println!(
        "soak: simulation: {} seeds, {} steps, {} decisions, {} answers, {} deaths, {} seeds with a broken promise",
        summary.seeds,
        summary.steps,
        summary.acts,
        summary.answers,
        summary.crashes,
        summary.failed.len()
    );
    assert_eq!(summary.seeds, seeds());
    // A run without decisions, answers and deaths would keep every promise too.
    assert!(summary.acts > 100 * summary.seeds && summary.answers > 100 * summary.seeds);
    assert!(summary.crashes > 10 * summary.seeds);
    let failed: Vec<u64> = summary.failed.iter().map(|report| report.seed).collect();
    assert!(
        failed.is_empty(),
        "madoguchi simulate --seeds A..B shows more of {failed:?}"
    );
}

#[test]
fn the_same_seed_is_the_same_run() {
    let plan = Plan {
        storm_s: 60,
        ..Plan::default()
    };
    let first = run(7, &plan);
    assert_eq!(first, run(7, &plan));
    assert_eq!(first.hash.len(), 64);
    assert_ne!(first.hash, run(8, &plan).hash);
}
