//! The courier: every file gets its receipt, lane by lane and in order, from a hub that is hard to reach.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use domain::identity::Link;
use env::sim::{Simulation, Weather};
use env::{Handler, Origin, Request, Response, StopHandle, Time};
use exchange::registration::feed::{Heads, Mark};
use exchange::registration::progress::{LetGo, Progress, Through};
use exchange::registration::{
    Answer, Counts, Fault, File, FileOutcome, Kind, Lane, Limits, Mode, Outcome, Receipt, Record, Refusal,
    RowResult,
};
use http::StatusCode;
use seal::RootKey;
use storage::{DatabaseConfig, Migration, Store, Tx};

use crate::relay::outbox::{self, Outbox};
use crate::relay::tracking::{self, FileTimes, NotApplied, Released};
use crate::relay::{Courier, POSITIONS, RelayError, wire};
use crate::{fleet, journal, office, record};

static MIGRATIONS: [Migration; 4] = [
    POSITIONS,
    outbox::MIGRATION,
    tracking::MIGRATION,
    journal::MIGRATION,
];

/// The hub: an inbox in memory that notes in which order it took files.
#[derive(Default)]
struct Inbox {
    taken: BTreeMap<Lane, Vec<Receipt>>,
    order: Vec<(Lane, i64)>,
    /// Every file that arrived, taken or not.
    arrived: Vec<(Lane, i64)>,
    marks: Vec<Mark>,
    /// Whether it holds every record, and lets it go later.
    holds: bool,
    /// A file that it refuses.
    refuses: Option<(Lane, i64)>,
}

impl Inbox {
    fn take(&mut self, bytes: &[u8]) -> (StatusCode, Answer) {
        let file = File::read(bytes, &Limits::default()).unwrap();
        let (lane, number) = (file.envelope.lane, file.envelope.number);
        self.arrived.push((lane, number));
        let not_applied = self.not_applied(&file);
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
            not_applied,
            taken_at: 0,
        };
        of_lane.push(receipt.clone());
        self.order.push((lane, number));
        (StatusCode::OK, Answer::Receipt(receipt))
    }

    /// What a receipt names.
    fn not_applied(&self, file: &File) -> Vec<RowResult> {
        let held = |(row, record): (u32, &Record)| RowResult {
            row,
            link: record.link.clone(),
            kind: record.content.kind(),
            record: record.record.clone(),
            revision: record.revision,
            outcome: Outcome::Held,
            why: "person: waits for the person's record".into(),
        };
        let records = (1..).zip(&file.records).filter(|_| self.holds);
        records.map(held).collect()
    }

    /// Verification applies what it gets at once: file n at n seconds. Whoever was held is let go at nine.
    fn progress(&self, query: &str) -> Progress {
        let known = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs
                .find(|(key, _)| *key == name)
                .unwrap()
                .1
                .parse::<i64>()
                .unwrap()
        };
        let mut progress = Progress::default();
        for (lane, receipts) in &self.taken {
            let numbers = receipts.iter().map(|receipt| receipt.number);
            let new = numbers.filter(|number| *number > known(lane.name()));
            progress.files.extend(new.map(|number| Through {
                lane: *lane,
                number,
                at: number * 1_000_000,
            }));
        }
        if self.holds && known("let_go") < 1 {
            progress.let_go.push(LetGo {
                n: 1,
                link: Link::parse("p-1").unwrap(),
                revision: 1,
                at: 9_000_000,
                visible_at: Some(9_500_000),
            });
        }
        progress
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
        } else if request.uri().path() == wire::PROGRESS {
            let progress = inbox.progress(request.uri().query().unwrap());
            *response.body_mut() = serde_json::to_vec(&progress).unwrap().into();
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

    /// A file's times, and what became of its record.
    fn fate(&self, lane: Lane, number: i64) -> (Option<FileTimes>, Option<NotApplied>, Option<Released>) {
        fleet::with_store(&self.fleet, &self.database, &MIGRATIONS, async move |store| {
            let look = async move |tx: &mut Tx| {
                let times = tracking::of_file(tx, lane, number).await?;
                let name = format!("r{}", number - 1);
                let named = tracking::of_record(tx, "p-1", Kind::Voucher, &name, 1).await?;
                let released = tracking::released(tx, "p-1", Kind::Voucher, 1).await?;
                Ok::<_, RelayError>((times, named, released))
            };
            store.read("fate", look).await.unwrap()
        })
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
        drop(inbox);
        world.run_on();
        for number in 1..=7 {
            let (times, _, _) = world.fate(Lane::Single, number);
            assert_eq!(
                times.unwrap().visible_at,
                Some(number * 1_000_000),
                "seed {seed}: {number}"
            );
        }
    }
}

#[test]
fn what_was_sent_has_its_times_and_its_fate() {
    for seed in 0..5 {
        let mut world = World::new("fate", seed);
        world.inbox.lock().unwrap().holds = true;
        world.put(&[Lane::Single; 5]);
        assert_eq!(world.fate(Lane::Single, 1), (None, None, None));
        world.start();
        assert!(
            world.run_until(BAD, 2, |inbox| inbox.heads().single == 5),
            "seed {seed}"
        );
        world.run_on();
        for number in 1..=5 {
            let (times, named, released) = world.fate(Lane::Single, number);
            let times = times.unwrap();
            assert_eq!(times.taken, Some(true), "seed {seed}: {number}");
            assert!(Some(times.sent_at) <= times.answered_at, "seed {seed}: {times:?}");
            assert_eq!(
                times.visible_at,
                Some(number * 1_000_000),
                "seed {seed}: {number}"
            );
            assert_eq!(named.unwrap().outcome, Outcome::Held);
            let released = released.unwrap();
            assert_eq!((released.at, released.visible_at), (9_000_000, Some(9_500_000)));
        }
    }
}

#[test]
fn what_no_hub_hears_was_sent_and_has_no_answer() {
    let mut world = World::new("unheard", 1);
    world.put(&[Lane::Single, Lane::Single]);
    world.fleet.crash("hub");
    world.start();
    world.run_on();
    let (times, named, _) = world.fate(Lane::Single, 1);
    let times = times.unwrap();
    assert_eq!(
        (times.answered_at, times.taken, times.visible_at),
        (None, None, None)
    );
    assert_eq!(named, None);
    // The one behind it was not sent.
    assert_eq!(world.fate(Lane::Single, 2).0, None);
}
