//! 資格情報: from when to when an office pays for a person's medical aid.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::calendar::{Date, OutOfYears, Period, check_year, day_after, day_before};
use crate::number::{PayerNumber, RecipientNumber};
use crate::text::AsReceived;

/// The version of the rules an answer is computed by; every answer names it ([`rules`](crate::rules) has it).
pub const RULE_VERSION: &str = crate::rules::CURRENT.version;

/// The rule of the first and the last day, as [`first_uncovered_day`] computes it.
///
/// Whether 資格喪失年月日 is itself covered is not published; the house has settled it, here and nowhere else.
pub const FIRST_AND_LAST_DAY_RULE: &str = "開始・再開日は対象。停止・廃止日は対象外の最初の日。死亡日は対象。\
    移管では旧実施機関の廃止日を新実施機関の開始日とする。";

/// The first day that is no longer covered ([`FIRST_AND_LAST_DAY_RULE`]).
///
/// The registered day itself for 停止, 廃止 and 移管; the day after it for 死亡. At 移管 the old office's 廃止日 is the new
/// office's 開始日, so no day is covered twice or by nobody.
#[must_use]
pub fn first_uncovered_day(ending: Ending) -> Date {
    match ending.reason {
        EndReason::Death => day_after(ending.date),
        EndReason::Suspension | EndReason::Termination | EndReason::Transfer => ending.date,
    }
}

/// Eligibility (資格): one unbroken period of medical aid by one office. 再開 begins a new one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Eligibility {
    /// 公費負担者番号
    pub payer: PayerNumber,
    /// 受給者番号
    pub recipient: RecipientNumber,
    /// 福祉事務所名
    pub office_name: AsReceived,
    /// 開始日 or 再開日 (資格取得年月日); covered.
    pub start: Date,
    /// 停止, 廃止, 移管 or 死亡, once decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Ending>,
}

/// When and why an eligibility ends (資格喪失年月日, 資格喪失事由).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ending {
    /// The day as decided and registered; see [`first_uncovered_day`] for what it means.
    pub date: Date,
    /// Why.
    pub reason: EndReason,
}

/// Why an eligibility ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// 死亡
    Death,
    /// 停止
    Suspension,
    /// 廃止
    Termination,
    /// 移管: another office goes on.
    Transfer,
}

crate::code::code_table! {
    /// Reason of loss, as the institution reads it.
    ReasonOfLoss, "資格喪失事由", "OQSCD008" {
        Death = "01", "死亡";
        /// Stands in an insurer's row, never in ours.
        AidBegan = "02", "生活保護受給開始";
        /// Stands in an insurer's row, never in ours.
        InsuranceAcquired = "03", "医療保険等の資格取得";
        Other = "99", "その他";
    }
}

impl EndReason {
    /// Every reason.
    pub const ALL: &'static [Self] = &[Self::Death, Self::Suspension, Self::Termination, Self::Transfer];

    /// The Japanese word.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Death => "死亡",
            Self::Suspension => "停止",
            Self::Termination => "廃止",
            Self::Transfer => "移管",
        }
    }

    /// The wire's reason of loss; it has no code for 停止, 廃止 and 移管.
    #[must_use]
    pub const fn reason_of_loss(self) -> ReasonOfLoss {
        match self {
            Self::Death => ReasonOfLoss::Death,
            Self::Suspension | Self::Termination | Self::Transfer => ReasonOfLoss::Other,
        }
    }
}

impl fmt::Display for EndReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

/// How an eligibility stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Begins later, on this day.
    NotYetBegun(Date),
    /// The day is covered.
    Covered,
    /// No longer covered: the registered day and the reason.
    Ended(Date, EndReason),
}

/// An eligibility that cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EligibilityFault {
    /// The end is before the start.
    #[error("end.date: {end} is before start {start}")]
    Reversed {
        /// 開始日
        start: Date,
        /// The registered end.
        end: Date,
    },
    /// A day in a year that nobody means.
    #[error(transparent)]
    OutOfYears(#[from] OutOfYears),
}

impl Eligibility {
    /// Whether the dates agree: both are of our time, and the end is not before the start.
    ///
    /// An end on the start day is lawful: by 停止 or 廃止 no day is covered (a start taken back), by 死亡 one.
    ///
    /// # Errors
    /// [`EligibilityFault`], the first in the order of the fields.
    pub fn check(&self) -> Result<(), EligibilityFault> {
        check_year("start", self.start)?;
        let Some(Ending { date: end, .. }) = self.end else {
            return Ok(());
        };
        check_year("end.date", end)?;
        if end < self.start {
            let start = self.start;
            return Err(EligibilityFault::Reversed { start, end });
        }
        Ok(())
    }

    /// Whether some day is covered by both. No day is covered twice by one office.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let covered = self.covered_days().zip(other.covered_days());
        covered.is_some_and(|(one, other)| one.overlaps(&other))
    }

    /// The last covered day; none while no end is decided. Before `start` when no day is covered at all.
    #[must_use]
    pub fn last_covered_day(&self) -> Option<Date> {
        self.end.map(|end| match end.reason {
            // Not through the day after, which the end of the calendar has not got.
            EndReason::Death => end.date,
            _ => day_before(first_uncovered_day(end)),
        })
    }

    /// The covered days, as far as the calendar goes while no end is decided; none when no day is covered at all.
    #[must_use]
    pub fn covered_days(&self) -> Option<Period> {
        Period::new(self.start, self.last_covered_day().unwrap_or(Date::MAX)).ok()
    }

    /// How it stands on `day`. One that covers no day at all has ended, on every day.
    #[must_use]
    pub fn standing(&self, day: Date) -> Standing {
        match self.end {
            Some(end)
                if self
                    .last_covered_day()
                    .is_some_and(|last| day > last || last < self.start) =>
            {
                Standing::Ended(end.date, end.reason)
            }
            _ if day < self.start => Standing::NotYetBegun(self.start),
            _ => Standing::Covered,
        }
    }

    /// Whether `day` is covered.
    #[must_use]
    pub fn covers(&self, day: Date) -> bool {
        self.standing(day) == Standing::Covered
    }

    /// Whether every day of `period` is covered.
    #[must_use]
    pub fn covers_all(&self, period: &Period) -> bool {
        self.covers(period.first()) && self.covers(period.last())
    }

    /// The reason of loss to tell about `day`; absent unless the eligibility has ended by then.
    #[must_use]
    pub fn reason_of_loss(&self, day: Date) -> Option<ReasonOfLoss> {
        match self.standing(day) {
            Standing::Ended(_, reason) => Some(reason.reason_of_loss()),
            Standing::NotYetBegun(_) | Standing::Covered => None,
        }
    }
}

#[cfg(test)]
mod tests;
