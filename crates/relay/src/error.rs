//! What can go wrong in the relay.

use env::NetError;
use seal::SealError;
use storage::StoreError;

/// What can go wrong in the relay.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The other side could not be asked.
    #[error(transparent)]
    Net(#[from] NetError),
    /// A sealed row does not open: it was changed, or the key is another.
    #[error("a sealed row of {table} does not open: {source}")]
    Sealed {
        /// The table.
        table: &'static str,
        /// Why.
        source: SealError,
    },
    /// Something that was stored or received is not of the agreed shape.
    #[error("{what} is not of the agreed shape: {source}")]
    Shape {
        /// What it is.
        what: &'static str,
        /// Why.
        source: serde_json::Error,
    },
    /// The other side refused to talk.
    #[error("{what}: refused with status {status}")]
    Refused {
        /// What was asked.
        what: &'static str,
        /// The HTTP status.
        status: u16,
    },
}
