//! The same on real databases: the run, its repetition, and the counts of both.

use domain::permit::Actor;
use env::Origin;
use seal::RootKey;
use serde_json::{Value, json};
use service::Caller;
use storage::{DatabaseConfig, Store};

use crate::model::{self, MONTH, Person};
use crate::{office, people, world};

async fn until_finished(office: &Caller) -> Value {
    loop {
        let run: Value = office.get(&format!("/runs?month={MONTH}")).await.unwrap();
        if run["finished"] == true {
            return run;
        }
    }
}

async fn lives_on(database: DatabaseConfig) {
    let env = harness::known_as(Actor::Office(world::code()));
    let (root, hub) = (
        RootKey::generate(&mut env.rng()),
        RootKey::generate(&mut env.rng()),
    );
    Store::migrate(&env, &database, office::MIGRATIONS).await.unwrap();
    // Nobody listens there.
    let setup = || {
        let mut setup = world::setup(Origin::new("127.0.0.1", 9), &root, &hub);
        // The clock is the real one, and the month is not.
        (setup.issuing.back, setup.issuing.ahead) = (1200, 1200);
        setup
    };
    let anywhere = Origin::new("127.0.0.1", 0);
    let running = office::start_with(&env, &anywhere, &database, setup())
        .await
        .unwrap();
    let caller = Caller::oneself(&env, running.at());

    // The same people on every database.
    let draws = std::cell::Cell::new(7_u64);
    let below = |bound: u64| {
        draws.set(
            draws
                .get()
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407),
        );
        (draws.get() >> 33) % bound
    };
    let ward: Vec<Person> = (0..230).map(|n| model::person(n, &below)).collect();
    let _known: Value = caller
        .post("/institutions", &people::institutions())
        .await
        .unwrap();
    for part in ward.chunks(50) {
        let part: Vec<Value> = part.iter().map(Person::household).collect();
        let _loaded: Value = caller.post("/load", &part).await.unwrap();
    }
    let expected: usize = ward.iter().map(|person| person.plan(&[], &[]).0.len()).sum();
    let dry: Value = caller
        .post("/runs", &json!({ "month": MONTH, "dry_run": true }))
        .await
        .unwrap();
    let _started: Value = caller.post("/runs", &json!({ "month": MONTH })).await.unwrap();
    let run = until_finished(&caller).await;
    for (name, expected) in [("issued", json!(expected)), ("left_out", dry["left_out"].clone())] {
        assert_eq!((&run[name], &dry[name]), (&expected, &expected), "{name}");
    }
    let states = &run["states"];
    let waiting = states["decided"].as_u64().unwrap() + states["sent"].as_u64().unwrap();
    assert_eq!(waiting, expected as u64, "{states}");
    let month: Value = caller.get(&format!("/months/{MONTH}")).await.unwrap();
    let waiting = &month["states"];
    assert_eq!(
        waiting["decided"].as_u64().unwrap() + waiting["sent"].as_u64().unwrap(),
        expected as u64
    );
    let figures: Value = caller.get("/figures?date=2026-12-10").await.unwrap();
    assert_eq!(
        figures["people"].as_u64().unwrap()
            + figures["ended"].as_u64().unwrap()
            + figures["suspended"].as_u64().unwrap()
            + figures["future"].as_u64().unwrap(),
        230
    );
    running.stop().await;

    // Another life of the role goes on where everything was.
    let running = office::start_with(&env, &anywhere, &database, setup())
        .await
        .unwrap();
    let caller = Caller::oneself(&env, running.at());
    let _started: Value = caller.post("/runs", &json!({ "month": MONTH })).await.unwrap();
    let again = until_finished(&caller).await;
    assert_eq!(
        (&again["id"], &again["issued"]),
        (&json!(format!("{MONTH}-2")), &json!(0))
    );
    let link = people::link(
        ward.iter()
            .find(|person| !person.plan(&[], &[]).0.is_empty())
            .unwrap()
            .n,
    );
    let what = json!({ "event": "end", "date": "2026-10-01", "reason": "death" });
    let ended: Value = caller
        .post(&format!("/people/{link}/events"), &json!({ "what": what }))
        .await
        .unwrap();
    assert!(!ended["vouchers"].as_array().unwrap().is_empty());
    let left_out: Value = caller.get(&format!("/runs/{MONTH}-1/left-out")).await.unwrap();
    assert!(!left_out["left_out"].as_array().unwrap().is_empty());
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_is_the_same_on_every_database() {
    harness::for_each_database("office_month", lives_on).await;
}
