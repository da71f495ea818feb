//! An office's mark says how new its data are; the hub takes none that cannot be so.

use domain::permit::Actor;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use storage::{Statement, Tx, params};

use crate::people;
use crate::real::Real;
use crate::world::World;

/// Sends a mark as office 13104; the hub's status and the field that it names.
fn mark(world: &World, at: i64, heads: [i64; 3]) -> (StatusCode, Value) {
    let [shield, single, bulk] = heads;
    let heads = json!({ "shield": shield, "single": single, "bulk": bulk });
    let body = json!({ "office": people::office(), "at": at, "heads": heads });
    let body = serde_json::to_vec(&body).unwrap();
    let me = Actor::Office(people::office());
    let (status, problem) = world.call("hub", &me, Method::POST, "/registration/marks", body);
    let problem: Value = serde_json::from_slice(&problem).unwrap();
    if status != StatusCode::OK {
        assert!(problem["next"].is_string(), "{problem}");
    }
    (status, problem["field"].clone())
}

/// The marks that whoever reads the feed is told of.
fn told(world: &World) -> Vec<i64> {
    let page = world.call(
        "hub",
        &Actor::Verification,
        Method::GET,
        &crate::world::feed_path(&[]),
        Vec::new(),
    );
    let page: Value = serde_json::from_slice(&page.1).unwrap();
    let marks = page["marks"].as_array().cloned().unwrap_or_default();
    marks.iter().map(|mark| mark["at"].as_i64().unwrap()).collect()
}

#[test]
fn a_mark_is_not_of_the_future() {
    let world = World::new("marks", 1);
    world.live(1);
    let minutes = |minutes: i64| world.fleet.now().micros() + minutes * 60_000_000;
    for at in [i64::MAX, minutes(6), minutes(60)] {
        let no = (StatusCode::UNPROCESSABLE_ENTITY, json!("at"));
        assert_eq!(mark(&world, at, [0; 3]), no, "{at}");
    }
    assert!(told(&world).is_empty());
    // Clocks differ, and an office that was away says what it knew.
    for at in [0, minutes(-60), minutes(0), minutes(4)] {
        assert_eq!(mark(&world, at, [0; 3]).0, StatusCode::OK, "{at}");
        assert_eq!(told(&world), [at]);
    }
}

#[test]
fn a_mark_counts_from_nothing_up() {
    let world = World::new("marks-negative", 2);
    world.live(1);
    let now = world.fleet.now().micros();
    for (at, heads, field) in [
        (-1, [0, 0, 0], "at"),
        (i64::MIN, [0, 0, 0], "at"),
        (now, [-1, 0, 0], "heads.shield"),
        (now, [0, -1, 0], "heads.single"),
        (now, [0, 0, i64::MIN], "heads.bulk"),
    ] {
        let no = (StatusCode::UNPROCESSABLE_ENTITY, json!(field));
        assert_eq!(mark(&world, at, heads), no);
    }
    assert!(told(&world).is_empty());
    assert_eq!(mark(&world, now, [1, 2, 3]).0, StatusCode::OK);
}

/// As the hub takes a mark while its own clock is ahead.
static AN_HOUR_AHEAD: Statement = Statement::new("UPDATE mark SET at = at + 3600000000");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mark_that_a_wrong_clock_let_in_gives_way() {
    harness::for_each_database("marks", async |database| {
        let real = Real::start(&database, &harness::sqlite_database("marks_registers")).await;
        let told = async || {
            let marks = real.page(&[], 0).await.0.marks;
            marks.iter().map(|mark| mark.at).collect::<Vec<_>>()
        };
        let now = real.env.now().micros();
        real.mark(now).await;
        // Ahead by less than clocks may differ, it is the newest.
        real.mark(now + 60_000_000).await;
        real.mark(now + 1).await;
        assert_eq!(told().await, [now + 60_000_000]);
        let ahead = async |tx: &mut Tx| tx.execute(&AN_HOUR_AHEAD, &params! {}).await;
        let store = real.hub_store(&database).await;
        assert_eq!(store.unit("test.ahead", ahead).await.unwrap(), 1);
        real.mark(now + 2).await;
        assert_eq!(told().await, [now + 2]);
        real.mark(now + 1).await;
        assert_eq!(told().await, [now + 2], "an older one");
        real.stop().await;
    })
    .await;
}
