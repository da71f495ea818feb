//! A hub that serves a scripted feed with bad manners: pages cut anywhere, entries lost, doubled and out of order,
//! pages of long ago, errors and rubbish. Half of its pages at least are honest, so every reader gets on.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use env::{Handler, Request, Response};
use exchange::registration::Lane;
use exchange::registration::feed::{Entry, Fed, FileRef, Heads, Mark, Page};
use http::StatusCode;
use tokio::sync::Notify;

use crate::{Dice, office, record};

/// One entry of the feed as the hub has it: whole.
#[derive(Clone, Debug)]
pub(crate) struct Whole {
    /// None: held records of a person, which always come at once.
    pub(crate) file: Option<FileRef>,
    /// Records with their rows; rows that are held are missing.
    pub(crate) rows: Vec<(u32, Fed)>,
}

/// The feed and the office's marks.
pub(crate) struct Script {
    pub(crate) lanes: BTreeMap<Lane, Vec<Whole>>,
    pub(crate) marks: Vec<Mark>,
}

impl Script {
    /// A feed with revisions in any order, gaps in its rows, entries without records, and released persons.
    pub(crate) fn draw(dice: &mut Dice) -> Script {
        let mut lanes: BTreeMap<Lane, Vec<Whole>> = BTreeMap::new();
        let mut marks = Vec::new();
        let (mut files, mut records) = (Heads::default(), 0);
        for _ in 0..24 + dice.below(24) {
            let lane = Lane::ALL[dice.below(3)];
            let mut rows = Vec::new();
            let longest = if lane == Lane::Bulk { 40 } else { 4 };
            for row in 1..=dice.below(longest) {
                if !dice.one_in(4) {
                    records += 1;
                    // The revision is also the record's name: no two entries of the feed are the same version.
                    let of = ["a", "b", "c"][dice.below(3)];
                    let revision = u32::try_from(1 + (records * 37) % 101).unwrap();
                    rows.push((u32::try_from(row).unwrap(), fed(of, revision)));
                }
            }
            let is_file = lane != Lane::Single || !dice.one_in(3);
            let file = is_file.then(|| {
                files.set(lane, files.get(lane) + 1);
                FileRef {
                    lane,
                    number: files.get(lane),
                }
            });
            lanes.entry(lane).or_default().push(Whole { file, rows });
            let n = i64::try_from(marks.len()).unwrap() + 1;
            marks.push(Mark {
                office: office(),
                n,
                at: n * 1000,
                heads: files,
            });
        }
        Script { lanes, marks }
    }

    pub(crate) fn heads(&self) -> Heads {
        let mut heads = Heads::default();
        for (lane, entries) in &self.lanes {
            heads.set(*lane, i64::try_from(entries.len()).unwrap());
        }
        heads
    }
}

fn fed(name: &str, revision: u32) -> Fed {
    Fed {
        person: "00".repeat(16),
        record: record(name, revision),
    }
}

/// The hub.
pub(crate) struct ScriptedHub {
    pub(crate) script: Script,
    dice: Mutex<Dice>,
    /// Whether it also answers with errors and rubbish, after which a reader waits.
    errors: bool,
    requests: AtomicU64,
    finished: AtomicBool,
    /// Rung at each request.
    pub(crate) asked: Notify,
}

impl ScriptedHub {
    pub(crate) fn new(seed: u64, errors: bool) -> Arc<ScriptedHub> {
        let mut dice = Dice(seed);
        Arc::new(ScriptedHub {
            script: Script::draw(&mut dice),
            dice: Mutex::new(dice),
            errors,
            requests: AtomicU64::new(0),
            finished: AtomicBool::new(false),
            asked: Notify::new(),
        })
    }

    /// Whether somebody asked from the end of all lanes and marks.
    pub(crate) fn is_finished(&self) -> bool {
        self.finished.load(Ordering::Relaxed)
    }

    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    pub(crate) fn handler(self: &Arc<Self>) -> Handler {
        let hub = self.clone();
        Arc::new(move |request| {
            let response = hub.answer(&request);
            Box::pin(async move { response })
        })
    }

    fn answer(&self, request: &Request) -> Response {
        let query = request.uri().query().unwrap_or_default();
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let at: BTreeMap<&str, i64> = pairs
            .map(|(name, value)| (name, value.parse().unwrap()))
            .collect();
        self.requests.fetch_add(1, Ordering::Relaxed);
        let last_mark = self.script.marks.last().map_or(0, |mark| mark.n);
        let mut stands = Heads::default();
        for lane in Lane::ALL {
            stands.set(lane, at[lane.name()]);
        }
        if stands == self.script.heads() && at["marks_after"] == last_mark {
            self.finished.store(true, Ordering::Relaxed);
        }
        self.asked.notify_waiters();
        let mut dice = self.dice.lock().unwrap();
        if self.errors && dice.one_in(12) {
            let mut rubbish = http::Response::new(Bytes::from_static(b"{\"entries\":"));
            if dice.one_in(2) {
                *rubbish.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            }
            return rubbish;
        }
        let page = self.page(&at, &mut dice);
        http::Response::new(serde_json::to_vec(&page).unwrap().into())
    }

    fn page(&self, at: &BTreeMap<&str, i64>, dice: &mut Dice) -> Page {
        let mut page = Page::default();
        for lane in Lane::ALL {
            let (mut n, mut row) = (at[lane.name()], at[&*format!("{lane}_row")]);
            if dice.one_in(6) {
                // What it said to an earlier request.
                (n, row) = (
                    i64::try_from(dice.below(usize::try_from(n + 1).unwrap())).unwrap(),
                    0,
                );
            }
            let after_row = u32::try_from(row).unwrap();
            self.add_lane(lane, n, after_row, &mut page.entries, dice);
        }
        let entries = &mut page.entries;
        match dice.below(8) {
            0 | 1 if !entries.is_empty() => drop(entries.remove(dice.below(entries.len()))),
            2 if !entries.is_empty() => {
                let copy = entries[dice.below(entries.len())].clone();
                entries.insert(dice.below(entries.len() + 1), copy);
            }
            3 => (1..entries.len()).for_each(|last| entries.swap(dice.below(last + 1), last)),
            _ => {}
        }
        // The newest mark of the office, whether or not what it is about has been served.
        let newest = dice.below(self.script.marks.len());
        let newest = &self.script.marks[if dice.one_in(2) {
            newest
        } else {
            self.script.marks.len() - 1
        }];
        page.marks
            .extend((newest.n > at["marks_after"]).then(|| newest.clone()));
        page
    }

    /// A lane's entries, in parts that are cut anywhere.
    fn add_lane(
        &self,
        lane: Lane,
        mut n: i64,
        mut after_row: u32,
        entries: &mut Vec<Entry>,
        dice: &mut Dice,
    ) {
        let mut room = 1 + dice.below(12);
        let feed = self.script.lanes.get(&lane).map_or(&[][..], Vec::as_slice);
        while let Some(whole) = feed.get(usize::try_from(n).unwrap()) {
            if room == 0 {
                return;
            }
            let remaining: Vec<&(u32, Fed)> = whole.rows.iter().filter(|(row, _)| *row > after_row).collect();
            let most = remaining.len().min(room);
            let taken = match whole.file {
                None => remaining.len(),
                Some(_) if most > 1 && dice.one_in(3) => 1 + dice.below(most),
                Some(_) => most,
            };
            // A hub that has no room left does not know yet that nothing follows.
            let last = taken == remaining.len()
                && (whole.file.is_none() || taken == 0 || taken < room || dice.one_in(2));
            let through_row = remaining[..taken].last().map_or(after_row, |(row, _)| *row);
            entries.push(Entry {
                lane,
                n: n + 1,
                after_row,
                through_row,
                last,
                office: office(),
                file: whole.file,
                records: remaining[..taken].iter().map(|(_, fed)| fed.clone()).collect(),
            });
            room = room.saturating_sub(taken.max(1));
            (n, after_row) = if last { (n + 1, 0) } else { (n, through_row) };
        }
    }
}
