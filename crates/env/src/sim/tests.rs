//! The fleet itself: same seed same run, messages go wrong, crashes take what is not durable.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use jiff::civil::date;

use super::*;
use crate::network::Limits;
use crate::{Callee, FileError, Origin, StopHandle};

fn fleet(seed: u64) -> Simulation {
    Simulation::new(seed, Time::from_jst(date(2026, 11, 22).at(8, 45, 0, 0)))
}

fn echo(fleet: &Simulation) -> Callee {
    let env = fleet.node("echo", "echo");
    let at = Origin::new("echo", 80);
    let callee = Callee {
        at: at.clone(),
        name: "".into(),
    };
    let task_env = env.clone();
    env.spawn("echo", async move {
        let handler: crate::Handler =
            Arc::new(|request| Box::pin(async move { http::Response::new(request.into_body()) }));
        let listening = task_env.network().listen(&at, handler, Limits::default()).await;
        let (_stop, never) = StopHandle::new();
        never.asked().await;
        drop(listening);
    });
    callee
}

fn chatter(seed: u64) -> (u64, String, usize) {
    let fleet = fleet(seed);
    fleet.set_weather(Weather {
        loss: 100,
        doubling: 100,
        delay_ms: 20,
        crash_point: 0,
    });
    let origin = echo(&fleet);
    let caller = fleet.node("caller", "caller");
    let answered = fleet.run(100_000, async move {
        let mut answered = 0;
        for n in 0..50_u8 {
            let request = http::Request::new(Bytes::copy_from_slice(&[n]));
            let answer = caller
                .network()
                .call(&origin, request, Duration::from_secs(1))
                .await;
            answered += usize::from(answer.is_ok_and(|answer| answer.body().as_ref() == [n]));
        }
        answered
    });
    let (events, hash) = fleet.trace();
    (events, hash, answered.unwrap())
}

#[test]
fn the_same_seed_is_the_same_run() {
    assert_eq!(chatter(7), chatter(7));
    assert_ne!(chatter(7).1, chatter(8).1);
    let (_, _, answered) = chatter(7);
    assert!((20..50).contains(&answered), "{answered} of 50 in this weather");
}

#[test]
fn a_crash_takes_tasks_and_listeners_but_not_the_disk() {
    let fleet = fleet(1);
    let origin = echo(&fleet);
    let writer = fleet.node("writer", "shared");
    let wrote = fleet.run(1000, {
        let writer = writer.clone();
        async move { writer.files().create(Path::new("/req/a.xml"), b"a").await.is_ok() }
    });
    assert_eq!(wrote, Some(true));
    fleet.crash("writer");
    fleet.crash("echo");
    assert_eq!(fleet.take_crashed(), ["writer", "echo"]);
    assert!(writer.crash_point("after death").is_err());
    let again = fleet.node("writer", "shared");
    let (listed, reached) = fleet
        .run(1000, async move {
            let listed = again.files().list(Path::new("/req")).await.unwrap().len();
            let call = http::Request::new(Bytes::new());
            (
                listed,
                again
                    .network()
                    .call(&origin, call, Duration::from_secs(1))
                    .await
                    .is_ok(),
            )
        })
        .unwrap();
    assert_eq!((listed, reached), (1, false));
}

#[test]
fn time_moves_only_when_nobody_is_ready() {
    let fleet = fleet(3);
    let env = fleet.node("sleeper", "sleeper");
    let began = fleet.now();
    let slept = fleet.run(100, {
        let env = env.clone();
        async move {
            let late = env
                .timeout(Duration::from_secs(5), std::future::pending::<()>())
                .await;
            (late.is_err(), env.now())
        }
    });
    assert_eq!(slept, Some((true, began + Duration::from_secs(5))));
}

#[test]
fn a_lock_dies_with_its_holder_and_with_nobody_else() {
    let fleet = fleet(4);
    let take = |env: crate::Env| {
        fleet.run(
            1000,
            async move { env.files().hold(Path::new("/oqs/a.lock")).await },
        )
    };
    let first = take(fleet.node("agent", "shared")).unwrap().unwrap();
    let Some(Err(FileError::Held { by, .. })) = take(fleet.node("other", "shared")) else {
        panic!("held twice");
    };
    assert_eq!(by, "agent");
    // Another disk has locks of its own.
    assert!(take(fleet.node("third", "elsewhere")).unwrap().is_ok());
    fleet.crash("agent");
    let second = take(fleet.node("agent", "shared")).unwrap().unwrap();
    // What a dead holder left behind takes nothing from the living one.
    drop(first);
    assert!(take(fleet.node("other", "shared")).unwrap().is_err());
    drop(second);
    assert!(take(fleet.node("other", "shared")).unwrap().is_ok());
}

#[test]
fn a_clock_that_is_set_is_one_nodes_own() {
    let fleet = fleet(1);
    let (desk, other) = (fleet.node("desk", "desk"), fleet.node("other", "other"));
    let (before, hour) = (fleet.now(), Duration::from_hours(1));
    let back = Time::from_micros(before.micros() - 3_600_000_000);
    fleet.set_clock("desk", back);
    assert_eq!((desk.now(), other.now(), fleet.now()), (back, before, before));
    let sleeper = desk.clone();
    fleet.run(100, async move { sleeper.sleep(hour).await }).unwrap();
    assert_eq!((desk.now(), other.now()), (before, before + hour));
    fleet.crash("desk");
    assert_eq!(fleet.node("desk", "desk").now(), before);
}
