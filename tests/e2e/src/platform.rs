//! Groups of processes, signals, permission bits; the one file that may ask which operating system it is.

use std::path::Path;
use std::process::{Child, Command, ExitStatus};

/// Puts a command into a process group of its own (`None`) or into the one that a process leads.
#[cfg(unix)]
pub fn in_group(command: &mut Command, leader: Option<&Child>) {
    use std::os::unix::process::CommandExt;
    let leader = leader.map_or(0, Child::id);
    command.process_group(i32::try_from(leader).unwrap_or(0));
}

/// Sends SIGTERM.
///
/// # Panics
/// When there is no such process.
#[cfg(unix)]
pub fn terminate(child: &Child) {
    let pid = i32::try_from(child.id())
        .ok()
        .and_then(rustix::process::Pid::from_raw);
    let sent = pid.map(|pid| rustix::process::kill_process(pid, rustix::process::Signal::TERM));
    assert_eq!(sent, Some(Ok(())), "SIGTERM");
}

/// Sets a file's permission bits.
///
/// # Errors
/// When there is no such file.
#[cfg(unix)]
pub fn set_mode(path: &Path, mode: u32) -> std::io::Result<()> {
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))
}

/// Whether the process died of SIGKILL.
#[cfg(unix)]
pub fn was_killed(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    status.signal() == Some(9)
}
