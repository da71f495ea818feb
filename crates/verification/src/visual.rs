//! 目視確認: how often a terminal says that only the photograph was compared.
//!
//! It proves nothing here and is told what a number is told. A terminal that says so all the time gets round the card, so it is
//! counted, and the operator is told. Kept in memory: a process that starts anew begins to count anew.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use env::Time;
use serde::{Deserialize, Serialize};

/// The table `[visual]` of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VisualRules {
    /// More inquiries of a terminal after 目視確認 in an hour of the clock are told to the operator. Default 20.
    pub alert_per_hour: u32,
}

impl Default for VisualRules {
    fn default() -> VisualRules {
        VisualRules { alert_per_hour: 20 }
    }
}

/// Terminals that are remembered; of more, the one that was quiet longest is forgotten.
const MOST: usize = 100_000;
const HOUR: i64 = 3_600_000_000;

/// Counts them.
pub(crate) struct Visual {
    rules: VisualRules,
    terminals: Mutex<BTreeMap<Arc<str>, Lately>>,
}

/// What a terminal did.
#[derive(Clone, Copy, Default)]
struct Lately {
    all: u64,
    hour: i64,
    in_hour: u32,
    alerts: u64,
}

/// How a terminal stands, for the operator. Nobody who was asked about is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Standing {
    /// The terminal.
    pub(crate) who: String,
    /// How often it asked after 目視確認 since this process began.
    pub(crate) inquiries: u64,
    /// In how many hours it was more often than is usual.
    pub(crate) alerts: u64,
}

impl Visual {
    pub(crate) fn new(rules: VisualRules) -> Visual {
        Visual {
            rules,
            terminals: Mutex::default(),
        }
    }

    /// A terminal asks after 目視確認.
    pub(crate) fn count(&self, terminal: &Arc<str>, now: Time) {
        let mut all = self.terminals.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST && !all.contains_key(terminal) {
            let quiet = all.iter().min_by_key(|(_, lately)| lately.hour);
            if let Some(quiet) = quiet.map(|(who, _)| who.clone()) {
                all.remove(&quiet);
            }
        }
        let lately = all.entry(terminal.clone()).or_default();
        let hour = now.micros().div_euclid(HOUR);
        if lately.hour != hour {
            (lately.hour, lately.in_hour) = (hour, 0);
        }
        lately.all += 1;
        lately.in_hour = lately.in_hour.saturating_add(1);
        if lately.in_hour == self.rules.alert_per_hour.saturating_add(1) {
            lately.alerts += 1;
            tracing::warn!(who = %terminal, "this terminal asks after 目視確認 more often in this hour than is usual");
        }
    }

    /// Every terminal that has asked so.
    pub(crate) fn standing(&self) -> Vec<Standing> {
        let all = self.terminals.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter()
            .map(|(who, lately)| Standing {
                who: who.to_string(),
                inquiries: lately.all,
                alerts: lately.alerts,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operator_is_told_once_for_each_hour_in_which_it_was_too_often() {
        let visual = Visual::new(VisualRules { alert_per_hour: 3 });
        let [busy, calm] = [
            "institution:1319999015:terminal:desk-1",
            "institution:1310000011:terminal:desk-1",
        ]
        .map(Arc::<str>::from);
        let at = |hour: i64, minute: i64| Time::from_micros(hour * HOUR + minute * 60_000_000);
        for (hour, often) in [(10, 5), (11, 3), (12, 4)] {
            for minute in 0..often {
                visual.count(&busy, at(hour, minute));
            }
            visual.count(&calm, at(hour, 30));
        }
        let standing = |who: &str, inquiries, alerts| Standing {
            who: who.to_owned(),
            inquiries,
            alerts,
        };
        assert_eq!(visual.standing(), [standing(&calm, 3, 0), standing(&busy, 12, 2)]);
    }
}
