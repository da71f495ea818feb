//! The courier: every file gets its receipt, lane by lane and in order, from a hub that is hard to reach.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use env::sim::{Simulation, Weather};
use env::{Handler, Origin, Request, Response, StopHandle, Time};
use exchange::registration::feed::{Heads, Mark};
use exchange::registration::{
    Answer, Counts, Fault, File, FileOutcome, Lane, Limits, Mode, Receipt, Refusal,
};
use http::StatusCode;
use seal::RootKey;
use storage::{DatabaseConfig, Migration, Store, Tx};

use crate::relay::outbox::{self, Outbox};
use crate::relay::{Courier, POSITIONS, RelayError, wire};
use crate::{fleet, journal, office, record};

static MIGRATIONS: [Migration; 3] = [POSITIONS, outbox::MIGRATION, journal::MIGRATION];

/// The hub: an inbox in memory that notes in which order it took files.
#[derive(Default)]
struct Inbox {
    taken: BTreeMap<Lane, Vec<Receipt>>,
    order: Vec<(Lane, i64)>,
    /// Every file that arrived, taken or not.
    arrived: Vec<(Lane, i64)>,
    marks: Vec<Mark>,
    /// A file that it refuses.
    refuses: Option<(Lane, i64)>,
}

impl Inbox {
    fn take(&mut self, bytes: &[u8]) -> (StatusCode, Answer) {
        let file = File::read(bytes, &Limits::default()).unwrap();
        let (lane, number) = (file.envelope.lane, file.envelope.number);
        self.arrived.push((lane, number));
        let of_lane = self.taken.entry(lane).or_default();
        let expected = i64::try_from(of_lane.len()).unwrap() + 1;
        if number > expected {
            return (
                StatusCode::CONFLICT,
                Answer::Refusal(Refusal::Skipped { expected }),
            );
        }
        if number < expected {
            let known = of_lane[usize::try_from(number).unwrap() - 1].clone();
            assert_eq!(known.sha256, file.sha256, "a file never changes");
            return (StatusCode::OK, Answer::Receipt(known));
        }
        if self.refuses == Some((lane, number)) {
            let fault = Fault {
                row: 1,
                field: "content".into(),
                rule: "lane".into(),
                expected: "another lane".into(),
            };
            let refusal = Refusal::Faults {
                faults: vec![fault],
                more: false,
            };
            return (StatusCode::UNPROCESSABLE_ENTITY, Answer::Refusal(refusal));
        }
        let receipt = Receipt {
            office: office(),
            lane,
            number,
            sha256: file.sha256,
            outcome: FileOutcome::Judged,
            counts: Counts {
                applied: 1,
                ..Counts::default()
            },
            not_applied: Vec::new(),
            taken_at: 0,
        };
        of_lane.push(receipt.clone());
        self.order.push((lane, number));
        (StatusCode::OK, Answer::Receipt(receipt))
    }

    fn heads(&self) -> Heads {
        let mut heads = Heads::default();
        for (lane, receipts) in &self.taken {
            heads.set(*lane, i64::try_from(receipts.len()).unwrap());
        }
        heads
    }

    fn of_lane(&self, lane: Lane) -> Vec<i64> {
        let of_lane = self.order.iter().filter(|(taken, _)| *taken == lane);
        of_lane.map(|(_, number)| *number).collect()
    }
}

fn handler(inbox: &Arc<Mutex<Inbox>>) -> Handler {
    let inbox = inbox.clone();
    Arc::new(move |request: Request| {
        let mut inbox = inbox.lock().unwrap();
        let mut response: Response = http::Response::new(Bytes::from_static(b"null"));
        if request.uri().path() == wire::MARKS {
            inbox.marks.push(serde_json::from_slice(request.body()).unwrap());
        } else {
            let (status, answer) = inbox.take(request.body());
            *response.status_mut() = status;
            *response.body_mut() = serde_json::to_vec(&answer).unwrap().into();
        }
        Box::pin(async move { response })
    })
}

/// An office whose courier works, on a fleet with a hub.
struct World {
    fleet: Simulation,
    database: DatabaseConfig,
    inbox: Arc<Mutex<Inbox>>,
    hub: Origin,
    root: RootKey,
    stops: Vec<StopHandle>,
    _disk: storage::InlineAnchor,
}

impl World {
    fn new(name: &str, seed: u64) -> World {
        let (disk, database) = fleet::database(&format!("courier-{name}-{seed}"));
        let fleet = Simulation::new(seed, Time::from_micros(0));
        let inbox = Arc::new(Mutex::new(Inbox::default()));
        let hub = fleet::listen(&fleet, "hub", handler(&inbox));
        fleet::migrate(&fleet, &database, &MIGRATIONS);
        let root = RootKey::generate(&mut fleet.node("keys", "keys").rng());
        World {
            fleet,
            database,
            inbox,
            hub,
            root,
            stops: Vec::new(),
            _disk: disk,
        }
    }

    /// Puts files into lanes, all in one unit.
    fn put(&self, lanes: &[Lane]) {
        let env = self.fleet.node("clerk", "clerk");
        let outbox = Outbox::new(&env, office(), Arc::new(self.root.column_key("13104")));
        let lanes = lanes.to_vec();
        fleet::with_store(&self.fleet, &self.database, &MIGRATIONS, async move |store| {
            let unit = async move |tx: &mut Tx| {
                for (n, lane) in lanes.iter().enumerate() {
                    outbox
                        .put(tx, *lane, Mode::EachPerson, &[record(&format!("r{n}"), 1)])
                        .await?;
                }
                Ok::<_, RelayError>(())
            };
            store.unit("put", unit).await.unwrap();
        });
    }

    /// Starts the office, or starts it again.
    fn start(&mut self) {
        let env = self.fleet.node("office", "office");
        let outbox = Outbox::new(&env, office(), Arc::new(self.root.column_key("13104")));
        let (database, hub) = (self.database.clone(), self.hub.clone());
        let (stop_handle, stop) = StopHandle::new();
        self.stops.push(stop_handle);
        let task_env = env.clone();
        env.spawn("start", async move {
            if let Ok(store) = Store::open(&task_env, &database, &MIGRATIONS).await {
                Courier::new(&task_env, &store, &outbox, &hub, Duration::from_secs(1)).start(&stop);
            }
        });
    }

    /// Lets the fleet live in this weather until the hub has what it shall have; the office may die.
    fn run_until(&mut self, weather: Weather, deaths: u64, until: impl Fn(&Inbox) -> bool) -> bool {
        self.fleet.set_weather(weather);
        for _ in 0..200_000 {
            if until(&self.inbox.lock().unwrap()) {
                return true;
            }
            if deaths > 0 && self.fleet.below(1000) < deaths {
                self.fleet.crash("office");
            }
            self.fleet.step();
            if !self.fleet.take_crashed().is_empty() {
                self.start();
            }
        }
        false
    }

    /// Lets the fleet live on for ten minutes in good weather; whoever waits for a lost answer waits for one.
    fn run_on(&mut self) {
        let until = self.fleet.now() + Duration::from_secs(600);
        self.fleet.set_weather(Weather::default());
        while self.fleet.now() < until && self.fleet.step() {}
    }

    fn outbox_counts(&self) -> Vec<(String, [i64; 3])> {
        let env = self.fleet.node("clerk", "clerk");
        let outbox = Outbox::new(&env, office(), Arc::new(self.root.column_key("13104")));
        fleet::with_store(&self.fleet, &self.database, &MIGRATIONS, async move |store| {
            store
                .read("counts", async move |tx: &mut Tx| outbox.counts(tx).await)
                .await
                .unwrap()
        })
    }
}

const BAD: Weather = Weather {
    loss: 150,
    doubling: 100,
    delay_ms: 50,
    crash_point: 10,
};

#[test]
fn every_file_is_taken_once_and_in_order() {
    for seed in 0..10 {
        let mut world = World::new("all", seed);
        let mut lanes = vec![Lane::Bulk; 4];
        lanes.extend([Lane::Single; 5]);
        lanes.extend([Lane::Shield; 3]);
        world.put(&lanes);
        world.start();
        let all = Heads {
            shield: 3,
            single: 5,
            bulk: 4,
        };
        assert!(
            world.run_until(BAD, 2, |inbox| inbox.heads() == all),
            "seed {seed}"
        );
        // Until the office knows it too.
        world.run_on();
        let counts = world.outbox_counts();
        let settled = counts
            .iter()
            .all(|(_, [waiting, _, refused])| waiting + refused == 0);
        assert!(settled, "seed {seed}: {counts:?}");
        let inbox = world.inbox.lock().unwrap();
        assert_eq!(inbox.of_lane(Lane::Single), [1, 2, 3, 4, 5]);
        assert_eq!(inbox.of_lane(Lane::Bulk), [1, 2, 3, 4]);
        // Shielding flags first: nothing else even arrives before all of them are taken.
        let first_other = inbox
            .arrived
            .iter()
            .position(|(lane, _)| *lane != Lane::Shield)
            .unwrap();
        let shields = inbox.arrived[..first_other]
            .iter()
            .map(|(_, number)| *number)
            .max();
        assert_eq!(
            (&inbox.order[..3], shields),
            (
                &[(Lane::Shield, 1), (Lane::Shield, 2), (Lane::Shield, 3)][..],
                Some(3)
            )
        );
        let mut last = 0;
        for mark in &inbox.marks {
            assert_eq!((mark.heads, &mark.office), (all, &office()));
            last = last.max(mark.at);
        }
        assert!(last > 0, "it was marked how far the office is");
    }
}

#[test]
fn a_refused_file_stops_its_lane_only() {
    let mut world = World::new("refused", 1);
    world.inbox.lock().unwrap().refuses = Some((Lane::Bulk, 2));
    world.put(&[Lane::Bulk, Lane::Bulk, Lane::Bulk, Lane::Single, Lane::Single]);
    world.start();
    assert!(world.run_until(BAD, 0, |inbox| inbox.heads().single == 2
        && inbox.arrived.contains(&(Lane::Bulk, 2))));
    world.run_on();
    let inbox = world.inbox.lock().unwrap();
    assert!(!inbox.arrived.contains(&(Lane::Bulk, 3)), "{:?}", inbox.arrived);
    drop(inbox);
    assert_eq!(
        world.outbox_counts(),
        [("bulk".to_owned(), [1, 1, 1]), ("single".to_owned(), [0, 2, 0])]
    );
}

#[test]
fn a_hub_that_was_set_back_is_sent_everything_again() {
    for seed in 0..5 {
        let mut world = World::new("set-back", seed);
        world.put(&[Lane::Single; 6]);
        world.start();
        assert!(
            world.run_until(BAD, 0, |inbox| inbox.heads().single == 6),
            "seed {seed}"
        );
        // It comes back from a backup that knew three files.
        world
            .inbox
            .lock()
            .unwrap()
            .taken
            .get_mut(&Lane::Single)
            .unwrap()
            .truncate(3);
        world.put(&[Lane::Single]);
        assert!(
            world.run_until(BAD, 1, |inbox| inbox.heads().single == 7),
            "seed {seed}"
        );
        let inbox = world.inbox.lock().unwrap();
        assert_eq!(
            inbox.of_lane(Lane::Single),
            [1, 2, 3, 4, 5, 6, 4, 5, 6, 7],
            "seed {seed}"
        );
    }
}
