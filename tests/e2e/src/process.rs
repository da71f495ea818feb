//! A run of the program that goes on until it is told to stop or is killed.
//!
//! No process outlives its test. All of them are in one process group, led by a script that waits for the end of a
//! pipe which only the test process holds; however that ends, the script then kills the whole group.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;

use crate::platform;
use crate::program::command;
use crate::wait::wait_until;

/// Signals that reach the group do not end the script before it has done its work.
const UNDERTAKER: &str = "trap '' INT HUP TERM PIPE; cat >/dev/null; kill -KILL 0";

/// The leader of the group of all processes of this test process.
fn leader() -> &'static Child {
    static LEADER: OnceLock<Child> = OnceLock::new();
    LEADER.get_or_init(|| {
        let mut script = Command::new("sh");
        script
            .args(["-c", UNDERTAKER])
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null());
        platform::in_group(&mut script, None);
        match script.spawn() {
            Ok(script) => script,
            Err(error) => panic!("sh: {error}"),
        }
    })
}

/// A running process. What it says goes to the end of a log file. Dropping it kills it.
pub struct Process {
    name: String,
    log: PathBuf,
    child: Child,
    ended: Option<ExitStatus>,
}

impl Process {
    /// Starts the program.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start(name: &str, arguments: &[&str], variables: &[(&str, &str)], log: &Path) -> Process {
        let started = || {
            let said = File::options().create(true).append(true).open(log)?;
            let mut command = command(arguments);
            command
                .envs(variables.iter().copied())
                .stdout(said.try_clone()?)
                .stderr(said);
            platform::in_group(&mut command, Some(leader()));
            command.spawn()
        };
        match started() {
            Ok(child) => Process {
                name: name.to_owned(),
                log: log.to_owned(),
                child,
                ended: None,
            },
            Err(error) => panic!("{name}: {error}"),
        }
    }

    /// Kills it (SIGKILL) and waits until it is gone.
    pub fn kill(&mut self) {
        if self.ended().is_none() {
            let _already_gone = self.child.kill();
            self.ended = self.child.wait().ok();
        }
    }

    /// Tells it to stop (SIGTERM) and waits for its end.
    ///
    /// # Panics
    /// When it does not end.
    pub fn stop(&mut self) -> ExitStatus {
        if self.ended().is_none() {
            platform::terminate(&self.child);
        }
        let name = self.name.clone();
        wait_until(&format!("{name} ends after SIGTERM"), || self.ended())
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        if self.ended.is_none() {
            self.ended = self.child.try_wait().ok().flatten();
        }
        self.ended
    }

    /// What it has said so far.
    pub fn said(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// The end of what it has said, for a failure's message.
    pub fn last_words(&self) -> String {
        let said = self.said();
        let from = said.len().saturating_sub(3000);
        format!("{}: …{}", self.name, said.get(from..).unwrap_or(&said))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
