//! A ward's whole month, the office's own part included: the program's demo, as anybody can run it.

use std::path::Path;
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::cluster::Cluster;
use crate::options::Database;
use crate::watch::Watch;
use crate::{Fault, say};

/// What `madoguchi demo --once --json` says, as far as it is looked at here.
#[derive(Deserialize)]
pub(crate) struct Said {
    pub(crate) people: u64,
    pub(crate) vouchers: Vouchers,
    pub(crate) decision_to_institution_ms: Times,
    pub(crate) monthly_run_seconds: f64,
    pub(crate) peak_memory_mib: u64,
    failures: Vec<String>,
}

#[derive(Deserialize)]
pub(crate) struct Vouchers {
    pub(crate) issued: u64,
    pub(crate) applied: u64,
    pub(crate) held: u64,
}

#[derive(Deserialize)]
pub(crate) struct Times {
    pub(crate) n: u64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
}

/// A ward on one kind of database.
pub(crate) struct Ward {
    pub(crate) database: Database,
    pub(crate) said: Said,
    /// The whole demo, from nothing: filling, the month, the next month, all questions.
    pub(crate) whole: std::time::Duration,
}

/// Runs the demo of an office of so many people.
pub(crate) fn run(
    data: &Path,
    people: u64,
    database: Database,
    cluster: Option<&Cluster>,
) -> Result<Ward, Fault> {
    say(&format!("a ward of {people} people, {}", database.name()));
    let program = std::env::current_exe()?.with_file_name("madoguchi");
    let mut demo = Command::new(&program);
    demo.args([
        "demo",
        "--once",
        "--json",
        "--people",
        &people.to_string(),
        "--data",
    ])
    .arg(data.join(format!("ward-{}", database.name())))
    .stderr(Stdio::inherit());
    if let (Database::Postgres, Some(cluster)) = (database, cluster) {
        demo.args(["--database", &cluster.url()]);
    }
    let clock = Watch::start();
    let output = demo
        .output()
        .map_err(|error| format!("{}: {error}; `cargo xtask bench` builds it", program.display()))?;
    let whole = clock.elapsed();
    let said: Said = serde_json::from_slice(&output.stdout)?;
    match said.failures.first() {
        None if output.status.success() => Ok(Ward {
            database,
            said,
            whole,
        }),
        _ => Err(format!("the demo found faults: {:?}", said.failures).into()),
    }
}
