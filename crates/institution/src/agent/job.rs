//! A request that is being handled, and why it may not come to its end now.

use env::{Crashed, FileError, Time};
use exchange::oqs::names::RequestName;

use crate::desk::DeskError;

/// A request that is in `work`.
pub(super) struct Job {
    pub(super) name: RequestName,
    /// When it was first seen: its answer is due from here.
    pub(super) since: Time,
    /// It was found in `work`, not claimed just now.
    pub(super) left_over: bool,
}

/// Why a request is not done. It stays in `work`.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error(transparent)]
    Files(#[from] FileError),
    #[error(transparent)]
    Desk(DeskError),
    #[error("handling it died")]
    Died,
    #[error("this role is stopping")]
    Stopping,
    #[error("crashed at a crash point")]
    Crashed,
}

impl From<Crashed> for Trouble {
    fn from(_: Crashed) -> Trouble {
        Trouble::Crashed
    }
}

impl From<DeskError> for Trouble {
    fn from(error: DeskError) -> Trouble {
        match error {
            DeskError::Stopping => Trouble::Stopping,
            other => Trouble::Desk(other),
        }
    }
}
