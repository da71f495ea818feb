//! 資格の異動: what happens to a person's eligibility, and what it would do, before anybody decides.
//!
//! An office enters 開始, 停止, 再開, 廃止, 移管 or 死亡. [`preview`] says what the eligibilities would be and which vouchers
//! would be shortened or withdrawn; deciding is to store exactly that. [`may_follow`] says first whether it goes with the
//! events that were entered before.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::calendar::{Date, OutOfYears, check_year};
use crate::eligibility::{Eligibility, EndReason, Ending, first_uncovered_day};
use crate::number::{PayerNumber, RecipientNumber};
use crate::text::AsReceived;
use crate::voucher::{Change, Voucher, shorten};

mod earlier;

pub use earlier::{Earlier, may_follow};

/// An event (異動) of one person at one office.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event", deny_unknown_fields)]
pub enum Event {
    /// 開始, 再開 or 移管 from another office: a new eligibility from this day on.
    Start {
        /// 開始日 or 再開日; may be in the past (遡及).
        date: Date,
        /// 公費負担者番号
        payer: PayerNumber,
        /// 受給者番号
        recipient: RecipientNumber,
        /// 福祉事務所名
        office_name: AsReceived,
    },
    /// 再開 after 停止, with the numbers the person had.
    Resumption {
        /// 再開日
        date: Date,
    },
    /// 停止, 廃止, 移管 or 死亡: the eligibility that covers the day ends.
    End {
        /// The registered day; [`first_uncovered_day`] says what it means.
        date: Date,
        /// Which of the four.
        reason: EndReason,
    },
}

/// What an event would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The eligibilities after it, by start.
    pub eligibilities: Vec<Eligibility>,
    /// The vouchers to shorten or to withdraw, in the order given.
    pub vouchers: Vec<Change>,
}

/// Why an event cannot be. Names dates and reasons, never a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EventFault {
    /// The new eligibility and one there is have days in common.
    #[error("date: {date} is covered already by the eligibility that starts on {start}")]
    Overlaps {
        /// The event's day.
        date: Date,
        /// 開始日 of the one there is.
        start: Date,
    },
    /// Nothing to end: no eligibility goes on on that day.
    #[error("date: no eligibility goes on on {date}")]
    NothingToEnd {
        /// The event's day.
        date: Date,
    },
    /// Nothing to resume: the last end before that day is no 停止.
    #[error("date: nothing suspended can be resumed on {date}")]
    NothingToResume {
        /// The event's day.
        date: Date,
    },
    /// Nothing goes on after a death.
    #[error("date: aid from {date} on would go on after the death on {death}")]
    AfterDeath {
        /// The event's day.
        date: Date,
        /// 死亡日
        death: Date,
    },
    /// What was suspended has ended for good meanwhile; a 開始 begins anew.
    #[error("date: what was suspended ended on {ended} by {reason}; enter 開始")]
    EndedMeanwhile {
        /// The day of 廃止 or 移管.
        ended: Date,
        /// Which of the two.
        reason: EndReason,
    },
    /// A day in a year that nobody means.
    #[error(transparent)]
    OutOfYears(#[from] OutOfYears),
}

impl Event {
    /// Its day.
    #[must_use]
    pub const fn date(&self) -> Date {
        match self {
            Self::Start { date, .. } | Self::Resumption { date } | Self::End { date, .. } => *date,
        }
    }
}

/// What `event` would do to a person's eligibilities and vouchers at one office.
///
/// An end already decided gives way to one that leaves no more days (死亡 before a planned 廃止), never to a later one: that
/// would be a correction of the record. 廃止, 移管 or 死亡 during 停止 takes no day and changes nothing here; [`may_follow`]
/// remembers it. By 死亡, eligibilities that would begin later are taken back.
///
/// # Errors
/// [`EventFault`]; then nothing would change.
pub fn preview(
    eligibilities: &[Eligibility],
    vouchers: &[Voucher],
    event: &Event,
) -> Result<Preview, EventFault> {
    check_year("date", event.date())?;
    let mut after = eligibilities.to_vec();
    match event {
        Event::Start {
            date,
            payer,
            recipient,
            office_name,
        } => {
            let new = Eligibility {
                payer: *payer,
                recipient: *recipient,
                office_name: office_name.clone(),
                start: *date,
                end: None,
            };
            after.push(started(eligibilities, new)?);
        }
        Event::Resumption { date } => {
            let suspended =
                suspended_before(eligibilities, *date).ok_or(EventFault::NothingToResume { date: *date })?;
            let new = Eligibility {
                start: *date,
                end: None,
                ..suspended.clone()
            };
            after.push(started(eligibilities, new)?);
        }
        Event::End { date, reason } => {
            let ending = Ending {
                date: *date,
                reason: *reason,
            };
            end(&mut after, ending)?;
        }
    }
    after.sort_by_key(|one| (one.start, one.payer, one.recipient));
    let vouchers = shorten(vouchers, &after);
    Ok(Preview {
        eligibilities: after,
        vouchers,
    })
}

/// The new eligibility, when no day of it is covered already and nobody has died before.
fn started(eligibilities: &[Eligibility], new: Eligibility) -> Result<Eligibility, EventFault> {
    let date = new.start;
    for one in eligibilities {
        if let Some(Ending {
            date: death,
            reason: EndReason::Death,
        }) = one.end
            && death < date
        {
            return Err(EventFault::AfterDeath { date, death });
        }
        if one.overlaps(&new) {
            return Err(EventFault::Overlaps {
                date,
                start: one.start,
            });
        }
    }
    Ok(new)
}

/// The eligibility that ended last by `date`, when it ended by 停止.
pub(crate) fn suspended_before(eligibilities: &[Eligibility], date: Date) -> Option<&Eligibility> {
    let (last, ending) = eligibilities
        .iter()
        .filter_map(|one| Some((one, one.end?)))
        .filter(|(_, ending)| ending.date <= date)
        .max_by_key(|(one, ending)| (ending.date, one.start))?;
    (ending.reason == EndReason::Suspension).then_some(last)
}

/// Ends the last eligibility that has started by then.
fn end(eligibilities: &mut [Eligibility], ending: Ending) -> Result<(), EventFault> {
    let nothing = EventFault::NothingToEnd { date: ending.date };
    let one = eligibilities
        .iter_mut()
        .filter(|one| one.start <= ending.date)
        .max_by_key(|one| one.start)
        .ok_or(nothing)?;
    match one.end {
        Some(before) if first_uncovered_day(before) < first_uncovered_day(ending) => {
            if before.reason != EndReason::Suspension {
                return Err(nothing);
            }
        }
        _ => one.end = Some(ending),
    }
    if ending.reason == EndReason::Death {
        for later in eligibilities.iter_mut().filter(|one| one.start > ending.date) {
            later.end = Some(Ending {
                date: later.start,
                reason: EndReason::Termination,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
