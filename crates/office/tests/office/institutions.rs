//! The register of institutions: followed where the configuration names it, and read once more before a month is run.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use env::network::Limits;
use env::{Handler, Request};
use serde_json::{Value, json};

use crate::model::MONTH;
use crate::people::{self, CLINIC};
use crate::world::{World, at};

/// Versions in one page.
const PAGE: usize = 2;

/// A register that gives the versions after a position, two at a time.
fn start_register(world: &World, versions: &Arc<Mutex<Vec<Value>>>) {
    let versions = versions.clone();
    let handler: Handler = Arc::new(move |request: Request| {
        let query = request.uri().query().unwrap();
        let after = query.split_once("after=").unwrap().1.split_once('&').unwrap().0;
        let after: usize = after.parse().unwrap();
        let all = versions.lock().unwrap();
        let page: Vec<Value> = (1..)
            .zip(all.iter())
            .skip(after)
            .take(PAGE)
            .map(|(n, institution)| json!({ "n": n, "version": 1, "institution": institution }))
            .collect();
        let body = Bytes::from(serde_json::to_vec(&json!({ "institutions": page })).unwrap());
        Box::pin(async move { http::Response::new(body) })
    });
    let env = world.fleet.node("register", "register").simulated_as("registers");
    env.clone().spawn("register", async move {
        let listening = env
            .network()
            .listen(&at("register"), handler, Limits::default())
            .await;
        std::future::pending::<()>().await;
        drop(listening);
    });
}

fn issued(world: &World) -> Value {
    world.post("/runs", &json!({ "month": MONTH, "dry_run": true }))["issued"].clone()
}

#[test]
fn what_the_register_says_counts_from_the_next_run_on() {
    let world = World::following("register", 1);
    let versions = Arc::new(Mutex::new(people::institutions().as_array().unwrap().clone()));
    start_register(&world, &versions);
    world.live(30);
    world.post(
        "/load",
        &json!([people::household(1, &[people::entrustment("a", CLINIC, "02")])]),
    );
    assert_eq!(issued(&world), 1);
    // The clinic gives its designation up; the run is asked for in the same moment.
    let mut given_up = versions.lock().unwrap()[0].clone();
    given_up["designated"][0]["through"] = json!("2026-11-30");
    versions.lock().unwrap().push(given_up);
    assert_eq!(issued(&world), 0);
}

#[test]
fn a_register_that_is_down_holds_no_run_up() {
    let world = World::following("register-down", 2);
    world.load(&[people::household(1, &[people::entrustment("a", CLINIC, "02")])]);
    let before = world.fleet.now();
    assert_eq!(issued(&world), 1);
    assert!(world.fleet.now().since(before) < Duration::from_secs(20));
}
