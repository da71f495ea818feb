//! The handbook's examples of an inquiry by number: what is asked there is answered so, byte by byte.

use std::fmt::Write;
use std::path::Path;

use env::Time;
use exchange::oqs::Syntax;
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

#[test]
fn what_the_handbook_shows_is_what_is_answered() {
    let world = World::new("handbook");
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
    let me = World::institution(HERE);
    // The second asks with a birth date that is not the person's.
    for number in ["0001", "0002"] {
        let asked = on_the_wire(&example(&format!("OQSsiquc01req_{number}.xml"))).into_bytes();
        let answer = world.send(&me, "/institution/inquiry", Syntax::Xml, None, asked);
        let answer = String::from_utf8(answer.body().to_vec()).unwrap();
        let shown = example(&format!("OQSsiquc01res_{number}.xml"));
        assert_eq!(shown, for_people(&answer), "the handbook must show this");
        assert_eq!(on_the_wire(&shown), answer);
    }
}
