//! What becomes of vouchers when eligibilities change: 停止・廃止・移管・死亡.

use super::{Voucher, fits};
use crate::calendar::Period;
use crate::eligibility::Eligibility;

/// What is to be done with one voucher.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Change {
    /// Its place among the vouchers given: a 交付番号 need not be one voucher's alone.
    pub place: usize,
    /// What.
    pub kind: ChangeKind,
}

/// Shorten or withdraw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// Its validity becomes these days, all of them covered.
    Shorten(Period),
    /// No day of it is covered: it is withdrawn (取消).
    Withdraw,
}

/// The changes that make every voucher [fit](super::fits) an eligibility of its person and office.
///
/// 停止・廃止・移管 shorten a voucher to the day before, 死亡 to the day itself; a start set later shortens it from the front.
/// **No covered day is taken away**, but where days fall apart (停止 and 再開 in one month) a voucher keeps those of the first
/// eligibility, and the run issues another for the rest. A voucher with no covered day is withdrawn. One that needs no
/// change is not named.
#[must_use]
pub fn shorten(vouchers: &[Voucher], eligibilities: &[Eligibility]) -> Vec<Change> {
    let changes = vouchers.iter().enumerate().filter_map(|(place, voucher)| {
        let kind = change(voucher, eligibilities)?;
        Some(Change { place, kind })
    });
    changes.collect()
}

fn change(voucher: &Voucher, eligibilities: &[Eligibility]) -> Option<ChangeKind> {
    if eligibilities.iter().any(|one| fits(voucher, one).is_ok()) {
        return None;
    }
    let validity = Period::new(voucher.valid_from, voucher.valid_through).ok();
    let covered = eligibilities
        .iter()
        .filter_map(|one| validity?.intersection(&one.covered_days()?))
        .min_by_key(Period::first);
    Some(covered.map_or(ChangeKind::Withdraw, ChangeKind::Shorten))
}
