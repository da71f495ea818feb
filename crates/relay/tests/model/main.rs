//! The relay beside small models of what it promises (promise `exactly-once`): whatever order, doubling, loss and
//! crash a case draws, both must say the same. On both databases, and on a simulated fleet.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use madoguchi_relay as relay;

mod courier;
mod fleet;
mod inbox;
mod journal;
mod outbox;
mod reader;
mod scripted;

use std::fmt::Debug;

use domain::identity::{Link, OfficeCode};
use exchange::registration::{Content, Kind, Record, RecordId};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, RngSeed, TestCaseError, TestRunner};

/// What a case says when model and relay differ.
type Verdict = Result<(), TestCaseError>;

/// Runs the same few cases in every run, each a future on this runtime. Works on a runtime of several threads.
fn cases<S>(cases: u32, strategy: &S, mut case: impl AsyncFnMut(S::Value) -> Verdict)
where
    S: Strategy,
    S::Value: Debug,
{
    let config = Config {
        cases,
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(20_261_122),
        failure_persistence: None,
        // A shrunk case is nice to have, but each step runs on a database.
        max_shrink_iters: 64,
        ..Config::default()
    };
    let runtime = tokio::runtime::Handle::current();
    let case = std::cell::RefCell::new(&mut case);
    let ran = tokio::task::block_in_place(|| {
        TestRunner::new(config).run(strategy, |value| {
            let mut case = case.borrow_mut();
            runtime.block_on((*case)(value))
        })
    });
    ran.unwrap_or_else(|failure| panic!("{failure}"));
}

fn office() -> OfficeCode {
    OfficeCode::parse("13104").unwrap()
}

/// The smallest record there is.
fn record(name: &str, revision: u32) -> Record {
    Record {
        link: Link::parse("p-1").unwrap(),
        record: RecordId::parse(name).unwrap(),
        revision,
        content: Content::Withdrawn(Kind::Voucher),
    }
}

/// A generator of test data (SplitMix64): the same seed, the same numbers.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to but not including `bound`.
    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound).unwrap()).unwrap()
    }

    fn one_in(&mut self, odds: usize) -> bool {
        self.below(odds) == 0
    }
}
