//! What an event does, as it is told.

use domain::calendar::Date;
use domain::eligibility::Eligibility;
use domain::event::Preview;
use domain::voucher::{ChangeKind, IssueNumber};
use exchange::registration::RecordId;
use serde::{Deserialize, Serialize};

use super::Standing;
use crate::OfficeError;
use crate::decide::Decided;
use crate::issue::IssuedNow;

/// What an event does, or would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// The event's name; nothing for a preview.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<RecordId>,
    /// Whether it is only what would be done.
    pub preview: bool,
    /// The eligibilities after it, by start.
    pub eligibilities: Vec<Eligibility>,
    /// The vouchers that it changes.
    pub vouchers: Vec<VoucherEffect>,
    /// The versions that were made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decided: Vec<Decided>,
    /// What was issued with it, month by month.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issued: Vec<IssuedNow>,
}

/// What an event does to a voucher.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoucherEffect {
    /// The voucher.
    pub record: RecordId,
    /// 交付番号
    pub issue_number: IssueNumber,
    /// `shortened` or `withdrawn`.
    pub change: Change,
    /// 有効開始年月日 before.
    pub valid_from: Date,
    /// 有効終了年月日 before.
    pub valid_through: Date,
    /// 有効開始年月日 afterwards, when it still stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_from: Option<Date>,
    /// 有効終了年月日 afterwards, when it still stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_through: Option<Date>,
}

/// What becomes of a voucher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Its validity is shortened to days that are covered.
    Shortened,
    /// No day of it is covered.
    Withdrawn,
}

pub(super) fn effect(
    id: Option<RecordId>,
    standing: &Standing,
    preview: &Preview,
) -> Result<Effect, OfficeError> {
    let mut vouchers = Vec::with_capacity(preview.vouchers.len());
    for change in &preview.vouchers {
        let (record, voucher) = standing
            .vouchers
            .get(change.place)
            .ok_or(OfficeError::Shape { table: "decision" })?;
        let (kind, days) = match &change.kind {
            ChangeKind::Shorten(days) => (Change::Shortened, Some(days)),
            ChangeKind::Withdraw => (Change::Withdrawn, None),
        };
        vouchers.push(VoucherEffect {
            record: record.clone(),
            issue_number: voucher.issue_number.clone(),
            change: kind,
            valid_from: voucher.valid_from,
            valid_through: voucher.valid_through,
            new_from: days.map(|days| days.first()),
            new_through: days.map(|days| days.last()),
        });
    }
    Ok(Effect {
        preview: id.is_none(),
        id,
        eligibilities: preview.eligibilities.clone(),
        vouchers,
        decided: Vec::new(),
        issued: Vec::new(),
    })
}
