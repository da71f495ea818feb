//! How many inquiries by number may find nobody: a terminal's misses, an institution's lists, and what the one who must wait is
//! told, which is nothing of anybody.

use std::time::Duration;

use domain::permit::Actor;
use env::Origin;
use exchange::oqs::bulk::{BulkConfirmUnit, Downloaded, Uploaded};
use exchange::oqs::codes::{ProcessingResultStatus, QualificationValidity, SegmentOfResult};
use exchange::oqs::siquc01::{ResultMessage, SearchInfo};
use exchange::oqs::{Syntax, Wire};
use service::Caller;

use crate::people::{ELSEWHERE, HERE, Someone};
use crate::verification::GuessingRules;
use crate::world::{World, bulk_request, download};

const DESK_1: &str = "1319999015:terminal:desk-1";
const DESK_2: &str = "1319999015:terminal:desk-2";
/// Misses that a terminal may make in an hour, by default.
const MISSES: u32 = 30;

/// Nobody has this number.
fn nobody(n: u32) -> SearchInfo {
    Someone(1000 + n).search(0)
}

fn validity(message: &ResultMessage) -> Option<QualificationValidity> {
    message.body.qualification_validity
}

fn code(message: &ResultMessage) -> Option<&str> {
    message.header.error_code.as_deref()
}

/// A message without the time at which it was made.
fn undated(mut message: ResultMessage, other: &ResultMessage) -> Vec<u8> {
    message.header.process_execution_time = other.header.process_execution_time;
    message.write_as(Syntax::Xml).unwrap()
}

/// What the operator is shown.
fn refusals(world: &World) -> serde_json::Value {
    let operator = world
        .fleet
        .node("operator", "operator")
        .simulated_as(Actor::Operator);
    let asking = async move {
        let caller = Caller::asking(&operator, &Origin::new("verification", 80), Actor::Verification);
        caller.get("/refusals").await
    };
    world.fleet.run(100_000, asking).unwrap().unwrap()
}

#[test]
fn the_31st_miss_of_a_terminal_in_an_hour_is_refused_and_nobody_else_is() {
    let world = World::under("misses", GuessingRules::default());
    world.feed.tell(0, Someone(1).ordinary());
    world.settle();
    let somebody = Someone(1).search(0);
    let mut uniform = None;
    for n in 0..MISSES {
        // Hits cost nothing, however many.
        for _ in 0..2 {
            let told = world.single_at(DESK_1, 16, &somebody);
            assert_eq!(validity(&told), Some(QualificationValidity::Valid), "{n}");
        }
        let told = world.single_at(DESK_1, 16, &nobody(n));
        assert_eq!(
            (validity(&told), code(&told)),
            (Some(QualificationValidity::NotFound), None),
            "{n}"
        );
        // Until the last one nothing of an answer says that it was counted.
        let text = told.body.processing_result_message.clone().unwrap();
        assert_eq!(uniform.get_or_insert_with(|| text.clone()), &text);
    }
    // Now it waits, whomever it asks about, and the words are the same bytes.
    let refused = world.single_at(DESK_1, 16, &nobody(MISSES));
    assert_eq!(refused.header.segment_of_result, SegmentOfResult::Failed);
    assert_eq!(code(&refused), Some("MDG-NUM-003"));
    let text = refused.header.error_message.clone().unwrap();
    assert!(
        text.contains("あと1分") && text.contains("カードで確認"),
        "{text}"
    );
    assert!(refused.body.result_list.is_empty() && validity(&refused).is_none());
    let about_somebody = world.single_at(DESK_1, 16, &somebody);
    assert_eq!(
        undated(about_somebody, &refused),
        undated(refused.clone(), &refused)
    );
    // Whoever sits beside it goes on.
    for search in [&somebody, &nobody(MISSES)] {
        assert_eq!(code(&world.single_at(DESK_2, 16, search)), None);
    }
    // It need not be told of somebody to wait longer: the next miss doubles the wait.
    for minutes in [1_u64, 2, 4, 8] {
        world.live(Duration::from_secs(minutes * 60 - 10));
        assert_eq!(
            code(&world.single_at(DESK_1, 16, &nobody(0))),
            Some("MDG-NUM-003")
        );
        world.live(Duration::from_secs(10));
        assert_eq!(
            validity(&world.single_at(DESK_1, 16, &somebody)),
            Some(QualificationValidity::Valid)
        );
        let misses = if minutes < 4 { 1 } else { minutes / 2 };
        for n in 0..misses {
            let told = world.single_at(DESK_1, 16, &nobody(0));
            assert_eq!(code(&told), None, "{minutes}: {n}");
        }
        let refused = world.single_at(DESK_1, 16, &nobody(0));
        let text = refused.header.error_message.unwrap();
        assert!(text.contains(&format!("あと{}分", 2 * minutes)), "{text}");
    }
    let shown = refusals(&world);
    let waiting = shown["misses"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["who"] == "institution:1319999015:terminal:desk-1")
        .unwrap();
    assert!(
        waiting["misses"].as_u64() > Some(30) && waiting["waits_until"].is_i64(),
        "{waiting}"
    );
    let (text, number) = (shown.to_string(), somebody.insured_identification_number);
    assert!(!text.contains(&number) && !text.contains("patient"), "{text}");
}

/// Whether a unit says how somebody stands; if it does not, it says why, and the same of everybody.
fn is_answered(unit: &BulkConfirmUnit) -> bool {
    if unit.processing_result_status == Some(ProcessingResultStatus::Done) {
        return unit.qualification_validity.is_some();
    }
    let text = unit.processing_result_message.as_deref().unwrap();
    assert_eq!(unit.processing_result_code.as_deref(), Some("MDG-BLK-006"));
    assert!(text.contains("該当者がいないという意味ではありません"), "{text}");
    assert!(unit.results.is_empty() && unit.qualification_validity.is_none());
    assert!(unit.search.is_some());
    false
}

/// However many lists are received at once, long or of one line each: no more are missed than may be, nobody behind them is
/// told of, and the operator is told once.
#[test]
fn lists_at_the_same_time_have_one_measure() {
    for (name, lists, known, people) in [("bulk-long", 8, 100, 70), ("bulk-lines", 20, 0, 1)] {
        let rules = GuessingRules {
            bulk_misses_per_day: 15,
            ..GuessingRules::default()
        };
        let world = World::under(name, rules);
        world.feed.tell(0, Someone(1).ordinary());
        world.settle();
        let mut bodies = Vec::new();
        for list in 0..lists {
            let somebody = (0..known).map(|_| Someone(1).search(0));
            let asked = somebody.chain((0..people).map(|n| nobody(list * people + n)));
            let asked = asked.collect();
            let request = bulk_request(HERE, 16, asked);
            let body = request.write_as(Syntax::Xml).unwrap();
            bodies.push((HERE, body));
        }
        let received: Vec<Uploaded> = world.ask_at_once("/institution/bulk", bodies);
        assert_eq!(received.len(), lists as usize);
        world.live(Duration::from_secs(10));
        let (mut taken, mut missed, mut shown, mut refused) = (0, 0, 0, 0);
        for received in received {
            // Whoever comes when the measure is used up is not received.
            let Some(number) = received.body.reception_number else {
                assert_eq!(received.header.error_code.as_deref(), Some("MDG-BLK-006"));
                continue;
            };
            taken += 1;
            let asked = download(HERE, &number);
            let done: Downloaded = world.ask(HERE, "/institution/bulk/result", Syntax::Xml, &asked);
            for unit in &done.body.units {
                match (is_answered(unit), unit.results.is_empty()) {
                    (true, true) => missed += 1,
                    (true, false) => shown += 1,
                    (false, _) => refused += 1,
                }
            }
        }
        assert_eq!((missed, shown), (15, taken * known), "{name}");
        assert_eq!(refused, taken * people - 15, "{name}");
        assert!(taken > 1, "{name}: {taken}");
        let told = refusals(&world);
        let of_lists = &told["misses"][0];
        assert_eq!(
            (&of_lists["misses"], &of_lists["alerts"]),
            (&15.into(), &1.into())
        );
    }
}

#[test]
fn lists_have_a_measure_of_their_own() {
    let rules = GuessingRules {
        bulk_misses_per_day: 10,
        ..GuessingRules::default()
    };
    let world = World::under("bulk-misses", rules);
    world.feed.tell(0, Someone(1).ordinary());
    world.settle();
    let first = |me: &str, people: Vec<SearchInfo>| -> Uploaded {
        world.ask(
            me,
            "/institution/bulk",
            Syntax::Xml,
            &bulk_request(me, 16, people),
        )
    };
    let list = |from: u32, to: u32| -> Vec<SearchInfo> {
        let people = [Someone(1).search(0)].into_iter().cycle().take(20);
        people.chain((from..to).map(nobody)).collect()
    };
    // Seven and seven: the second goes beyond ten, and behind the tenth nobody is looked for.
    let mut numbers = Vec::new();
    for n in 0..2 {
        let received = first(HERE, list(7 * n, 7 * n + 7));
        numbers.push(received.body.reception_number.unwrap());
        world.settle();
    }
    for (number, errors) in numbers.iter().zip([0, 4]) {
        let (path, asked) = ("/institution/bulk/result", download(HERE, number));
        let done: Downloaded = world.ask(HERE, path, Syntax::Xml, &asked);
        assert_eq!(done.header.segment_of_result, SegmentOfResult::Done);
        let told = (
            done.header.number_of_processing_result,
            done.header.number_of_normal_processing,
            done.header.number_of_error,
        );
        assert_eq!(told, (Some(27), Some(27 - errors), Some(errors)));
        let (answered, rest) = done.body.units.split_at(27 - errors as usize);
        assert_eq!(rest.len(), errors as usize);
        assert!(answered.iter().all(is_answered) && !rest.iter().any(is_answered));
    }
    // The next is refused, whomever it is about, and says nothing of anybody.
    let [one, other] = [list(0, 0), list(0, 7)].map(|people| first(HERE, people));
    assert_eq!(one.header.segment_of_result, SegmentOfResult::Failed);
    assert_eq!(one.header.error_code.as_deref(), Some("MDG-BLK-006"));
    let text = one.header.error_message.clone().unwrap();
    assert!(text.contains("あと1分"), "{text}");
    assert_eq!(
        (&one.header.error_message, &one.body),
        (&other.header.error_message, &other.body)
    );
    // The desk goes on, and so do the month's list, which asks about nobody, and another institution.
    assert_eq!(code(&world.single_at(DESK_1, 16, &nobody(1))), None);
    assert_eq!(world.month(HERE).header.segment_of_result, SegmentOfResult::Done);
    let elsewhere = first(ELSEWHERE, list(0, 7));
    assert!(elsewhere.body.reception_number.is_some());
    // Misses of single inquiries are not those of lists, and the other way round.
    world.live(Duration::from_secs(60));
    assert!(first(HERE, list(0, 0)).body.reception_number.is_some());
}
