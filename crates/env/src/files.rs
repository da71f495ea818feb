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

/// Something in a folder that is no file which can be handled.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Other {
    /// Its name; what is not UTF-8 in it is shown as `\u{fffd}`.
    pub name: String,
    /// What it is.
    pub what: OtherKind,
}

/// What stands in a folder beside its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OtherKind {
    /// A folder.
    Folder,
    /// A symbolic link. It is not followed: who may write into a folder may not choose what is read.
    Link,
    /// A file whose name is not UTF-8.
    NotUtf8,
    /// A device, a pipe, a socket.
    Special,
}

/// A folder's content, each part in the order of the names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The files.
    pub files: Vec<Entry>,
    /// Everything else.
    pub others: Vec<Other>,
}

/// A lock that is held. It ends when this is dropped, and with the process, however that ends.
pub struct Held(Box<dyn Hold>);

/// What a world knows of a lock that it gave.
pub trait Hold: Send + Sync {
    /// See [`Held::tell`].
    fn tell<'a>(&'a self, about: &'a str) -> BoxFuture<'a, ()>;
}

impl Held {
    /// From what a world holds.
    pub fn new(hold: impl Hold + 'static) -> Held {
        Held(Box::new(hold))
    }

    /// Says to whoever is refused where the holder can be found (its addresses, say), beside which process it is.
    pub async fn tell(&self, about: &str) {
        self.0.tell(about).await;
    }
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Held")
    }
}

/// What can go wrong with files.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// A file of that name is there already; it was not touched.
    #[error("{0} は既にあります")]
    Exists(PathBuf),
    /// There is no such file.
    #[error("{0} がありません")]
    Missing(PathBuf),
    /// Another holds this lock.
    #[error("{path} は使用中です（{by}）")]
    Held {
        /// The lock.
        path: PathBuf,
        /// Which process, and what it told of itself.
        by: String,
    },
    /// The file is longer than the reader takes.
    #[error("{path} は {len} バイトあります（上限 {most} バイト）")]
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

/// The folders of a world.
pub trait Files: Send + Sync {
    /// Makes a folder and those above it; one that is there is fine.
    fn ensure_dir<'a>(&'a self, dir: &'a Path) -> BoxFuture<'a, Result<(), FileError>>;
    /// What is in a folder: its files, and whatever else.
    fn survey<'a>(&'a self, dir: &'a Path) -> BoxFuture<'a, Result<Listing, FileError>>;
    /// The files in a folder (not its folders), in the order of their names.
    fn list<'a>(&'a self, dir: &'a Path) -> BoxFuture<'a, Result<Vec<Entry>, FileError>> {
        Box::pin(async move { Ok(self.survey(dir).await?.files) })
    }
    /// Takes a lock: one for each path, whatever process or part of one asks. The file stays there afterwards.
    fn hold<'a>(&'a self, lock: &'a Path) -> BoxFuture<'a, Result<Held, FileError>>;
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
