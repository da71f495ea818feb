//! Where the roles stand, as they say it themselves, and how lanes must lie in the hub's database.

use std::collections::BTreeSet;

use madoguchi_e2e::people::OFFICE;
use madoguchi_e2e::town::{Role, Town};
use madoguchi_e2e::{books, leaks};

/// Files of an office's outbox.
pub(crate) struct OfficeStanding {
    pub(crate) waiting: i64,
    pub(crate) taken: i64,
    pub(crate) refused: i64,
}

impl OfficeStanding {
    /// How the outbox stands; nothing when nobody answers.
    pub(crate) fn ask(town: &Town) -> Option<OfficeStanding> {
        let reply = town.api(Role::Office).get("/status").ok()?;
        let lanes = reply.json();
        let sum = |key: &str| {
            let lanes = lanes.as_array()?.iter();
            Some(lanes.filter_map(|lane| lane[key].as_i64()).sum())
        };
        Some(OfficeStanding {
            waiting: sum("waiting")?,
            taken: sum("taken")?,
            refused: sum("refused")?,
        })
    }
}

/// Positions of the feed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Heads {
    pub(crate) shield: i64,
    pub(crate) single: i64,
    pub(crate) bulk: i64,
}

impl Heads {
    /// How far verification is; nothing when nobody answers.
    pub(crate) fn ask(town: &Town) -> Option<Heads> {
        let reply = town.api(Role::Verification).get("/status").ok()?;
        let status = reply.json();
        let head = |lane: &str| status["heads"][lane].as_i64();
        Some(Heads {
            shield: head("shield")?,
            single: head("single")?,
            bulk: head("bulk")?,
        })
    }

    /// How many entries there are in all lanes.
    pub(crate) fn sum(&self) -> i64 {
        self.shield + self.single + self.bulk
    }

    pub(crate) fn reach(&self, other: &Heads) -> bool {
        self.shield >= other.shield && self.single >= other.single && self.bulk >= other.bulk
    }
}

/// Whether the hub's feed goes on behind the place where verification is.
pub(crate) fn is_behind(town: &Town) -> bool {
    let Some(Heads { shield, single, bulk }) = Heads::ask(town) else {
        return false;
    };
    let hub = town.api_as(Role::Hub, "verification");
    let newest = i64::MAX;
    let feed = hub.get(&format!(
        "/feed?shield={shield}&single={single}&bulk={bulk}&marks_after={newest}&hold_ms=0"
    ));
    let entries = feed.map(|feed| feed.json()["entries"].as_array().map(Vec::len));
    entries.is_ok_and(|entries| entries.is_some_and(|entries| entries > 0))
}

/// The hub's database has one receipt for each file of a lane, each file stands once in the feed, in the order of its
/// numbers, and the feed has no gap. `lanes`: each with its last number.
pub(crate) fn lanes_in_order(town: &Town, lanes: &[(&str, i64)]) {
    let hub = town.database(Role::Hub);
    for (lane, last) in lanes {
        let of_office = format!(
            "SELECT COUNT(*) FROM inbox WHERE lane = '{lane}' AND office = '{OFFICE}' AND number BETWEEN 1 AND {last}"
        );
        assert_eq!(books::number(hub, &of_office), *last, "{lane}");
        let all = format!("SELECT COUNT(*) FROM inbox WHERE lane = '{lane}'");
        assert_eq!(books::number(hub, &all), *last, "{lane}: receipts");
        let feed = |what: &str| books::number(hub, &format!("SELECT {what} FROM feed WHERE lane = '{lane}'"));
        assert_eq!(
            feed("COUNT(*)"),
            feed("COALESCE(MAX(n), 0)"),
            "{lane}: the feed has a gap"
        );
        let files = format!("SELECT file_number FROM feed WHERE file_lane = '{lane}' ORDER BY n");
        let files: Vec<String> = books::rows(hub, &files).into_iter().flatten().collect();
        let expected: Vec<String> = (1..=*last).map(|number| number.to_string()).collect();
        assert_eq!(files, expected, "{lane}: each file once in the feed, in order");
    }
}

/// Ends every role; none of them fails, none has panicked, and nowhere in what they leave is a 個人番号 in the clear.
pub(crate) fn end_well(town: &mut Town, numbers: &BTreeSet<String>) {
    assert_eq!(town.stop_all(), Vec::<String>::new());
    assert_eq!(town.panics(), Vec::<String>::new());
    assert_eq!(leaks::in_folder(town.folder(), numbers), Vec::<String>::new());
    for database in town.databases() {
        assert_eq!(books::leaks(database, numbers), Vec::<String>::new());
    }
}
