//! What differs between operating systems; the one file that may ask which it is.

use tokio_postgres::config::Host;

/// A server's host as an address writes it: a name, or the folder of its socket.
pub(crate) fn host(host: &Host) -> String {
    match host {
        Host::Tcp(name) => name.clone(),
        #[cfg(unix)]
        Host::Unix(folder) => folder.display().to_string(),
    }
}
