//! What differs between operating systems; the one file here that may ask which it is.

use std::path::Path;

/// Sets permission bits, so that a test can make a file too open. `false` where there are none.
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
