//! Households (世帯): who lives on one budget, and who at the office looks after them.
//!
//! [`load`](Office::load) takes whole households at once, as another system had them (移行): everything about them in one
//! commit, one file of the bulk lane and one of the shield lane.

use std::sync::Arc;

use domain::identity::HouseholdId;
use domain::monthly::Staff;
use domain::permit::{Action, Permit};
use domain::text::AsReceived;
use exchange::registration::part::canonical;
use serde::{Deserialize, Serialize};
use storage::Tx;

use crate::sealing::Sealing;
use crate::store::households::{self, Stored};
use crate::{Office, OfficeError};

mod load;

pub use load::Loaded;
pub(crate) use load::WholeHousehold;

/// What the office keeps of a household. Its members are found by it, and it by them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Household {
    /// 地区担当員名
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) district_contact: Option<AsReceived>,
    /// 取扱担当者名
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) handling_contact: Option<AsReceived>,
}

/// A household as the office writes it down.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewHousehold {
    /// ケース番号
    pub(crate) id: HouseholdId,
    /// The version to make; the next when nothing is said.
    #[serde(default)]
    pub(crate) revision: Option<u32>,
    /// What is kept of it.
    #[serde(default)]
    pub(crate) household: Household,
}

/// A household that was written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseholdKept {
    /// ケース番号
    pub id: HouseholdId,
    /// The version.
    pub revision: u32,
    /// When it was decided, in µs since 1970-01-01T00:00:00Z.
    pub decided_at: i64,
}

/// A household with its members.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct HouseholdView {
    id: HouseholdId,
    revision: u32,
    household: Household,
    /// 紐付番号 of its members.
    members: Vec<String>,
}

impl Household {
    /// Whose names stand on the vouchers of its members.
    pub(crate) fn staff(self) -> Staff {
        Staff {
            district: self.district_contact,
            handling: self.handling_contact,
        }
    }
}

impl Office {
    /// Writes a household down, or corrects it.
    pub(crate) async fn write_household(
        self: &Arc<Self>,
        permit: &Permit,
        new: NewHousehold,
    ) -> Result<HouseholdKept, OfficeError> {
        permit.require(Action::DecideAtOffice)?;
        let office = self.clone();
        let unit = async move |tx: &mut Tx| office.keep_household(tx, &new).await;
        self.store.unit("office.household", unit).await
    }

    /// A household with its members.
    pub(crate) async fn household(
        self: &Arc<Self>,
        permit: &Permit,
        id: HouseholdId,
    ) -> Result<HouseholdView, OfficeError> {
        permit.require(Action::DecideAtOffice)?;
        let office = self.clone();
        let read = async move |tx: &mut Tx| {
            let stored = households::newest(tx, id.as_str()).await?;
            let stored = stored.ok_or(OfficeError::NoHousehold)?;
            Ok(HouseholdView {
                id: id.clone(),
                revision: stored.revision,
                household: office.open_household(&stored)?,
                members: households::members(tx, id.as_str()).await?,
            })
        };
        self.store.read("office.household", read).await
    }

    /// Keeps a version of a household; the same one again is recognised.
    pub(crate) async fn keep_household(
        &self,
        tx: &mut Tx,
        new: &NewHousehold,
    ) -> Result<HouseholdKept, OfficeError> {
        let said = crate::api::said(&new.household);
        let newest = households::newest(tx, new.id.as_str()).await?;
        let next = newest.as_ref().map_or(1, |newest| newest.revision + 1);
        let kept = |revision, decided_at| HouseholdKept {
            id: new.id.clone(),
            revision,
            decided_at,
        };
        if let (Some(asked), Some(newest)) = (new.revision, &newest)
            && asked == newest.revision
            && newest.said == said
        {
            return Ok(kept(asked, newest.decided_at));
        }
        let revision = new.revision.unwrap_or(next);
        if revision != next {
            return Err(OfficeError::Revision {
                asked: revision,
                next,
            });
        }
        let decided_at = self.env.now().micros();
        let household = new.id.as_str().to_owned();
        let body = canonical(&new.household);
        let content = self.seal(sealing(&[&household], revision), &body);
        let stored = Stored {
            household,
            revision,
            content,
            said,
            decided_at,
        };
        households::put(tx, &stored).await?;
        Ok(kept(revision, decided_at))
    }

    /// Opens a household.
    pub(crate) fn open_household(&self, stored: &Stored) -> Result<Household, OfficeError> {
        self.open(sealing(&[&stored.household], stored.revision), &stored.content)
    }
}

fn sealing<'a>(row: &'a [&'a str], revision: u32) -> Sealing<'a> {
    Sealing {
        table: "household",
        row,
        revision,
    }
}
