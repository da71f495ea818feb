//! The one place where platforms differ.

use std::process::{Command, ExitCode};

/// Hands this process over to `command`, so that signals and the exit code are its own.
#[cfg(unix)]
pub(crate) fn become_process(mut command: Command) -> ExitCode {
    use std::os::unix::process::CommandExt;
    // `exec` returns only when it failed.
    let fault = command.exec();
    crate::shell::say(&format!("cannot start {}: {fault}", crate::shell::show(&command)));
    ExitCode::FAILURE
}

/// Runs `command` to its end and takes over its exit code.
#[cfg(not(unix))]
pub(crate) fn become_process(mut command: Command) -> ExitCode {
    match command.status() {
        Ok(status) => status
            .code()
            .and_then(|code| u8::try_from(code).ok())
            .map_or(ExitCode::FAILURE, ExitCode::from),
        Err(fault) => {
            crate::shell::say(&format!("cannot start {}: {fault}", crate::shell::show(&command)));
            ExitCode::FAILURE
        }
    }
}
