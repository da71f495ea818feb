//! Promise `exactly-once`: every acknowledged record is there once, in the order of its lane, whatever died.
//!
//! Counters never go back and their rows have no gaps; a file stands in the hub's feed once; what verification has
//! moved past is there. At rest the sets are compared whole: decided = received, and visible at the hub = known at
//! verification.

use std::collections::{BTreeMap, BTreeSet};

use exchange::registration::feed::Heads;
use exchange::registration::{Lane, Outcome, Receipt};
use storage::Statement;

use super::Promises;
use crate::images::{Busy, FeedEntry, Held, Images, Own, rows};
use crate::names::{Node, Office};
use crate::truth::{Key, Match, Said, Version};

impl Promises {
    /// Whether an acknowledged decision stands in its office's database.
    pub(super) fn stands(&self, key: &Key, revision: u32) -> Result<bool, Busy> {
        static STANDS: Statement = Statement::new(
            "SELECT revision FROM decision
             WHERE link = :link AND kind = :kind AND record = :record AND revision = :revision",
        );
        let Some(store) = self.images.office(key.office) else {
            return Ok(true);
        };
        let values = vec![
            ("link", Own::Text(key.link.clone())),
            ("kind", Own::Text(key.kind.name().to_owned())),
            ("record", Own::Text(key.record.clone())),
            ("revision", Own::Int(i64::from(revision))),
        ];
        Ok(rows(store, &STANDS, values)?.len() == 1)
    }

    pub(super) fn watch_office(&mut self, node: Node) -> Result<(), Busy> {
        static MADE: Statement = Statement::new(
            "SELECT o.number FROM outbox AS o JOIN decision AS d ON d.lane = o.lane AND d.number = o.number
             WHERE o.lane = :lane AND o.number > :after AND o.number <= :through ORDER BY o.number",
        );
        let store = match node {
            Node::OfficeA => self.images.office_a.clone(),
            _ => self.images.office_b.clone(),
        };
        for (name, after, through) in self.moved(node, Images::counters(&store)?) {
            let lane = name.trim_start_matches("outbox/").to_owned();
            let values = vec![
                ("lane", Own::Text(lane.clone())),
                ("after", Own::Int(after)),
                ("through", Own::Int(through)),
            ];
            let made: Vec<i64> = numbers(&rows(&store, &MADE, values)?, "number");
            self.must_run_on(node, &name, &made, after, through);
        }
        Ok(())
    }

    pub(super) fn watch_hub(&mut self) -> Result<(), Busy> {
        static TAKEN: Statement = Statement::new(
            "SELECT number FROM inbox WHERE office = :office AND lane = :lane
             AND number > :after AND number <= :through ORDER BY number",
        );
        let counters = Images::counters(&self.images.hub)?;
        for (name, after, through) in self.moved(Node::Hub, counters) {
            let mut parts = name.split('/');
            match (parts.next(), parts.next(), parts.next()) {
                (Some("inbox"), Some(office), Some(lane)) => {
                    let values = vec![
                        ("office", Own::Text(office.to_owned())),
                        ("lane", Own::Text(lane.to_owned())),
                        ("after", Own::Int(after)),
                        ("through", Own::Int(through)),
                    ];
                    let taken = numbers(&rows(&self.images.hub, &TAKEN, values)?, "number");
                    self.must_run_on(Node::Hub, &name, &taken, after, through);
                }
                (Some("feed"), Some(lane), None) => {
                    let Some(lane) = Lane::from_name(lane) else {
                        continue;
                    };
                    let entries = self.images.feed(lane, after, through)?;
                    let positions: Vec<i64> = entries.iter().map(|(n, _)| *n).collect();
                    self.must_run_on(Node::Hub, &name, &positions, after, through);
                    for (n, entry) in entries {
                        let is_file = matches!(entry, FeedEntry::File(..));
                        if is_file && !self.fed.insert(entry) {
                            self.violated(
                                "exactly-once",
                                format!("feed {lane} {n}: the file stands there twice"),
                            );
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// What verification has moved past must be there.
    pub(super) fn watch_verification(&mut self) -> Result<(), Busy> {
        let now = self.images.cursors()?;
        let before = self.cursors;
        if now == before {
            return Ok(());
        }
        if !now.reach(&before) {
            self.violated(
                "exactly-once",
                format!("verification's cursors went back from {before:?} to {now:?}"),
            );
        }
        self.cursors = now;
        self.look_at_a_card();
        for lane in Lane::ALL {
            for (n, entry) in self.images.feed(lane, before.get(lane), now.get(lane))? {
                if let FeedEntry::File(office, file_lane, number) = entry {
                    self.must_know(&format!("feed {lane} {n}"), office, file_lane, number)?;
                }
            }
        }
        Ok(())
    }

    /// Every record of a file that was applied at the hub must be at verification.
    fn must_know(&mut self, place: &str, office: Office, lane: Lane, number: i64) -> Result<(), Busy> {
        static UNKNOWN: Statement = Statement::new(
            "SELECT office, link, kind, record, revision FROM version
             WHERE office = :office AND link = :link AND kind = :kind AND record = :record
               AND revision = :revision",
        );
        let receipt = self.images.receipt(office, lane, number)?;
        let applied = self.images.records_of(office, lane, number)?;
        for Held { key, revision } in applied {
            let held_at_first = receipt.as_ref().is_some_and(|receipt| {
                receipt.not_applied.iter().any(|row| {
                    row.link.as_str() == key.link
                        && row.record.as_str() == key.record
                        && (row.kind, row.revision) == (key.kind, revision)
                })
            });
            let values = vec![
                ("office", Own::Text(office.code().to_owned())),
                ("link", Own::Text(key.link.clone())),
                ("kind", Own::Text(key.kind.name().to_owned())),
                ("record", Own::Text(key.record.clone())),
                ("revision", Own::Int(i64::from(revision))),
            ];
            if !held_at_first && rows(&self.images.verification, &UNKNOWN, values)?.is_empty() {
                let what = format!("{place}: verification moved past {key:?} revision {revision} without it");
                self.violated("exactly-once", what);
            }
        }
        Ok(())
    }

    /// The counters of a node that went on, from where to where.
    fn moved(&mut self, node: Node, now: BTreeMap<String, i64>) -> Vec<(String, i64, i64)> {
        let before = self.counters.remove(&node).unwrap_or_default();
        let mut moved = Vec::new();
        for (name, n) in &now {
            let was = before.get(name).copied().unwrap_or(0);
            if was < *n {
                moved.push((name.clone(), was, *n));
            }
        }
        for (name, was) in &before {
            if now.get(name).is_none_or(|n| n < was) {
                self.violated(
                    "exactly-once",
                    format!("{}: counter {name} went back", node.name()),
                );
            }
        }
        self.counters.insert(node, now);
        moved
    }

    fn must_run_on(&mut self, node: Node, counter: &str, found: &[i64], after: i64, through: i64) {
        if counter != "marks" && !found.iter().copied().eq(after + 1..=through) {
            let what = format!(
                "{}: {counter} went on to {through}, its rows did not",
                node.name()
            );
            self.violated("exactly-once", what);
        }
    }

    /// Compares whole sets when everything rests.
    pub(crate) fn compare_at_rest(&mut self) -> Option<()> {
        let receipts = self.images.receipts();
        let receipts = self.must_see(receipts)?;
        for office in Office::ALL {
            self.compare_office(office, &receipts)?;
        }
        self.compare_feed(&receipts)?;
        self.compare_copies()
    }

    /// An office's acknowledged decisions, its files, and the hub's receipts are the same thing.
    fn compare_office(
        &mut self,
        office: Office,
        receipts: &BTreeMap<(Office, Lane, i64), Receipt>,
    ) -> Option<()> {
        let (decisions, outbox) = (self.images.decisions(office), self.images.outbox(office));
        let (decisions, outbox) = (self.must_see(decisions)?, self.must_see(outbox)?);
        let shared = self.truth.clone();
        let truth = shared.lock();
        let acknowledged: BTreeMap<Held, &Version> = truth
            .all()
            .filter(|(key, _)| key.office == office)
            .flat_map(|(key, versions)| versions.iter().map(move |version| (key, version)))
            .map(|(key, version)| {
                let (key, revision) = (key.clone(), version.revision);
                (Held { key, revision }, version)
            })
            .collect();
        for (Held { key, revision }, version) in &acknowledged {
            let Some(decision) = version.decided else {
                self.violated(
                    "graceful",
                    format!("{key:?} revision {revision} was never answered"),
                );
                continue;
            };
            let receipt = receipts.get(&(office, decision.lane, decision.number));
            if let Some(what) = receipt.map_or(Some("has no receipt"), |receipt| fate(receipt, key, version))
            {
                self.violated("exactly-once", format!("{key:?} revision {revision} {what}"));
            }
        }
        if office == Office::C {
            return Some(());
        }
        let made: BTreeMap<Held, (Lane, i64)> = decisions
            .iter()
            .map(|made| (made.held.clone(), (made.lane, made.number)))
            .collect();
        for (held, version) in &acknowledged {
            let place = version.decided.map(|made| (made.lane, made.number));
            if made.get(held).copied() != place {
                self.violated(
                    "exactly-once",
                    format!("{held:?} was acknowledged and is not there as it was"),
                );
            }
        }
        for held in made.keys().filter(|held| !acknowledged.contains_key(held)) {
            self.violated(
                "exactly-once",
                format!("{held:?} was decided and nobody asked for it"),
            );
        }
        let places: BTreeSet<(Lane, i64)> = made.values().copied().collect();
        if places.len() != decisions.len() || !places.iter().eq(outbox.keys()) {
            self.violated(
                "exactly-once",
                format!("{office:?}: decisions and files are not one to one"),
            );
        }
        for ((lane, number), receipt) in &outbox {
            if receipt.as_ref() != receipts.get(&(office, *lane, *number)) {
                let what = format!("{office:?}: file {number} of {lane} has another receipt than the hub");
                self.violated("exactly-once", what);
            }
        }
        Some(())
    }

    /// Every file that has a receipt stands in the feed once, and lanes have no gaps.
    fn compare_feed(&mut self, receipts: &BTreeMap<(Office, Lane, i64), Receipt>) -> Option<()> {
        let mut files = Vec::new();
        let heads = self.images.feed_heads();
        let heads: Heads = self.must_see(heads)?;
        for lane in Lane::ALL {
            let entries = self.images.feed(lane, 0, heads.get(lane));
            let entries = self.must_see(entries)?;
            if !entries.iter().map(|(n, _)| *n).eq(1..=heads.get(lane)) {
                self.violated("exactly-once", format!("the feed's lane {lane} has gaps"));
            }
            files.extend(entries.into_iter().filter_map(|(_, entry)| match entry {
                FeedEntry::File(office, lane, number) => Some((office, lane, number)),
                FeedEntry::Person(..) => None,
            }));
        }
        files.sort_unstable();
        if !files.iter().eq(receipts.keys()) {
            self.violated(
                "exactly-once",
                "files in the feed and receipts are not one to one",
            );
        }
        for office in Office::ALL {
            for lane in Lane::ALL {
                let of_lane = receipts
                    .keys()
                    .filter(|(at, in_lane, _)| (*at, *in_lane) == (office, lane));
                let numbers: Vec<i64> = of_lane.map(|(_, _, number)| *number).collect();
                if !numbers
                    .iter()
                    .copied()
                    .eq(1..=i64::try_from(numbers.len()).unwrap_or(0))
                {
                    self.violated(
                        "exactly-once",
                        format!("{office:?}: the inbox of {lane} has gaps"),
                    );
                }
            }
        }
        Some(())
    }

    /// What is visible at the hub is what verification has.
    fn compare_copies(&mut self) -> Option<()> {
        let (records, versions) = (self.images.records(), self.images.versions());
        let (records, versions) = (self.must_see(records)?, self.must_see(versions)?);
        let visible: BTreeSet<Held> = records
            .into_iter()
            .filter(|record| !record.waits)
            .map(|record| record.held)
            .collect();
        for lost in visible.difference(&versions) {
            self.violated(
                "exactly-once",
                format!("{lost:?} is visible at the hub and not at verification"),
            );
        }
        for extra in versions.difference(&visible) {
            self.violated(
                "exactly-once",
                format!("{extra:?} is at verification and not visible at the hub"),
            );
        }
        Some(())
    }
}

/// What is wrong with the fate of a record in its file's receipt.
fn fate(receipt: &Receipt, key: &Key, version: &Version) -> Option<&'static str> {
    let row = receipt.not_applied.iter().find(|row| {
        row.link.as_str() == key.link
            && row.record.as_str() == key.record
            && (row.kind, row.revision) == (key.kind, version.revision)
    });
    let unmatched = matches!(&version.said, Said::Person(said) if said.matches != Match::Agrees);
    match row.map(|row| row.outcome) {
        Some(Outcome::Refused) if !unmatched => Some("was refused by the hub, and no rule says so"),
        // Only the office with two ways for one record can be overtaken by itself.
        Some(Outcome::Superseded) if key.office != Office::C => Some("was superseded in its own lane"),
        _ => None,
    }
}

fn numbers(rows: &[storage::Row], column: &str) -> Vec<i64> {
    rows.iter().filter_map(|row| row.int(column).ok()).collect()
}
