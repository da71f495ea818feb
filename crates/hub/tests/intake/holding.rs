//! Who is not matched is not seen (promise `right-person`); whoever waits, waits by name.

use domain::number::check_digit;
use exchange::registration::{Lane, Mode, Outcome};
use storage::{Statement, Store, Tx, params};

use crate::people::{NUMBERS, Someone, eligibility, flags, voucher};
use crate::world::World;

fn one() -> Someone {
    Someone::new("p-1", NUMBERS[0], "架空　花子")
}

/// Reasons of a receipt, one for each record that was not applied.
fn reasons(receipt: &exchange::registration::Receipt) -> Vec<&str> {
    let of = |result: &exchange::registration::RowResult| result.outcome == Outcome::Held;
    let held = receipt.not_applied.iter().filter(|result| of(result));
    held.map(|result| result.why.as_str()).collect()
}

#[test]
fn a_person_is_held_until_the_register_agrees() {
    let mut world = World::new("held", 1);
    world.load(&[&one()]);
    let receipt = world.send(&[
        world.person(&one(), 1),
        eligibility("p-1", 1),
        voucher("p-1", "v-1", 1),
    ]);
    assert_eq!(
        reasons(&receipt),
        ["match: waits for the register of residents"; 3]
    );
    // Before the register is asked: the file is there without its records.
    let entries = world.feed();
    assert!(entries.iter().all(|entry| entry.records.is_empty()) || world.standing("p-1") == "matched");
    world.live(1);
    assert_eq!(world.standing("p-1"), "matched");
    let entries = world.feed();
    let released = entries.iter().find(|entry| entry.file.is_none()).unwrap();
    let kinds: Vec<&str> = released
        .records
        .iter()
        .map(|fed| fed.record.content.kind().name())
        .collect();
    assert_eq!(
        (kinds, released.lane),
        (vec!["eligibility", "person", "voucher"], Lane::Single)
    );
    assert!(released.last);
    // From now on nothing of the person waits.
    let receipt = world.send(&[voucher("p-1", "v-2", 1)]);
    assert_eq!((receipt.counts.applied, receipt.counts.held), (1, 0));
}

#[test]
fn the_register_may_be_down() {
    let mut world = World::new("down", 1);
    world.load(&[&one()]);
    world.fleet.crash("registers");
    world.send(&[world.person(&one(), 1)]);
    world.send(&[voucher("p-1", "v-1", 1)]);
    world.live(300);
    assert_eq!(world.standing("p-1"), "waiting");
    assert!(world.visible().is_empty());
    world.start_registers();
    world.live(10);
    assert_eq!(world.visible(), ["p-1 person 1", "p-1 v-1 1"]);
}

/// More people than one question is about, and one who comes last with a link before all of theirs.
#[test]
fn everybody_who_waits_is_asked_about() {
    let mut world = World::new("crowd", 7);
    let number = |n: usize| {
        let body = format!("{:011}", 10_000_000_000 + n);
        let digits: &[u8; 11] = body.as_bytes().try_into().unwrap();
        format!("{body}{}", check_digit::individual(digits)).leak()
    };
    let crowd: Vec<Someone> = (0..450)
        .map(|n| Someone::new(&format!("p-{n:03}"), number(n), "架空　花子"))
        .collect();
    world.load(&crowd.iter().collect::<Vec<_>>());
    world.fleet.crash("registers");
    let records: Vec<_> = crowd[1..].iter().map(|one| world.person(one, 1)).collect();
    world.send_in(Lane::Bulk, Mode::EachPerson, &records);
    world.live(10);
    world.start_registers();
    world.send(&[world.person(&crowd[0], 1)]);
    world.live(30);
    for one in &crowd {
        assert_eq!(world.standing(&one.link), "matched", "{}", one.link);
    }
}

#[test]
fn a_record_may_come_before_its_person() {
    let mut world = World::new("before", 1);
    world.load(&[&one()]);
    let waits = "person: waits for the person's record";
    assert_eq!(reasons(&world.send(&[voucher("p-1", "v-1", 1)])), [waits]);
    let bulk = world.send_in(
        Lane::Bulk,
        Mode::EachPerson,
        &[eligibility("p-1", 1), voucher("p-1", "v-2", 1)],
    );
    assert_eq!(reasons(&bulk), [waits; 2]);
    let shield = world.send_in(Lane::Shield, Mode::EachPerson, &[flags("p-1", 1)]);
    assert_eq!(reasons(&shield), [waits]);
    assert_eq!(world.standing("p-1"), "unknown");
    // Somebody else does not wait for that.
    world.settled(&Someone::new("p-2", NUMBERS[1], "架空　次郎"));
    let before = world.visible();
    assert!(before.iter().all(|line| line.starts_with("p-2 ")), "{before:?}");
    world.send(&[world.person(&one(), 1)]);
    world.live(1);
    let entries = world.feed();
    let released = entries.iter().rfind(|entry| entry.file.is_none()).unwrap();
    let kinds: Vec<&str> = released
        .records
        .iter()
        .map(|fed| fed.record.content.kind().name())
        .collect();
    // All in one entry, which a reader applies in one commit: nothing is seen before its flags.
    assert_eq!(
        kinds,
        ["eligibility", "person", "shielding", "voucher", "voucher"]
    );
}

#[test]
fn a_mismatch_stays_hidden_until_it_is_corrected() {
    let mut world = World::new("mismatch", 1);
    world.load(&[&one()]);
    let wrong = Someone {
        name: "別人　花子",
        ..one()
    };
    world.send(&[world.person(&wrong, 1), voucher("p-1", "v-1", 1)]);
    world.live(10);
    assert_eq!(world.standing("p-1"), "mismatch");
    let receipt = world.send(&[voucher("p-1", "v-2", 1)]);
    assert!(reasons(&receipt)[0].starts_with("match: the register disagrees"));
    assert!(world.visible().is_empty());
    world.send(&[world.person(&one(), 2)]);
    world.live(10);
    assert_eq!(world.standing("p-1"), "matched");
    for line in ["p-1 person 2", "p-1 v-1 1", "p-1 v-2 1"] {
        assert!(world.visible().contains(&line.to_owned()), "{line}");
    }
}

#[test]
fn nobody_under_the_number_is_a_mismatch() {
    let mut world = World::new("nobody", 1);
    world.send(&[world.person(&one(), 1)]);
    world.live(10);
    assert_eq!(world.standing("p-1"), "mismatch");
    assert!(world.visible().is_empty());
}

#[test]
fn without_a_number_everything_is_held() {
    let mut world = World::new("no-number", 1);
    world.load(&[&one()]);
    let unknown = Someone {
        number: None,
        ..one()
    };
    let receipt = world.send(&[world.person(&unknown, 1), voucher("p-1", "v-1", 1)]);
    assert!(
        reasons(&receipt)
            .iter()
            .all(|why| why.starts_with("match: without a number"))
    );
    world.live(60);
    assert_eq!(world.standing("p-1"), "no_number");
    assert!(world.visible().is_empty());
    world.send(&[world.person(&one(), 2)]);
    world.live(10);
    assert!(world.visible().contains(&"p-1 v-1 1".to_owned()));
}

/// A correction waits for the register; what was seen before stays seen, and goes on.
#[test]
fn whoever_was_seen_stays_seen_while_a_correction_waits() {
    let mut world = World::new("seen", 1);
    world.settled(&one());
    let before = world.visible();
    let married = Someone {
        name: "別姓　花子",
        ..one()
    };
    let receipt = world.send(&[world.person(&married, 2), voucher("p-1", "v-1", 1)]);
    assert_eq!((receipt.counts.applied, receipt.counts.held), (1, 1));
    world.live(10);
    assert_eq!(
        world.standing("p-1"),
        "mismatch",
        "the register does not know the name yet"
    );
    assert_eq!(world.visible()[before.len()..], ["p-1 v-1 1"]);
    // The register hears of it; the office sends it again as a new revision.
    world.load(&[&married]);
    world.send(&[world.person(
        &Someone {
            name: "別姓　花江",
            ..one()
        },
        3,
    )]);
    world.live(10);
    assert_eq!(world.standing("p-1"), "mismatch");
    world.send(&[world.person(&married, 4)]);
    world.live(10);
    assert_eq!(world.standing("p-1"), "matched");
    assert!(world.visible().contains(&"p-1 person 4".to_owned()));
}

/// A row that somebody damaged is one person's trouble.
#[test]
fn somebody_who_cannot_be_asked_about_holds_nobody_up() {
    static DAMAGE: Statement =
        Statement::new("UPDATE record SET content = :content WHERE link = 'p-1' AND kind = 'person'");
    let mut world = World::new("damaged", 1);
    let other = Someone::new("p-2", NUMBERS[1], "架空　次郎");
    world.load(&[&one(), &other]);
    world.fleet.crash("registers");
    world.send(&[world.person(&one(), 1)]);
    world.send(&[world.person(&other, 1)]);
    let (env, database) = (world.fleet.node("hand", "hand"), world.database("hub"));
    let damaging = async move {
        let store = Store::open(&env, &database, crate::hub::MIGRATIONS).await?;
        let damage = async |tx: &mut Tx| tx.execute(&DAMAGE, &params! { content: &[0_u8; 40][..] }).await;
        store.unit("damage", damage).await
    };
    assert_eq!(world.fleet.run(10_000, damaging).unwrap(), Ok(1));
    world.start_registers();
    world.live(60);
    assert_eq!(
        (world.standing("p-1"), world.standing("p-2")),
        ("waiting".into(), "matched".into())
    );
}
