//! The bench's side of a child: starting it, knowing its address and its process.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use env::Origin;

use crate::Fault;
use crate::watch::Watch;

/// A running server. Dropping it ends it well.
pub(crate) struct Server {
    child: Child,
    /// The child serves as long as this is open; the kernel closes it when we are killed.
    leash: Option<ChildStdin>,
    at: Origin,
    started: Duration,
}

impl Server {
    /// Starts what a configuration describes.
    pub(crate) fn start(config: &Path) -> Result<Server, Fault> {
        let clock = Watch::start();
        let mut child = Command::new(std::env::current_exe()?)
            .arg("serve")
            .arg(config)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let leash = child.stdin.take();
        let mut said = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut said)?;
        }
        let started = clock.elapsed();
        let at = said
            .trim()
            .parse()
            .map_err(|_| format!("{} did not start; its own words stand above", config.display()))?;
        Ok(Server {
            child,
            leash,
            at,
            started,
        })
    }

    /// Where it listens.
    pub(crate) fn at(&self) -> &Origin {
        &self.at
    }

    /// How long it took until it had said where it listens.
    pub(crate) fn started(&self) -> Duration {
        self.started
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.leash.take());
        let _ended = self.child.wait();
    }
}
