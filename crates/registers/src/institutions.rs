//! The national register of institutions (指定医療機関): every version under its position, for whoever keeps a copy.

use std::sync::Arc;

use domain::designation::Institution;
use domain::permit::{Action, Permit};
use exchange::registers::institutions::{Listed, Page};
use storage::Tx;

use crate::{BATCH, RegisterError, Registers, store};

/// Why an institution cannot be. Names fields, never values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InstitutionFault {
    /// It is of no kind.
    #[error("kinds: at least one")]
    NoKind,
    /// A designation ends before it begins.
    #[error("designated: through is before from")]
    Reversed,
    /// It goes on under its own code.
    #[error("succession: the code that takes over is another")]
    OwnSuccessor,
}

/// Judges an institution by itself.
///
/// # Errors
/// The first rule that is broken.
pub fn check(institution: &Institution) -> Result<(), InstitutionFault> {
    let designated = institution.designated.iter();
    if institution.kinds.is_empty() {
        Err(InstitutionFault::NoKind)
    } else if designated
        .filter_map(|one| one.through.map(|through| (one.from, through)))
        .any(|(from, through)| through < from)
    {
        Err(InstitutionFault::Reversed)
    } else if institution
        .succession
        .is_some_and(|succession| succession.code == institution.code)
    {
        Err(InstitutionFault::OwnSuccessor)
    } else {
        Ok(())
    }
}

impl Registers {
    /// Loads institutions; each that differs from what is there is the next version of its code.
    ///
    /// # Errors
    /// When the permit is for something else, or the database says no.
    pub async fn load_institutions(
        self: &Arc<Self>,
        permit: &Permit,
        institutions: Vec<Institution>,
    ) -> Result<(), RegisterError> {
        permit.require(Action::LoadRegisters)?;
        let institutions = Arc::new(institutions);
        for first in (0..institutions.len()).step_by(BATCH) {
            let institutions = institutions.clone();
            let unit = async move |tx: &mut Tx| {
                for institution in institutions.iter().skip(first).take(BATCH) {
                    let body = serde_json::to_string(institution).unwrap_or_default();
                    store::institutions::put(tx, institution.code.as_str(), &body).await?;
                }
                Ok::<_, RegisterError>(())
            };
            self.store.unit("registers.institutions", unit).await?;
        }
        Ok(())
    }

    /// The versions after a position.
    ///
    /// # Errors
    /// When the permit is for something else, the database says no, or a row is not of the agreed shape.
    pub async fn institutions(&self, permit: &Permit, after: i64, most: i64) -> Result<Page, RegisterError> {
        permit.require(Action::PullInstitutions)?;
        let read = async move |tx: &mut Tx| store::institutions::after(tx, after, most).await;
        let found = self.store.read("registers.pull", read).await?;
        let listed = |stored: store::institutions::Stored| {
            let institution = serde_json::from_str(&stored.body);
            Ok(Listed {
                n: stored.n,
                version: stored.version,
                institution: institution.map_err(|_| RegisterError::Shape { table: "institution" })?,
            })
        };
        let institutions: Result<_, RegisterError> = found.into_iter().map(listed).collect();
        Ok(Page {
            institutions: institutions?,
        })
    }
}
