//! Which of two versions counts.

use env::{Env, PlantedFault};

/// Whether a version replaces the one that is held: only a newer one does.
pub fn supersedes(env: &Env, offered: u32, held: u32) -> bool {
    offered > held || env.planted(PlantedFault::ApplyOlderRevision)
}
