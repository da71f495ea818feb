//! A nonce never counts twice, in whatever weather: brought again after a time-out, to the next incarnation, over its own or
//! another connection, for another purpose, at another desk, too late, or doubled by the wire.
//!
//! A run is one seed: two processes of verification on one database, which die at moments and at crash points and take over
//! from each other, and three terminals that are as dishonest as they can be. It stands in this crate and not in crate
//! simulation, because what it compares is this role's own: each nonce with its visit, what people said, and the hub's word.
//! In a simulation a connection survives the death of the process at its other end, so a proof can reach the next one.
//!
//! - [`fleet`]: the world. [`terminal`]: who brings what. [`journal`]: what was heard, and whether it may be.
//! - [`reckoning`]: the database, after each answer and at rest.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use domain::consent::Scope;
use domain::permit::Actor;
use env::{PlantedFault, StopHandle};
use exchange::oqs::codes::Consent;
use exchange::oqs::siquc01::ResultOfQualificationConfirmation;
use service::Caller;

use self::fleet::{Fleet, PEOPLE, morning, verification};
use self::journal::{Heard, Journal, REASONS};
use self::reckoning::Books;
use self::terminal::AtDesk;
use super::desk::Shop;

mod fleet;
mod journal;
mod reckoning;
mod terminal;

/// Seeds of a run; `cargo xtask soak` runs more.
fn seeds() -> u64 {
    if harness::is_soak() { 1500 } else { 20 }
}

/// How long a storm lasts.
const STORM: Duration = Duration::from_secs(180);

/// Two shops: what happens in a run does not depend on the keys that are drawn.
fn shops() -> &'static [Shop; 2] {
    static SHOPS: OnceLock<[Shop; 2]> = OnceLock::new();
    SHOPS.get_or_init(|| [Shop::opened(morning()), Shop::opened(morning())])
}

/// How a run went.
#[derive(Debug, PartialEq, Eq)]
struct Ran {
    /// One line for each proof that was brought.
    lines: Vec<String>,
    words: BTreeMap<String, u64>,
    deaths: u64,
    wrong: Vec<String>,
    /// The hash over everything that happened.
    trace: (u64, String),
}

fn run(seed: u64, shop: &'static Shop, planted: &[PlantedFault]) -> Ran {
    let mut fleet = Fleet::new(seed, shop);
    let journal = Journal::default();
    let desks = AtDesk::all(&fleet, &journal);
    fleet.sim.plant(planted);
    fleet.storm();
    let (stop, stopping) = StopHandle::new();
    let home: Arc<Mutex<Vec<AtDesk>>> = Arc::default();
    let all = desks.len();
    for desk in desks {
        let (home, stopping) = (home.clone(), stopping.clone());
        let world = desk.world().clone();
        world.spawn("desk", async move {
            let desk = desk.work(stopping).await;
            home.lock().unwrap_or_else(PoisonError::into_inner).push(desk);
        });
    }
    let (end, waiting) = (fleet.sim.now() + STORM, home.clone());
    let is_right = || journal.pages().wrong.is_empty();
    fleet.go_while(|now| now < end && is_right());
    stop.stop();
    fleet.go_while(|_| waiting.lock().unwrap_or_else(PoisonError::into_inner).len() < all && is_right());
    if is_right() {
        fleet.calm();
        fleet.start_anew();
        let desks = std::mem::take(&mut *home.lock().unwrap_or_else(PoisonError::into_inner));
        let wrong = fleet.at_rest(&journal, desks);
        journal.pages().wrong.extend(wrong);
    }
    let pages = std::mem::take(&mut *journal.pages());
    Ran {
        lines: pages.lines,
        words: pages.words,
        deaths: fleet.deaths,
        wrong: pages.wrong,
        trace: fleet.sim.trace(),
    }
}

impl Fleet {
    /// Lets a future come to its end in calm weather.
    fn wait_for<T: Send + 'static>(&self, future: impl Future<Output = T> + Send + 'static) -> T {
        self.sim.run(10_000_000, future).unwrap()
    }

    /// What is wrong when everything rests, and later.
    fn at_rest(&mut self, journal: &Journal, mut desks: Vec<AtDesk>) -> Vec<String> {
        let mut wrong = Vec::new();
        let around = self.around.clone();
        let with_colleague = desks.iter().position(AtDesk::has_colleague).unwrap();
        let mut first = desks.remove(with_colleague);
        let before = journal.pages().proofs.len();
        first = self.wait_for(async move {
            first.read_everybody().await;
            first
        });
        let books = self.wait_for(async move { Books::read(&around).await.unwrap() });
        wrong.extend(books.reckon(&self.around, &journal.pages()));
        wrong.extend(said_now(self, journal, &books, before));
        let counted = self.counted(first.world());
        let words = journal.pages().words.clone();
        first = self.wait_for(async move {
            first.read_in_every_manner().await;
            first
        });
        let now = self.counted(first.world());
        for (reason, _, _) in REASONS {
            let of = |all: &BTreeMap<String, u64>| all.get(reason).copied().unwrap_or(0);
            let (count, said) = (of(&now) - of(&counted), of(&journal.pages().words) - of(&words));
            if said == 0 || count != said {
                wrong.push(format!(
                    "{reason} was said {said} times and counted {count} times"
                ));
            }
        }
        // Later nobody remembers a nonce, and still none is good.
        let told = journal.pages().told.len();
        self.go_on(Duration::from_mins(11));
        self.start_anew();
        desks.push(first);
        for desk in desks {
            self.wait_for(desk.bring_all_again());
        }
        let around = self.around.clone();
        let books = self.wait_for(async move { Books::read(&around).await.unwrap() });
        if journal.pages().told.len() != told || !books.nonces.is_empty() {
            wrong.push("a nonce is remembered, or good, after eleven minutes".into());
        }
        wrong
    }

    /// How often the process that listens has said no, by reason.
    fn counted(&self, world: &env::Env) -> BTreeMap<String, u64> {
        let operator = world.simulated_as(Actor::Operator);
        let refusals = self.wait_for(async move {
            let caller = Caller::asking(&operator, &verification(), Actor::Verification);
            caller.get::<serde_json::Value>("/refusals").await.unwrap()
        });
        serde_json::from_value(refusals["cards"].clone()).unwrap()
    }
}

/// Each last reading shows what its person said last to the institution, and nothing else.
fn said_now(fleet: &Fleet, journal: &Journal, books: &Books, before: usize) -> Vec<String> {
    let (pages, mut wrong, mut shown) = (journal.pages(), Vec::new(), 0);
    for proof in &pages.proofs[before..] {
        let Some([Heard::Told { message, .. }]) = pages.told.get(&proof.n).map(Vec::as_slice) else {
            continue;
        };
        let said = books.said_last(&fleet.around, proof);
        for item in &message.body.result_list {
            shown += 1;
            if consents(item) != said {
                wrong.push(format!("proof {} is shown other consents than {said:?}", proof.n));
            }
        }
    }
    if shown != PEOPLE {
        wrong.push(format!("{shown} of {PEOPLE} people are shown in calm weather"));
    }
    wrong
}

fn consents(item: &ResultOfQualificationConfirmation) -> Vec<(Scope, bool)> {
    let said = Scope::ALL
        .iter()
        .map(|scope| Some((*scope, item.consent(*scope)?.consent == Consent::Given)));
    said.flatten().collect()
}

#[test]
fn presence_counts_once_in_a_storm() {
    let (mut words, mut deaths, mut failed) = (BTreeMap::<String, u64>::new(), 0, Vec::new());
    for seed in 1..=seeds() {
        let ran = run(seed, &shops()[0], &[]);
        deaths += ran.deaths;
        for (word, count) in ran.words {
            *words.entry(word).or_default() += count;
        }
        if !ran.wrong.is_empty() {
            failed.push((seed, ran.wrong));
        }
    }
    println!(
        "soak: presence: {} seeds, {deaths} deaths, heard: {words:?}",
        seeds()
    );
    assert!(failed.is_empty(), "{failed:#?}");
    // A run in which nothing happens would keep the promise too.
    let heard = |word: &str| words.get(word).copied().unwrap_or(0);
    for (reason, _, _) in REASONS {
        assert!(heard(reason) > 2 * seeds(), "{reason}: {words:?}");
    }
    assert!(heard("told 1") > 10 * seeds() && heard("nothing") > seeds() && deaths > 10 * seeds());
}

#[test]
fn the_same_seed_is_the_same_run_whatever_the_keys() {
    let [one, other] = shops();
    let (first, second, third) = (run(7, one, &[]), run(7, one, &[]), run(7, other, &[]));
    assert_eq!(first, second);
    assert_eq!((&first.lines, &first.deaths), (&third.lines, &third.deaths));
    assert_ne!(first.lines, run(8, one, &[]).lines);
}

/// A check that cannot fail shows nothing: the answer leaves although its commit has not happened.
#[test]
fn an_answer_before_its_commit_is_caught() {
    let planted = [PlantedFault::AcknowledgeBeforeCommit];
    let wrong = run(1, &shops()[0], &planted).wrong;
    assert!(
        wrong.iter().any(|wrong| wrong.contains("not committed yet")),
        "{wrong:?}"
    );
}
