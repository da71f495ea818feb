//! Guessing costs, and nobody else pays for it.

use super::*;

fn at(seconds: i64) -> Time {
    Time::from_micros(seconds * 1_000_000)
}

#[test]
fn some_misses_an_hour_are_how_a_desk_works() {
    let guessing = Guessing::new(GuessingRules::default());
    let desk: Arc<str> = "institution:1319999015:terminal:desk-1".into();
    // One miss every two minutes, all day long.
    for n in 0..720 {
        assert!(guessing.may_ask(&desk, at(n * 120)).is_ok(), "{n}");
        guessing.miss(&desk, at(n * 120));
    }
    assert_eq!(guessing.standing(at(0))[0].misses, 720);
}

#[test]
fn whoever_guesses_waits_longer_and_longer_and_nobody_else_does() {
    let guessing = Guessing::new(GuessingRules::default());
    let (guesser, other): (Arc<str>, Arc<str>) = ("a".into(), "b".into());
    let (mut now, mut asked, mut waits) = (at(0), 0, Vec::new());
    while now < at(24 * 3600) {
        match guessing.may_ask(&guesser, now) {
            Ok(_under_way) => {
                asked += 1;
                guessing.miss(&guesser, now);
                now = now + Duration::from_millis(10);
            }
            Err(Wait(wait)) => {
                waits.push(wait.as_secs() / 60);
                now = now + wait;
            }
        }
        assert!(guessing.may_ask(&other, now).is_ok());
    }
    // A day of the fastest guessing is what some days of an ordinary desk are, and not tens of thousands.
    assert!(asked <= 30 + 24 * 30, "{asked}");
    assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]), "{waits:?}");
    assert_eq!(waits.last(), Some(&59));
    let standing = &guessing.standing(now)[0];
    assert!(standing.alerts >= 10 && standing.misses == asked, "{standing:?}");
}

#[test]
fn three_in_a_row_are_told_and_a_hit_ends_the_row() {
    let guessing = Guessing::new(GuessingRules::default());
    let desk: Arc<str> = "a".into();
    for n in 0..2 {
        guessing.miss(&desk, at(n));
    }
    guessing.hit(&desk);
    guessing.miss(&desk, at(3));
    assert_eq!(guessing.standing(at(3))[0].alerts, 0);
    guessing.miss(&desk, at(4));
    guessing.miss(&desk, at(5));
    assert_eq!(guessing.standing(at(5))[0].alerts, 1);
}

#[test]
fn of_inquiries_at_the_same_time_there_are_no_more_than_misses_are_left() {
    let guessing = Guessing::new(GuessingRules::default());
    let desk: Arc<str> = "a".into();
    let mut under_way: Vec<_> = (0..30).map(|_| guessing.may_ask(&desk, at(0)).ok()).collect();
    assert!(under_way.iter().all(Option::is_some));
    assert!(guessing.may_ask(&desk, at(0)).is_err());
    assert!(guessing.may_ask(&"b".into(), at(0)).is_ok());
    // One is answered, and found somebody.
    under_way.pop();
    under_way.push(guessing.may_ask(&desk, at(0)).ok());
    assert!(under_way.iter().all(Option::is_some));
    // After a wait less than one has come back, and one may be asked: whoever is alone never waits for others.
    drop(under_way);
    (0..30).for_each(|_| guessing.miss(&desk, at(0)));
    assert!(guessing.may_ask(&desk, at(59)).is_err());
    let alone = guessing.may_ask(&desk, at(60));
    assert!(alone.is_ok() && guessing.may_ask(&desk, at(60)).is_err());
    drop(alone);
    assert!(guessing.under_way.lock().unwrap().is_empty());
}

#[test]
fn a_clock_that_is_set_back_makes_nobody_wait_longer() {
    let guessing = Guessing::new(GuessingRules::default());
    let (now, desk): (i64, Arc<str>) = (24 * 3600, "a".into());
    (0..30).for_each(|_| guessing.miss(&desk, at(now)));
    assert!(guessing.may_ask(&desk, at(now)).is_err());
    // A day back: it waits an hour and no more, and then what has come back is an hour's.
    let Err(Wait(wait)) = guessing.may_ask(&desk, at(0)) else {
        panic!("it waits");
    };
    assert_eq!(wait, LONGEST_WAIT);
    assert!(guessing.may_ask(&desk, at(3599)).is_err());
    let under_way: Vec<_> = (0..30).map(|_| guessing.may_ask(&desk, at(3600)).ok()).collect();
    assert!(under_way.iter().all(Option::is_some));
    assert!(guessing.may_ask(&desk, at(3600)).is_err());
}

#[test]
fn lists_have_their_own_measure() {
    let guessing = Guessing::new(GuessingRules::default());
    guessing.bulk_misses("1319999015", 2000, at(0));
    assert_eq!(guessing.may_ask_many("1319999015", at(1)), Ok(()));
    guessing.bulk_misses("1319999015", 2000, at(2));
    assert!(guessing.may_ask_many("1319999015", at(3)).is_err());
    assert_eq!(guessing.may_ask_many("1319999023", at(3)), Ok(()));
    let desk: Arc<str> = "institution:1319999015:terminal:desk-1".into();
    assert!(guessing.may_ask(&desk, at(3)).is_ok());
}

#[test]
fn lists_never_miss_more_than_is_left_and_are_told_once() {
    let guessing = Guessing::new(GuessingRules::default());
    let here = "1319999015";
    let mut missed = 0;
    // Whatever is waiting: steps of fifty people, all of them nobody, for as long as there are any.
    let mut steps = |from: i64, through: i64| {
        let before = missed;
        for second in from..through {
            let misses = guessing.bulk_left(here, at(second)).min(50);
            guessing.bulk_misses(here, misses, at(second));
            missed += misses;
        }
        (missed - before, guessing.standing(at(through))[0].alerts)
    };
    // Two come back in the first minute, and then it waits.
    let (at_once, alerts) = steps(0, 120);
    assert!(
        (3000..=3002).contains(&at_once) && alerts <= 2,
        "{at_once} {alerts}"
    );
    // Afterwards what comes back, a measure a day, and one word for each wait of up to an hour.
    let mut told = alerts;
    for (from, through) in [(120, 86_400), (86_400, 172_800), (172_800, 259_200)] {
        let (missed, alerts) = steps(from, through);
        // What came back in a wait over midnight is the next day's.
        assert!((2875..=3125).contains(&missed), "{missed}");
        assert!(alerts - told <= 30, "{}", alerts - told);
        told = alerts;
    }
    assert_eq!(guessing.bulk_left("1319999023", at(0)), 3000);
}
