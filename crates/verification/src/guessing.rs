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
        let asking = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
        match asking.get(who) {
            Some(asking) if now < asking.until => Err(Wait(asking.until.since(now))),
            Some(asking) => Ok(asking.left_at(now, full, span)),
            None => Ok(full),
        }
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
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn some_misses_an_hour_are_how_a_desk_works() {
        let guessing = Guessing::new(GuessingRules::default());
        let desk: Arc<str> = "institution:1319999015:terminal:desk-1".into();
        // One miss every two minutes, all day long.
        for n in 0..720 {
            assert!(guessing.may_ask(&desk, at(n * 120)).is_ok(), "{n}");
            guessing.miss(&desk, at(n * 120));
        }
        assert_eq!(guessing.standing(at(0))[0].misses, 720);
    }

    #[test]
    fn whoever_guesses_waits_longer_and_longer_and_nobody_else_does() {
        let guessing = Guessing::new(GuessingRules::default());
        let (guesser, other): (Arc<str>, Arc<str>) = ("a".into(), "b".into());
        let (mut now, mut asked, mut waits) = (at(0), 0, Vec::new());
        while now < at(24 * 3600) {
            match guessing.may_ask(&guesser, now) {
                Ok(_under_way) => {
                    asked += 1;
                    guessing.miss(&guesser, now);
                    now = now + Duration::from_millis(10);
                }
                Err(Wait(wait)) => {
                    waits.push(wait.as_secs() / 60);
                    now = now + wait;
                }
            }
            assert!(guessing.may_ask(&other, now).is_ok());
        }
        // A day of the fastest guessing is what some days of an ordinary desk are, and not tens of thousands.
        assert!(asked <= 30 + 24 * 30, "{asked}");
        assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]), "{waits:?}");
        assert_eq!(waits.last(), Some(&59));
        let standing = &guessing.standing(now)[0];
        assert!(standing.alerts >= 10 && standing.misses == asked, "{standing:?}");
    }

    #[test]
    fn three_in_a_row_are_told_and_a_hit_ends_the_row() {
        let guessing = Guessing::new(GuessingRules::default());
        let desk: Arc<str> = "a".into();
        for n in 0..2 {
            guessing.miss(&desk, at(n));
        }
        guessing.hit(&desk);
        guessing.miss(&desk, at(3));
        assert_eq!(guessing.standing(at(3))[0].alerts, 0);
        guessing.miss(&desk, at(4));
        guessing.miss(&desk, at(5));
        assert_eq!(guessing.standing(at(5))[0].alerts, 1);
    }

    #[test]
    fn of_inquiries_at_the_same_time_there_are_no_more_than_misses_are_left() {
        let guessing = Guessing::new(GuessingRules::default());
        let desk: Arc<str> = "a".into();
        let mut under_way: Vec<_> = (0..30).map(|_| guessing.may_ask(&desk, at(0)).ok()).collect();
        assert!(under_way.iter().all(Option::is_some));
        assert!(guessing.may_ask(&desk, at(0)).is_err());
        assert!(guessing.may_ask(&"b".into(), at(0)).is_ok());
        // One is answered, and found somebody.
        under_way.pop();
        under_way.push(guessing.may_ask(&desk, at(0)).ok());
        assert!(under_way.iter().all(Option::is_some));
        // After a wait less than one has come back, and one may be asked: whoever is alone never waits for others.
        drop(under_way);
        (0..30).for_each(|_| guessing.miss(&desk, at(0)));
        assert!(guessing.may_ask(&desk, at(59)).is_err());
        let alone = guessing.may_ask(&desk, at(60));
        assert!(alone.is_ok() && guessing.may_ask(&desk, at(60)).is_err());
        drop(alone);
        assert!(guessing.under_way.lock().unwrap().is_empty());
    }

    #[test]
    fn lists_have_their_own_measure() {
        let guessing = Guessing::new(GuessingRules::default());
        guessing.bulk_misses("1319999015", 2000, at(0));
        assert_eq!(guessing.may_ask_many("1319999015", at(1)), Ok(()));
        guessing.bulk_misses("1319999015", 2000, at(2));
        assert!(guessing.may_ask_many("1319999015", at(3)).is_err());
        assert_eq!(guessing.may_ask_many("1319999023", at(3)), Ok(()));
        let desk: Arc<str> = "institution:1319999015:terminal:desk-1".into();
        assert!(guessing.may_ask(&desk, at(3)).is_ok());
    }

    #[test]
    fn lists_never_miss_more_than_is_left_and_are_told_once() {
        let guessing = Guessing::new(GuessingRules::default());
        let here = "1319999015";
        let mut missed = 0;
        // Whatever is waiting: steps of fifty people, all of them nobody, for as long as there are any.
        let mut steps = |from: i64, through: i64| {
            let before = missed;
            for second in from..through {
                let misses = guessing.bulk_left(here, at(second)).min(50);
                guessing.bulk_misses(here, misses, at(second));
                missed += misses;
            }
            (missed - before, guessing.standing(at(through))[0].alerts)
        };
        // Two come back in the first minute, and then it waits.
        let (at_once, alerts) = steps(0, 120);
        assert!(
            (3000..=3002).contains(&at_once) && alerts <= 2,
            "{at_once} {alerts}"
        );
        // Afterwards what comes back, a measure a day, and one word for each wait of up to an hour.
        let mut told = alerts;
        for (from, through) in [(120, 86_400), (86_400, 172_800), (172_800, 259_200)] {
            let (missed, alerts) = steps(from, through);
            // What came back in a wait over midnight is the next day's.
            assert!((2875..=3125).contains(&missed), "{missed}");
            assert!(alerts - told <= 30, "{}", alerts - told);
            told = alerts;
        }
        assert_eq!(guessing.bulk_left("1319999023", at(0)), 3000);
    }
}
