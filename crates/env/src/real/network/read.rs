//! Files, with limits: what is in them, and what they look like from outside.

use std::path::Path;
use std::time::SystemTime;

use rustls::pki_types::pem::PemObject;

use crate::tls::TlsFault;

/// The longest file that is read, in bytes.
const MOST: u64 = 64 << 20;

/// What a file looks like from outside, by which a change is seen.
pub(super) type Look = Option<(SystemTime, u64)>;

pub(super) fn look(path: &Path) -> Look {
    let seen = std::fs::metadata(path).ok()?;
    Some((seen.modified().ok()?, seen.len()))
}

/// All of one kind in a file.
pub(super) fn pems<T: PemObject>(path: &Path) -> Result<Vec<T>, TlsFault> {
    let bytes = bytes(path)?;
    let all: Result<Vec<T>, _> = T::pem_slice_iter(&bytes).collect();
    all.map_err(|_| TlsFault::Wrong {
        path: path.to_owned(),
        what: "PEM として読めません".to_owned(),
    })
}

pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, TlsFault> {
    let failed = |source| TlsFault::Io {
        path: path.to_owned(),
        source,
    };
    let long = std::fs::metadata(path).map_err(failed)?.len();
    if long > MOST {
        return Err(TlsFault::Wrong {
            path: path.to_owned(),
            what: "長すぎます".to_owned(),
        });
    }
    std::fs::read(path).map_err(failed)
}
