//! The whole house on one thread, under a seeded clock, in bad weather.
//!
//! One run of [`run`] is one seed: a register of residents, a hub, a verification, two offices and two clinics, each
//! with its production code, its own database image and its own death. Around them stand programs of the world that
//! never die: clerks who decide through the offices' HTTP interface, an office of another maker that speaks to the
//! hub by itself, receipt computers that write request files and read results.
//!
//! ```text
//!  clerks ─▶ office A, B ─┐                        ┌─ door ─▶ verification ◀─ door ─ clinic A, B ◀─ receipt computers
//!                          ├─▶ hub ◀─ register     │
//!  office C (maker) ───────┘    └──────────────────┘
//!                       storm: loss, doubling, delay, reordering, crashes      then quiet, a power cut, and questions
//! ```
//!
//! - `world`: nodes, images, keys, deaths and restarts. `names`, `people`: who takes part.
//! - `script`: what offices decide; `clerk` and `maker` have it decided; `reception` asks; `cardholders` enrol. `doors`: where the world
//!   listens to the wires and makes mischief in them.
//! - `truth`: what was decided, as those know it who decided; `expected`: what an answer must show then.
//! - `promises`: the checks after each step; see there which promise means what. `images` looks into the databases.
//! - `storm`: the run from morning to the last question.
//!
//! The same seed gives the same run, down to the hash over all its events.

mod cardholders;
mod clerk;
mod doors;
mod expected;
mod images;
mod journal;
mod maker;
mod names;
mod people;
mod promises;
mod reception;
mod script;
mod storm;
mod truth;
mod world;

use std::ops::Range;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};

use env::{PlantedFault, Time};
use serde::Serialize;

/// What is special about a run; [`Plan::default`] is what every seed must survive.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How long the storm lasts, in seconds of the fleet's time.
    pub storm_s: u64,
    /// Mistakes that are planted, to see that the checks see them.
    pub planted: Vec<PlantedFault>,
}

impl Default for Plan {
    fn default() -> Plan {
        Plan {
            storm_s: 120,
            planted: Vec::new(),
        }
    }
}

/// A promise that was not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// The promise's name: `exactly-once`, `one-truth`, `addressed`, `history` and so on.
    pub promise: &'static str,
    /// What was seen, without any person's data: keys, revisions, positions, names of items.
    pub what: String,
    /// When, by the fleet's clock.
    pub at: Time,
}

/// How a run went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The seed.
    pub seed: u64,
    /// Steps of the fleet: one poll of one task each.
    pub steps: u64,
    /// Events of the fleet.
    pub events: u64,
    /// SHA-256 over all events, 64 hexadecimal digits: two runs of one seed have the same.
    pub hash: String,
    /// What offices were asked to decide.
    pub acts: u64,
    /// Answers of verification that were checked.
    pub answers: u64,
    /// Deaths of nodes.
    pub crashes: u64,
    /// Promises that were not kept, at most a dozen.
    pub violations: Vec<Violation>,
}

/// How many runs went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Runs.
    pub seeds: u64,
    /// Steps of all of them.
    pub steps: u64,
    /// Events of all of them.
    pub events: u64,
    /// Decisions of all of them.
    pub acts: u64,
    /// Answers of all of them.
    pub answers: u64,
    /// Deaths of all of them.
    pub crashes: u64,
    /// The reports of runs in which a promise was not kept, by seed.
    pub failed: Vec<Report>,
}

/// Runs one seed, from the morning to the last question.
#[must_use]
pub fn run(seed: u64, plan: &Plan) -> Report {
    storm::run(seed, plan)
}

/// Runs seeds side by side, one fleet on each processor. `progress` hears of each run as it ends, in any order.
pub fn run_seeds(seeds: Range<u64>, progress: impl Fn(&Report) + Sync) -> Summary {
    let (next, summary) = (AtomicU64::new(seeds.start), Mutex::new(Summary::default()));
    let worker = || {
        let plan = Plan::default();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return;
            }
            let report = run(seed, &plan);
            progress(&report);
            summary.lock().unwrap_or_else(PoisonError::into_inner).add(report);
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(worker);
        }
    });
    let mut summary = summary.into_inner().unwrap_or_else(PoisonError::into_inner);
    summary.failed.sort_by_key(|report| report.seed);
    summary
}

impl Summary {
    fn add(&mut self, report: Report) {
        self.seeds += 1;
        self.steps += report.steps;
        self.events += report.events;
        self.acts += report.acts;
        self.answers += report.answers;
        self.crashes += report.crashes;
        if !report.violations.is_empty() {
            self.failed.push(report);
        }
    }
}
