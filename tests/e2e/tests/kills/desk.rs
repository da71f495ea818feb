//! The clinic's receipt computer at work: asks, collects results as soon as they come, and remembers what it was
//! shown. What it was shown once is never shown older, and never missing without a reason.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use madoguchi_e2e::dice::Dice;
use madoguchi_e2e::people::{CLINIC, DAY, DAY_IN_NEXT_MONTH, Person};
use madoguchi_e2e::reception::Result;
use madoguchi_e2e::wait::wait_until;

use crate::folders::Folders;
use crate::plan::Plan;

/// The receipt computer.
pub(crate) struct Desk {
    folders: Folders,
    asked: u64,
    /// Who was asked about and has no answer that was looked at yet, by suffix.
    pending: BTreeMap<String, u32>,
    /// The newest revision of each voucher that was shown.
    shown: BTreeMap<(u32, u32), u32>,
    /// Answers that said that verification cannot be reached.
    pub(crate) unreached: u64,
    /// Answers in all.
    pub(crate) answers: u64,
}

impl Desk {
    /// Opens in a site's folder.
    pub(crate) fn open(site: &Path) -> Desk {
        Desk {
            folders: Folders::open(site),
            asked: 0,
            pending: BTreeMap::new(),
            shown: BTreeMap::new(),
            unreached: 0,
            answers: 0,
        }
    }

    /// Asks about so many persons of whom no answer is awaited.
    pub(crate) fn ask(&mut self, count: usize, persons: usize, dice: &mut Dice) {
        let awaited: BTreeSet<u32> = self.pending.values().copied().collect();
        for _ in 0..count {
            let person = u32::try_from(dice.below(persons)).unwrap_or(0);
            if !awaited.contains(&person) && !self.pending.values().any(|other| *other == person) {
                self.drop_request(person, DAY);
            }
        }
    }

    fn drop_request(&mut self, person: u32, day: &str) -> String {
        self.asked += 1;
        let suffix = format!("{:06}", self.asked);
        let request = Person { index: person }.request(day, CLINIC);
        self.folders.reception().put(&suffix, request.as_bytes());
        self.pending.insert(suffix.clone(), person);
        suffix
    }

    /// A person's vouchers as they are shown now, for a day: the whole answer.
    pub(crate) fn ask_now(&mut self, persons: &[u32], day: &str) -> BTreeMap<u32, Result> {
        let mut answers = BTreeMap::new();
        let asked: Vec<(u32, String)> = persons
            .iter()
            .map(|person| (*person, self.drop_request(*person, day)))
            .collect();
        for (person, suffix) in asked {
            let result = wait_until("a request is answered", || self.folders.reception().take(&suffix));
            self.pending.remove(&suffix);
            self.answers += 1;
            answers.insert(person, result);
        }
        answers
    }

    /// Looks at what has been answered; says what is wrong with it.
    pub(crate) fn look(&mut self, plans: &[Plan]) -> Vec<String> {
        let results = self.folders.reception().take_all();
        let mut wrong = Vec::new();
        for (suffix, result) in results {
            self.answers += 1;
            let Some(person) = self.pending.remove(&suffix) else {
                wrong.push(format!("{suffix}: a second result"));
                continue;
            };
            if result.segment() == "9" {
                let code = result.message.header.error_code.as_deref();
                self.unreached += 1;
                if code != Some("MDG-NET-001") {
                    wrong.push(format!("{suffix}: error {code:?}"));
                }
                continue;
            }
            let plan = plans.get(person as usize);
            wrong.extend(
                plan.into_iter()
                    .flat_map(|plan| self.compare(person, plan, &result)),
            );
        }
        wrong
    }

    /// Compares an answer with the ones before it.
    fn compare(&mut self, person: u32, plan: &Plan, result: &Result) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut now: BTreeMap<u32, u32> = BTreeMap::new();
        for (issue_number, self_pay) in result.vouchers() {
            let (Some(voucher), Ok(revision)) = (voucher_of(person, &issue_number), self_pay.parse()) else {
                wrong.push(format!("person {person}: voucher {issue_number} is nobody's"));
                continue;
            };
            if now.insert(voucher, revision).is_some() {
                wrong.push(format!("person {person}: voucher {voucher} twice in an answer"));
            }
        }
        for ((_, voucher), before) in self.shown.range((person, 0)..=(person, u32::MAX)) {
            match now.get(voucher) {
                Some(revision) if revision < before => wrong.push(format!(
                    "person {person}: voucher {voucher} went back from {before} to {revision}"
                )),
                Some(_) => {}
                None if plan.may_be_shielded() || plan.was_ever_withdrawn(*voucher, *before) => {}
                None => wrong.push(format!(
                    "person {person}: voucher {voucher} was shown and is gone"
                )),
            }
        }
        self.shown.extend(
            now.into_iter()
                .map(|(voucher, revision)| ((person, voucher), revision)),
        );
        wrong
    }

    /// Requests that have no result yet.
    pub(crate) fn waiting(&self) -> usize {
        self.folders.waiting()
    }

    /// Files in the site's folders where unfinished requests are.
    pub(crate) fn unfinished(&self) -> Vec<String> {
        self.folders.unfinished()
    }

    /// Answers about the day in the next month, by person.
    pub(crate) fn next_month(&mut self, persons: &[u32]) -> BTreeMap<u32, Result> {
        self.ask_now(persons, DAY_IN_NEXT_MONTH)
    }
}

/// Which of a person's vouchers of the month has this 交付番号.
pub(crate) fn voucher_of(person: u32, issue_number: &str) -> Option<u32> {
    let person = Person { index: person };
    let start = person.issue_number(0);
    let voucher = issue_number.strip_prefix(start.get(..start.len() - 6)?)?;
    voucher.parse().ok()
}
