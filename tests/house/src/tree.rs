//! What lies in the tree: every file that belongs to the project, read as bytes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Names that builds, tools and demos leave behind; the same as in `.gitignore`.
const LEFT_BEHIND: [&str; 4] = ["target", ".git", "node_modules", "madoguchi-demo"];

/// One file of the project.
#[derive(Debug)]
pub struct File {
    /// Path from the root, with `/` between parts.
    pub path: String,
    /// Its content, as it lies there.
    pub bytes: Vec<u8>,
}

impl File {
    /// The content as text; bytes that are not UTF-8 become replacement characters (fixtures may be CP932).
    #[must_use]
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }

    /// Whether this is Rust source.
    #[must_use]
    pub fn is_rust(&self) -> bool {
        Path::new(&self.path)
            .extension()
            .is_some_and(|extension| extension == "rs")
    }

    /// Whether this is Rust source that holds nothing but tests: by its folder or by its name.
    #[must_use]
    pub fn is_test_source(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        let in_test_folder = self.path.split('/').rev().skip(1).any(|part| part == "tests");
        self.is_rust() && (in_test_folder || name == "tests.rs")
    }
}

/// The root of this checkout.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file of the project under `root`, sorted by path.
///
/// # Errors
/// When a folder or a file cannot be read.
pub fn files(root: &Path) -> io::Result<Vec<File>> {
    let mut found = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if folder.is_empty() {
                name.clone()
            } else {
                format!("{folder}/{name}")
            };
            if entry.file_type()?.is_dir() {
                // Cargo marks every target folder with this tag, whatever the folder is called.
                let built = entry.path().join("CACHEDIR.TAG").exists() || path == "docs/book";
                if !built && !LEFT_BEHIND.contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if entry.file_type()?.is_file() && !LEFT_BEHIND.contains(&name.as_str()) {
                // A worktree's `.git` is a file.
                found.push(File {
                    path,
                    bytes: fs::read(entry.path())?,
                });
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_sources_are_known_by_folder_or_name() {
        let is_test = |path: &str| {
            File {
                path: path.to_owned(),
                bytes: Vec::new(),
            }
            .is_test_source()
        };
        assert!(is_test("crates/relay/src/lane/tests.rs"));
        assert!(is_test("crates/relay/src/lane/tests/model.rs"));
        assert!(!is_test("crates/relay/src/lane.rs"));
        // Everything under the top folder `tests/` is there for tests, the harness too.
        assert!(is_test("tests/harness/src/lib.rs"));
    }

    #[test]
    fn this_checkout_is_walked_without_what_builds_left() {
        let files = files(&root()).unwrap();
        assert!(files.iter().any(|file| file.path == "tests/house/src/tree.rs"));
        assert!(
            !files
                .iter()
                .any(|file| file.path.starts_with("target/") || file.path.starts_with(".git/"))
        );
    }
}
