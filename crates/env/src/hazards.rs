//! Where and how things are made to go wrong on purpose.
//!
//! **Crash points** stand around every commit and every hand-over. In the real world a test process may ask,
//! through `MADOGUCHI_KILL_AT=NAME:N`, to be killed with SIGKILL when the point is reached for the N-th time, or
//! through `MADOGUCHI_PANIC_AT=NAME:N` to find a fault of ours there; in a simulation the seed decides. **Planted faults** are the classic mistakes of such systems, each one line
//! at the place where a programmer would make it; a simulation plants them to show that its checks can see.

/// The role died at a crash point. Whatever it does until it is gone reaches nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("crashed at a crash point")]
pub struct Crashed;

/// A mistake that a simulation can plant, to prove that its checks find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlantedFault {
    /// A unit of work is acknowledged although its commit has not happened.
    AcknowledgeBeforeCommit,
    /// A record is applied although a newer revision is there.
    ApplyOlderRevision,
    /// A feed's reader moves its cursor past a position that it has not received.
    SkipLatePosition,
}

impl PlantedFault {
    /// All of them, in the order of their names.
    pub const ALL: [PlantedFault; 3] = [
        PlantedFault::AcknowledgeBeforeCommit,
        PlantedFault::ApplyOlderRevision,
        PlantedFault::SkipLatePosition,
    ];
}

/// The hazards of a world.
pub trait Hazards: Send + Sync {
    /// See [`crate::Env::crash_point`].
    ///
    /// # Errors
    /// [`Crashed`] when the role dies here.
    fn crash_point(&self, name: &str) -> Result<(), Crashed>;

    /// See [`crate::Env::planted`].
    fn planted(&self, fault: PlantedFault) -> bool;
}
