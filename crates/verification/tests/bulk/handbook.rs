//! The handbook's examples, an inquiry by number and a month's list in two steps: what is asked there is answered so,
//! byte by byte. And what it says of days to come.

use std::fmt::Write;
use std::path::Path;

use env::Time;
use exchange::oqs::bulk::Uploaded;
use exchange::oqs::codes::QualificationValidity;
use exchange::oqs::siquc01::{Request, ResultMessage};
use exchange::oqs::{Limits, Syntax};
use exchange::registration::feed::Fed;
use exchange::registration::{Content, Part, Salt};
use jiff::civil::date;

use crate::people::{HERE, Paper, Someone, november};
use crate::world::World;

fn example(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src/reference/examples");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

/// The message as the wire has it: without the handbook's line breaks and indents between tags.
fn on_the_wire(example: &str) -> String {
    let mut lines = example.lines();
    let declaration = lines.next().unwrap_or_default();
    let message: String = lines.map(str::trim).collect();
    format!("{declaration}\n{message}\n")
}

/// The message as the handbook has it: a line for each item, indented by depth.
fn for_people(wire: &str) -> String {
    let mut text = String::new();
    let mut depth = 0_usize;
    for line in wire.replace("><", ">\n<").lines() {
        let closes = line.starts_with("</");
        depth -= usize::from(closes);
        writeln!(text, "{}{line}", "  ".repeat(depth)).unwrap();
        depth += usize::from(!closes && !line.starts_with("<?") && !line.contains("</"));
    }
    text
}

/// A voucher with as much on it as most have.
fn full(someone: Someone) -> Fed {
    let mut fed = someone.voucher(0, 1, &Paper::new("202611", HERE));
    if let Content::Voucher { served } = &mut fed.record.content {
        let mut body = served.body.clone();
        // As an office of ours counts.
        body.issue_number = "2026110000042".parse().unwrap();
        body.self_pay_yen = 1_500;
        body.district_contact = Some("架空　一郎".parse().unwrap());
        body.handling_contact = Some("架空　二葉".parse().unwrap());
        body.remarks = vec!["車椅子を使います".parse().unwrap()];
        assert_eq!(body.check(), Ok(()));
        *served = Part::new(Salt([4; 16]), body);
    }
    fed
}

/// A verification that knows one person with a voucher.
fn town(name: &str) -> World {
    let world = World::new(name);
    let someone = Someone(1);
    let since = date(2026, 4, 1);
    let told = vec![
        someone.person(),
        someone.eligible(0, 1, since, None),
        full(someone),
    ];
    world.feed.tell(0, told);
    world.feed.mark(0, Time::from_jst(november(16).at(9, 31, 5, 0)));
    world.settle();
    world
}

/// The answer to a message.
fn answered(world: &World, path: &str, asked: &str) -> String {
    let me = World::institution(HERE);
    let answer = world.send(&me, path, Syntax::Xml, None, asked.to_owned().into_bytes());
    String::from_utf8(answer.body().to_vec()).unwrap()
}

#[track_caller]
fn is_shown(name: &str, answer: &str) {
    let shown = example(name);
    assert_eq!(shown, for_people(answer), "the handbook must show this");
    assert_eq!(on_the_wire(&shown), answer);
}

#[test]
fn what_the_handbook_shows_is_what_is_answered() {
    let world = town("handbook");
    // The second asks with a birth date that is not the person's.
    for number in ["0001", "0002"] {
        let asked = on_the_wire(&example(&format!("OQSsiquc01req_{number}.xml")));
        let answer = answered(&world, "/institution/inquiry", &asked);
        is_shown(&format!("OQSsiquc01res_{number}.xml"), &answer);
    }
}

#[test]
fn the_json_twin_of_the_handbook_asks_the_same() {
    let world = town("handbook-json");
    let me = World::institution(HERE);
    let asked = example("OQSsiquc01req_0001.json");
    let xml = on_the_wire(&example("OQSsiquc01req_0001.xml"));
    let twin = Request::read_json(asked.as_bytes(), &Limits::SINGLE).unwrap();
    assert_eq!(twin, Request::read(xml.as_bytes(), &Limits::SINGLE).unwrap());
    let answer = world.send(
        &me,
        "/institution/inquiry",
        Syntax::Json,
        None,
        asked.into_bytes(),
    );
    let told = ResultMessage::read_json(answer.body(), &Limits::SINGLE).unwrap();
    assert_eq!(
        told.body.qualification_validity,
        Some(QualificationValidity::Valid)
    );
}

#[test]
fn a_day_to_come_is_answered_from_what_is_known_now() {
    let world = World::new("handbook-future");
    let someone = Someone(1);
    let paper = Paper::new("A", HERE).days(20, 30);
    let told = vec![
        someone.person(),
        someone.eligible(0, 1, date(2026, 4, 1), None),
        someone.voucher(0, 1, &paper),
    ];
    world.feed.tell(0, told);
    world.settle();
    // It is the 16th.
    for (day, expected) in [
        (19, QualificationValidity::NotFound),
        (20, QualificationValidity::Valid),
        (30, QualificationValidity::Valid),
    ] {
        let answer = world.single(day, &someone.search(0));
        assert_eq!(answer.header.qualification_confirmation_date, Some(november(day)));
        assert_eq!(answer.body.qualification_validity, Some(expected), "{day}");
    }
}

#[test]
fn full_width_digits_are_named_and_not_repeated() {
    let world = World::new("handbook-full-width");
    let mut search = Someone(1).search(0);
    search.insurer_number = "１２１３９９９４".into();
    let header = world.single(16, &search).header;
    assert_eq!(header.error_code.as_deref(), Some("MDG-NUM-001"));
    let text = header.error_message.unwrap();
    assert!(
        text.contains("全角の数字") && !text.contains(&search.insurer_number),
        "{text}"
    );
}

#[test]
fn both_steps_of_a_month_are_those_of_the_handbook() {
    // 受付番号 are drawn; the handbook has one for all.
    const SHOWN: &str = "202611160931060000000001";
    let world = town("handbook-month");
    let first = answered(
        &world,
        "/institution/month",
        &on_the_wire(&example("OQSmutic01req_0001.xml")),
    );
    let received = Uploaded::read(first.as_bytes(), &Limits::SINGLE).unwrap();
    let number = received.body.reception_number.unwrap();
    is_shown("OQSmutic01res_0001.xml", &first.replace(&number, SHOWN));
    world.settle();
    let second = on_the_wire(&example("OQSmutic02req_0001.xml"));
    assert!(second.contains(SHOWN), "the handbook asks for what it was given");
    let result = answered(
        &world,
        "/institution/month/result",
        &second.replace(SHOWN, &number),
    );
    is_shown("OQSmutic02res_0001.xml", &result.replace(&number, SHOWN));
}
