//! The hub dies anywhere, again and again; the office sends until it has receipts.

use std::collections::BTreeMap;

use domain::permit::Actor;
use env::sim::Weather;
use exchange::registration::{Answer, Lane, Mode, Receipt};
use http::Method;

use crate::bulk::{long_file, three};
use crate::people::{self, flags, voucher};
use crate::world::{World, file};

const BAD: Weather = Weather {
    loss: 100,
    doubling: 100,
    delay_ms: 30,
    crash_point: 120,
};

/// Sends a file until there is an answer; the hub is started again whenever it died, which is counted.
fn send_until_answered(world: &World, bytes: &[u8], deaths: &mut usize) -> Answer {
    let me = Actor::Office(people::office());
    for _ in 0..200 {
        if !world.fleet.take_crashed().is_empty() {
            *deaths += 1;
            world.start_hub();
        }
        let answer = world.try_call("hub", &me, Method::POST, "/registration/files", bytes.to_vec());
        if let Some((status, body)) = answer
            && status.as_u16() != 503
        {
            return serde_json::from_slice(&body).unwrap();
        }
    }
    panic!("no answer ever came");
}

/// Two people are settled, a third is known to the register only.
fn begin(seed: u64) -> World {
    let mut world = World::new("crashes", seed);
    for someone in &three()[..2] {
        world.settled(someone);
    }
    world.load(&[&three()[2]]);
    world
}

/// Files of all lanes, long and short.
fn files(world: &World) -> [Vec<u8>; 5] {
    let third = world.person(&three()[2], 1);
    let long = long_file([510, 60, 30]);
    [
        file(Lane::Bulk, 1, Mode::EachPerson, &long),
        file(
            Lane::Single,
            3,
            Mode::EachPerson,
            &[third, voucher("p-1", "w-1", 1)],
        ),
        file(Lane::Shield, 1, Mode::EachPerson, &[flags("p-1", 1)]),
        file(Lane::Bulk, 2, Mode::AllOrNothing, &[voucher("p-2", "w-1", 1)]),
        file(Lane::Single, 4, Mode::EachPerson, &[voucher("p-2", "v-0", 2)]),
    ]
}

/// Sends the files in bad weather, some of them twice, until all have receipts; these, and how often the hub died.
fn send_in_bad_weather(world: &World, files: &[Vec<u8>], seed: u64) -> (BTreeMap<usize, Receipt>, usize) {
    world.fleet.set_weather(BAD);
    let mut deaths = 0;
    let mut receipts: BTreeMap<usize, Receipt> = BTreeMap::new();
    for (n, bytes) in files.iter().enumerate() {
        for _ in 0..1 + world.fleet.below(2) {
            let Answer::Receipt(receipt) = send_until_answered(world, bytes, &mut deaths) else {
                panic!("seed {seed}: file {n} was refused");
            };
            let first = receipts.entry(n).or_insert_with(|| receipt.clone());
            assert_eq!(*first, receipt, "seed {seed}: two receipts for file {n}");
        }
        if world.fleet.below(3) == 0 {
            world.fleet.crash("hub");
        }
    }
    world.fleet.set_weather(Weather::default());
    if !world.fleet.take_crashed().is_empty() {
        world.start_hub();
    }
    world.live(120);
    (receipts, deaths)
}

/// How often the hub died.
fn run(seed: u64) -> usize {
    let world = begin(seed);
    let before = world.visible().len();
    let files = files(&world);
    let (receipts, deaths) = send_in_bad_weather(&world, &files, seed);
    for (n, bytes) in files.iter().enumerate() {
        let (_, again) = world.post(bytes.clone());
        assert_eq!(again, Answer::Receipt(receipts[&n].clone()), "seed {seed}");
    }
    // Judged as if for the first time, whatever an earlier attempt had left.
    let counts = receipts[&0].counts;
    assert_eq!(
        (counts.applied, counts.held, counts.total()),
        (570, 30, 600),
        "seed {seed}"
    );
    is_concluded_in_order(&world, seed);
    let mut visible = world.visible();
    let count = visible.len();
    visible.sort();
    visible.dedup();
    assert_eq!((visible.len(), count), (count, before + 600 + 5), "seed {seed}");
    deaths
}

/// The feed concludes every file of a lane once, in order.
fn is_concluded_in_order(world: &World, seed: u64) {
    let entries = world.feed();
    for (lane, concluded) in [(Lane::Shield, 1), (Lane::Single, 4), (Lane::Bulk, 2)] {
        let numbers = entries
            .iter()
            .filter(|entry| entry.last)
            .filter_map(|entry| entry.file);
        let of_lane: Vec<i64> = numbers
            .filter(|file| file.lane == lane)
            .map(|file| file.number)
            .collect();
        assert_eq!(
            of_lane,
            (1..=concluded).collect::<Vec<_>>(),
            "seed {seed}: {lane}"
        );
    }
}

#[test]
fn every_file_has_one_receipt_and_nothing_is_doubled_or_lost() {
    let deaths: usize = (0..4).map(run).sum();
    assert!(deaths >= 12, "the hub died only {deaths} times");
}
