//! A person's circumstances: what the office knows about somebody and registers nowhere.

use std::sync::Arc;

use domain::business::LegalBasis;
use domain::identity::{HouseholdId, Link};
use domain::monthly::Statement;
use domain::permit::{Action, Permit};
use domain::voucher::YesNo;
use serde::{Deserialize, Serialize};
use storage::Tx;

use crate::facts::Kept;
use crate::store::facts::FactKind;
use crate::store::households;
use crate::{Office, OfficeError};

/// What the office knows about a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Circumstances {
    /// 世帯: the household that the person belongs to.
    pub(crate) household: HouseholdId,
    /// On what basis the person receives assistance.
    #[serde(default = "act")]
    pub(crate) legal_basis: LegalBasis,
    /// 社会保険状況: あり makes vouchers 併用.
    #[serde(default = "no")]
    pub(crate) social_insurance: YesNo,
    /// 後期高齢者医療の該当状況
    #[serde(default = "no")]
    pub(crate) elderly_care: YesNo,
    /// 都道府県費の該当状況
    #[serde(default = "no")]
    pub(crate) prefectural_expenses: YesNo,
    /// 本人支払額のある者: no voucher of a month is issued before its amount is settled.
    #[serde(default)]
    pub(crate) self_pays: bool,
}

/// The circumstances as the office writes them down.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCircumstances {
    /// The version to make; the next when nothing is said.
    #[serde(default)]
    pub(crate) revision: Option<u32>,
    /// What they are.
    pub(crate) circumstances: Circumstances,
}

fn act() -> LegalBasis {
    LegalBasis::Act
}

fn no() -> YesNo {
    YesNo::No
}

/// The one record of this kind.
const RECORD: &str = "circumstances";

impl Circumstances {
    /// Of somebody about whom nothing else is known.
    pub(crate) fn of(household: HouseholdId) -> Circumstances {
        Circumstances {
            household,
            legal_basis: act(),
            social_insurance: no(),
            elderly_care: no(),
            prefectural_expenses: no(),
            self_pays: false,
        }
    }

    /// What is stated on every voucher of the person.
    pub(crate) fn statement(&self) -> Statement {
        Statement {
            social_insurance: self.social_insurance,
            elderly_care: self.elderly_care,
            prefectural_expenses: self.prefectural_expenses,
        }
    }
}

/// What is stated about somebody of whom nothing is written down.
pub(crate) const NOTHING_STATED: Statement = Statement {
    social_insurance: YesNo::No,
    elderly_care: YesNo::No,
    prefectural_expenses: YesNo::No,
};

impl Office {
    /// Writes a person's circumstances down.
    pub(crate) async fn note_circumstances(
        self: &Arc<Self>,
        permit: &Permit,
        link: Link,
        new: NewCircumstances,
    ) -> Result<Kept, OfficeError> {
        permit.require(Action::DecideAtOffice)?;
        let office = self.clone();
        let unit = async move |tx: &mut Tx| {
            office.must_know(tx, link.as_str()).await?;
            office
                .keep_circumstances(tx, &link, new.revision, &new.circumstances)
                .await
        };
        self.store.unit("office.circumstances", unit).await
    }

    /// Keeps circumstances and the person's household.
    pub(crate) async fn keep_circumstances(
        &self,
        tx: &mut Tx,
        link: &Link,
        revision: Option<u32>,
        circumstances: &Circumstances,
    ) -> Result<Kept, OfficeError> {
        let household = circumstances.household.as_str();
        if households::newest(tx, household).await?.is_none() {
            return Err(OfficeError::NoHousehold);
        }
        let (kept, repeated) = self
            .keep(tx, link, FactKind::Circumstances, RECORD, revision, circumstances)
            .await?;
        if !repeated {
            households::join(tx, link.as_str(), household).await?;
        }
        Ok(kept)
    }
}
