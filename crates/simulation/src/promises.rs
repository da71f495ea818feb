//! The promises, checked after each step for what the step can have changed.
//!
//! | promise | what is checked |
//! |---|---|
//! | `exactly-once` | [`exactly_once`]: counters without gaps, every file once, every acknowledged record once; one result for each request |
//! | `one-truth` | [`one_truth`]: an answer is what the offices decided, not older than it says; at rest, exactly the newest |
//! | `addressed` | [`addressed`]: nothing of elsewhere; all uniform answers are the same bytes but time and identifiers |
//! | `history` | [`history`]: an answer computed again from what it names is the same bytes, at once and ever after |
//! | `right-person` | [`one_truth`]: nobody is told whose record the register did not agree to; [`cards`]: a card finds its holder or nobody |
//! | `no-number` | [`addressed`]: no 個人番号 in any answer |
//! | `graceful` | the driver: every node starts again, every queue drains by itself |

mod addressed;
mod cards;
mod exactly_once;
mod history;
mod one_truth;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use env::{Env, Time};
use exchange::oqs::siquc01::ResultMessage;
use exchange::registration::feed::Heads;
use verification::Verification;

use crate::Violation;
use crate::cardholders::Wallets;
use crate::expected::Visible;
use crate::images::{Busy, FeedEntry, Images};
use crate::journal::{Journal, Notes};
use crate::names::{Clinic, Node};
use crate::people::Resident;
use crate::truth::Shared;
use crate::world::Setup;

/// A run with so many violations is over: more of them tell nothing new.
pub(crate) const ENOUGH: usize = 12;

/// What is remembered from check to check.
pub(crate) struct Promises {
    pub(crate) images: Images,
    historian: Arc<Verification>,
    env: Env,
    truth: Shared,
    people: Arc<Vec<Resident>>,
    wallets: Wallets,
    journal: Journal,
    /// The counters of each database when it was looked at last.
    counters: BTreeMap<Node, BTreeMap<String, i64>>,
    /// How far verification was.
    cursors: Heads,
    /// Files that stand in the hub's feed.
    fed: BTreeSet<FeedEntry>,
    /// Every answer that names what it was computed from.
    kept: Vec<history::Kept>,
    /// Answers by clinic and identifier, to compare result files with.
    told: BTreeMap<(Clinic, String), Vec<ResultMessage>>,
    /// Result files that were found.
    found: BTreeSet<(Clinic, String)>,
    /// The first uniform answer, without time and identifiers.
    uniform: Option<String>,
    /// At rest: what verification must tell, and nothing else.
    pub(crate) at_rest: Option<Visible>,
    pub(crate) violations: Vec<Violation>,
    pub(crate) answers: u64,
    pub(crate) acts: u64,
}

impl Promises {
    pub(crate) fn new(
        setup: &Setup,
        env: &Env,
        truth: &Shared,
        people: &Arc<Vec<Resident>>,
        wallets: &Wallets,
        journal: &Journal,
    ) -> Option<Promises> {
        Some(Promises {
            images: Images::open(setup, env)?,
            historian: setup.historian(env)?,
            env: env.clone(),
            truth: truth.clone(),
            people: people.clone(),
            wallets: wallets.clone(),
            journal: journal.clone(),
            counters: BTreeMap::new(),
            cursors: Heads::default(),
            fed: BTreeSet::new(),
            kept: Vec::new(),
            told: BTreeMap::new(),
            found: BTreeSet::new(),
            uniform: None,
            at_rest: None,
            violations: Vec::new(),
            answers: 0,
            acts: 0,
        })
    }

    /// Checks what a step of this node can have changed, and what the world's own programs noticed.
    pub(crate) fn after_step(&mut self, polled: &str) {
        if let Some(node) = Node::of_name(polled) {
            let looked = match node {
                Node::OfficeA | Node::OfficeB => self.watch_office(node),
                Node::Hub => self.watch_hub(),
                Node::Verification => self.watch_verification(),
                Node::Registers | Node::ClinicA | Node::ClinicB => Ok(()),
            };
            // A database in a transaction shows nothing; at rest that is a violation.
            drop(looked);
        }
        let Notes {
            heard,
            found,
            acknowledged,
            complaints,
            acts,
        } = self.journal.take();
        self.acts += acts;
        for (promise, what) in complaints {
            self.violated(promise, what);
        }
        for (key, revision) in acknowledged {
            let stands = self.stands(&key, revision);
            if let Ok(false) = stands {
                let what = format!("{key:?} revision {revision} was acknowledged and is not there");
                self.violated("exactly-once", what);
            }
        }
        for heard in heard {
            self.answers += 1;
            self.check_answer(&heard);
        }
        for found in found {
            self.check_result(&found);
        }
    }

    /// Notes a broken promise.
    pub(crate) fn violated(&mut self, promise: &'static str, what: impl Into<String>) {
        let (what, at): (String, Time) = (what.into(), self.env.now());
        if self.violations.len() < ENOUGH {
            self.violations.push(Violation { promise, what, at });
        }
    }

    /// What could not be looked at although everything rests is a violation by itself.
    pub(crate) fn must_see<T>(&mut self, seen: Result<T, Busy>) -> Option<T> {
        match seen {
            Ok(seen) => Some(seen),
            Err(Busy(why)) => {
                self.violated(
                    "exactly-once",
                    format!("a database is in a transaction at rest: {why}"),
                );
                None
            }
        }
    }
}
