//! The folders, and the three things done with them beside reading and writing: is it there, is it the same, and
//! into quarantine.

use std::path::{Path, PathBuf};

use env::{Env, FileError};

/// The site's shared folders and our own.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct Folders {
    /// Requests, from the receipt computer.
    pub(crate) req: PathBuf,
    /// Results, to the receipt computer.
    pub(crate) res: PathBuf,
    /// What card readers push (資格確認結果, 顔認証付きカードリーダー). Made here, not used yet.
    pub(crate) face: PathBuf,
    /// Requests that were picked up, and answers that are not published yet.
    pub(crate) work: PathBuf,
    /// What could not be accepted, each with `NAME.reason.txt` beside it.
    pub(crate) quarantine: PathBuf,
    /// Which characters of which result were replaced.
    pub(crate) report: PathBuf,
    /// Held by the agent that works here: two would fight over the requests.
    #[serde(skip)]
    pub(crate) lock: PathBuf,
}

impl Folders {
    pub(crate) fn under(root: &Path) -> Folders {
        Folders {
            req: root.join("req"),
            res: root.join("res"),
            face: root.join("face"),
            work: root.join("work"),
            quarantine: root.join("quarantine"),
            report: root.join("report"),
            lock: root.join("agent.lock"),
        }
    }

    pub(crate) async fn ensure(&self, env: &Env) -> Result<(), FileError> {
        for dir in [
            &self.req,
            &self.res,
            &self.face,
            &self.work,
            &self.quarantine,
            &self.report,
        ] {
            env.files().ensure_dir(dir).await?;
        }
        Ok(())
    }
}

/// Whether a file of that name is there.
pub(crate) async fn exists(env: &Env, file: &Path) -> Result<bool, FileError> {
    match env.files().read(file, 0).await {
        Ok(_) | Err(FileError::TooLong { .. }) => Ok(true),
        Err(FileError::Missing(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The longest file that is compared with another: longer than any result, because long ones are packed.
const LONGEST: u64 = 256 << 20;

/// Whether both are there with the same bytes; files that are too long never are "the same".
pub(crate) async fn same(env: &Env, one: &Path, other: &Path) -> Result<bool, FileError> {
    let most = LONGEST;
    let (one, other) = (
        env.files().read(one, most).await,
        env.files().read(other, most).await,
    );
    match (one, other) {
        (Ok(one), Ok(other)) => Ok(one == other),
        (Err(FileError::Missing(_) | FileError::TooLong { .. }), _)
        | (_, Err(FileError::Missing(_) | FileError::TooLong { .. })) => Ok(false),
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

/// Puts a note under its name, or under the next free number of it when another one stands there. A note that
/// says the same is there already counts as written: a crash may have come after it. Gives the name.
pub(crate) async fn note(env: &Env, dir: &Path, name: &str, text: &str) -> Result<String, FileError> {
    for number in 1.. {
        let numbered = numbered(name, number);
        let path = dir.join(&numbered);
        if put(env, &path, text).await? {
            return Ok(numbered);
        }
    }
    Err(FileError::Exists(dir.join(name)))
}

/// Moves a file into quarantine under `name` (or a number of it), the reason first: nothing lies there without one.
pub(crate) async fn quarantine(
    env: &Env,
    dir: &Path,
    from: &Path,
    name: &str,
    reason: &str,
) -> Result<(), FileError> {
    for number in 1.. {
        let numbered = numbered(name, number);
        let (file, beside) = (dir.join(&numbered), dir.join(format!("{numbered}.reason.txt")));
        if exists(env, &file).await? {
            // The same file again, or a move that a crash interrupted: one of it is enough.
            if same(env, from, &file).await? {
                return env.files().remove(from).await;
            }
            continue;
        }
        if !put(env, &beside, reason).await? {
            continue;
        }
        match env.files().move_to(from, &file).await {
            Err(FileError::Exists(path)) if path == file => {}
            moved => return moved,
        }
    }
    Err(FileError::Exists(dir.join(name)))
}

/// Whether the text stands there now.
async fn put(env: &Env, path: &Path, text: &str) -> Result<bool, FileError> {
    // Asked first, because most notes are written once and a lost race is caught by `create` all the same.
    if !exists(env, path).await? {
        match env.files().create(path, text.as_bytes()).await {
            Err(FileError::Exists(_)) => {}
            created => return created.map(|()| true),
        }
    }
    match env.files().read(path, LONGEST).await {
        Ok(bytes) => Ok(bytes == text.as_bytes()),
        Err(FileError::Missing(_) | FileError::TooLong { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// `a.xml`, `a (2).xml`, `a (3).xml` … File systems take 255 bytes; `.reason.txt` and more must still fit.
fn numbered(name: &str, number: u32) -> String {
    const LONGEST: usize = 200;
    let (stem, ends) = name
        .rsplit_once('.')
        .map_or((name, String::new()), |(stem, ends)| (stem, format!(".{ends}")));
    let (stem, ends) = if name.len() > LONGEST {
        (cut(stem, LONGEST), cut(&ends, 20))
    } else {
        (stem, &*ends)
    };
    match number {
        1 => format!("{stem}{ends}"),
        _ => format!("{stem} ({number}){ends}"),
    }
}

/// The longest beginning of at most so many bytes.
fn cut(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_before_the_ending() {
        assert_eq!(numbered("a.xml", 1), "a.xml");
        assert_eq!(numbered("a.xml", 2), "a (2).xml");
        assert_eq!(numbered("a", 3), "a (3)");
        assert_eq!(numbered("a.xml.reason.txt", 2), "a.xml.reason (2).txt");
        assert!(numbered(&format!("{}.xml", "患".repeat(83)), 9).len() < 210);
    }
}
