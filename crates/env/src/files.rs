//! Folders that several programs share.
//!
//! The rules of such folders are the rules of this interface: a file is read whole and bounded, a file appears
//! whole under its name or not at all, and nothing that stands there is ever overwritten.

use std::io;
use std::path::{Path, PathBuf};

use crate::{BoxFuture, Time};

/// A file in a folder, as a listing shows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The file's name without the folder.
    pub name: String,
    /// Its length in bytes.
    pub len: u64,
    /// When it was last written.
    pub modified: Time,
}

/// What can go wrong with files.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// A file of that name is there already; it was not touched.
    #[error("{0} is there already")]
    Exists(PathBuf),
    /// There is no such file.
    #[error("{0} is not there")]
    Missing(PathBuf),
    /// The file is longer than the reader takes.
    #[error("{path} has {len} bytes; at most {most} are taken")]
    TooLong {
        /// The file.
        path: PathBuf,
        /// Its length in bytes.
        len: u64,
        /// What the reader takes, in bytes.
        most: u64,
    },
    /// The operating system said no.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

/// The folders of a world. Names that are not UTF-8 are left out of listings.
pub trait Files: Send + Sync {
    /// Makes a folder and those above it; one that is there is fine.
    fn ensure_dir<'a>(&'a self, dir: &'a Path) -> BoxFuture<'a, Result<(), FileError>>;
    /// The files in a folder (not its folders), in the order of their names.
    fn list<'a>(&'a self, dir: &'a Path) -> BoxFuture<'a, Result<Vec<Entry>, FileError>>;
    /// A whole file of at most `most` bytes.
    fn read<'a>(&'a self, file: &'a Path, most: u64) -> BoxFuture<'a, Result<Vec<u8>, FileError>>;
    /// Puts a whole file under a name that is free: written aside, made durable, then linked into place.
    fn create<'a>(&'a self, file: &'a Path, bytes: &'a [u8]) -> BoxFuture<'a, Result<(), FileError>>;
    /// Moves a file to a name that is free, within one file system.
    fn move_to<'a>(&'a self, from: &'a Path, to: &'a Path) -> BoxFuture<'a, Result<(), FileError>>;
    /// Removes a file.
    fn remove<'a>(&'a self, file: &'a Path) -> BoxFuture<'a, Result<(), FileError>>;
    /// Waits until something may have changed in the folder. A hint only: shares between machines give none,
    /// so every watcher looks again by itself from time to time.
    fn changed<'a>(&'a self, dir: &'a Path) -> BoxFuture<'a, ()>;
}
