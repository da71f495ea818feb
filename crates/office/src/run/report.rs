//! How far a run is, what came of it, and whom it left out.

use std::sync::Arc;

use domain::entrustment::EntrustmentId;
use domain::identity::Link;
use domain::month::TreatmentMonth;
use domain::monthly::LeftOutReason;
use domain::permit::{Action, Permit};
use serde::{Deserialize, Serialize};
use storage::Tx;

use super::step::{Reasons, month_of};
use crate::states::StateCounts;
use crate::store::ledger::month_number;
use crate::store::runs::{self, Stored};
use crate::store::states;
use crate::{Office, OfficeError};

/// Entrustments in one page of those left out.
const PAGE: i64 = 1000;

/// A run as it stands. Times are µs since 1970-01-01T00:00:00Z.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunReport {
    /// The run; nothing for a dry run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// 診療年月
    pub month: TreatmentMonth,
    /// Whether it is only what would be done.
    pub dry_run: bool,
    /// Whether everybody was planned.
    pub finished: bool,
    /// When it began.
    pub started_at: i64,
    /// When everybody was planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<i64>,
    /// People with an entrustment in the month, as there were when it began.
    pub people: i64,
    /// People planned so far.
    pub people_seen: i64,
    /// Vouchers issued so far, or that would be.
    pub issued: i64,
    /// Entrustments that had their vouchers before.
    pub already_issued: i64,
    /// Entrustments passed over, because somebody had withdrawn their voucher.
    pub withdrawn: i64,
    /// Entrustments that are due and got no voucher, by the stable name of the reason.
    pub left_out: Reasons,
    /// The vouchers issued, by where they stand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub states: Option<StateCounts>,
}

/// Whom a run left out, page by page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOutList {
    /// In the order of links.
    pub left_out: Vec<LeftOutOf>,
    /// Whether there are more after the last.
    pub more: bool,
}

/// An entrustment of a person that is due and got no voucher, why, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOutOf {
    /// 紐付番号
    pub link: Link,
    /// Which entrustment.
    pub entrustment: EntrustmentId,
    /// Why, by its stable name.
    pub reason: String,
    /// 理由
    pub label: String,
    /// 次にすること
    pub next: String,
}

impl RunReport {
    /// A dry run that has seen nobody yet.
    pub(crate) fn dry(month: TreatmentMonth, started_at: i64) -> RunReport {
        RunReport {
            id: None,
            month,
            dry_run: true,
            finished: true,
            started_at,
            finished_at: None,
            people: 0,
            people_seen: 0,
            issued: 0,
            already_issued: 0,
            withdrawn: 0,
            left_out: Reasons::new(),
            states: None,
        }
    }
}

/// Reports a run.
pub(crate) async fn of(tx: &mut Tx, run: Stored) -> Result<RunReport, OfficeError> {
    let left_out = runs::reasons(tx, &run.id).await?.into_iter().collect();
    let files = states::files_of_run(tx, &run.id).await?;
    let named = states::named_of_run(tx, &run.id).await?;
    Ok(RunReport {
        month: month_of(run.month)?,
        id: Some(run.id),
        dry_run: false,
        finished: run.finished,
        started_at: run.started_at,
        finished_at: run.finished_at,
        people: run.people,
        people_seen: run.people_seen,
        issued: run.issued,
        already_issued: run.already_issued,
        withdrawn: run.withdrawn,
        left_out,
        states: Some(StateCounts::of(&files, &named)),
    })
}

impl Office {
    /// A run as it stands.
    pub(crate) async fn run_report(
        self: &Arc<Self>,
        permit: &Permit,
        id: String,
    ) -> Result<RunReport, OfficeError> {
        permit.require(Action::DecideAtOffice)?;
        let read = async move |tx: &mut Tx| match runs::find(tx, &id).await? {
            Some(run) => of(tx, run).await,
            None => Err(OfficeError::NoRun),
        };
        self.store.read("office.run", read).await
    }

    /// The newest run of a month.
    pub(crate) async fn newest_run(
        self: &Arc<Self>,
        permit: &Permit,
        month: TreatmentMonth,
    ) -> Result<RunReport, OfficeError> {
        permit.require(Action::DecideAtOffice)?;
        let read = async move |tx: &mut Tx| match runs::newest(tx, month_number(month)).await? {
            Some(run) => of(tx, run).await,
            None => Err(OfficeError::NoRun),
        };
        self.store.read("office.run", read).await
    }

    /// Whom a run left out, after one of them.
    pub(crate) async fn left_out(
        self: &Arc<Self>,
        permit: &Permit,
        id: String,
        after: runs::LeftOut,
    ) -> Result<LeftOutList, OfficeError> {
        permit.require(Action::DecideAtOffice)?;
        let read = async move |tx: &mut Tx| {
            if runs::find(tx, &id).await?.is_none() {
                return Err(OfficeError::NoRun);
            }
            let rows = runs::left_out(tx, &id, &after, PAGE).await?;
            let more = rows.len() == usize::try_from(PAGE).unwrap_or(usize::MAX);
            let left_out = rows.into_iter().map(shown).collect::<Result<_, _>>()?;
            Ok(LeftOutList { left_out, more })
        };
        self.store.read("office.left_out", read).await
    }
}

fn shown(row: runs::LeftOut) -> Result<LeftOutOf, OfficeError> {
    let shape = || OfficeError::Shape { table: "left_out" };
    let known = LeftOutReason::ALL.iter().find(|one| one.name() == row.reason);
    Ok(LeftOutOf {
        link: Link::parse(&row.link).map_err(|_| shape())?,
        entrustment: EntrustmentId::parse(&row.entrustment).map_err(|_| shape())?,
        label: known.map_or_else(|| row.reason.clone(), |one| one.label().to_owned()),
        next: known.map_or_else(String::new, |one| one.next_step().to_owned()),
        reason: row.reason,
    })
}
