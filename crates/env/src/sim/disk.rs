//! Folders of simulated nodes. What was written is durable at once; programs, not disks, crash here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::Notify;

use super::world::NodeWorld;
use crate::{BoxFuture, Entry, FileError, Files, Time};

/// All disks, by name.
#[derive(Default)]
pub(super) struct Disks(BTreeMap<String, Disk>);

#[derive(Default)]
struct Disk {
    files: BTreeMap<PathBuf, (Vec<u8>, Time)>,
    events: BTreeMap<PathBuf, Arc<Notify>>,
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

    fn list<'a>(&'a self, dir: &'a Path) -> BoxFuture<'a, Result<Vec<Entry>, FileError>> {
        self.on_disk(move |disk, _| {
            let here = disk.files.iter().filter(|(path, _)| path.parent() == Some(dir));
            let entry = |(path, (bytes, modified)): (&PathBuf, &(Vec<u8>, Time))| Entry {
                name: path
                    .file_name()
                    .and_then(|name| name.to_str())
                    .unwrap_or_default()
                    .to_owned(),
                len: bytes.len() as u64,
                modified: *modified,
            };
            Ok(here.map(entry).collect())
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
