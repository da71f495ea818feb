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

/// What only some operating systems can put into a folder.
#[cfg(test)]
pub(crate) mod testing {
    use std::path::Path;

    /// A link `link.xml`, and a file whose name is not UTF-8; whether there are such things here.
    #[cfg(target_os = "linux")]
    pub(crate) fn make_strangers(dir: &Path) -> bool {
        use std::os::unix::ffi::OsStrExt;
        let made = std::os::unix::fs::symlink("/etc/hostname", dir.join("link.xml"));
        let name = std::ffi::OsStr::from_bytes(b"\xff.xml");
        made.and_then(|()| std::fs::write(dir.join(name), b"a")).is_ok()
    }

    #[cfg(not(target_os = "linux"))]
    pub(crate) fn make_strangers(_dir: &Path) -> bool {
        false
    }
}
