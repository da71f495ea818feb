//! A run: a still morning, a storm, quiet, a power cut, and the last questions.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use domain::permit::Actor;
use env::sim::Weather;
use env::{Env, Listening, Stop, StopHandle, TaskHandle};
use service::Caller;

use crate::cardholders::Wallets;
use crate::doors::{self, Mischief, Shut};
use crate::journal::Journal;
use crate::maker::{Maker, Spool};
use crate::names::{Clinic, Node, Office};
use crate::people::{self, Resident};
use crate::promises::{ENOUGH, Promises};
use crate::reception::{SharedDesk, about};
use crate::truth::Shared;
use crate::world::Fleet;
use crate::{Plan, Report};

mod at_work;

/// In how many steps of the storm a node dies somewhere.
const STEPS_PER_DEATH: u64 = 1500;
/// In how many steps of the storm an office loses its way to the hub, and for how long at most.
const STEPS_PER_CUT: u64 = 1000;
const LONGEST_CUT_S: u64 = 40;
/// The longest that a dead node stays down in the storm.
const LONGEST_DOWN: Duration = Duration::from_secs(6);
/// Within this time after the storm everything must have come to rest.
const REST_WITHIN: Duration = Duration::from_secs(300);

struct Run {
    fleet: Fleet,
    journal: Journal,
    truth: Shared,
    people: Arc<Vec<Resident>>,
    promises: Promises,
    mischief: Mischief,
    desks: Vec<(Clinic, SharedDesk)>,
    maker: Arc<Maker>,
    wallets: Wallets,
    clerks: Vec<TaskHandle>,
    at_work: Arc<AtomicU64>,
    steps: u64,
    shut: Shut,
    storming: bool,
    // Doors stay open as long as the run.
    _doors: Vec<Listening>,
}

pub(crate) fn run(seed: u64, plan: &Plan) -> Report {
    let (stop_handle, stop) = StopHandle::new();
    let Some(mut run) = Run::morning(seed, &stop) else {
        // The databases of a fresh fleet open at once; nothing else can fail here.
        return Report {
            seed,
            steps: 0,
            events: 0,
            hash: String::new(),
            acts: 0,
            answers: 0,
            crashes: 0,
            violations: vec![crate::Violation {
                promise: "graceful",
                what: "the fleet cannot be set up".to_owned(),
                at: env::Time::default(),
            }],
        };
    };
    run.fleet.sim.plant(&plan.planted);
    run.storm(Duration::from_secs(plan.storm_s));
    stop_handle.stop();
    if run.quiet() {
        run.power_cut();
        run.last_questions();
    }
    run.report(seed)
}

impl Run {
    /// Everybody starts, doors open, the register is loaded.
    fn morning(seed: u64, stop: &Stop) -> Option<Run> {
        let (journal, truth, mischief) = (Journal::default(), Shared::default(), Mischief::default());
        let fleet = Fleet::new(seed, &journal);
        let world = fleet.sim.node("world", "world");
        let people = Arc::new(people::make_up(&mut world.rng()));
        let wallets = Wallets::of(&people);
        let promises = Promises::new(&fleet.setup, &world, &truth, &people, &wallets, &journal)?;
        let door = |name: &str| fleet.sim.node(name, name);
        let inquiries = doors::open_inquiries(door("door-of-verification"), journal.clone());
        let feed = doors::open_feed(door("door-of-hub"), mischief.clone());
        let mut opened = vec![fleet.sim.run(1000, inquiries)??, fleet.sim.run(1000, feed)??];
        let shut = Shut::default();
        for office in Office::ALL {
            let env = door(doors::registration(office).host());
            let opening = doors::open_registration(env, office, shut.clone());
            opened.push(fleet.sim.run(1000, opening)??);
        }
        let maker = Arc::new(Maker {
            env: fleet
                .sim
                .node("office-c", "office-c")
                .simulated_as(Actor::Office(Office::C.office_code())),
            people: people.clone(),
            truth: truth.clone(),
            journal: journal.clone(),
            hub_key: fleet.setup.hub_key(),
            spool: Spool::default().into(),
            long_run: world.rng().below(6) == 0,
            pause: Duration::from_secs(4),
        });
        let mut run = Run {
            fleet,
            journal,
            truth,
            people,
            promises,
            mischief,
            desks: Vec::new(),
            maker,
            wallets,
            clerks: Vec::new(),
            at_work: Arc::default(),
            steps: 0,
            shut,
            storming: false,
            _doors: opened,
        };
        run.load_register(&world);
        run.open_offices(&world, stop);
        run.open_receptions(stop);
        run.give_cards(stop);
        Some(run)
    }

    /// Loads the register of residents.
    fn load_register(&mut self, world: &Env) {
        let registered = self.people.iter().filter(|resident| resident.registered);
        let residents: Vec<serde_json::Value> = registered.map(Resident::to_load).collect();
        let registers = Node::Registers.tenant();
        let caller = Caller::asking(
            &world.simulated_as(&registers),
            &Node::Registers.origin(),
            &registers,
        );
        let (env, loaded) = (world.clone(), Arc::new(AtomicU64::new(0)));
        let done = loaded.clone();
        world.spawn("load", async move {
            while caller.post::<_, usize>("/residents", &residents).await.is_err() {
                env.sleep(Duration::from_millis(100)).await;
            }
            done.store(1, Ordering::Relaxed);
        });
        self.go(Duration::from_secs(60), |_| loaded.load(Ordering::Relaxed) == 1);
    }

    fn storm(&mut self, lasts: Duration) {
        self.fleet.sim.set_weather(Weather {
            loss: 15,
            doubling: 60,
            delay_ms: 300,
            crash_point: 4,
        });
        self.mischief.store(150, Ordering::Relaxed);
        self.storming = true;
        self.go(lasts, |_| false);
        self.storming = false;
    }

    /// The sky clears; everything must drain by itself.
    fn quiet(&mut self) -> bool {
        self.fleet.sim.set_weather(Weather {
            delay_ms: 5,
            ..Weather::default()
        });
        self.mischief.store(0, Ordering::Relaxed);
        let rested = self.go(REST_WITHIN, Run::is_at_rest);
        if !rested && self.promises.violations.len() < ENOUGH {
            let what = format!(
                "{} s after the storm: {}",
                REST_WITHIN.as_secs(),
                self.what_waits()
            );
            self.promises.violated("graceful", what);
        }
        rested
    }

    /// Every node dies at once; what is durable is compared; every node starts again.
    fn power_cut(&mut self) {
        Node::ALL.into_iter().for_each(|node| self.fleet.crash(node));
        let _broken_is_noted = self.promises.compare_at_rest();
        self.go(Duration::from_secs(30), |run| run.fleet.is_whole());
        self.go(REST_WITHIN, Run::is_at_rest);
        self.promises.at_rest = self.promises.newest();
        let _broken_is_noted = self.promises.compare_cards();
    }

    /// Every clinic asks for everybody, once more; and every answer of the whole run is computed again.
    fn last_questions(&mut self) {
        let numbers: Vec<_> = self.truth.lock().numbers().collect();
        for (_, desk) in &self.desks {
            let mut desk = desk.lock().unwrap_or_else(PoisonError::into_inner);
            for (number, who) in &numbers {
                if let Some(resident) = self.people.get(*who) {
                    desk.waiting.push_back(about(*number, resident));
                }
            }
        }
        if !self.go(REST_WITHIN, Run::is_at_rest) {
            let what = format!("the last questions: {}", self.what_waits());
            self.promises.violated("graceful", what);
        }
        self.promises.recompute_all();
    }

    /// Steps until `done`, or until the time is over; whether it was done. Checks after each step.
    fn go(&mut self, within: Duration, done: impl Fn(&Run) -> bool) -> bool {
        let until = self.fleet.sim.now() + within;
        while self.fleet.sim.now() < until && self.promises.violations.len() < ENOUGH {
            if !self.fleet.sim.step() {
                return false;
            }
            self.steps += 1;
            self.promises.after_step(&self.fleet.sim.polled());
            self.fleet.look_after(LONGEST_DOWN);
            if self.storming {
                self.mishaps();
            }
            // Asking is not free, and rest does not run away.
            if self.steps.is_multiple_of(32) && done(self) {
                return true;
            }
        }
        false
    }

    /// What happens to nodes and wires in a storm.
    fn mishaps(&mut self) {
        let sim = &self.fleet.sim;
        if sim.below(STEPS_PER_CUT) == 0 {
            let office = Office::ALL[usize::try_from(sim.below(3)).unwrap_or(0)];
            self.shut
                .until(office, sim.now() + Duration::from_secs(sim.below(LONGEST_CUT_S)));
        }
        if sim.below(STEPS_PER_DEATH) == 0
            && let Some(node) = self.fleet.somebody()
        {
            self.fleet.crash(node);
        }
    }

    fn is_at_rest(&self) -> bool {
        self.what_waits().is_empty()
    }

    /// What has not come to rest yet.
    fn what_waits(&self) -> String {
        let mut waits = Vec::new();
        let clerks = self.at_work.load(Ordering::Relaxed);
        if clerks > 0 {
            waits.push(format!("{clerks} clerks wait for an answer"));
        }
        if !self.fleet.is_whole() {
            waits.push("nodes are down".to_owned());
        }
        if !self.maker.is_idle() {
            waits.push("office C has files without a receipt".to_owned());
        }
        for (clinic, desk) in &self.desks {
            let desk = desk.lock().unwrap_or_else(PoisonError::into_inner);
            if !desk.waiting.is_empty() || !desk.open.is_empty() {
                waits.push(format!(
                    "{clinic:?} has {} requests without a result",
                    desk.open.len()
                ));
            }
        }
        if !waits.is_empty() {
            return waits.join("; ");
        }
        let images = &self.promises.images;
        for office in [Office::A, Office::B] {
            match images.unsent(office) {
                Ok(0) => {}
                Ok(files) => waits.push(format!("{office:?} has {files} files without a receipt")),
                Err(busy) => waits.push(format!("{office:?}: {}", busy.0)),
            }
        }
        match images.waiting() {
            Ok(0) => {}
            Ok(persons) => waits.push(format!("{persons} persons wait for the register")),
            Err(busy) => waits.push(busy.0),
        }
        match images.unasked() {
            Ok(0) => {}
            Ok(asked) => waits.push(format!("{asked} questions to registers")),
            Err(busy) => waits.push(busy.0),
        }
        match (images.feed_heads(), images.cursors()) {
            (Ok(feed), Ok(cursors)) if feed == cursors => {}
            (Ok(feed), Ok(cursors)) => waits.push(format!("verification is at {cursors:?} of {feed:?}")),
            (Err(busy), _) | (_, Err(busy)) => waits.push(busy.0),
        }
        waits.join("; ")
    }

    fn report(self, seed: u64) -> Report {
        let (events, hash) = self.fleet.sim.trace();
        Report {
            seed,
            steps: self.steps,
            events,
            hash,
            acts: self.promises.acts,
            answers: self.promises.answers,
            crashes: self.fleet.crashes,
            violations: self.promises.violations,
        }
    }
}
