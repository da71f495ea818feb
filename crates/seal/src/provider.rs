//! Where a role's keys come from.
//!
//! Roles ask a [`KeyProvider`], so that the root can live in a hardware module (PKCS#11: the same HKDF-Expand
//! inside the module) instead of a file without any role noticing. In the sandbox it is the file.

use crate::{ColumnKey, HubPrivateKey, IndexKey, RootKey};

/// The provider could not give a key: the module is gone, locked or does not have it.
#[derive(Debug, thiserror::Error)]
#[error("{key}: the key provider does not give it: {reason}")]
pub struct KeyError {
    /// Which key was asked for.
    pub key: &'static str,
    /// What the provider said.
    pub reason: String,
}

/// Something that has a root and gives the keys under it. Slow: ask when a role starts and keep the keys.
pub trait KeyProvider: Send + Sync {
    /// See [`RootKey::column_key`].
    ///
    /// # Errors
    /// [`KeyError`] when the provider cannot give it.
    fn column_key(&self, office: &str) -> Result<ColumnKey, KeyError>;

    /// See [`RootKey::index_key`].
    ///
    /// # Errors
    /// [`KeyError`] when the provider cannot give it.
    fn index_key(&self, purpose: &str) -> Result<IndexKey, KeyError>;

    /// See [`RootKey::hub_private_key`].
    ///
    /// # Errors
    /// [`KeyError`] when the provider cannot give it.
    fn hub_private_key(&self) -> Result<HubPrivateKey, KeyError>;
}

/// The sandbox's provider: a root from a file never fails to give a key.
impl KeyProvider for RootKey {
    fn column_key(&self, office: &str) -> Result<ColumnKey, KeyError> {
        Ok(RootKey::column_key(self, office))
    }

    fn index_key(&self, purpose: &str) -> Result<IndexKey, KeyError> {
        Ok(RootKey::index_key(self, purpose))
    }

    fn hub_private_key(&self) -> Result<HubPrivateKey, KeyError> {
        Ok(RootKey::hub_private_key(self))
    }
}
