//! What was entered before: a death or an end during 停止 takes no day, and is not to be forgotten by a 再開.

use super::{Event, EventFault, suspended_before};
use crate::eligibility::{Eligibility, EndReason};

/// An event that was entered before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// What was entered.
    pub event: Event,
    /// Whether it changed an eligibility. What did not, during 停止, stands nowhere else.
    pub changed: bool,
}

/// Whether `event` may follow the person's `earlier` events, in whatever order they were entered.
///
/// Nothing begins that would go on after a recorded 死亡; and what was suspended is not resumed when 廃止 or 移管 was
/// recorded meanwhile: a 開始 is what is right then. What was recorded wrongly is corrected by hand, in the eligibilities,
/// and these have the last word: a day that they cover after a death says that there was none.
///
/// # Errors
/// [`EventFault::AfterDeath`], [`EventFault::EndedMeanwhile`].
pub fn may_follow(
    earlier: &[Earlier],
    eligibilities: &[Eligibility],
    event: &Event,
) -> Result<(), EventFault> {
    if matches!(event, Event::End { .. }) {
        return Ok(());
    }
    let date = event.date();
    let ends = earlier.iter().filter_map(|one| match one.event {
        Event::End { date, reason } => Some((date, reason, one.changed)),
        Event::Start { .. } | Event::Resumption { .. } => None,
    });
    let last_covered = eligibilities
        .iter()
        .filter_map(|one| Some(one.covered_days()?.last()))
        .max();
    let deaths = ends.clone().filter(|(_, reason, _)| *reason == EndReason::Death);
    if let Some(death) = deaths.map(|(death, ..)| death).min()
        && last_covered.is_none_or(|last| last <= death)
    {
        return Err(EventFault::AfterDeath { date, death });
    }
    let resumed = match event {
        Event::Resumption { date } => suspended_before(eligibilities, *date),
        Event::Start { .. } | Event::End { .. } => None,
    };
    if let Some(suspension) = resumed.and_then(|suspended| suspended.end) {
        let forgotten = ends.filter(|(_, reason, changed)| {
            matches!(reason, EndReason::Termination | EndReason::Transfer) && !changed
        });
        let mut meanwhile = forgotten.filter(|(ended, ..)| *ended >= suspension.date);
        if let Some((ended, reason, _)) = meanwhile.next() {
            return Err(EventFault::EndedMeanwhile { ended, reason });
        }
    }
    Ok(())
}
