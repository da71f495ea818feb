//! What differs between operating systems; the one file of the program that may ask which it is.

/// Listens from this call on for Ctrl-C, and for SIGTERM where there is such a thing; ready when one was heard, also
/// when that was before anybody waited.
#[cfg(unix)]
pub(crate) fn told_to_stop() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let [mut interrupt, mut terminate] =
        [SignalKind::interrupt(), SignalKind::terminate()].map(|kind| signal(kind).ok());
    async move {
        tokio::select! {
            () = heard(&mut interrupt) => {}
            () = heard(&mut terminate) => {}
        }
    }
}

/// A signal that cannot be listened for is never heard: it then ends the process, as signals do.
#[cfg(unix)]
async fn heard(signal: &mut Option<tokio::signal::unix::Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
pub(crate) async fn told_to_stop() {
    let _cannot_be_told = tokio::signal::ctrl_c().await;
}

/// The most memory that this process has had, in MiB; nothing where the system does not say.
#[cfg(target_os = "linux")]
pub(crate) fn peak_memory_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024)
}

/// The most memory that this process has had, in MiB; nothing where the system does not say.
#[cfg(not(target_os = "linux"))]
pub(crate) fn peak_memory_mib() -> Option<u64> {
    None
}
