//! The committed inputs of a target: `corpus/TARGET/VERDICT--what-it-is.ext`.

use std::fs;
use std::path::{Path, PathBuf};

/// One input.
pub struct Entry {
    /// Its file's name.
    pub name: String,
    /// What the target must say of it.
    pub verdict: String,
    /// The input.
    pub bytes: Vec<u8>,
}

/// Where a target's inputs lie.
#[must_use]
pub fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target)
}

/// All inputs of a target, by name.
///
/// # Panics
/// When the folder cannot be read, or a name has no verdict.
#[must_use]
pub fn entries(target: &str) -> Vec<Entry> {
    let folder = folder(target);
    let listed = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut entries: Vec<Entry> = listed
        .map(|entry| {
            let path = entry.expect("an entry of the corpus").path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let (verdict, _) = name
                .split_once("--")
                .unwrap_or_else(|| panic!("{name}: named VERDICT--what-it-is"));
            let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
            Entry {
                verdict: verdict.to_owned(),
                bytes,
                name,
            }
        })
        .collect();
    entries.sort_by(|one, other| one.name.cmp(&other.name));
    entries
}
