//! Which files are taken at all.

use domain::identity::OfficeCode;
use domain::number::InstitutionCode;
use domain::permit::Actor;
use exchange::registration::{Answer, Lane, Mode, Refusal};
use http::{Method, StatusCode};

use crate::people::{self, NUMBERS, Someone, bad_voucher, flags, voucher};
use crate::world::{World, file};

#[test]
fn the_same_file_has_the_same_receipt() {
    let mut world = World::new("same", 1);
    let bytes = file(Lane::Single, 1, Mode::EachPerson, &[voucher("p-1", "v-1", 1)]);
    let (status, first) = world.post(bytes.clone());
    assert_eq!(status, StatusCode::OK);
    world.live(10);
    assert_eq!(world.post(bytes), (StatusCode::OK, first.clone()));
    // Also after others, and after a death of the hub.
    let next = file(Lane::Single, 2, Mode::EachPerson, &[voucher("p-1", "v-2", 1)]);
    assert_eq!(world.post(next).0, StatusCode::OK);
    world.fleet.crash("hub");
    world.start_hub();
    world.live(1);
    let bytes = file(Lane::Single, 1, Mode::EachPerson, &[voucher("p-1", "v-1", 1)]);
    assert_eq!(world.post(bytes), (StatusCode::OK, first));
    assert_eq!(world.feed().len(), 2);
    let _ = &mut world;
}

#[test]
fn a_file_without_records_has_a_receipt() {
    let world = World::new("nothing", 1);
    for mode in [Mode::EachPerson, Mode::AllOrNothing] {
        let number = if mode == Mode::EachPerson { 1 } else { 2 };
        let (status, answer) = world.post(file(Lane::Bulk, number, mode, &[]));
        assert_eq!(status, StatusCode::OK);
        assert!(
            matches!(&answer, Answer::Receipt(receipt) if receipt.counts.total() == 0),
            "{answer:?}"
        );
    }
}

#[test]
fn a_lane_takes_its_next_number_only() {
    let mut world = World::new("lane", 1);
    let at = |number| {
        file(
            Lane::Single,
            number,
            Mode::EachPerson,
            &[voucher("p-1", "v-1", 1)],
        )
    };
    assert_eq!(world.refusal(at(2)), (409, Refusal::Skipped { expected: 1 }));
    world.send(&[voucher("p-1", "v-1", 1)]);
    world.send(&[voucher("p-1", "v-2", 1)]);
    assert_eq!(world.refusal(at(4)), (409, Refusal::Skipped { expected: 3 }));
    let (status, refusal) = world.refusal(at(2));
    assert_eq!(status, 409);
    assert!(
        matches!(refusal, Refusal::OtherContent { number: 2, .. }),
        "{refusal:?}"
    );
    // Lanes count by themselves.
    world.send_in(Lane::Bulk, Mode::EachPerson, &[voucher("p-1", "v-3", 1)]);
    world.send_in(Lane::Shield, Mode::EachPerson, &[flags("p-1", 1)]);
}

#[test]
fn only_the_office_itself_sends_its_files() {
    let world = World::new("office", 1);
    let bytes = file(Lane::Single, 1, Mode::EachPerson, &[voucher("p-1", "v-1", 1)]);
    let other = Actor::Office(OfficeCode::parse("99999").unwrap());
    let (status, body) = world.call("hub", &other, Method::POST, "/registration/files", bytes.clone());
    let answer: Answer = serde_json::from_slice(&body).unwrap();
    assert_eq!(
        (status.as_u16(), answer),
        (422, Answer::Refusal(Refusal::OtherOffice))
    );
    for actor in [Actor::Verification, Actor::Operator, Actor::Registers, Actor::Hub] {
        let (status, _) = world.call("hub", &actor, Method::POST, "/registration/files", bytes.clone());
        assert_eq!(status, StatusCode::FORBIDDEN, "{actor:?}");
    }
    for actor in [other, Actor::Operator, Actor::Registers] {
        let (status, _) = world.call("hub", &actor, Method::GET, "/feed", Vec::new());
        assert_eq!(status, StatusCode::FORBIDDEN, "{actor:?}");
    }
    assert!(world.feed().is_empty());
    // The number is still free.
    assert_eq!(world.post(bytes).0, StatusCode::OK);
}

#[test]
fn a_file_that_is_not_whole_leaves_nothing() {
    let world = World::new("whole", 1);
    let mut bytes = file(Lane::Single, 1, Mode::EachPerson, &[voucher("p-1", "v-1", 1)]);
    bytes.pop();
    let (status, refusal) = world.refusal(bytes);
    assert_eq!(status, 422);
    assert!(
        matches!(refusal, Refusal::Faults { more: false, .. }),
        "{refusal:?}"
    );
    assert!(world.feed().is_empty());
    let bytes = file(Lane::Single, 1, Mode::EachPerson, &[voucher("p-1", "v-1", 1)]);
    assert_eq!(world.post(bytes).0, StatusCode::OK);
}

/// A flag in a slower lane would come after what it shields; so nothing of a file that mixes them is taken.
#[test]
fn shielding_flags_have_their_lane_to_themselves() {
    let world = World::new("mixing", 1);
    for (lane, wrong_row) in [(Lane::Shield, 2), (Lane::Single, 1), (Lane::Bulk, 1)] {
        let records = [flags("p-1", 1), voucher("p-1", "v-1", 1)];
        let (status, refusal) = world.refusal(file(lane, 1, Mode::EachPerson, &records));
        let Refusal::Faults { faults, more: false } = refusal else {
            panic!("{refusal:?}");
        };
        let said: Vec<(u32, &str)> = faults
            .iter()
            .map(|fault| (fault.row, fault.rule.as_str()))
            .collect();
        assert_eq!((status, said), (422, vec![(wrong_row, "lane")]));
    }
    assert!(world.feed().is_empty());
    assert_eq!(world.standing("p-1"), "unknown");
    let flags = file(Lane::Shield, 1, Mode::EachPerson, &[flags("p-1", 1)]);
    assert_eq!(world.post(flags).0, StatusCode::OK);
}

#[test]
fn a_thousand_faults_of_the_lane_are_listed_and_more_are_mentioned() {
    let world = World::new("many-faults", 1);
    for (rows, said) in [(1000, false), (1001, true)] {
        let records: Vec<_> = (0..rows).map(|n| voucher("p-1", &format!("v-{n}"), 1)).collect();
        let (_, refusal) = world.refusal(file(Lane::Shield, 1, Mode::EachPerson, &records));
        let Refusal::Faults { faults, more } = refusal else {
            panic!("{refusal:?}");
        };
        assert_eq!((faults.len(), more), (1000, said));
    }
}

#[test]
fn nobody_is_known_through_a_refused_file() {
    let world = World::new("unknown", 1);
    let someone = Someone::new("p-1", NUMBERS[0], "架空　花子");
    let mut bytes = file(
        Lane::Single,
        2,
        Mode::EachPerson,
        &[world.person(&someone, 1), bad_voucher("p-1", "v")],
    );
    assert_eq!(world.post(bytes.clone()).0, StatusCode::CONFLICT);
    bytes.truncate(bytes.len() - 1);
    assert_eq!(world.post(bytes).0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(world.standing("p-1"), "unknown");
}

#[test]
fn counts_are_for_the_hub_and_the_operator() {
    let world = World::new("counts", 1);
    let clinic = Actor::Institution(InstitutionCode::parse("1319999015").unwrap());
    let asked = |me: &Actor| {
        let path = "/counts?month=202611";
        world.call("hub", me, Method::GET, path, Vec::new()).0
    };
    let others = [
        Actor::Office(people::office()),
        clinic,
        Actor::Verification,
        Actor::Registers,
    ];
    for other in others {
        assert_eq!(asked(&other), StatusCode::FORBIDDEN, "{other}");
    }
    for who in [Actor::Operator, Actor::Hub] {
        assert_eq!(asked(&who), StatusCode::OK, "{who}");
    }
}
