//! A shell script that outlives the test process just long enough to clean up after it.
//!
//! It reads from a pipe that only the test process holds. However the process ends, the kernel closes the pipe,
//! the script reads its end, and does what has to be done.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// A running script. Keep it as long as what it cares for is needed.
pub struct Attendant {
    // Its standard input is the pipe. Dropping a child closes it.
    _script: Child,
}

/// Waits for the end of the pipe. Signals that reach the whole group (Ctrl-C) do not end the script before it
/// has done its work.
const PRELUDE: &str = "trap '' INT HUP TERM PIPE; set -u;";

impl Attendant {
    /// Starts `before`, waits until it prints `ready`, and runs `after` when this process has ended. The
    /// arguments are `$1`, `$2` and so on. With a user, the script runs as that user (we are root then).
    ///
    /// # Errors
    /// What the script printed instead of `ready`.
    pub fn start(
        user: Option<&str>,
        before: &str,
        after: &str,
        arguments: &[&Path],
    ) -> Result<Attendant, String> {
        let script = format!("{PRELUDE} {before}\necho ready\ncat >/dev/null\n{after}");
        let mut command = match user {
            Some(user) => {
                let mut command = Command::new("runuser");
                command.args(["-u", user, "--", "sh"]);
                command
            }
            None => Command::new("sh"),
        };
        command
            .args(["-c", &script, "attendant"])
            .args(arguments)
            .current_dir("/");
        let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut script = started.map_err(|error| format!("sh cannot be started: {error}"))?;
        let mut said = String::new();
        for line in script
            .stdout
            .take()
            .map(BufReader::new)
            .into_iter()
            .flat_map(BufRead::lines)
        {
            match line {
                Ok(line) if line == "ready" => return Ok(Attendant { _script: script }),
                Ok(line) => said.extend([&line, "\n"]),
                Err(error) => return Err(error.to_string()),
            }
        }
        Err(said)
    }
}

/// A folder of this process for files of tests; removed when the process ends.
pub fn folder() -> &'static Path {
    static FOLDER: OnceLock<(std::path::PathBuf, Attendant)> = OnceLock::new();
    let (folder, _attendant) = FOLDER.get_or_init(|| {
        let made = tempfile::Builder::new().prefix("madoguchi-").tempdir();
        let folder = crate::must("a temporary folder", made).keep();
        let attendant = Attendant::start(None, "", "rm -rf \"$1\"", &[&folder]);
        (folder, crate::must("cleaning up after tests", attendant))
    });
    folder
}
