//! The operating system as a world.

use std::sync::Arc;

use tokio::runtime::Handle;

use crate::Env;

mod clock;
mod files;
mod hazards;
mod lock;
mod network;
mod tasks;

/// The real world. One for a process; its tasks run on the tokio runtime it was made on.
pub struct RealWorld {
    runtime: Handle,
    network: network::Door,
    hazards: hazards::Asked,
    watches: files::Watches,
}

impl RealWorld {
    /// The world of this process. Call it on a tokio runtime.
    pub fn env() -> Env {
        let runtime = Handle::current();
        Env::of(&Arc::new(RealWorld {
            network: network::Door::new(runtime.clone()),
            hazards: hazards::Asked::from_process(),
            watches: files::Watches::default(),
            runtime,
        }))
    }
}
