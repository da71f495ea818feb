//! The root key: the one secret of a role, and everything that comes from it.
//!
//! Derivation is HKDF-Expand with SHA-256 (RFC 5869 §2.3; the extract step is left out, as §3.3 allows, because
//! the root is uniformly random). Each key has its own framed label, so no key tells anything about another.
//!
//! There is no "load or create": a role whose file is gone must stop and say so, not go on with a new key beside
//! data that it can no longer read. `init` creates, `serve` loads.

use std::fmt;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use env::EnvRng;
use hmac::{Hmac, KeyInit, Mac};
use rand_core::Rng as _;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::armour::Armour;
use crate::error::KeyFileError;
use crate::framing::framed;
use crate::{ColumnKey, HubPrivateKey, IndexKey};

const TEXT: Armour = Armour {
    what: "root key",
    prefix: "mdgroot1-",
};

const COMMENT: &str = "\
# Madoguchi root key (根鍵). Every other key of this role is derived from it.
# Whoever has this file can read the role's data. Whoever loses it LOSES THE DATA: nothing else can open it.
# Keep a copy in a safe place apart from the database and its backups. Do not edit.
";

/// The longest root key file that is read, in bytes: a key, its comments and some of the operator's own.
const MOST: u64 = 4096;

/// 根鍵: 32 random bytes from which a role derives all its keys.
///
/// It lives on the heap and is overwritten when it is dropped; it is neither `Clone` nor `Serialize`, and `Debug`
/// says only that there is one.
pub struct RootKey(Box<Zeroizing<[u8; 32]>>);

impl RootKey {
    /// A fresh root that is in no file: for simulations and tests.
    #[must_use]
    pub fn generate(rng: &mut EnvRng) -> RootKey {
        let mut root = Box::new(Zeroizing::new([0; 32]));
        rng.fill_bytes(root.as_mut_slice());
        RootKey(root)
    }

    /// Creates a fresh root in a file that only its owner can read (mode 0600; on Windows, whom the folder lets).
    ///
    /// The file appears whole and durable, or not at all.
    ///
    /// # Errors
    /// [`KeyFileError::Exists`] when there is one already; [`KeyFileError::Io`].
    pub fn create(path: &Path, rng: &mut EnvRng) -> Result<RootKey, KeyFileError> {
        let failed = |source| KeyFileError::Io {
            path: path.to_owned(),
            source,
        };
        let root = RootKey::generate(rng);
        let aside = aside(path, rng);
        let written = env::create_private(&aside).and_then(|mut file| {
            file.write_all(COMMENT.as_bytes())?;
            file.write_all(TEXT.write(&root.0).as_bytes())?;
            file.write_all(b"\n")?;
            file.sync_all()
        });
        // A link refuses a name that is taken; a rename would overwrite the key that stands there.
        let linked = written.and_then(|()| std::fs::hard_link(&aside, path));
        let removed = std::fs::remove_file(&aside);
        match linked {
            Ok(()) => removed.and_then(|()| env::sync_folder_of(path)).map_err(failed)?,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                return Err(KeyFileError::Exists(path.to_owned()));
            }
            Err(error) => return Err(failed(error)),
        }
        Ok(root)
    }

    /// Loads a root from its file.
    ///
    /// # Errors
    /// [`KeyFileError`]: the file cannot be read, others than its owner may read or change it, or it is damaged.
    pub fn load(path: &Path) -> Result<RootKey, KeyFileError> {
        let failed = |source| KeyFileError::Io {
            path: path.to_owned(),
            source,
        };
        let file = std::fs::File::open(path).map_err(failed)?;
        // Asked of the open file, not of its name, which may point elsewhere a moment later.
        if let Some(mode) = env::open_to_others(&file.metadata().map_err(failed)?) {
            return Err(KeyFileError::Open {
                path: path.to_owned(),
                mode,
            });
        }
        let mut text = Zeroizing::new(String::with_capacity(8192));
        file.take(MOST).read_to_string(&mut text).map_err(failed)?;
        let mut lines = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        let (Some(line), None) = (lines.next(), lines.next()) else {
            return Err(KeyFileError::Lines(path.to_owned()));
        };
        let root = TEXT.read(line).map_err(|source| KeyFileError::Format {
            path: path.to_owned(),
            source,
        })?;
        Ok(RootKey(Box::new(root)))
    }

    /// The key for the sealed columns of one office.
    #[must_use]
    pub fn column_key(&self, office: &str) -> ColumnKey {
        ColumnKey::new(&self.derive("column", office))
    }

    /// The key for the blind indexes of one purpose, for instance `"person by number"`.
    #[must_use]
    pub fn index_key(&self, purpose: &str) -> IndexKey {
        IndexKey::new(&self.derive("index", purpose))
    }

    /// The hub's key for 個人番号: the same root always has the same, so one file is enough for the sandbox.
    #[must_use]
    pub fn hub_private_key(&self) -> HubPrivateKey {
        HubPrivateKey::derive(&self.derive("hub private key", ""))
    }

    /// Sixteen hexadecimal digits that tell roots apart and nothing else.
    ///
    /// A role keeps them beside its data and compares them when it starts, so that it stops at once with the
    /// wrong file instead of failing row by row.
    #[must_use]
    pub fn check_value(&self) -> String {
        hex::encode(&self.derive("check value", "")[..8])
    }

    fn derive(&self, purpose: &str, of: &str) -> Zeroizing<[u8; 32]> {
        let mut block = Zeroizing::new([0; 64]);
        block[..32].copy_from_slice(self.0.as_slice());
        let derived = Hmac::<Sha256>::new((&*block).into())
            .chain_update(framed("madoguchi key 1", [purpose.as_bytes(), of.as_bytes()]))
            // The number of the only output block of HKDF-Expand.
            .chain_update([1])
            .finalize();
        Zeroizing::new(derived.into_bytes().into())
    }
}

impl fmt::Debug for RootKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RootKey(…)")
    }
}

/// A name in the same folder that nobody else uses, also when two create at once.
fn aside(path: &Path, rng: &mut EnvRng) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{:016x}.tmp", rng.next_u64()))
}

#[cfg(test)]
mod tests;
