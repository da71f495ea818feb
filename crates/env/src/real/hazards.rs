//! SIGKILL at a crash point, for tests that kill processes.

use std::sync::atomic::{AtomicU64, Ordering};

use super::RealWorld;
use crate::{Crashed, Hazards, PlantedFault, platform};

/// `MADOGUCHI_KILL_AT=NAME:N`: die without a word when NAME is reached for the N-th time.
pub(super) struct KillAt {
    name: Option<String>,
    left: AtomicU64,
}

impl KillAt {
    pub(super) fn from_process() -> KillAt {
        let asked = std::env::var("MADOGUCHI_KILL_AT").ok();
        let parsed = asked.as_deref().and_then(|text| text.rsplit_once(':'));
        let (name, count) = match parsed {
            Some((name, count)) => (Some(name.to_owned()), count.parse().unwrap_or(1)),
            None => (None, 0),
        };
        KillAt {
            name,
            left: AtomicU64::new(count),
        }
    }
}

impl Hazards for RealWorld {
    fn crash_point(&self, name: &str) -> Result<(), Crashed> {
        if self.hazards.name.as_deref() == Some(name) && self.hazards.left.fetch_sub(1, Ordering::SeqCst) == 1
        {
            platform::kill_this_process();
        }
        Ok(())
    }

    fn planted(&self, _fault: PlantedFault) -> bool {
        false
    }
}
