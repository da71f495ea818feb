//! When a link ends, and when it is there again.

use exchange::presence::Enrolled;
use exchange::registration::{Lane, Mode};

use super::{card, issued, one};
use crate::bulk::long_file;
use crate::people::{self, NUMBERS, Someone};
use crate::world::World;

#[test]
fn the_link_ends_when_the_register_does_not_agree_any_more() {
    let mut world = World::new("cards-parted", 7);
    let mine = card(1, 77);
    world.happened(&[issued(NUMBERS[0], &mine)]);
    world.settled(&one());
    assert_eq!(world.enrol(&mine), Enrolled::Linked);
    let another = Someone {
        name: "架空　別人",
        ..one()
    };
    world.send(&[world.person(&another, 2)]);
    world.live(2);
    assert_eq!(world.standing("p-1"), "mismatch");
    assert_eq!(world.cards_now("p-1"), Some(Vec::new()));
    assert_eq!(world.enrol(&mine), Enrolled::NobodyHere);
    // A new card in the meantime is not told here either.
    let next = card(1, 78);
    world.happened(&[issued(NUMBERS[0], &next)]);
    world.live(12);
    assert_eq!(world.cards_now("p-1"), Some(Vec::new()));
    // Corrected: who had enrolled has.
    world.send(&[world.person(&one(), 3)]);
    world.live(2);
    assert_eq!(world.cards_now("p-1"), Some(vec![next]));
}

#[test]
fn a_correction_that_waits_leaves_the_link_and_another_number_does_not() {
    let mut world = World::new("cards-waiting", 8);
    let mine = card(1, 77);
    world.happened(&[issued(NUMBERS[0], &mine)]);
    world.settled(&one());
    assert_eq!(world.enrol(&mine), Enrolled::Linked);
    world.live(10);
    world.fleet.crash("registers");
    let renamed = Someone {
        name: "架空　改名",
        ..one()
    };
    world.send(&[world.person(&renamed, 2)]);
    world.live(20);
    assert_eq!(world.standing("p-1"), "waiting");
    assert_eq!(world.cards_now("p-1"), Some(vec![mine.clone()]));
    // Of another number the register has said nothing: this entry is not the cardholder's until it does.
    world.send(&[world.renumbered(3, NUMBERS[1])]);
    assert_eq!(world.cards_now("p-1"), Some(Vec::new()), "in the same commit");
    world.live(20);
    assert_eq!(world.standing("p-1"), "waiting");
    // The first number again: the register must say so again.
    world.send(&[world.renumbered(4, NUMBERS[0])]);
    world.live(20);
    assert_eq!(world.cards_now("p-1"), Some(Vec::new()));
    world.start_registers();
    world.live(20);
    assert_eq!(world.standing("p-1"), "matched");
    assert_eq!(world.cards_now("p-1"), Some(vec![mine]));
    assert_eq!(world.cards().len(), 3);
}

#[test]
fn without_a_number_there_is_no_link() {
    let mut world = World::new("cards-without", 13);
    let mine = card(1, 77);
    world.happened(&[issued(NUMBERS[0], &mine)]);
    world.settled(&one());
    assert_eq!(world.enrol(&mine), Enrolled::Linked);
    let nobody = Someone {
        number: None,
        ..one()
    };
    world.send(&[world.person(&nobody, 2)]);
    assert_eq!(world.cards_now("p-1"), Some(Vec::new()));
    assert_eq!(world.standing("p-1"), "no_number");
    assert_eq!(world.enrol(&mine), Enrolled::NobodyHere);
}

#[test]
fn a_long_file_ends_a_link_before_it_is_concluded() {
    let mut world = World::new("cards-long", 12);
    let mine = card(1, 77);
    world.happened(&[issued(NUMBERS[0], &mine)]);
    world.settled(&one());
    assert_eq!(world.enrol(&mine), Enrolled::Linked);
    world.live(10);
    world.fleet.crash("registers");
    let records = [vec![world.renumbered(2, NUMBERS[1])], long_file([600, 0, 0])].concat();
    world.send_in(Lane::Bulk, Mode::EachPerson, &records);
    assert_eq!(world.cards_now("p-1"), Some(Vec::new()));
    // A file that is refused as a whole says nothing of anybody.
    world.start_registers();
    world.send(&[world.renumbered(3, NUMBERS[0])]);
    world.live(20);
    assert_eq!(world.cards_now("p-1"), Some(vec![mine.clone()]));
    let broken = people::bad_voucher("p-1", "v-bad");
    let records = [
        vec![world.renumbered(4, NUMBERS[1]), broken],
        long_file([600, 0, 0]),
    ]
    .concat();
    world.send_in(Lane::Bulk, Mode::AllOrNothing, &records);
    world.send_in(Lane::Single, Mode::AllOrNothing, &records[..2]);
    world.live(20);
    assert_eq!(world.cards_now("p-1"), Some(vec![mine]));
}

#[test]
fn cards_of_the_number_that_matched_and_of_no_other() {
    let mut world = World::new("cards-number", 9);
    let (mine, others) = (card(1, 77), card(1, 78));
    world.happened(&[issued(NUMBERS[0], &mine), issued(NUMBERS[1], &others)]);
    world.settled(&one());
    assert_eq!(world.enrol(&mine), Enrolled::Linked);
    // The register has the same attributes under another number, and the office corrects to it.
    world.load(&[&Someone::new("p-1", NUMBERS[1], "架空　花子")]);
    world.send(&[world.renumbered(2, NUMBERS[1])]);
    world.live(10);
    assert_eq!(world.standing("p-1"), "matched");
    assert_eq!(world.cards_now("p-1"), Some(vec![others.clone()]));
    assert_eq!(world.enrol(&mine), Enrolled::NobodyHere);
    assert_eq!(world.enrol(&others), Enrolled::Linked);
}
