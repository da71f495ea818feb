//! The monthly run against a model: wherever the office dies, however often anybody asks, the same vouchers come out.

use std::collections::{BTreeMap, BTreeSet};

use domain::entrustment::EntrustmentId;
use domain::monthly::{Issued, LeftOutReason};
use domain::voucher::Voucher;
use env::sim::Weather;
use proptest::prelude::*;
use serde_json::{Value, json};
use storage::Statement;

use crate::model::{self, MONTH, Person, finished, unnumbered};
use crate::world::World;

/// The office dies at every eighth of the points where that is worth trying.
const DEADLY: Weather = Weather {
    loss: 50,
    doubling: 50,
    delay_ms: 5,
    crash_point: 120,
};

/// Whoever was left out: link, entrustment, reason.
type LeftOut = BTreeSet<(String, String, String)>;

/// Asks for the month's run again and again while the office dies, until it is finished; the runs there were since the
/// `nth`, and how often the office died. Whoever asks again after the end, because an answer was lost, starts another.
fn run_through(world: &World, nth: usize, again: u64) -> (Vec<Value>, usize) {
    world.fleet.set_weather(DEADLY);
    let (mut deaths, mut asked) = (0, 0);
    for _ in 0..5000 {
        for _ in world.fleet.take_crashed() {
            deaths += 1;
            world.start_office();
        }
        let newest = world.try_get(&format!("/runs?month={MONTH}"));
        let newest = newest.filter(|(status, _)| *status == 200).map(|(_, run)| run);
        let is_ours = newest.as_ref().is_some_and(|run| number_of(run) >= nth);
        if is_ours && newest.is_some_and(|run| run["finished"] == true) {
            world.fleet.set_weather(Weather::default());
            if !world.fleet.take_crashed().is_empty() {
                world.start_office();
            }
            world.until_finished(MONTH);
            let newest = number_of(&world.get(&format!("/runs?month={MONTH}")));
            let runs = (nth..=newest).map(|nth| world.get(&format!("/runs/{MONTH}-{nth}")));
            return (runs.collect(), deaths);
        }
        if !is_ours || asked < again {
            asked += 1;
            let _lost_or_not = world.try_post("/runs", &json!({ "month": MONTH }));
        }
    }
    panic!("the run is never finished");
}

/// Which of its month's runs it is.
fn number_of(run: &Value) -> usize {
    run["id"]
        .as_str()
        .unwrap()
        .rsplit_once('-')
        .unwrap()
        .1
        .parse()
        .unwrap()
}

/// The vouchers of a person that stand, under their records.
fn vouchers(world: &World, person: &Person) -> BTreeMap<String, Voucher> {
    let file = world.get(&format!("/people/{}", person.link()));
    let vouchers = file["vouchers"].as_array().unwrap().iter();
    vouchers
        .map(|one| {
            let voucher = serde_json::from_value(one["body"].clone()).unwrap();
            (one["record"].as_str().unwrap().to_owned(), voucher)
        })
        .collect()
}

fn left_out(world: &World, run: &Value) -> LeftOut {
    let id = run["id"].as_str().unwrap();
    let list = world.get(&format!("/runs/{id}/left-out"));
    let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    let left_out = list["left_out"].as_array().unwrap().iter();
    left_out
        .map(|one| (text(one, "link"), text(one, "entrustment"), text(one, "reason")))
        .collect()
}

/// Every number once and none missing, and every voucher in the file that its row names.
fn must_be_whole(world: &World, vouchers: &[Voucher]) {
    static IN_FILES: Statement = Statement::new(
        "SELECT COUNT(*) AS n FROM voucher AS v JOIN outbox AS o ON o.lane = v.lane AND o.number = v.number",
    );
    static VERSIONS: Statement = Statement::new("SELECT COUNT(*) AS n FROM decision WHERE kind = 'voucher'");
    static NOTED: Statement =
        Statement::new("SELECT CAST(COALESCE(SUM(vouchers), 0) AS BIGINT) AS n FROM run_file");
    let count = i64::try_from(vouchers.len()).unwrap();
    for statement in [&IN_FILES, &VERSIONS, &NOTED] {
        assert_eq!(world.count("office", statement), count, "{}", statement.sql());
    }
    let numbers: BTreeSet<String> = vouchers
        .iter()
        .map(|voucher| voucher.issue_number.as_str().to_owned())
        .collect();
    let expected: BTreeSet<String> = (1..=vouchers.len()).map(|n| format!("{MONTH}{n:07}")).collect();
    assert_eq!(numbers, expected);
}

/// One life of a ward: a month is run, something is settled since, and it is run again.
fn live(seed: u64, people: u32, again: u64) -> usize {
    let world = World::alone("run", seed);
    let below = |bound| world.fleet.below(bound);
    let mut ward: Vec<Person> = (0..people).map(|n| model::person(n, &below)).collect();
    let households: Vec<Value> = ward.iter().map(Person::household).collect();
    world.load(&households);

    let dry = world.post("/runs", &json!({ "month": MONTH, "dry_run": true }));
    let (runs, mut deaths) = run_through(&world, 1, again);
    let run = &runs[0];
    let mut expected_left_out = LeftOut::new();
    let mut all = Vec::new();
    for person in &ward {
        let (drafts, left_out) = person.plan(&[], &[]);
        let vouchers = vouchers(&world, person);
        let mut issued: Vec<String> = vouchers.values().cloned().map(unnumbered).collect();
        let mut expected = finished(drafts);
        issued.sort();
        expected.sort();
        assert_eq!(issued, expected, "seed {seed}: {}", person.link());
        all.extend(vouchers.into_values());
        expected_left_out.extend(left_out.into_iter().map(|one| {
            let (entrustment, reason) = (one.entrustment.as_str(), one.reason.name());
            (person.link(), entrustment.to_owned(), reason.to_owned())
        }));
    }
    must_be_whole(&world, &all);
    assert_eq!(left_out(&world, run), expected_left_out, "seed {seed}");
    for same in ["issued", "left_out", "people", "people_seen", "already_issued"] {
        assert_eq!(dry[same], run[same], "seed {seed}: {same}");
    }

    // Somebody withdraws a voucher, opinions return, amounts are settled.
    let mut withdrawn: Vec<(String, EntrustmentId)> = Vec::new();
    let mut stands: BTreeMap<String, Vec<Issued>> = BTreeMap::new();
    for person in &mut ward {
        let (drafts, _) = person.plan(&[], &[]);
        for (record, voucher) in vouchers(&world, person) {
            let of = |one: &&domain::monthly::Draft| {
                finished(vec![(*one).clone()]) == [unnumbered(voucher.clone())]
            };
            let entrustment = drafts.iter().find(of).unwrap().entrustment.clone();
            let alone = drafts.iter().filter(|one| one.entrustment == entrustment).count() == 1;
            if alone && below(20) == 0 {
                let path = format!("/people/{}/vouchers/{record}/withdrawal", person.link());
                world.post(&path, &json!({}));
                withdrawn.push((person.link(), entrustment));
            } else {
                let entrustment = Some(entrustment);
                stands
                    .entry(person.link())
                    .or_default()
                    .push(Issued { entrustment, voucher });
            }
        }
        let path = format!("/people/{}/entrustments", person.link());
        for one in &mut person.entrustments {
            if below(3) == 0 {
                let returned = json!({ "returned": { "from": "202610" } });
                one.opinion = serde_json::from_value(returned).unwrap();
                world.post(&path, &json!({ "entrustment": one }));
            }
        }
        if person.self_pays && person.self_payment.is_none() {
            person.self_payment = Some(model::settled(2000));
            let path = format!("/people/{}/self-payments", person.link());
            world.post(
                &path,
                &json!({ "month": MONTH, "self_payment": person.self_payment }),
            );
        }
    }
    let (runs, more) = run_through(&world, runs.len() + 1, 1);
    deaths += more;
    let mut issued = 0;
    for person in &ward {
        let passed_over: Vec<EntrustmentId> = withdrawn
            .iter()
            .filter(|(link, _)| *link == person.link())
            .map(|(_, entrustment)| entrustment.clone())
            .collect();
        let before = stands.remove(&person.link()).unwrap_or_default();
        let (drafts, left_out) = person.plan(&before, &passed_over);
        issued += drafts.len();
        let mut expected = finished(drafts);
        expected.extend(before.into_iter().map(|one| unnumbered(one.voucher)));
        let mut stand: Vec<String> = vouchers(&world, person).into_values().map(unnumbered).collect();
        stand.sort();
        expected.sort();
        assert_eq!(stand, expected, "seed {seed}: {} the second time", person.link());
        assert!(
            left_out
                .iter()
                .all(|one| one.reason != LeftOutReason::SelfPaymentUnsettled)
        );
    }
    assert_eq!(runs[0]["issued"], issued, "seed {seed}");
    assert_eq!(runs[0]["withdrawn"], withdrawn.len(), "seed {seed}");
    // Whatever was asked for later found nothing to do.
    assert!(runs[1..].iter().all(|run| run["issued"] == 0), "seed {seed}");
    deaths
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_death_and_any_repetition_issue_the_same(seed in any::<u64>(), people in 0..230_u32, again in 1..4_u64) {
        live(seed, people, again);
    }
}

#[test]
fn the_office_does_die_in_these_tests() {
    let deaths: usize = (0..2).map(|seed| live(seed, 420, 2)).sum();
    assert!(deaths >= 4, "the office died only {deaths} times");
}
