//! Small tools: where we are, how to call cargo, how to speak, what time it is.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// The root of this checkout.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// Cargo's target folder: the one that holds this very program, so that `CARGO_TARGET_DIR` is honoured.
pub(crate) fn target() -> PathBuf {
    let here = std::env::current_exe().unwrap_or_default();
    here.ancestors()
        .nth(2)
        .map_or_else(|| root().join("target"), Path::to_path_buf)
}

/// Where cargo puts the program `name` in `profile` (`debug`, `release`).
pub(crate) fn built(profile: &str, name: &str) -> PathBuf {
    target()
        .join(profile)
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// The cargo that started us, with `args`.
pub(crate) fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args);
    command
}

/// Runs `command` with the terminal as its output; `Err` says which command failed and how.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{}` failed: {status}", show(command))),
        Err(fault) => Err(format!("cannot start `{}`: {fault}", show(command))),
    }
}

/// What `command` prints to stdout, trimmed; `None` when it cannot be had.
pub(crate) fn ask(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(args)
        .current_dir(root())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}

/// `command` as one would type it.
pub(crate) fn show(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Progress, to stderr.
pub(crate) fn say(line: &str) {
    eprintln!("xtask: {line}");
}

/// A line of what was asked for, to stdout. Nobody may be reading any more; that is no fault.
pub(crate) fn put(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// A stopwatch.
pub(crate) struct Watch(Instant);

impl Watch {
    #[expect(
        clippy::disallowed_methods,
        reason = "a stopwatch for people; nothing here is simulated"
    )]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Minutes with one decimal, and seconds below one minute: `12.3 min`, `41 s`.
pub(crate) fn minutes(time: Duration) -> String {
    if time < Duration::from_mins(1) {
        return format!("{} s", time.as_secs());
    }
    format!("{:.1} min", time.as_secs_f64() / 60.0)
}
