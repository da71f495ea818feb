//! Folders of simulated nodes. What was written is durable at once; programs, not disks, crash here.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::Notify;

use super::world::NodeWorld;
use super::{Core, Node};
use crate::files::Hold;
use crate::{BoxFuture, Entry, FileError, Files, Held, Listing, Other, OtherKind, Time};

/// All disks, by name.
#[derive(Default)]
pub(super) struct Disks(BTreeMap<String, Disk>);

#[derive(Default)]
struct Disk {
    files: BTreeMap<PathBuf, (Vec<u8>, Time)>,
    events: BTreeMap<PathBuf, Arc<Notify>>,
    locks: BTreeMap<PathBuf, Holder>,
    gripped: BTreeSet<PathBuf>,
}

impl Disks {
    /// See [`super::Simulation::grip`].
    pub(super) fn grip(&mut self, disk: &str, file: &Path) {
        let disk = self.0.entry(disk.to_owned()).or_default();
        disk.gripped.insert(file.to_owned());
    }

    /// See [`super::Simulation::let_go`].
    pub(super) fn let_go(&mut self, disk: &str, file: &Path) {
        let disk = self.0.entry(disk.to_owned()).or_default();
        disk.gripped.remove(file);
    }
}

/// Who holds a lock.
#[derive(Clone, PartialEq, Eq)]
struct Holder {
    node: String,
    incarnation: u64,
    about: String,
}

impl Holder {
    /// A lock of whoever is dead is nobody's.
    fn lives(&self, nodes: &BTreeMap<String, Node>) -> bool {
        let node = nodes.get(&self.node);
        node.is_some_and(|node| node.alive && node.incarnation == self.incarnation)
    }
}

/// A lock of a node.
struct Taken {
    core: Arc<Core>,
    disk: String,
    path: PathBuf,
    node: String,
    incarnation: u64,
}

impl Taken {
    /// Does something with the lock, unless somebody else has come after its holder's death.
    fn with(&self, work: impl FnOnce(&mut BTreeMap<PathBuf, Holder>)) {
        let mut state = self.core.lock();
        if let Some(disk) = state.disks.0.get_mut(&self.disk)
            && let Some(holder) = disk.locks.get(&self.path)
            && (&holder.node, holder.incarnation) == (&self.node, self.incarnation)
        {
            work(&mut disk.locks);
        }
    }
}

impl Hold for Taken {
    fn tell<'a>(&'a self, about: &'a str) -> BoxFuture<'a, ()> {
        self.with(|locks| {
            if let Some(holder) = locks.get_mut(&self.path) {
                holder.about = format!("{}、{about}", self.node);
            }
        });
        Box::pin(std::future::ready(()))
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.with(|locks| drop(locks.remove(&self.path)));
    }
}

impl Disk {
    fn tell(&self, file: &Path) {
        if let Some(event) = file.parent().and_then(|dir| self.events.get(dir)) {
            event.notify_one();
        }
    }

    fn put(&mut self, file: &Path, content: (Vec<u8>, Time)) -> Result<(), FileError> {
        if self.files.contains_key(file) {
            return Err(FileError::Exists(file.to_owned()));
        }
        self.files.insert(file.to_owned(), content);
        self.tell(file);
        Ok(())
    }

    fn take(&mut self, file: &Path) -> Result<(Vec<u8>, Time), FileError> {
        if self.gripped.contains(file) {
            return Err(FileError::Io {
                path: file.to_owned(),
                source: io::ErrorKind::PermissionDenied.into(),
            });
        }
        let taken = self
            .files
            .remove(file)
            .ok_or_else(|| FileError::Missing(file.to_owned()))?;
        self.tell(file);
        Ok(taken)
    }
}

impl NodeWorld {
    /// Does something to the disk in one step, unless the node is dead: then it never happens.
    fn on_disk<'a, T: Send + 'a>(
        &'a self,
        work: impl FnOnce(&mut Disk, Time) -> Result<T, FileError> + Send + 'a,
    ) -> BoxFuture<'a, Result<T, FileError>> {
        Box::pin(async move {
            // A yield, so that a crash can fall between two operations.
            self.core.sleep(std::time::Duration::from_micros(10)).await;
            if !self.is_alive() {
                return std::future::pending().await;
            }
            let mut state = self.core.lock();
            let now = state.now;
            work(state.disks.0.entry(self.disk.clone()).or_default(), now)
        })
    }
}

impl Files for NodeWorld {
    fn ensure_dir<'a>(&'a self, _dir: &'a Path) -> BoxFuture<'a, Result<(), FileError>> {
        self.on_disk(|_, _| Ok(()))
    }

    fn survey<'a>(&'a self, dir: &'a Path) -> BoxFuture<'a, Result<Listing, FileError>> {
        self.on_disk(move |disk, _| {
            let mut folders = BTreeSet::new();
            let mut listing = Listing::default();
            for (path, (bytes, modified)) in &disk.files {
                let Ok(below) = path.strip_prefix(dir) else {
                    continue;
                };
                let mut steps = below.iter().map(|step| step.to_string_lossy().into_owned());
                match (steps.next(), steps.next()) {
                    (Some(name), None) => listing.files.push(Entry {
                        name,
                        len: bytes.len() as u64,
                        modified: *modified,
                    }),
                    (Some(folder), Some(_)) => drop(folders.insert(folder)),
                    (None, _) => {}
                }
            }
            listing.others.extend(folders.into_iter().map(|name| Other {
                name,
                what: OtherKind::Folder,
            }));
            Ok(listing)
        })
    }

    fn hold<'a>(&'a self, lock: &'a Path) -> BoxFuture<'a, Result<Held, FileError>> {
        Box::pin(async move {
            let mut state = self.core.lock();
            let state = &mut *state;
            let disk = state.disks.0.entry(self.disk.clone()).or_default();
            if let Some(holder) = disk.locks.get(lock)
                && holder.lives(&state.nodes)
            {
                return Err(FileError::Held {
                    path: lock.to_owned(),
                    by: holder.about.clone(),
                });
            }
            let holder = Holder {
                node: self.name.clone(),
                incarnation: self.incarnation,
                about: self.name.clone(),
            };
            disk.locks.insert(lock.to_owned(), holder);
            Ok(Held::new(Taken {
                core: self.core.clone(),
                disk: self.disk.clone(),
                path: lock.to_owned(),
                node: self.name.clone(),
                incarnation: self.incarnation,
            }))
        })
    }

    fn read<'a>(&'a self, file: &'a Path, most: u64) -> BoxFuture<'a, Result<Vec<u8>, FileError>> {
        self.on_disk(move |disk, _| {
            let (bytes, _) = disk
                .files
                .get(file)
                .ok_or_else(|| FileError::Missing(file.to_owned()))?;
            let len = bytes.len() as u64;
            if len > most {
                return Err(FileError::TooLong {
                    path: file.to_owned(),
                    len,
                    most,
                });
            }
            Ok(bytes.clone())
        })
    }

    fn create<'a>(&'a self, file: &'a Path, bytes: &'a [u8]) -> BoxFuture<'a, Result<(), FileError>> {
        self.on_disk(move |disk, now| disk.put(file, (bytes.to_vec(), now)))
    }

    fn move_to<'a>(&'a self, from: &'a Path, to: &'a Path) -> BoxFuture<'a, Result<(), FileError>> {
        self.on_disk(move |disk, _| {
            if disk.files.contains_key(to) {
                return Err(FileError::Exists(to.to_owned()));
            }
            let content = disk.take(from)?;
            disk.put(to, content)
        })
    }

    fn remove<'a>(&'a self, file: &'a Path) -> BoxFuture<'a, Result<(), FileError>> {
        self.on_disk(move |disk, _| disk.take(file).map(|_content| ()))
    }

    fn changed<'a>(&'a self, dir: &'a Path) -> BoxFuture<'a, ()> {
        let mut state = self.core.lock();
        let disk = state.disks.0.entry(self.disk.clone()).or_default();
        let event = disk.events.entry(dir.to_owned()).or_default().clone();
        drop(state);
        Box::pin(async move { event.notified().await })
    }
}
