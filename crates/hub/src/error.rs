//! What can go wrong inside the hub.

use domain::permit::Denied;
use relay::RelayError;
use seal::SealError;
use service::CallError;
use storage::StoreError;

/// What can go wrong inside the hub. What is wrong with a file is a refusal, not an error.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The relay said no.
    #[error(transparent)]
    Relay(#[from] RelayError),
    /// Another role could not be asked, or said no.
    #[error(transparent)]
    Call(#[from] CallError),
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
    /// What a file is judged by changed while it was written.
    #[error("what the file is judged by changed meanwhile; it must be sent again")]
    Changed,
    /// The file came again while this attempt was under way.
    #[error("the file came again meanwhile, and this attempt at it is over; it must be sent again")]
    Overtaken,
    /// The task that took a file died.
    #[error("whoever took the file died; it must be sent again")]
    Died,
    /// A row does not say what it must.
    #[error("a row of {table} is not of the agreed shape")]
    Shape {
        /// The table.
        table: &'static str,
    },
}
