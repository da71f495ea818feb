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

/// Renames a file to a name that is free; `AlreadyExists` when it is not. One step where the operating system has
/// such a step: a process that dies leaves one name, never two.
pub(crate) fn move_to_free(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            // A file system that cannot: two steps then.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
            renamed => return Ok(renamed?),
        }
    }
    // A link refuses a name that is taken; a plain rename would overwrite it.
    std::fs::hard_link(from, to)?;
    std::fs::remove_file(from)
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
