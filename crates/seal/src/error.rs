//! What can go wrong. No error holds a byte of what was sealed or of a key.

use std::io;
use std::path::PathBuf;

/// Why something was not sealed or not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It does not open: another key, another place or context, or not the bytes that were sealed. Which of
    /// these is never said.
    #[error("what is sealed does not open with this key in this place")]
    Refused,
    /// The hub's public key passes its checksum but is no usable point of the curve.
    #[error("hub public key: is not usable for sealing")]
    HubKey,
}

/// Why a text or byte string is not the sealed value or key it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {rule}")]
pub struct FormatError {
    /// What was being read.
    pub what: &'static str,
    /// The rule it breaks.
    pub rule: FormatRule,
}

/// The rule a sealed value or key breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatRule {
    /// It does not start as such a text starts.
    #[error("does not start with {0}")]
    Prefix(&'static str),
    /// It has the wrong length, in characters for a text and in bytes otherwise.
    #[error("has length {found}; {expected} is expected")]
    Length {
        /// The only length there is.
        expected: usize,
        /// The length found.
        found: usize,
    },
    /// A character that base64url without padding does not use, or bits left over at its end.
    #[error("is not base64url")]
    Alphabet,
    /// Its last four bytes do not agree with the rest: a slip of copying.
    #[error("has a checksum that does not agree; copy it again")]
    Checksum,
    /// Its first byte names a version that this program does not know.
    #[error("has version {0}, which this program does not know")]
    Version(u8),
}

/// Why a root key file was not created or loaded.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// A file of that name is there already; it was not touched.
    #[error("root key file {0}: is there already and is never overwritten")]
    Exists(PathBuf),
    /// People other than the owner may read or change it.
    #[error("root key file {path}: others than its owner may use it (mode {mode:04o}); run chmod 600 on it")]
    Open {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It does not hold exactly one root key besides comment lines.
    #[error("root key file {0}: must hold exactly one line with a key besides comments")]
    Lines(PathBuf),
    /// Its key line is damaged.
    #[error("root key file {path}: {source}")]
    Format {
        /// The file.
        path: PathBuf,
        /// The rule that its key line breaks.
        source: FormatError,
    },
    /// The operating system said no.
    #[error("root key file {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}
