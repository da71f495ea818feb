//! Files of an authority: PEM, secret files, files that take another's place.

use std::io::Write as _;
use std::path::Path;

use super::AuthorityError;

/// PEM text (RFC 7468).
#[must_use]
pub fn pem(label: &str, der: &[u8]) -> Vec<u8> {
    let text = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, der);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(64)
        .filter_map(|line| std::str::from_utf8(line).ok())
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    )
    .into_bytes()
}

/// Writes a file that is not there yet; a secret one only its owner may read.
///
/// # Errors
/// [`AuthorityError::Io`], also when it is there.
pub fn write_new(path: &Path, bytes: &[u8], secret: bool) -> Result<(), AuthorityError> {
    let created = if secret {
        env::create_private(path)
    } else {
        std::fs::File::create_new(path)
    };
    let written = created.and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        env::sync_folder_of(path)
    });
    written.map_err(failed(path))
}

/// Puts a file in the place of another: whole, or not at all. A secret one only its owner may read.
///
/// # Errors
/// [`AuthorityError::Io`].
pub fn replace(path: &Path, bytes: &[u8], secret: bool) -> Result<(), AuthorityError> {
    let aside = path.with_added_extension("new");
    let _left_over = std::fs::remove_file(&aside);
    write_new(&aside, bytes, secret)?;
    std::fs::rename(&aside, path).map_err(failed(path))
}

pub(super) fn failed(path: &Path) -> impl Fn(std::io::Error) -> AuthorityError + use<> {
    let path = path.to_owned();
    move |source| AuthorityError::Io {
        path: path.clone(),
        source,
    }
}
