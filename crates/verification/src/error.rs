//! What can go wrong inside verification.

use domain::permit::Denied;
use relay::RelayError;
use seal::SealError;
use storage::StoreError;

/// What can go wrong inside verification. An answer that must look like others is never an error.
#[derive(Debug, thiserror::Error)]
pub enum VerificationError {
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The relay said no.
    #[error(transparent)]
    Relay(#[from] RelayError),
    /// The permit is for something else.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A sealed row does not open: it was changed, or the key is another.
    #[error("a sealed row of {table} does not open: {source}")]
    Sealed {
        /// The table.
        table: &'static str,
        /// Why.
        source: SealError,
    },
    /// A row does not say what it must.
    #[error("a row of {table} is not of the agreed shape")]
    Shape {
        /// The table.
        table: &'static str,
    },
}
