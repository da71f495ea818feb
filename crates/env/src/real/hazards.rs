//! What goes wrong at a crash point when a test asks for it: the process is killed, or what runs there panics.

use std::sync::atomic::{AtomicU64, Ordering};

use super::RealWorld;
use crate::{Crashed, Hazards, PlantedFault, platform};

/// What a test process asks for by its environment.
pub(super) struct Asked {
    kill: At,
    panic: At,
}

/// `NAME:N`: when NAME is reached for the N-th time.
struct At {
    name: Option<String>,
    left: AtomicU64,
}

impl Asked {
    pub(super) fn from_process() -> Asked {
        Asked {
            kill: At::from_variable("MADOGUCHI_KILL_AT"),
            panic: At::from_variable("MADOGUCHI_PANIC_AT"),
        }
    }
}

impl At {
    fn from_variable(variable: &str) -> At {
        let asked = std::env::var(variable).ok();
        let parsed = asked.as_deref().and_then(|text| text.rsplit_once(':'));
        let (name, count) = match parsed {
            Some((name, count)) => (Some(name.to_owned()), count.parse().unwrap_or(1)),
            None => (None, 0),
        };
        At {
            name,
            left: AtomicU64::new(count),
        }
    }

    fn is_here(&self, name: &str) -> bool {
        self.name.as_deref() == Some(name) && self.left.fetch_sub(1, Ordering::SeqCst) == 1
    }
}

impl Hazards for RealWorld {
    fn crash_point(&self, name: &str) -> Result<(), Crashed> {
        if self.hazards.kill.is_here(name) {
            platform::kill_this_process();
        }
        assert!(!self.hazards.panic.is_here(name), "asked to panic at {name}");
        Ok(())
    }

    fn planted(&self, _fault: PlantedFault) -> bool {
        false
    }
}
