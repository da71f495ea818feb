//! Why a register does not answer.

use domain::permit::Denied;
use storage::StoreError;

/// Why a register does not answer.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The permit is for something else.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A sealed row does not open: it was changed, or the key is another.
    #[error("a sealed row of {table} does not open")]
    Sealed {
        /// The table.
        table: &'static str,
    },
    /// A row does not say what it must.
    #[error("a row of {table} is not of the agreed shape")]
    Shape {
        /// The table.
        table: &'static str,
    },
}
