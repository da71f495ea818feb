//! One target, its corpus, and as many damaged children as the run has time for.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;

use crate::corpus;
use crate::memory::{self, Cost};
use crate::mutate::{self, Rng};
use crate::targets::Target;

/// Damaged inputs of a target in a short run, and with `MADOGUCHI_SOAK=1`.
const SHORT: usize = 10_000;
const LONG: usize = 400_000;

/// What a call may allocate at one time, and in all: so much whatever comes, and so much for each byte of input.
const PEAK: (usize, usize) = (64 << 10, 24);
const SUM: (usize, usize) = (256 << 10, 96);

/// What a run saw.
#[derive(Debug, Default)]
pub struct Report {
    /// Inputs that were tried.
    pub inputs: usize,
    /// How often each verdict was given.
    pub verdicts: BTreeMap<String, usize>,
    /// The dearest call.
    pub most: Cost,
}

impl Report {
    /// One line of figures, for the report of a soak.
    #[must_use]
    pub fn line(&self, target: &str) -> String {
        format!(
            "fuzz {target}: {} inputs, {} verdicts, at most {} bytes at a time and {} in all, 0 promises broken",
            self.inputs,
            self.verdicts.len(),
            self.most.peak,
            self.most.sum,
        )
    }
}

/// Whether this is a soak.
#[must_use]
pub fn long() -> bool {
    std::env::var_os("MADOGUCHI_SOAK").is_some_and(|value| value == "1")
}

/// Runs a target: each input of its corpus must have the verdict that its name says; no damaged child may break a
/// promise, or have a verdict that no input of the corpus has.
///
/// # Panics
/// When a promise is broken. The input is then kept as a file, which the message names: it belongs into the corpus.
#[must_use]
pub fn run(target: &Target) -> Report {
    let mut report = Report::default();
    let entries = corpus::entries(target.name);
    assert!(!entries.is_empty(), "{}: no corpus", target.name);
    let mut others = Vec::new();
    for entry in &entries {
        let verdict = judge(target, &entry.bytes, &mut report);
        if verdict != entry.verdict {
            others.push(format!("corpus/{}/{}: {verdict}", target.name, entry.name));
        }
    }
    assert!(
        others.is_empty(),
        "other verdicts than the names say:\n{}",
        others.join("\n")
    );
    let pool: Vec<Vec<u8>> = entries.into_iter().map(|entry| entry.bytes).collect();
    let mut rng = Rng::of(20_261_122, target.name);
    for _ in 0..if long() { LONG } else { SHORT } {
        let child = mutate::child(&mut rng, &pool, target.words);
        let verdict = judge(target, &child, &mut report);
        if report.verdicts.get(&verdict) == Some(&1) {
            let kept = keep(target, &child);
            panic!(
                "{}: no input of the corpus is judged {verdict}; {} is",
                target.name,
                kept.display()
            );
        }
    }
    report
}

/// One input: its verdict, its cost, and where it is kept when it breaks a promise.
fn judge(target: &Target, bytes: &[u8], report: &mut Report) -> String {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let (verdict, cost) = memory::measure(|| (target.check)(bytes));
        let within =
            |cost: usize, (fixed, each): (usize, usize)| cost <= target.weight * (fixed + each * bytes.len());
        assert!(
            within(cost.peak, PEAK) && within(cost.sum, SUM),
            "{} bytes of input cost {cost:?}",
            bytes.len()
        );
        (verdict, cost)
    }));
    match outcome {
        Ok((verdict, cost)) => {
            report.inputs += 1;
            *report.verdicts.entry(verdict.clone()).or_default() += 1;
            report.most.peak = report.most.peak.max(cost.peak);
            report.most.sum = report.most.sum.max(cost.sum);
            verdict
        }
        Err(panic) => {
            eprintln!(
                "{}: a promise is broken by {}",
                target.name,
                keep(target, bytes).display()
            );
            resume_unwind(panic);
        }
    }
}

/// Keeps an input for whoever mends.
fn keep(target: &Target, bytes: &[u8]) -> PathBuf {
    let hash = bytes
        .iter()
        .fold(5381_u64, |hash, byte| hash.wrapping_mul(33) ^ u64::from(*byte));
    let path = std::env::temp_dir().join(format!("madoguchi-fuzz-{}-{hash:016x}", target.name));
    if let Err(error) = std::fs::write(&path, bytes) {
        eprintln!("{}: {error}; the input was {bytes:?}", path.display());
    }
    path
}
