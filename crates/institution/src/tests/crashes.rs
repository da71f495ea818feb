//! The agent dies at every await, and at its crash points under bad weather: each request has exactly one result.
//!
//! The driver stands here; what is asked and what must be true in the end is a [`Story`]: inquiries about one person in
//! [`single`], both steps of bulk inquiries in [`bulk`].

mod bulk;
mod single;

use std::ops::Range;
use std::sync::Mutex;
use std::time::Duration;

use env::sim::Weather;

use super::site::{Site, Taken};

/// After so long everything that was put before the start is done.
const WHOLE_LIFE: Duration = Duration::from_secs(3);

/// What is asked, and what must be true in the end, whatever happened.
struct Story {
    /// Configures a site that is not started yet, and puts the requests.
    prepare: fn(&mut Site),
    /// How many results there must be.
    results: usize,
    /// Judges a site and what was taken from it; the text says what happened.
    check: fn(&Site, &Taken, &str),
}

impl Story {
    fn site(&self, seed: u64) -> Site {
        let mut site = Site::new(seed);
        (self.prepare)(&mut site);
        site
    }

    /// The agent dies once more, starts in good weather, and has the time that it needs.
    fn end(&self, mut site: Site, taken: &Mutex<Taken>, what: &str) {
        site.fleet.set_weather(Weather::default());
        site.crash();
        site.start();
        site.pass(Duration::from_secs(5));
        (self.check)(&site, &taken.lock().unwrap(), what);
    }

    /// A run in which the agent dies `first` steps after its start and, when `again` is given, so many steps after its
    /// next start. Whether all was done before the first death.
    fn dies(&self, first: u64, again: Option<u64>) -> bool {
        let mut site = self.site(31);
        let taken = site.greedy_reader();
        site.start();
        let over = site.fleet.now() + WHOLE_LIFE;
        for _ in 0..first {
            site.fleet.step();
        }
        let done = site.fleet.now() > over;
        if let Some(steps) = again {
            site.crash();
            site.start();
            for _ in 0..steps {
                site.fleet.step();
            }
        }
        self.end(site, &taken, &format!("after {first} and {again:?} steps"));
        done
    }

    /// Dies at every await of its life, which has so many steps at least.
    fn at_any_await(&self, least: u64) {
        let all = (0..10_000).find(|&steps| self.dies(steps, None));
        let all = all.expect("ten thousand steps are three seconds");
        assert!(all > least, "{all} steps are too few to be the whole life");
    }

    /// Dies, and again while it takes up what the first death left.
    fn again_while_taking_up(&self, first: (Range<u64>, usize), again: (Range<u64>, usize)) {
        for steps in first.0.step_by(first.1) {
            for more in again.0.clone().step_by(again.1) {
                self.dies(steps, Some(more));
            }
        }
    }

    /// Dies at crash points while messages are lost, doubled and late; so many times at least.
    fn in_bad_weather(&self, seeds: Range<u64>, least: usize) {
        let mut deaths = 0;
        for seed in seeds {
            let mut site = self.site(seed);
            site.config.answer_within_s = 600;
            site.config.bulk_wait_s = 600;
            let taken = site.greedy_reader();
            site.start();
            site.fleet.set_weather(Weather {
                loss: 200,
                doubling: 200,
                delay_ms: 50,
                crash_point: 400,
            });
            for _ in 0..2_000_000 {
                let died = site.fleet.take_crashed().len();
                deaths += died;
                if died > 0 {
                    site.start();
                }
                if taken.lock().unwrap().len() == self.results {
                    break;
                }
                site.fleet.step();
            }
            self.end(site, &taken, &format!("seed {seed}"));
        }
        assert!(deaths > least, "{deaths} deaths are no test");
    }
}
