//! A request that is being handled, and why it may not come to its end now.

use env::{Crashed, FileError, Time};
use exchange::oqs::names::RequestName;

use crate::desk::DeskError;
use crate::wording;

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
    #[error("処理が異常終了しました")]
    Died,
    #[error("this role is stopping")]
    Stopping,
    #[error("crashed at a crash point")]
    Crashed,
}

impl Trouble {
    /// What to do about it.
    pub(super) fn remedy(&self) -> &'static str {
        match self {
            Trouble::Files(error) => wording::remedy(error),
            _ => "自動でやり直します。続くときはシステム担当者へ連絡してください。",
        }
    }
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
