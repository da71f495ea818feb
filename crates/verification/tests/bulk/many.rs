//! `OQSmuquc`: each person as the single inquiry answers, and all that may not be told about alike.

use domain::calendar::Date;
use exchange::oqs::bulk::{BulkConfirmUnit, Uploaded};
use exchange::oqs::codes::{QualificationValidity, SegmentOfResult};
use exchange::oqs::siquc01::SearchInfo;
use exchange::oqs::{Syntax, Wire};
use http::StatusCode;

use crate::people::{ELSEWHERE, HERE, Paper, Someone, november};
use crate::world::{World, bulk_request, download};

/// People of every kind; the first is told about, all others are not.
fn everybody(world: &World) -> Vec<SearchInfo> {
    let since = Date::constant(2026, 4, 1);
    world.feed.tell(0, Someone(1).ordinary());
    let elsewhere = Someone(2);
    world.feed.tell(
        0,
        vec![
            elsewhere.person(),
            elsewhere.eligible(0, 1, since, None),
            elsewhere.voucher(0, 1, &Paper::new("X", ELSEWHERE)),
        ],
    );
    let shielded = Someone(3);
    let mut records = shielded.ordinary();
    records.push(shielded.shielded(true, false));
    world.feed.tell(0, records);
    let ended = Someone(4);
    let mut records = ended.ordinary();
    records[1] = ended.eligible(0, 1, since, Some(november(2)));
    world.feed.tell(0, records);
    world.feed.tell(0, Someone(5).ordinary());
    world.settle();
    let mut wrong_birth = Someone(5).search(0);
    wrong_birth.birthdate = november(1);
    let unknown = Someone(6).search(0);
    let mut no_number = Someone(1).search(0);
    no_number.insured_identification_number = "記号-12".into();
    vec![
        Someone(1).search(0),
        elsewhere.search(0),
        shielded.search(0),
        ended.search(0),
        wrong_birth,
        unknown,
        no_number,
    ]
}

#[test]
fn each_is_answered_as_alone_and_in_order() {
    let world = World::new("many");
    let people = everybody(&world);
    let result = world.both_steps(HERE, "/institution/bulk", &bulk_request(HERE, 16, people.clone()));
    assert_eq!(result.header.segment_of_result, SegmentOfResult::Done);
    assert_eq!(result.header.qualification_confirmation_date, Some(november(16)));
    assert_eq!(result.header.arbitrary_file_identifier.as_deref(), Some("MANY-1"));
    assert_eq!(result.header.number_of_processing_result, Some(7));
    assert_eq!(result.body.units.len(), people.len());
    let last = people.len() - 1;
    for (place, (unit, search)) in result.body.units.iter().zip(&people).enumerate() {
        let alone = world.single(16, search);
        assert_eq!(unit.search.as_ref(), Some(search), "identifiers are echoed");
        if place == last {
            // What cannot be anybody's number is a slip, told alone; in a list it finds nobody.
            assert_eq!(alone.header.error_code.as_deref(), Some("MDG-NUM-002"));
            assert_eq!(unit.qualification_validity, Some(QualificationValidity::NotFound));
            continue;
        }
        let alone = alone.body;
        assert_eq!(unit.search, alone.search);
        assert_eq!(unit.processing_result_status, alone.processing_result_status);
        assert_eq!(unit.processing_result_message, alone.processing_result_message);
        assert_eq!(unit.qualification_validity, alone.qualification_validity);
        assert_eq!(unit.results, alone.result_list);
    }
    assert_eq!(
        result.body.units[0].qualification_validity,
        Some(QualificationValidity::Valid)
    );
}

/// Promise `addressed`: whoever may not be told about has the same bytes, whatever the reason.
#[test]
fn addressed_nobody_elsewhere_shielded_and_ended_are_the_same_bytes() {
    let world = World::new("many-uniform");
    let people = everybody(&world);
    let result = world.both_steps(HERE, "/institution/bulk", &bulk_request(HERE, 16, people));
    let units: Vec<BulkConfirmUnit> = result
        .body
        .units
        .into_iter()
        .skip(1)
        .map(|unit| BulkConfirmUnit { search: None, ..unit })
        .collect();
    assert_eq!(units.len(), 6);
    assert_eq!(
        units[0].qualification_validity,
        Some(QualificationValidity::NotFound)
    );
    assert!(units[0].results.is_empty());
    assert!(units.windows(2).all(|two| two[0] == two[1]), "{units:?}");
}

#[test]
fn a_long_list_comes_in_parts_and_whole_while_it_is_not_too_long() {
    let world = World::new("many-parts");
    for n in 0..20 {
        world.feed.tell(0, Someone(n).ordinary());
    }
    world.settle();
    let me = World::institution(HERE);
    let ask = |people: u32| -> String {
        let people = (0..people).map(|n| Someone(n % 25).search(0)).collect();
        let request = bulk_request(HERE, 16, people);
        let received: Uploaded = world.ask(HERE, "/institution/bulk", Syntax::Xml, &request);
        world.settle();
        received.body.reception_number.unwrap()
    };
    let number = ask(120);
    let whole: exchange::oqs::bulk::Downloaded = world.ask(
        HERE,
        "/institution/bulk/result",
        Syntax::Json,
        &download(HERE, &number),
    );
    assert_eq!(whole.body.units.len(), 120);
    let fetch = |number: &str, part: Option<&str>| {
        let body = download(HERE, number)
            .write(exchange::text::Encoding::Utf8)
            .unwrap();
        world.send(&me, "/institution/bulk/result", Syntax::Xml, part, body)
    };
    let mut together = Vec::new();
    for part in ["1", "2", "3"] {
        let answer = fetch(&number, Some(part));
        assert_eq!(answer.headers()["madoguchi-parts"], "3");
        let message =
            exchange::oqs::bulk::Downloaded::read(answer.body(), &exchange::oqs::Limits::PART).unwrap();
        assert_eq!(
            message.header, whole.header,
            "each part says how many there are in all"
        );
        together.extend(message.body.units);
    }
    assert_eq!(together, whole.body.units);
    for wrong in ["0", "4", "x"] {
        assert_eq!(
            fetch(&number, Some(wrong)).status(),
            StatusCode::BAD_REQUEST,
            "{wrong}"
        );
    }
    let long = ask(1_050);
    let refused = exchange::oqs::bulk::Downloaded::read_as(
        Syntax::Xml,
        fetch(&long, None).body(),
        &exchange::oqs::Limits::SINGLE,
    );
    assert_eq!(refused.unwrap().header.error_code.as_deref(), Some("MDG-BLK-005"));
    assert_eq!(fetch(&long, Some("21")).headers()["madoguchi-parts"], "21");
}

#[test]
fn more_people_than_allowed_and_another_institutions_code_are_not_received() {
    let world = World::new("many-limits");
    let many = bulk_request(HERE, 16, vec![Someone(1).search(0); 5_001]);
    let answer: Uploaded = world.ask(HERE, "/institution/bulk", Syntax::Xml, &many);
    assert_eq!(answer.header.segment_of_result, SegmentOfResult::Failed);
    assert_eq!(answer.header.error_code.as_deref(), Some("MDG-BLK-003"));
    assert_eq!(answer.header.arbitrary_file_identifier.as_deref(), Some("MANY-1"));
    assert_eq!(answer.body.reception_number, None);
    let other = bulk_request(ELSEWHERE, 16, vec![Someone(1).search(0)]);
    let answer: Uploaded = world.ask(HERE, "/institution/bulk", Syntax::Json, &other);
    assert_eq!(answer.header.error_code.as_deref(), Some("MDG-INS-001"));
    assert_eq!(answer.header.medical_institution_code, HERE);
}
