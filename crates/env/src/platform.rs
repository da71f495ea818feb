//! What differs between operating systems; the one file that may ask which it is.

use std::io;
use std::path::Path;

/// Makes a folder's entries durable, where the operating system can.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    #[cfg(unix)]
    return std::fs::File::open(dir)?.sync_all();
    #[cfg(not(unix))]
    return dir.metadata().map(|_| ());
}

/// Ends the process without a word: nothing is flushed, no destructor runs, nothing can catch it.
pub(crate) fn kill_this_process() -> ! {
    #[cfg(unix)]
    {
        let _not_reached =
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    }
    std::process::abort()
}
