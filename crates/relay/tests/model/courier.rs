//! The courier: every file gets its receipt, lane by lane and in order, from a hub that is hard to reach.

mod hub;
mod world;

use env::sim::Weather;
use exchange::registration::feed::Heads;
use exchange::registration::{Lane, Outcome};

use crate::office;
use world::World;

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
