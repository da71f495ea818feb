//! `madoguchi simulate`: all roles under seeded clocks and faults.

use crate::cli::Simulate;
use crate::outcome::Outcome;

pub(super) fn run(asked: &Simulate) -> Outcome {
    let _ = asked;
    Ok(())
}
