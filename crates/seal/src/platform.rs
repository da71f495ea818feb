//! What differs between operating systems; the one file here that may ask which it is.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

/// Creates a file that only its owner can read and write. On Windows the folder's access list decides.
pub(crate) fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The permission bits of a file when they let anybody but its owner read, write or run it. On Windows this is
/// never found: there the access list of the folder has to be right.
pub(crate) fn open_to_others(about: &Metadata) -> Option<u32> {
    #[cfg(unix)]
    let mode = std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o7777;
    #[cfg(not(unix))]
    let (mode, _) = (0, about);
    (mode & 0o077 != 0).then_some(mode)
}

/// Makes the entry of a file in its folder durable, where the operating system can.
pub(crate) fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    #[cfg(unix)]
    return File::open(folder)?.sync_all();
    #[cfg(not(unix))]
    return folder.metadata().map(|_| ());
}

/// Sets permission bits, so that a test can make a file too open. `false` where there are none.
#[cfg(test)]
pub(crate) fn set_mode(path: &Path, mode: u32) -> bool {
    #[cfg(unix)]
    {
        let permissions = std::os::unix::fs::PermissionsExt::from_mode(mode);
        std::fs::set_permissions(path, permissions).is_ok()
    }
    #[cfg(not(unix))]
    {
        let _ = (path, mode);
        false
    }
}
