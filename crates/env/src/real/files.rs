//! Folders of the operating system.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;

use super::{RealWorld, lock};
use crate::{BoxFuture, Entry, FileError, Files, Held, Listing, Other, OtherKind, Time, platform};

impl Files for RealWorld {
    fn ensure_dir<'a>(&'a self, dir: &'a Path) -> BoxFuture<'a, Result<(), FileError>> {
        self.blocking(dir, |dir| fs::create_dir_all(dir))
    }

    fn survey<'a>(&'a self, dir: &'a Path) -> BoxFuture<'a, Result<Listing, FileError>> {
        self.blocking(dir, survey)
    }

    fn hold<'a>(&'a self, lock: &'a Path) -> BoxFuture<'a, Result<Held, FileError>> {
        Box::pin(async move {
            let taken = self.blocking(lock, lock::take).await?;
            taken.map(Held::new).map_err(|by| FileError::Held {
                path: lock.to_owned(),
                by,
            })
        })
    }

    fn read<'a>(&'a self, file: &'a Path, most: u64) -> BoxFuture<'a, Result<Vec<u8>, FileError>> {
        Box::pin(async move {
            let read = self.blocking(file, move |path| read_at_most(path, most)).await?;
            read.map_err(|len| FileError::TooLong {
                path: file.to_owned(),
                len,
                most,
            })
        })
    }

    fn create<'a>(&'a self, file: &'a Path, bytes: &'a [u8]) -> BoxFuture<'a, Result<(), FileError>> {
        let bytes = bytes.to_owned();
        self.blocking(file, move |path| create(path, &bytes))
    }

    fn move_to<'a>(&'a self, from: &'a Path, to: &'a Path) -> BoxFuture<'a, Result<(), FileError>> {
        Box::pin(async move {
            let target = to.to_owned();
            let moved = self.blocking(from, move |from| match platform::move_to_free(from, &target) {
                Ok(()) => Ok(true),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
                Err(error) => Err(error),
            });
            if moved.await? {
                Ok(())
            } else {
                Err(FileError::Exists(to.to_owned()))
            }
        })
    }

    fn remove<'a>(&'a self, file: &'a Path) -> BoxFuture<'a, Result<(), FileError>> {
        self.blocking(file, |path| fs::remove_file(path))
    }

    fn changed<'a>(&'a self, dir: &'a Path) -> BoxFuture<'a, ()> {
        let event = self.watches.event(dir);
        Box::pin(async move {
            match event {
                Some(event) => event.notified().await,
                // No watching here (some shares): the caller's own looks remain.
                None => std::future::pending().await,
            }
        })
    }
}

/// One watcher for each folder that anybody asked about. An event that comes while nobody waits is kept.
#[derive(Default)]
pub(super) struct Watches(Mutex<BTreeMap<PathBuf, (RecommendedWatcher, Arc<Notify>)>>);

impl Watches {
    fn event(&self, dir: &Path) -> Option<Arc<Notify>> {
        let mut watches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_watcher, event)) = watches.get(dir) {
            return Some(event.clone());
        }
        let event = Arc::new(Notify::new());
        let tell = event.clone();
        let on_event = move |event: notify::Result<notify::Event>| {
            // Looking at a folder is an event too; it would wake the watcher that looks.
            if !event.is_ok_and(|event| is_mere_look(event.kind)) {
                tell.notify_one();
            }
        };
        let mut watcher = notify::recommended_watcher(on_event).ok()?;
        watcher.watch(dir, RecursiveMode::NonRecursive).ok()?;
        watches.insert(dir.to_owned(), (watcher, event.clone()));
        Some(event)
    }
}

/// Whether an event changed nothing: opening, reading, listing. Closing after writing is the end of a change.
fn is_mere_look(kind: EventKind) -> bool {
    kind.is_access() && kind != EventKind::Access(AccessKind::Close(AccessMode::Write))
}

impl RealWorld {
    fn blocking<'a, T: Send + 'static>(
        &'a self,
        path: &'a Path,
        work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
    ) -> BoxFuture<'a, Result<T, FileError>> {
        let owned: PathBuf = path.to_owned();
        Box::pin(async move {
            let done = self.runtime.spawn_blocking(move || work(&owned)).await;
            let result = done.unwrap_or_else(|error| Err(io::Error::other(error)));
            result.map_err(|source| match source.kind() {
                io::ErrorKind::NotFound => FileError::Missing(path.to_owned()),
                io::ErrorKind::AlreadyExists => FileError::Exists(path.to_owned()),
                _ => FileError::Io {
                    path: path.to_owned(),
                    source,
                },
            })
        })
    }
}

fn survey(dir: &Path) -> io::Result<Listing> {
    let mut listing = Listing::default();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        // A file that another program removed meanwhile is simply not there any more. A link is not followed.
        let Ok(about) = entry.metadata() else { continue };
        let name = entry.file_name();
        let what = match name.to_str() {
            Some(name) if about.is_file() => {
                let modified = about.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
                let modified = Time::from_micros(i64::try_from(modified.as_micros()).unwrap_or(i64::MAX));
                listing.files.push(Entry {
                    name: name.to_owned(),
                    len: about.len(),
                    modified,
                });
                continue;
            }
            _ if about.is_dir() => OtherKind::Folder,
            _ if about.is_symlink() => OtherKind::Link,
            _ if about.is_file() => OtherKind::NotUtf8,
            _ => OtherKind::Special,
        };
        listing.others.push(Other {
            name: name.to_string_lossy().into_owned(),
            what,
        });
    }
    listing.files.sort();
    listing.others.sort();
    Ok(listing)
}

/// The bytes, or the length that was too much.
fn read_at_most(path: &Path, most: u64) -> io::Result<Result<Vec<u8>, u64>> {
    let file = File::open(path)?;
    let len = file.metadata()?.len();
    if len > most {
        return Ok(Err(len));
    }
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    let read = bytes.len() as u64;
    Ok(if read > most { Err(read) } else { Ok(bytes) })
}

fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("file");
    let aside = path.with_file_name(format!(".{name}.tmp"));
    // What a process that died left aside may be linked to a published file: it is removed, never written to.
    match fs::remove_file(&aside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = File::create_new(&aside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    let linked = fs::hard_link(&aside, path);
    fs::remove_file(&aside)?;
    linked?;
    if let Some(dir) = path.parent() {
        platform::sync_dir(dir)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_a_dead_process_left_aside_never_touches_the_published_file() {
        let dir = tempfile::tempdir().unwrap();
        let env = RealWorld::env();
        let file = dir.path().join("a.xml");
        env.files().create(&file, b"published").await.unwrap();
        fs::hard_link(&file, dir.path().join(".a.xml.tmp")).unwrap();
        assert!(matches!(
            env.files().create(&file, b"other").await,
            Err(FileError::Exists(_))
        ));
        assert_eq!(env.files().read(&file, 100).await.unwrap(), b"published");
    }

    #[tokio::test]
    async fn looking_is_no_change_and_writing_is() {
        let dir = tempfile::tempdir().unwrap();
        let env = RealWorld::env();
        let changed = env.files().changed(dir.path());
        env.files().list(dir.path()).await.unwrap();
        let quiet = env.timeout(std::time::Duration::from_millis(50), changed).await;
        assert!(quiet.is_err(), "listing a folder told of a change");
        let changed = env.files().changed(dir.path());
        env.files().create(&dir.path().join("a.xml"), b"a").await.unwrap();
        let told = env.timeout(std::time::Duration::from_secs(10), changed).await;
        assert!(told.is_ok(), "a new file told of no change");
    }

    #[tokio::test]
    async fn a_file_appears_whole_once_and_is_never_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let env = RealWorld::env();
        let file = dir.path().join("a.xml");
        env.files().create(&file, b"one").await.unwrap();
        assert!(matches!(
            env.files().create(&file, b"two").await,
            Err(FileError::Exists(_))
        ));
        let other = dir.path().join("b.xml");
        env.files().create(&other, b"three").await.unwrap();
        assert!(matches!(
            env.files().move_to(&other, &file).await,
            Err(FileError::Exists(_))
        ));
        assert_eq!(env.files().read(&file, 10).await.unwrap(), b"one");
        assert!(matches!(
            env.files().read(&file, 2).await,
            Err(FileError::TooLong { len: 3, .. })
        ));
        let names: Vec<_> = env.files().list(dir.path()).await.unwrap();
        assert_eq!(
            names.iter().map(|e| e.name.as_str()).collect::<Vec<_>>(),
            ["a.xml", "b.xml"]
        );
    }

    #[tokio::test]
    async fn what_is_no_file_is_named_and_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let env = RealWorld::env();
        fs::create_dir(dir.path().join("folder")).unwrap();
        fs::write(dir.path().join("a.xml"), b"a").unwrap();
        let mut expected = vec![("folder".to_owned(), OtherKind::Folder)];
        if platform::testing::make_strangers(dir.path()) {
            expected.insert(0, ("\u{fffd}.xml".to_owned(), OtherKind::NotUtf8));
            expected.insert(1, ("link.xml".to_owned(), OtherKind::Link));
        }
        expected.sort();
        let listing = env.files().survey(dir.path()).await.unwrap();
        let others: Vec<_> = listing
            .others
            .into_iter()
            .map(|one| (one.name, one.what))
            .collect();
        assert_eq!(others, expected);
        assert_eq!(listing.files.len(), 1);
    }
}
