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

/// Creates a file that only its owner can read and write. On Windows the folder's access list decides.
///
/// # Errors
/// Also when there is one already.
pub fn create_private(path: &Path) -> io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The permission bits of a file when they let anybody but its owner read, write or run it. On Windows this is
/// never found: there the access list of the folder has to be right.
pub fn open_to_others(about: &std::fs::Metadata) -> Option<u32> {
    #[cfg(unix)]
    let mode = std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o7777;
    #[cfg(not(unix))]
    let (mode, _) = (0, about);
    (mode & 0o077 != 0).then_some(mode)
}

/// Makes the entry of a file in its folder durable, where the operating system can.
///
/// # Errors
/// When it cannot.
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    #[cfg(unix)]
    return std::fs::File::open(folder)?.sync_all();
    #[cfg(not(unix))]
    return folder.metadata().map(|_| ());
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

    /// Gives a file permission bits; whether there are such things here.
    #[cfg(unix)]
    pub(crate) fn allow(path: &Path, mode: u32) -> bool {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).is_ok()
    }

    #[cfg(not(unix))]
    pub(crate) fn allow(_path: &Path, _mode: u32) -> bool {
        false
    }

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
