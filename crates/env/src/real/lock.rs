//! Locks of the operating system: they end with the process, however that ends.
//!
//! Beside the locked file `X.lock` stands `X.lock.txt` with who holds it, because a file that is locked cannot be read
//! everywhere. It is only looked at while somebody holds the lock.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::BoxFuture;
use crate::files::Hold;

/// The longest text that is read of a holder, in bytes.
const MOST: u64 = 4096;

/// A lock of this process.
pub(super) struct Taken {
    /// Closing it ends the lock.
    _file: File,
    beside: PathBuf,
}

/// Takes the lock, or says who has it.
pub(super) fn take(path: &Path) -> io::Result<Result<Taken, String>> {
    let file = File::options().create(true).append(true).open(path)?;
    let beside = beside(path);
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(Err(holder(&beside))),
        // Some shares have no locks. Whoever runs on one is not kept from working, only warned.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
            tracing::warn!(
                lock = %path.display(),
                "このフォルダでは排他ロックが使えません。同じフォルダを使う処理を二つ起動しないでください。"
            );
        }
        Err(TryLockError::Error(error)) => return Err(error),
    }
    let taken = Taken { _file: file, beside };
    taken.write("");
    Ok(Ok(taken))
}

impl Taken {
    /// Says who holds it. A full disk does not take the lock away; then nobody is named rather than the last one.
    fn write(&self, about: &str) {
        let separator = if about.is_empty() { "" } else { "、" };
        let text = format!("プロセス番号 {}{separator}{about}", std::process::id());
        let aside = self.beside.with_extension("tmp");
        let written = fs::write(&aside, text).and_then(|()| fs::rename(&aside, &self.beside));
        if written.is_err() {
            let _not_there = (fs::remove_file(&aside), fs::remove_file(&self.beside));
        }
    }
}

impl Hold for Taken {
    fn tell<'a>(&'a self, about: &'a str) -> BoxFuture<'a, ()> {
        Box::pin(async move { self.write(about) })
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(".txt");
    name.into()
}

fn holder(beside: &Path) -> String {
    let mut text = String::new();
    let read = File::open(beside).and_then(|file| file.take(MOST).read_to_string(&mut text));
    match read {
        Ok(_) if !text.trim().is_empty() => text.trim().to_owned(),
        _ => "どのプロセスかは分かりません".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::FileError;
    use crate::real::RealWorld;

    #[tokio::test]
    async fn a_lock_is_held_once_names_its_holder_and_ends_with_it() {
        let dir = tempfile::tempdir().unwrap();
        let env = RealWorld::env();
        let lock = dir.path().join("a.lock");
        let held = env.files().hold(&lock).await.unwrap();
        held.tell("http://127.0.0.1:18081").await;
        let Err(FileError::Held { path, by }) = RealWorld::env().files().hold(&lock).await else {
            panic!("held twice");
        };
        assert_eq!(path, lock);
        assert_eq!(
            by,
            format!("プロセス番号 {}、http://127.0.0.1:18081", std::process::id())
        );
        // Another path is another lock.
        env.files().hold(&dir.path().join("b.lock")).await.unwrap();
        drop(held);
        env.files().hold(&lock).await.unwrap();
    }
}
