//! Files, with limits: what is in them, and what they look like from outside.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::time::SystemTime;

use rustls::pki_types::pem::PemObject;
use zeroize::Zeroizing;

use crate::open_to_others;
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

/// What a file says that nobody but its owner may read or write.
pub(super) fn private_bytes(path: &Path) -> Result<Zeroizing<Vec<u8>>, TlsFault> {
    let failed = failed(path);
    let mut file = File::open(path).map_err(failed)?;
    // Asked of the open file, not of its name, which may point elsewhere a moment later.
    if let Some(mode) = open_to_others(&file.metadata().map_err(failed)?) {
        return Err(TlsFault::OpenToOthers {
            path: path.to_owned(),
            mode,
        });
    }
    limited(&mut file, path).map(Zeroizing::new)
}

pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, TlsFault> {
    limited(&mut File::open(path).map_err(failed(path))?, path)
}

fn limited(file: &mut File, path: &Path) -> Result<Vec<u8>, TlsFault> {
    let failed = failed(path);
    let long = file.metadata().map_err(failed)?.len();
    if long > MOST {
        return Err(TlsFault::Wrong {
            path: path.to_owned(),
            what: "長すぎます".to_owned(),
        });
    }
    // All at once: a key is not left behind where a growing vector was.
    let mut bytes = Vec::with_capacity(usize::try_from(long).unwrap_or_default() + 1);
    file.take(MOST).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> TlsFault + Copy {
    move |source| TlsFault::Io {
        path: path.to_owned(),
        source,
    }
}
