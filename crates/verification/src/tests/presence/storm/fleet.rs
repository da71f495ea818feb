//! Two processes of verification on one database, and what they stand between: a hub that takes cards, and desks.

use std::future::pending;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use domain::card::CardId;
use domain::identity::PersonId;
use domain::permit::Actor;
use env::network::Limits;
use env::sim::{Simulation, Weather};
use env::{Env, Handler, Listening, Origin, Request, Time};
use exchange::presence::{Enrolled, PASSED_ON, PassedOn};
use exchange::registration::feed::Page;
use storage::{DatabaseConfig, InlineAnchor, Store, hold_inline};

use crate::tests::presence::desk::{Card, Shop, keys};
use crate::tests::town::{self, BORN, DAY, Townsperson};
use crate::{GuessingRules, MIGRATIONS, start_with};

/// The two processes. Whichever was started last listens; the other one finishes what has reached it.
const PROCESSES: [&str; 2] = ["one", "two"];
/// People with a card each. After theirs come a card that finds nobody, and one that was revoked.
pub(super) const PEOPLE: u32 = 4;
const NOBODYS: u32 = 90;
const REVOKED: u32 = 91;

/// Images live in the process's memory by name; fleets that run beside each other must not share one.
static FLEETS: AtomicU64 = AtomicU64::new(0);

/// What everybody in a fleet has to do with.
pub(super) struct Around {
    /// Cards, and whom each finds.
    pub(super) cards: Vec<(Card, Option<PersonId>)>,
    /// The database, looked into from outside.
    pub(super) books: Store,
    /// The cards that the hub was passed.
    pub(super) passed_on: Mutex<Vec<CardId>>,
}

impl Around {
    /// Whether a card was revoked.
    pub(super) fn is_revoked(&self, card: usize) -> bool {
        card + 1 == self.cards.len()
    }
}

/// The nodes.
pub(super) struct Fleet {
    pub(super) sim: Simulation,
    pub(super) around: Arc<Around>,
    shop: &'static Shop,
    database: DatabaseConfig,
    down: Vec<(Time, &'static str)>,
    /// When the next process dies that did not die at a crash point; never in calm weather.
    next_death: Option<Time>,
    pub(super) deaths: u64,
    _held: (InlineAnchor, Listening),
}

/// Where verification listens.
pub(super) fn verification() -> Origin {
    Origin::new("verification", 18083)
}

fn hub() -> Origin {
    Origin::new("hub", 18082)
}

/// When everything begins: on the day that everybody is asked about.
pub(super) fn morning() -> Time {
    Time::from_jst(DAY.at(9, 0, 0, 0))
}

impl Fleet {
    /// In calm weather, with everybody's records applied.
    pub(super) fn new(seed: u64, shop: &'static Shop) -> Fleet {
        let sim = Simulation::new(seed, morning());
        let name = format!("presence-{}", FLEETS.fetch_add(1, Ordering::Relaxed));
        let (database, held) = (DatabaseConfig::Inline { name: name.clone() }, hold_inline(&name));
        let looking = sim.node("books", "books");
        let (opened, people) = (database.clone(), people(shop));
        let books = sim.run(1000, async move {
            Store::migrate(&looking, &opened, MIGRATIONS).await.unwrap();
            Store::open(&looking, &opened, MIGRATIONS).await.unwrap()
        });
        let all = people
            .iter()
            .map(|(card, person)| (card.clone(), Some(person.id())));
        let others = [NOBODYS, REVOKED].map(|n| (shop.card(n, (-10, 10)), None));
        let around = Arc::new(Around {
            cards: all.chain(others).collect(),
            books: books.unwrap(),
            passed_on: Mutex::default(),
        });
        let page = town::page(&people.into_iter().map(|(_, person)| person).collect::<Vec<_>>());
        let env = sim.node("hub", "hub").simulated_as(Actor::Hub);
        let beat = env.clone();
        // Something happens all the time, so that whoever is due to start does not wait for the next message.
        env.spawn("beat", async move {
            loop {
                beat.sleep(Duration::from_millis(200)).await;
            }
        });
        let handler = at_the_hub(&env, page, around.clone());
        let listening = sim.run(1000, async move {
            let at = hub();
            let listening = env.network().listen(&at, handler, Limits::default());
            listening.await.unwrap()
        });
        let mut fleet = Fleet {
            sim,
            around,
            shop,
            database,
            down: Vec::new(),
            next_death: None,
            deaths: 0,
            _held: (held, listening.unwrap()),
        };
        PROCESSES.into_iter().for_each(|process| fleet.start(process));
        fleet.go_on(Duration::from_secs(5));
        fleet
    }

    fn start(&mut self, process: &'static str) {
        let env = self
            .sim
            .node(process, "verification")
            .simulated_as(Actor::Verification);
        let (database, shop) = (self.database.clone(), self.shop);
        env.clone().spawn("boot", async move {
            let (at, hub) = (verification(), hub());
            let running = loop {
                let (rules, trusted) = (GuessingRules::none(), shop.trusted(&[REVOKED]));
                match start_with(&env, &at, &database, &hub, keys(), trusted, rules).await {
                    Ok(running) => break running,
                    // Only a planted fault locks the database.
                    Err(_locked) => env.sleep(Duration::from_secs(1)).await,
                }
            };
            // Until it dies.
            pending::<()>().await;
            drop(running);
        });
    }

    /// Bad weather, of a kind that the seed chooses.
    pub(super) fn storm(&mut self) {
        let weather = Weather {
            loss: self.sim.below(60),
            doubling: self.sim.below(250),
            delay_ms: 1 + self.sim.below(1500),
            crash_point: [5, 40, 120][usize::try_from(self.sim.below(3)).unwrap()],
        };
        self.sim.set_weather(weather);
        self.next_death = Some(self.sim.now());
    }

    /// The sky clears.
    pub(super) fn calm(&mut self) {
        self.sim.set_weather(Weather {
            delay_ms: 5,
            ..Weather::default()
        });
        self.next_death = None;
    }

    /// Both processes die, and start again.
    pub(super) fn start_anew(&mut self) {
        PROCESSES.into_iter().for_each(|process| self.sim.crash(process));
        self.go_on(Duration::from_secs(20));
    }

    /// Lets so much time pass.
    pub(super) fn go_on(&mut self, span: Duration) {
        let until = self.sim.now() + span;
        self.go_while(|now| now < until);
    }

    /// Goes on while that is so.
    pub(super) fn go_while(&mut self, more: impl Fn(Time) -> bool) {
        while more(self.sim.now()) && self.sim.step() {
            self.look_after();
        }
    }

    /// Somebody dies when it is time; whoever died starts again some time later.
    fn look_after(&mut self) {
        let now = self.sim.now();
        if let Some(due) = self.next_death.filter(|due| *due <= now) {
            let process = PROCESSES[usize::try_from(self.sim.below(2)).unwrap()];
            self.sim.crash(process);
            self.next_death = Some(due + Duration::from_millis(500 + self.sim.below(15_000)));
        }
        for name in self.sim.take_crashed() {
            self.deaths += 1;
            let process = PROCESSES.into_iter().find(|process| **process == name).unwrap();
            let pause = Duration::from_millis(self.sim.below(2000));
            self.down.push((now + pause, process));
        }
        while let Some(at) = self.down.iter().position(|(due, _)| *due <= now) {
            let (_, process) = self.down.swap_remove(at);
            self.start(process);
        }
    }
}

fn people(shop: &Shop) -> Vec<(Card, Townsperson)> {
    let with_card = |n: u32| {
        let card = shop.card(n + 1, (-10, 10));
        let mut person = Townsperson::with_number(n, n, BORN);
        person.card = Some(card.id.clone());
        (card, person)
    };
    (0..PEOPLE).map(with_card).collect()
}

/// A hub that tells everybody's records and takes every card.
fn at_the_hub(env: &Env, page: Page, around: Arc<Around>) -> Handler {
    let env = env.clone();
    Arc::new(move |request: Request| {
        let (env, page, around) = (env.clone(), page.clone(), around.clone());
        Box::pin(async move {
            let answer = if request.uri().path() == PASSED_ON {
                let PassedOn { card } = serde_json::from_slice(request.body()).unwrap();
                let mut passed_on = around.passed_on.lock().unwrap_or_else(PoisonError::into_inner);
                passed_on.push(card);
                serde_json::to_vec(&Enrolled::Linked)
            } else if request.uri().query().unwrap_or_default().contains("single=0") {
                serde_json::to_vec(&page)
            } else {
                env.sleep(Duration::from_secs(20)).await;
                serde_json::to_vec(&Page::default())
            };
            http::Response::new(Bytes::from(answer.unwrap()))
        })
    })
}
