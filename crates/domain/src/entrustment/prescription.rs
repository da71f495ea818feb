//! 処方箋: what a pharmacy dispenses by, and the month its voucher belongs to.

use serde::{Deserialize, Serialize};

use crate::calendar::{Date, Period};
use crate::month::TreatmentMonth;
use crate::number::InstitutionCode;

/// Who prescribes what a pharmacy dispenses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prescription {
    /// 処方箋発行元医療機関コード
    pub issuer: InstitutionCode,
    /// The day one prescription was written; none for whatever this institution prescribes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_on: Option<Date>,
    /// The day it was dispensed, once known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispensed_on: Option<Date>,
}

/// The month that a 調剤券 belongs to: that of dispensing (調剤), whenever the prescription was written.
#[must_use]
pub fn dispensing_month(dispensed_on: Date) -> TreatmentMonth {
    TreatmentMonth::of(dispensed_on)
}

impl Prescription {
    /// Whether a 調剤券 of `month` may be needed for it.
    ///
    /// Once dispensed: in that month only. Before: in each month that it may still be dispensed in, `days` days from the
    /// day it was written, that day included. So a prescription of a month's last day may need the next month's voucher.
    #[must_use]
    pub fn may_be_dispensed_in(&self, month: TreatmentMonth, days: u8) -> bool {
        if let Some(day) = self.dispensed_on {
            return dispensing_month(day) == month;
        }
        self.issued_on
            .is_none_or(|day| usable_days(day, days).overlaps(&month.period()))
    }
}

/// The days a prescription may be dispensed on.
fn usable_days(issued_on: Date, days: u8) -> Period {
    let last = issued_on.saturating_add(jiff::Span::new().days(i64::from(days.max(1)) - 1));
    Period::new(issued_on, last).unwrap_or(Period::day(issued_on))
}
