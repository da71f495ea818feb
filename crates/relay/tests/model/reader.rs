//! The reader: each entry is applied once and in the order of its lane, whatever the hub sends.

use std::collections::BTreeMap;
use std::time::Duration;

use env::network::Limits;
use env::sim::{Simulation, Weather};
use env::{Env, Origin, PlantedFault, StopHandle, Time};
use exchange::registration::feed::{Entry, Heads};
use exchange::registration::{Kind, Lane};
use harness::for_each_database;
use storage::{DatabaseConfig, Migration, Statement, Store, StoreError, Tx, params};

use crate::relay::reader::{self, Reader};
use crate::relay::{POSITIONS, RelayError, revision};
use crate::scripted::ScriptedHub;
use crate::{fleet, journal, office};

static MIGRATIONS: [Migration; 3] = [POSITIONS, reader::MIGRATION, journal::MIGRATION];

/// The moment as of which an office is known, as whoever answers inquiries reads it.
static AS_OF: Statement = Statement::new("SELECT as_of FROM office_known WHERE office = :office");

/// Applies an entry: a line for it and one for each of its records, and the newest revision of each.
async fn apply(tx: &mut Tx, env: &Env, entry: &Entry) -> Result<(), RelayError> {
    let place = format!("{} {}", entry.lane, entry.n);
    for fed in &entry.records {
        let record = &fed.record;
        assert_eq!(record.content.kind(), Kind::Voucher);
        let (name, offered) = (record.record.as_str(), record.revision);
        journal::write(tx, &format!("{place} {name} {offered}")).await?;
        let held = journal::newest(tx, name).await?;
        if held.is_none_or(|held| revision::supersedes(env, offered, held)) {
            journal::keep(tx, name, offered).await?;
        }
    }
    if entry.last {
        journal::write(tx, &format!("{place} whole")).await?;
    }
    Ok(())
}

/// Reads until told to stop.
async fn read(env: Env, store: Store, hub: Origin, stop: env::Stop) {
    let reader = Reader::new(&env, &store, &hub);
    let applying = env.clone();
    let apply = async move |tx: &mut Tx, entries: &[&Entry]| {
        for entry in entries {
            apply(tx, &applying, entry).await?;
        }
        Ok(())
    };
    reader.run(apply, stop).await;
}

/// What the lines and revisions must be after the first entries of each lane.
fn expected(hub: &ScriptedHub) -> (BTreeMap<Lane, Vec<String>>, BTreeMap<String, u32>) {
    let mut lines: BTreeMap<Lane, Vec<String>> = BTreeMap::new();
    let mut newest: BTreeMap<String, u32> = BTreeMap::new();
    for (lane, entries) in &hub.script.lanes {
        let of_lane = lines.entry(*lane).or_default();
        for (n, whole) in (1..).zip(entries) {
            for (_, fed) in &whole.rows {
                let (name, revision) = (fed.record.record.as_str(), fed.record.revision);
                of_lane.push(format!("{lane} {n} {name} {revision}"));
                let held = newest.entry(name.to_owned()).or_default();
                *held = revision.max(*held);
            }
            of_lane.push(format!("{lane} {n} whole"));
        }
    }
    (lines, newest)
}

/// Whether what was applied is a beginning of the feed, each entry once and in order; all of it when `finished`.
async fn check(store: &Store, hub: &ScriptedHub, finished: bool) -> Result<(), String> {
    let (expected_lines, expected_newest) = expected(hub);
    let lines = journal::lines(store).await;
    for lane in Lane::ALL {
        let prefix = format!("{lane} ");
        let applied: Vec<&String> = lines.iter().filter(|line| line.starts_with(&prefix)).collect();
        let of_feed = expected_lines.get(&lane).map_or(&[][..], Vec::as_slice);
        let same = applied
            .iter()
            .zip(of_feed)
            .all(|(applied, of_feed)| *applied == of_feed);
        if !same || applied.len() > of_feed.len() || (finished && applied.len() < of_feed.len()) {
            return Err(format!("{lane}: applied {applied:?}, the feed has {of_feed:?}"));
        }
    }
    let newest: BTreeMap<String, u32> = journal::all_newest(store).await.into_iter().collect();
    if finished && newest != expected_newest {
        return Err(format!(
            "newest revisions {newest:?}, the feed has {expected_newest:?}"
        ));
    }
    check_freshness(store, hub, &lines, finished).await
}

/// An office is known as of a moment only when everything that it had sent by then is applied.
async fn check_freshness(
    store: &Store,
    hub: &ScriptedHub,
    lines: &[String],
    finished: bool,
) -> Result<(), String> {
    let asking = async |tx: &mut Tx| {
        let known = tx
            .optional(&AS_OF, &params! { office: office().as_str() })
            .await?;
        known.map_or(Ok(None), |row| row.opt_int("as_of"))
    };
    let as_of: Result<Option<i64>, StoreError> = store.read("as_of", asking).await;
    let as_of = as_of.unwrap();
    let mut files = Heads::default();
    for line in lines.iter().filter(|line| line.ends_with("whole")) {
        let mut words = line.split(' ');
        let lane = Lane::from_name(words.next().unwrap()).unwrap();
        let n: usize = words.next().unwrap().parse().unwrap();
        if let Some(file) = hub.script.lanes[&lane][n - 1].file {
            files.set(lane, file.number);
        }
    }
    if let Some(as_of) = as_of {
        let mark = hub.script.marks.iter().find(|mark| mark.at == as_of).unwrap();
        if !files.reach(&mark.heads) {
            return Err(format!("as of {as_of}: applied {files:?}, sent {:?}", mark.heads));
        }
    }
    let last = hub.script.marks.last().map(|mark| mark.at);
    if finished && as_of != last {
        return Err(format!("as of {as_of:?} at the end, not {last:?}"));
    }
    Ok(())
}

/// A fleet of one hub and one reader that dies now and then, until the feed is read.
fn run(seed: u64, planted: &[PlantedFault]) -> Result<(), String> {
    let name = format!("reader-{seed}-{planted:?}");
    let (_disk, database) = fleet::database(&name);
    let fleet = Simulation::new(seed, Time::from_micros(0));
    fleet.plant(planted);
    let hub = ScriptedHub::new(seed, true);
    let at = fleet::listen(&fleet, "hub", hub.handler());
    fleet::migrate(&fleet, &database, &MIGRATIONS);
    let bad = Weather {
        loss: 50,
        doubling: 50,
        delay_ms: 20,
        crash_point: 20,
    };
    fleet.set_weather(bad);
    let look = |finished| {
        let hub = hub.clone();
        fleet::with_store(&fleet, &database, &MIGRATIONS, async move |store| {
            check(&store, &hub, finished).await
        })
    };
    let mut alive = false;
    let mut stops = Vec::new();
    for _ in 0..60_000 {
        if hub.is_finished() {
            break;
        }
        if !alive {
            look(false)?;
            let (env, database, at) = (fleet.node("reader", "reader"), database.clone(), at.clone());
            let (stop_handle, stop) = StopHandle::new();
            stops.push(stop_handle);
            let task_env = env.clone();
            env.spawn("reader", async move {
                if let Ok(store) = Store::open(&task_env, &database, &MIGRATIONS).await {
                    read(task_env, store, at, stop).await;
                }
            });
        }
        if fleet.below(400) == 0 {
            fleet.crash("reader");
        }
        fleet.step();
        alive = fleet.take_crashed().is_empty();
    }
    fleet.crash("reader");
    fleet.set_weather(Weather::default());
    let finished = hub.is_finished();
    look(finished)?;
    if finished {
        Ok(())
    } else {
        Err("the feed was not read to its end".into())
    }
}

#[test]
fn it_applies_the_feed_once_and_in_order() {
    for seed in 0..40 {
        run(seed, &[]).unwrap_or_else(|violation| panic!("seed {seed}: {violation}"));
    }
}

/// The check sees what it must see; under a seed or two the hub happens to leave nothing out in the middle.
#[test]
fn planted_faults_are_seen() {
    for fault in [PlantedFault::SkipLatePosition, PlantedFault::ApplyOlderRevision] {
        let seen = (0..8).filter(|seed| run(*seed, &[fault]).is_err()).count();
        assert!(seen >= 6, "{fault:?} was seen under {seen} of 8 seeds only");
    }
}

/// The same on real databases, over real HTTP: the reader is ended in the middle of its work and goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_goes_on_after_an_end_on_both_databases() {
    for_each_database("reader", async |database: DatabaseConfig| {
        let env = harness::known_as("hub");
        Store::migrate(&env, &database, &MIGRATIONS).await.unwrap();
        let hub = ScriptedHub::new(7, false);
        let at = Origin::new("127.0.0.1", 0);
        let listening = env
            .network()
            .listen(&at, hub.handler(), Limits::default())
            .await
            .unwrap();
        let mut ends_after = 1;
        while !hub.is_finished() {
            let store = Store::open(&env, &database, &MIGRATIONS).await.unwrap();
            check(&store, &hub, false).await.unwrap();
            let (_stop_handle, stop) = StopHandle::new();
            let reading = env.spawn("reader", read(env.clone(), store, listening.at().clone(), stop));
            let until = hub.requests() + ends_after;
            while hub.requests() < until && !hub.is_finished() {
                let waiting = env.timeout(Duration::from_millis(50), hub.asked.notified());
                let _rung_or_looked = waiting.await;
            }
            reading.abort();
            reading.join().await;
            ends_after += 1;
        }
        let store = Store::open(&env, &database, &MIGRATIONS).await.unwrap();
        check(&store, &hub, true).await.unwrap();
        let heads = store
            .read("heads", async |tx: &mut Tx| reader::heads(tx).await)
            .await;
        assert_eq!(heads.unwrap(), hub.script.heads());
        listening.close().await;
    })
    .await;
}

/// What came of a clock that was ahead.
static AHEAD: Statement = Statement::new("INSERT INTO office_known (office, as_of) VALUES (:office, :as_of)");

/// The marks that the hub tells are of long before that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_moment_that_has_not_come_gives_way_to_the_next_mark() {
    for_each_database("reader_ahead", async |database: DatabaseConfig| {
        let env = harness::known_as("hub");
        Store::migrate(&env, &database, &MIGRATIONS).await.unwrap();
        let store = Store::open(&env, &database, &MIGRATIONS).await.unwrap();
        let as_of = (env.now() + Duration::from_hours(1)).micros();
        let ahead = async move |tx: &mut Tx| {
            let office = office();
            tx.execute(&AHEAD, &params! { office: office.as_str(), as_of })
                .await
        };
        assert_eq!(store.unit("ahead", ahead).await.unwrap(), 1);
        let hub = ScriptedHub::new(7, false);
        let at = Origin::new("127.0.0.1", 0);
        let listening = env.network().listen(&at, hub.handler(), Limits::default());
        let listening = listening.await.unwrap();
        let (_stop_handle, stop) = StopHandle::new();
        let reader = read(env.clone(), store.clone(), listening.at().clone(), stop);
        let reading = env.spawn("reader", reader);
        while !hub.is_finished() {
            let waiting = env.timeout(Duration::from_millis(50), hub.asked.notified());
            let _rung_or_looked = waiting.await;
        }
        reading.abort();
        reading.join().await;
        check(&store, &hub, true).await.unwrap();
        listening.close().await;
    })
    .await;
}
