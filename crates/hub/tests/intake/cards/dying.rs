//! Cards on real databases, and on a fleet whose hub and register die.

use domain::permit::Actor;
use env::sim::Weather;
use exchange::presence::{Enrolled, PASSED_ON, PassedOn};
use exchange::registration::Lane;
use exchange::registration::feed::Entry;
use http::{Method, StatusCode};
use storage::{Statement, Store, Tx, params};

use super::{card, ended, issued, one, told_in};
use crate::people::{NUMBERS, Someone, eligibility};
use crate::real::Real;
use crate::world::World;

/// On real databases too: an enrolment, a change at the register, and nothing in the clear or left to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cards_come_on_every_database() {
    static LEFT: Statement = Statement::new("SELECT COUNT(*) AS n FROM to_ask");
    static CONTENTS: Statement = Statement::new("SELECT content FROM record WHERE kind = 'card'");
    harness::for_each_database("cards", async |database| {
        let real = Real::start(&database, &harness::sqlite_database("cards_registers")).await;
        let (mine, next) = (card(7, 0x5e71_a177), card(7, 0x5e71_a178));
        real.happened(&[issued(NUMBERS[0], &mine)]).await;
        assert_eq!(real.enrol(&mine).await, Enrolled::NobodyHere);
        real.load(&[one()]).await;
        real.send(Lane::Single, 1, &[real.person(&one(), 1), eligibility("p-1", 1)])
            .await;
        real.until_released(1).await;
        assert_eq!(real.enrol(&mine).await, Enrolled::Linked);
        let told = told_in(real.feed().await.0);
        assert_eq!(told, [("p-1".to_owned(), 1, vec![mine])]);
        real.happened(&[issued(NUMBERS[0], &next)]).await;
        let mut entries: Vec<Entry> = Vec::new();
        while told_in(entries.clone()).len() < 2 {
            entries.extend(real.page(&entries, 10_000).await.0.entries);
        }
        let told = told_in(entries);
        assert_eq!(told[1], ("p-1".to_owned(), 2, vec![next]));
        let store = Store::open(&real.env, &database, crate::hub::MIGRATIONS)
            .await
            .unwrap();
        let left = async move |tx: &mut Tx| {
            let contents = tx.all(&CONTENTS, &params! {}).await?;
            Ok::<_, storage::StoreError>((tx.one(&LEFT, &params! {}).await?.int("n")?, contents))
        };
        let (left, contents) = store.read("test.left", left).await.unwrap();
        assert_eq!((left, contents.len()), (0, 2));
        for row in contents {
            let sealed = row.bytes("content").unwrap();
            assert!(!sealed.windows(3).any(|window| window == [0x5e, 0x71, 0xa1]));
        }
        real.stop().await;
    })
    .await;
}

/// Hub and register die around their commits while cards change and people enrol; how often the hub died.
fn crashing(seed: u64) -> usize {
    let mut world = World::new("cards-crashes", seed);
    let people: Vec<Someone> = ["p-1", "p-2", "p-3"]
        .iter()
        .zip(NUMBERS)
        .map(|(link, number)| Someone::new(link, number, "架空　花子"))
        .collect();
    for someone in &people {
        world.settled(someone);
    }
    world.fleet.set_weather(Weather {
        loss: 100,
        doubling: 100,
        delay_ms: 30,
        crash_point: 150,
    });
    let mut deaths = 0;
    let mut revive = |world: &World| {
        for dead in world.fleet.take_crashed() {
            if dead == "hub" {
                deaths += 1;
                world.start_hub();
            } else {
                world.start_registers();
            }
        }
    };
    let mut until_heard = |world: &World, me: &Actor, role: &str, path: &str, body: &[u8]| loop {
        revive(world);
        let sent = world.try_call(role, me, Method::POST, path, body.to_vec());
        if let Some((StatusCode::OK, said)) = sent {
            break said;
        }
    };
    let of = |n: usize, round: u128| card(u8::try_from(n).unwrap(), round);
    // The third never enrols; the second loses the last card.
    for round in 1..=12 {
        for (n, someone) in people.iter().enumerate() {
            let event = issued(someone.number.unwrap(), &of(n, round));
            let body = serde_json::to_vec(&[event]).unwrap();
            until_heard(&world, &Actor::Registers, "registers", "/residents/cards", &body);
        }
        let n = usize::try_from(world.fleet.below(2)).unwrap();
        let body = serde_json::to_vec(&PassedOn { card: of(n, round) }).unwrap();
        let said = until_heard(&world, &Actor::Verification, "hub", PASSED_ON, &body);
        assert_eq!(said, br#""linked""#, "seed {seed}");
        if world.fleet.below(2) == 0 {
            world.fleet.crash("hub");
        }
        for _ in 0..4 {
            world.live(1);
        }
    }
    let body = serde_json::to_vec(&[ended(&of(1, 12), "revoked")]).unwrap();
    until_heard(&world, &Actor::Registers, "registers", "/residents/cards", &body);
    world.fleet.set_weather(Weather::default());
    until_heard(&world, &Actor::Registers, "registers", "/residents/cards", &body);
    until_heard(
        &world,
        &Actor::Verification,
        "hub",
        PASSED_ON,
        &serde_json::to_vec(&PassedOn { card: of(0, 12) }).unwrap(),
    );
    world.live(60);
    let told = world.cards();
    for (link, last) in [("p-1", vec![of(0, 12)]), ("p-2", Vec::new())] {
        let of_person: Vec<_> = told.iter().filter(|(of, ..)| of == link).collect();
        // Once each, in order, without a gap, each of them another; and the last is what the register has.
        let revisions: Vec<u32> = of_person.iter().map(|(_, revision, _)| *revision).collect();
        let count = u32::try_from(revisions.len()).unwrap();
        assert_eq!(revisions, (1..=count).collect::<Vec<_>>(), "seed {seed}");
        assert!(
            of_person.windows(2).all(|pair| pair[0].2 != pair[1].2),
            "seed {seed}"
        );
        assert_eq!(of_person.last().unwrap().2, last, "seed {seed}");
    }
    assert_eq!(world.cards_now("p-3"), None);
    deaths
}

#[test]
fn cards_arrive_once_whatever_dies() {
    let deaths: usize = (0..4).map(crashing).sum();
    assert!(deaths >= 12, "the hub died only {deaths} times");
}
