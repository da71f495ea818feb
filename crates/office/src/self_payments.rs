//! 本人支払額: what a person pays in a month. As long as a month's is not settled, the run issues nothing for it.

use std::sync::Arc;

use domain::identity::Link;
use domain::month::TreatmentMonth;
use domain::permit::{Action, Permit};
use domain::self_payment::SelfPayment;
use serde::Deserialize;
use storage::Tx;

use crate::facts::Kept;
use crate::store::facts::FactKind;
use crate::{Office, OfficeError};

/// A month's amount as the office settles it.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSelfPayment {
    /// 診療年月
    pub(crate) month: TreatmentMonth,
    /// The version to make; the next when nothing is said.
    #[serde(default)]
    pub(crate) revision: Option<u32>,
    /// The amount, or that it is not settled.
    pub(crate) self_payment: SelfPayment,
}

impl Office {
    /// Settles, corrects or opens again what a person pays in a month.
    pub(crate) async fn settle_self_payment(
        self: &Arc<Self>,
        permit: &Permit,
        link: Link,
        new: NewSelfPayment,
    ) -> Result<Kept, OfficeError> {
        permit.require(Action::DecideAtOffice)?;
        let office = self.clone();
        let unit = async move |tx: &mut Tx| {
            office.must_know(tx, link.as_str()).await?;
            office.keep_self_payment(tx, &link, &new).await
        };
        self.store.unit("office.self_payment", unit).await
    }

    /// Keeps a month's amount.
    pub(crate) async fn keep_self_payment(
        &self,
        tx: &mut Tx,
        link: &Link,
        new: &NewSelfPayment,
    ) -> Result<Kept, OfficeError> {
        new.self_payment
            .check()
            .map_err(|fault| OfficeError::fault("self_payment", &fault))?;
        let month = new.month.to_string();
        let kind = FactKind::SelfPayment;
        let (kept, _) = self
            .keep(tx, link, kind, &month, new.revision, &new.self_payment)
            .await?;
        Ok(kept)
    }
}
