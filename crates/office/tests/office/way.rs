//! The way of a voucher, from the run to verification, with the state and time of each step.

use serde_json::{Value, json};

use crate::people::{self, CLINIC};
use crate::world::World;

fn states(run: &Value) -> (u64, u64, u64, u64) {
    let state = |name: &str| run["states"][name].as_u64().unwrap();
    (
        state("decided") + state("sent"),
        state("applied"),
        state("visible"),
        state("held"),
    )
}

fn voucher(world: &World, n: u32) -> Value {
    let records = world.get(&format!("/people/{}/records", people::link(n)));
    let voucher = records
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["kind"] == "voucher");
    voucher.unwrap().clone()
}

#[test]
fn a_run_becomes_visible_and_says_when() {
    let world = World::whole("way", 1);
    // The third is in no register: whoever is not matched is held.
    world.settle([1, 2].into_iter());
    let household = |n| people::household(n, &[people::entrustment("a", CLINIC, "02")]);
    world.load(&[household(1), household(2), household(3)]);
    world.live(10);
    world.post("/runs", &json!({ "month": "202612" }));
    world.until_finished("202612");
    world.live(10);
    let run = world.get("/runs?month=202612");
    assert_eq!(run["issued"], 3);
    assert_eq!(states(&run), (0, 0, 2, 1), "{run}");
    let visible = voucher(&world, 1);
    // The receipt is on its way back while verification applies the file already.
    for last in ["received_at", "visible_at"] {
        let times = ["decided_at", "sent_at", last];
        let times = times.iter().map(|name| visible[name].as_i64().unwrap());
        assert!(times.is_sorted(), "{visible}");
    }
    assert_eq!(world.get("/figures?date=2026-12-01")["not_matched"], 1);
    let held = voucher(&world, 3);
    assert_eq!(
        (&held["state"], &held["visible_at"]),
        (&json!("held"), &Value::Null)
    );
    assert!(held["why"].as_str().unwrap().starts_with("match:"), "{held}");

    // The register learns of the third, and the office corrects what it had written down.
    world.settle([3].into_iter());
    let mut corrected = people::person(3);
    corrected["address"] = json!({ "text": "見本県見本区１丁目" });
    corrected["name"]["other"] = json!("MIHON");
    let mut resident = people::resident(3);
    resident["attributes"]["name"]["other"] = json!("MIHON");
    let residents = domain::permit::Actor::Registers;
    world.ask(
        "registers",
        &residents,
        http::Method::POST,
        "/residents",
        &json!([resident]),
    );
    world.post("/people", &corrected);
    world.live(20);
    let run = world.get("/runs?month=202612");
    assert_eq!(states(&run), (0, 0, 3, 0), "{run}");
    assert_eq!(world.get("/figures?date=2026-12-01")["not_matched"], 0);
    let let_go = voucher(&world, 3);
    assert_eq!(let_go["state"], "visible", "{let_go}");
    assert!(
        let_go["applied_at"].as_i64() > let_go["received_at"].as_i64(),
        "{let_go}"
    );
    assert!(
        let_go["visible_at"].as_i64() >= let_go["applied_at"].as_i64(),
        "{let_go}"
    );
    let month = world.get("/months/202612");
    assert_eq!(month["states"]["visible"], 3);
}

#[test]
fn what_is_not_heard_is_sent_and_not_visible() {
    let world = World::alone("unheard", 2);
    world.load(&[people::household(1, &[people::entrustment("a", CLINIC, "02")])]);
    world.post(
        &format!("/people/{}/months/202611", people::link(1)),
        &Value::Null,
    );
    world.live(5);
    let voucher = voucher(&world, 1);
    // There is no hub: it was tried, in the lane of single decisions at once.
    assert_eq!(
        (&voucher["state"], &voucher["lane"], &voucher["received_at"]),
        (&json!("sent"), &json!("single"), &Value::Null),
        "{voucher}"
    );
}

#[test]
fn what_is_visible_stays_told_when_anybody_was_down() {
    let world = World::whole("down", 3);
    world.settle([1].into_iter());
    world.load(&[people::household(1, &[people::entrustment("a", CLINIC, "02")])]);
    world.live(10);
    world.fleet.crash("verification");
    world.post(
        &format!("/people/{}/months/202611", people::link(1)),
        &Value::Null,
    );
    world.live(10);
    assert_eq!(voucher(&world, 1)["state"], "applied");
    world.fleet.crash("hub");
    world.fleet.crash("office");
    world.live(5);
    world.start_office();
    world.start_hub();
    world.live(20);
    assert_eq!(voucher(&world, 1)["state"], "applied");
    world.start_verification();
    world.live(20);
    assert_eq!(voucher(&world, 1)["state"], "visible");
}
