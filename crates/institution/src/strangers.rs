//! What lies in `req` and is nobody's request: left alone there, and told, because whoever put it there waits.

use std::fmt;
use std::path::Path;

use env::{Env, FileError, Listing, OtherKind};

use crate::agent::{Kind, kind};
use crate::folders::Folders;

/// Something in `req` that is not handled.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Stranger {
    /// Its name.
    pub name: String,
    /// Why nobody handles it.
    pub why: Why,
}

/// Why something in `req` is not handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The name is no request's.
    UnknownName,
    /// A folder.
    Folder,
    /// A symbolic link, which is not followed.
    Link,
    /// A name that is not UTF-8.
    NotUtf8,
    /// A device, a pipe, a socket.
    Special,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Why::UnknownName => "照会ファイルの名前ではない",
            Why::Folder => "フォルダ",
            Why::Link => "リンク（たどりません）",
            Why::NotUtf8 => "名前を読めない（UTF-8ではない）",
            Why::Special => "ファイルではない",
        })
    }
}

impl From<OtherKind> for Why {
    fn from(what: OtherKind) -> Why {
        match what {
            OtherKind::Folder => Why::Folder,
            OtherKind::Link => Why::Link,
            OtherKind::NotUtf8 => Why::NotUtf8,
            OtherKind::Special => Why::Special,
        }
    }
}

/// What lies in `req` under a site's folder and is nobody's request, in the order of the names.
///
/// # Errors
/// When the folder cannot be read.
pub async fn strangers(env: &Env, folders: &Path) -> Result<Vec<Stranger>, FileError> {
    Ok(among(&env.files().survey(&Folders::under(folders).req).await?))
}

/// The strangers of a listing.
pub(crate) fn among(listing: &Listing) -> Vec<Stranger> {
    let files = listing
        .files
        .iter()
        .filter(|file| kind(&file.name) == Kind::NotOurs);
    let unknown = files.map(|file| Stranger {
        name: file.name.clone(),
        why: Why::UnknownName,
    });
    let others = listing.others.iter().map(|other| Stranger {
        name: other.name.clone(),
        why: other.what.into(),
    });
    // Hidden folders are an operating system's or a share's own.
    let mut all: Vec<Stranger> = unknown
        .chain(others.filter(|other| !other.name.starts_with('.')))
        .collect();
    all.sort();
    all
}
