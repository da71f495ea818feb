//! One person has one name at the hub, across offices, and nobody has another's (promise `right-person`).

use domain::identity::OfficeCode;
use domain::permit::Actor;
use exchange::registration::envelope::{FileHash, LAYOUT};
use exchange::registration::{Answer, Envelope, File, Lane, Mode, Receipt, Record};
use http::Method;

use crate::people::{NUMBERS, Someone, eligibility};
use crate::world::World;

const OTHER: &str = "27100";

/// Sends records as another office.
fn send_as_other(world: &World, number: i64, records: &[Record]) -> Receipt {
    let envelope = Envelope {
        registration: LAYOUT,
        office: OfficeCode::parse(OTHER).unwrap(),
        lane: Lane::Single,
        number,
        mode: Mode::EachPerson,
        rows: 0,
        sha256: FileHash([0; 32]),
        made_at: 1,
    };
    let me = Actor::Office(envelope.office.clone());
    let bytes = File::write(envelope, records);
    let (_, body) = world.call("hub", &me, Method::POST, "/registration/files", bytes);
    match serde_json::from_slice(&body).unwrap() {
        Answer::Receipt(receipt) => receipt,
        Answer::Refusal(refusal) => panic!("{refusal:?}"),
    }
}

/// The hub's names for an office's person in all that verification may read.
fn names_of(world: &World, office: &str, link: &str) -> Vec<String> {
    let entries = world.feed();
    let of_office = entries.iter().filter(|entry| entry.office.as_str() == office);
    let fed = of_office.flat_map(|entry| &entry.records);
    let of_link = fed.filter(|fed| fed.record.link.as_str() == link);
    let mut names: Vec<String> = of_link.map(|fed| fed.person.clone()).collect();
    names.sort();
    names.dedup();
    names
}

fn at_other(link: &str, number: &'static str, name: &'static str) -> Someone {
    Someone {
        office: OTHER,
        ..Someone::new(link, number, name)
    }
}

#[test]
fn a_person_has_one_name_across_offices() {
    let mut world = World::new("two-offices", 1);
    world.settled(&Someone::new("p-1", NUMBERS[0], "架空　花子"));
    world.settled(&Someone::new("p-2", NUMBERS[1], "架空　次郎"));
    let moved = at_other("x-1", NUMBERS[0], "架空　花子");
    send_as_other(&world, 1, &[world.person(&moved, 1), eligibility("x-1", 1)]);
    world.live(10);
    let one = names_of(&world, "13104", "p-1");
    assert_eq!(one.len(), 1);
    assert_eq!(one, names_of(&world, OTHER, "x-1"));
    assert_ne!(one, names_of(&world, "13104", "p-2"));
    // Links mean nothing outside of their office.
    let same_link = at_other("p-1", NUMBERS[1], "架空　次郎");
    send_as_other(&world, 2, &[world.person(&same_link, 1)]);
    world.live(10);
    assert_eq!(names_of(&world, OTHER, "p-1"), names_of(&world, "13104", "p-2"));
}

/// Two offices register somebody at the same moment.
#[test]
fn both_wait_and_have_one_name_in_the_end() {
    let mut world = World::new("same-moment", 1);
    let here = Someone::new("p-1", NUMBERS[0], "架空　花子");
    let there = at_other("x-1", NUMBERS[0], "架空　花子");
    world.load(&[&here]);
    world.fleet.crash("registers");
    world.send(&[world.person(&here, 1)]);
    send_as_other(&world, 1, &[world.person(&there, 1)]);
    world.start_registers();
    world.live(10);
    let name = names_of(&world, "13104", "p-1");
    assert_eq!((name.len(), &name), (1, &names_of(&world, OTHER, "x-1")));
}

/// A wrong number is somebody else's: when it is corrected, nothing may tie the two together.
#[test]
fn a_wrong_number_ties_nobody_to_another() {
    let mut world = World::new("wrong-number", 1);
    let right = Someone::new("p-1", NUMBERS[0], "架空　花子");
    let wrong = Someone {
        number: Some(NUMBERS[1]),
        ..right.clone()
    };
    let owner = at_other("x-1", NUMBERS[1], "架空　次郎");
    world.load(&[&right, &owner]);
    world.send(&[world.person(&wrong, 1)]);
    world.live(10);
    assert_eq!(world.standing("p-1"), "mismatch");
    send_as_other(&world, 1, &[world.person(&owner, 1)]);
    world.send(&[world.person(&right, 2)]);
    world.live(10);
    let (one, two) = (names_of(&world, "13104", "p-1"), names_of(&world, OTHER, "x-1"));
    assert_eq!((one.len(), two.len()), (1, 1));
    assert_ne!(one, two, "two persons under one name");
}

/// The same when the owner of the number was there first.
#[test]
fn a_wrong_number_of_somebody_known_ties_nobody_either() {
    let mut world = World::new("owner-first", 1);
    let right = Someone::new("p-1", NUMBERS[0], "架空　花子");
    let wrong = Someone {
        number: Some(NUMBERS[1]),
        ..right.clone()
    };
    let owner = at_other("x-1", NUMBERS[1], "架空　次郎");
    world.load(&[&right, &owner]);
    send_as_other(&world, 1, &[world.person(&owner, 1)]);
    world.live(10);
    world.send(&[world.person(&wrong, 1)]);
    world.live(10);
    assert_eq!(world.standing("p-1"), "mismatch");
    world.send(&[world.person(&right, 2)]);
    world.live(10);
    let (one, two) = (names_of(&world, "13104", "p-1"), names_of(&world, OTHER, "x-1"));
    assert_eq!((one.len(), two.len()), (1, 1));
    assert_ne!(one, two, "two persons under one name");
}

/// Whoever was matched cannot become somebody else by a correction; that is decided by two people.
#[test]
fn whoever_was_matched_does_not_become_somebody_else() {
    let mut world = World::new("becomes", 1);
    let one = Someone::new("p-1", NUMBERS[0], "架空　花子");
    world.settled(&one);
    world.settled(&Someone::new("p-2", NUMBERS[1], "架空　次郎"));
    let before = names_of(&world, "13104", "p-1");
    let other = Someone {
        number: Some(NUMBERS[1]),
        name: "架空　次郎",
        ..one
    };
    let receipt = world.send(&[world.person(&other, 2)]);
    assert_eq!(receipt.counts.refused, 1);
    let why = &receipt.not_applied[0].why;
    assert!(why.starts_with("number: it belongs to another person"), "{why}");
    world.live(10);
    assert_eq!(names_of(&world, "13104", "p-1"), before);
}

/// A number may change (個人番号の変更); the person stays who they are.
#[test]
fn a_changed_number_is_the_same_person() {
    let mut world = World::new("changed", 1);
    let one = Someone::new("p-1", NUMBERS[0], "架空　花子");
    world.settled(&one);
    let before = names_of(&world, "13104", "p-1");
    let changed = Someone {
        number: Some(NUMBERS[2]),
        ..one
    };
    world.load(&[&changed]);
    world.send(&[world.person(&changed, 2)]);
    world.live(10);
    assert_eq!(world.standing("p-1"), "matched");
    assert_eq!(names_of(&world, "13104", "p-1"), before);
}
