//! Inquiries by number that find nobody: how many a terminal may make, and who is told when it makes more.
//!
//! A number and a birth date can be guessed, a card cannot. So misses are counted for each terminal: some of them an hour are
//! how a desk works; after that it waits, twice as long each time, and asks with the card or goes by paper meanwhile. Hits cost
//! nothing. Inquiries about many people at once have a measure of their own for each institution and day, because the lists of
//! an honest month hold people who have no voucher there yet. It is kept where they are looked for, person by person
//! ([`Guessing::bulk_left`]), so however many lists wait at the same time, no more are missed than the measure has left.
//!
//! Kept in memory: a process that starts anew begins to count anew.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use env::Time;
use serde::{Deserialize, Serialize};

/// The table `[guessing]` of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GuessingRules {
    /// Misses that a terminal may make in an hour. Default 30.
    pub misses_per_hour: u32,
    /// Misses in a row that are told to the operator. Default 3.
    pub alert_after: u32,
    /// Misses in inquiries about many people that an institution may make in a day. Default 3000.
    pub bulk_misses_per_day: u32,
}

impl Default for GuessingRules {
    fn default() -> GuessingRules {
        GuessingRules {
            misses_per_hour: 30,
            alert_after: 3,
            bulk_misses_per_day: 3000,
        }
    }
}

impl GuessingRules {
    /// For trials in which every desk asks about everybody.
    #[must_use]
    pub fn none() -> GuessingRules {
        GuessingRules {
            misses_per_hour: u32::MAX,
            bulk_misses_per_day: u32::MAX,
            ..GuessingRules::default()
        }
    }
}

/// The first wait; each next one is twice as long, up to the longest.
const FIRST_WAIT: Duration = Duration::from_mins(1);
const LONGEST_WAIT: Duration = Duration::from_hours(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
/// Terminals and institutions that are remembered; of more, those that were quiet longest are forgotten.
const MOST: usize = 100_000;

/// Counts misses.
pub(crate) struct Guessing {
    rules: GuessingRules,
    asking: Mutex<BTreeMap<Arc<str>, Asking>>,
    /// Inquiries that are being answered, by terminal: any of them may become a miss.
    under_way: Mutex<BTreeMap<Arc<str>, u32>>,
}

/// One inquiry of a terminal, from when it may ask until it is answered or nobody waits for the answer any more.
pub(crate) struct UnderWay<'a> {
    of: &'a Guessing,
    terminal: Arc<str>,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let mut all = self.of.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = all.get_mut(&self.terminal) {
            *count -= 1;
            if *count == 0 {
                all.remove(&self.terminal);
            }
        }
    }
}

/// What one of them did lately.
#[derive(Clone, Debug)]
struct Asking {
    /// Misses that are left, in thousandths; they come back evenly over the span.
    left: u64,
    since: Time,
    in_a_row: u32,
    waits: u32,
    until: Time,
    misses: u64,
    alerts: u64,
}

impl Asking {
    /// A clock that was set back makes nobody wait longer than the longest wait, nor for what comes back.
    fn settle(&mut self, now: Time) {
        self.since = self.since.min(now);
        self.until = self.until.min(now + LONGEST_WAIT);
    }

    /// The misses that are left at a moment, with those that have come back.
    fn left_at(&self, now: Time, full: u64, span: Duration) -> u64 {
        let gone = now.since(self.since);
        let back = u128::from(full) * gone.as_micros() / span.as_micros().max(1);
        let back = u64::try_from(back).unwrap_or(full);
        self.left.saturating_add(back).min(full)
    }
}

/// How one of them stands, for the operator. Nobody who was asked about is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Standing {
    /// The terminal, or the institution for inquiries about many.
    pub(crate) who: String,
    /// Misses since this process began.
    pub(crate) misses: u64,
    /// How often the operator was told: for a terminal, that so many came in a row; for lists, that the measure was used up.
    pub(crate) alerts: u64,
    /// Until when it waits, in µs since 1970-01-01T00:00:00Z.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) waits_until: Option<i64>,
}

/// It has to wait for so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wait(pub(crate) Duration);

impl Guessing {
    pub(crate) fn new(rules: GuessingRules) -> Guessing {
        Guessing {
            rules,
            asking: Mutex::default(),
            under_way: Mutex::default(),
        }
    }

    /// Whether a terminal may ask by number now. Of inquiries at the same time there may be no more than misses are left.
    pub(crate) fn may_ask(&self, terminal: &Arc<str>, now: Time) -> Result<UnderWay<'_>, Wait> {
        let left = self.left(terminal, (self.rules.misses_per_hour, HOUR), now)?;
        let mut all = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let count = all.get(terminal).copied().unwrap_or(0);
        if count > 0 && (u64::from(count) + 1) * 1000 > left {
            return Err(Wait(FIRST_WAIT));
        }
        all.insert(terminal.clone(), count + 1);
        Ok(UnderWay {
            of: self,
            terminal: terminal.clone(),
        })
    }

    /// The misses that are left, in thousandths, when one need not wait.
    fn left(&self, who: &Arc<str>, (most, span): (u32, Duration), now: Time) -> Result<u64, Wait> {
        let full = u64::from(most) * 1000;
        let mut all = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(asking) = all.get_mut(who) else {
            return Ok(full);
        };
        asking.settle(now);
        if now < asking.until {
            return Err(Wait(asking.until.since(now)));
        }
        Ok(asking.left_at(now, full, span))
    }

    /// A terminal was told of somebody.
    pub(crate) fn hit(&self, terminal: &Arc<str>) {
        let mut all = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(asking) = all.get_mut(terminal) {
            asking.in_a_row = 0;
        }
    }

    /// A terminal was told of nobody.
    pub(crate) fn miss(&self, terminal: &Arc<str>, now: Time) {
        let rules = (self.rules.misses_per_hour, HOUR);
        self.misses(terminal, 1, rules, now, Some(self.rules.alert_after.max(1)));
    }

    /// An institution was told of nobody so many times, in an inquiry about many.
    pub(crate) fn bulk_misses(&self, institution: &str, misses: u32, now: Time) {
        if misses > 0 {
            let rules = (self.rules.bulk_misses_per_day, DAY);
            self.misses(&bulk_name(institution), misses, rules, now, None);
        }
    }

    /// How many an institution may be told of nobody now, in an inquiry about many: none while it waits, and after a wait
    /// at least one, as for a terminal. Behind the last of them nobody is looked for.
    pub(crate) fn bulk_left(&self, institution: &str, now: Time) -> u32 {
        let rules = (self.rules.bulk_misses_per_day, DAY);
        match self.left(&bulk_name(institution), rules, now) {
            Ok(left) => u32::try_from(left / 1000).unwrap_or(u32::MAX).max(1),
            Err(Wait(_)) => 0,
        }
    }

    /// Whether an institution may ask about many now.
    pub(crate) fn may_ask_many(&self, institution: &str, now: Time) -> Result<(), Wait> {
        let rules = (self.rules.bulk_misses_per_day, DAY);
        self.left(&bulk_name(institution), rules, now).map(|_| ())
    }

    /// Counts misses. So many in a row are told; of a list they are not, because each of its steps would be.
    fn misses(
        &self,
        who: &Arc<str>,
        misses: u32,
        (most, span): (u32, Duration),
        now: Time,
        alert_after: Option<u32>,
    ) {
        let mut all = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST && !all.contains_key(who) {
            let quiet = all.iter().min_by_key(|(_, asking)| asking.since);
            if let Some(quiet) = quiet.map(|(who, _)| who.clone()) {
                all.remove(&quiet);
            }
        }
        let full = u64::from(most) * 1000;
        let asking = all.entry(who.clone()).or_insert_with(|| Asking {
            left: full,
            since: now,
            in_a_row: 0,
            waits: 0,
            until: now,
            misses: 0,
            alerts: 0,
        });
        let gone = now.since(asking.since);
        if gone >= span * 2 {
            asking.waits = 0;
        }
        asking.left = asking.left_at(now, full, span);
        asking.since = now;
        asking.misses += u64::from(misses);
        asking.in_a_row = asking.in_a_row.saturating_add(misses);
        let (before, after) = (asking.in_a_row - misses, asking.in_a_row);
        if alert_after.is_some_and(|alert| before / alert != after / alert) {
            asking.alerts += 1;
            tracing::warn!(%who, in_a_row = after, "inquiries by number find nobody, one after the other");
        }
        asking.left = asking.left.saturating_sub(u64::from(misses) * 1000);
        if asking.left < 1000 {
            let wait = FIRST_WAIT * 2_u32.saturating_pow(asking.waits.min(10));
            asking.until = now + wait.min(LONGEST_WAIT);
            asking.waits += 1;
            asking.alerts += u64::from(alert_after.is_none());
            tracing::warn!(%who, seconds = wait.min(LONGEST_WAIT).as_secs(), "too many inquiries by number find nobody; it waits");
        }
    }

    /// Everybody who has made a miss.
    pub(crate) fn standing(&self, now: Time) -> Vec<Standing> {
        let all = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter()
            .map(|(who, asking)| Standing {
                who: who.to_string(),
                misses: asking.misses,
                alerts: asking.alerts,
                waits_until: (now < asking.until).then(|| asking.until.micros()),
            })
            .collect()
    }
}

fn bulk_name(institution: &str) -> Arc<str> {
    format!("institution:{institution} (bulk)").into()
}

#[cfg(test)]
mod tests;
