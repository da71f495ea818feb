//! Entrustments (委託): which institution treats a person, in which way, on which opinion.

use std::sync::Arc;

use domain::entrustment::{Entrustment, EntrustmentId};
use domain::identity::Link;
use domain::month::TreatmentMonth;
use domain::permit::{Action, Permit};
use serde::{Deserialize, Serialize};
use storage::Tx;

use crate::facts::Kept;
use crate::issue::{IssuedNow, months_of};
use crate::store::facts::{self, FactKind};
use crate::{Office, OfficeError};

/// An entrustment as the office decides or corrects it. Its opinion's return is its next version.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewEntrustment {
    /// The version to make; the next when nothing is said.
    #[serde(default)]
    pub(crate) revision: Option<u32>,
    /// What is decided.
    pub(crate) entrustment: Entrustment,
    /// Months whose vouchers are issued at once, with the decision.
    #[serde(default)]
    pub(crate) issue: Vec<TreatmentMonth>,
}

/// An entrustment that was decided, and what was issued with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entrusted {
    /// The decision.
    #[serde(flatten)]
    pub decided: Kept,
    /// What was issued at once, month by month.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issued: Vec<IssuedNow>,
}

impl Office {
    /// Decides an entrustment, and issues the asked months' vouchers in the same commit.
    pub(crate) async fn entrust(
        self: &Arc<Self>,
        permit: &Permit,
        link: Link,
        new: NewEntrustment,
    ) -> Result<Entrusted, OfficeError> {
        permit.require(Action::DecideAtOffice)?;
        let issue = months_of(&new.issue)?;
        self.must_be_issuable("issue", &issue)?;
        let office = self.clone();
        let unit = async move |tx: &mut Tx| {
            office.must_know(tx, link.as_str()).await?;
            let decided = office
                .keep_entrustment(tx, &link, new.revision, &new.entrustment)
                .await?;
            let mut issued = Vec::with_capacity(issue.len());
            for month in &issue {
                issued.push(office.issue_due(tx, &link, *month).await?);
            }
            Ok::<_, OfficeError>(Entrusted { decided, issued })
        };
        let entrusted = self.store.unit("office.entrust", unit).await?;
        self.courier.ring();
        Ok(entrusted)
    }

    /// Keeps an entrustment, and lets the run find it in its months.
    pub(crate) async fn keep_entrustment(
        &self,
        tx: &mut Tx,
        link: &Link,
        revision: Option<u32>,
        entrustment: &Entrustment,
    ) -> Result<Kept, OfficeError> {
        entrustment
            .check()
            .map_err(|fault| OfficeError::fault("entrustment", &fault))?;
        let id = &entrustment.id;
        let (kept, repeated) = self
            .keep(
                tx,
                link,
                FactKind::Entrustment,
                id.as_str(),
                revision,
                entrustment,
            )
            .await?;
        if !repeated {
            let first = TreatmentMonth::of(entrustment.from);
            let last = entrustment.through.map(TreatmentMonth::of);
            facts::entrust(tx, link.as_str(), id.as_str(), first, last).await?;
        }
        Ok(kept)
    }
}

/// An entrustment's name, as the ledger has it.
pub(crate) fn named(text: &str) -> Result<EntrustmentId, OfficeError> {
    EntrustmentId::parse(text).map_err(|_| OfficeError::Shape { table: "voucher" })
}
