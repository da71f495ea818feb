//! Receptions: durable, their institution's own, repeated without harm, and gone when their time is over.

use std::time::Duration;

use exchange::oqs::bulk::{Downloaded, Uploaded};
use exchange::oqs::codes::SegmentOfResult;
use exchange::oqs::{Limits, Syntax, Wire};
use exchange::text::Encoding;
use http::StatusCode;

use crate::people::{ELSEWHERE, HERE, Someone};
use crate::world::{World, bulk_request, download, listed, month_request};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn receive(world: &World, identifier: &str) -> String {
    let request = month_request(HERE, (2026, 11), Some(identifier));
    let received: Uploaded = world.ask(HERE, "/institution/month", Syntax::Xml, &request);
    assert_eq!(
        received.header.arbitrary_file_identifier.as_deref(),
        Some(identifier)
    );
    assert!(received.body.reception_date_time.is_some());
    received.body.reception_number.unwrap()
}

fn fetch(world: &World, me: &str, family: &str, number: &str) -> Downloaded {
    let path = format!("/institution/{family}/result");
    world.ask(me, &path, Syntax::Xml, &download(me, number))
}

#[test]
fn a_number_belongs_to_its_institution_and_its_inquiry() {
    let world = World::new("reception-own");
    world.feed.tell(0, Someone(1).ordinary());
    world.settle();
    let number = receive(&world, "OWN");
    world.settle();
    assert_eq!(listed(&fetch(&world, HERE, "month", &number)), [["AP1"]]);
    // Another institution, another inquiry, another number: not one of them is told apart.
    let unheard = "000000000000000000000001";
    let refused = |me: &str, family: &str, number: &str| {
        let mut message = fetch(&world, me, family, number);
        assert_eq!(message.header.segment_of_result, SegmentOfResult::Failed);
        assert_eq!(message.header.error_code.as_deref(), Some("MDG-BLK-001"));
        assert_eq!(message.header.reception_number.take().as_deref(), Some(number));
        message.header.process_execution_time = None;
        message
    };
    assert_eq!(
        refused(ELSEWHERE, "month", &number),
        refused(ELSEWHERE, "month", unheard)
    );
    assert_eq!(refused(HERE, "bulk", &number), refused(HERE, "month", unheard));
    refused(HERE, "month", "受付番号");
}

#[test]
fn the_same_request_again_is_the_same_reception_for_a_while() {
    let world = World::new("reception-again");
    world.feed.tell(0, Someone(1).ordinary());
    world.settle();
    let number = receive(&world, "AGAIN");
    assert_eq!(receive(&world, "AGAIN"), number);
    assert_ne!(receive(&world, "OTHER"), number);
    world.live(Duration::from_secs(61));
    let later = receive(&world, "AGAIN");
    assert_ne!(later, number, "a minute later they want to know anew");
    world.settle();
    let fetched: Vec<Downloaded> = [&number, &later, &number]
        .map(|one| fetch(&world, HERE, "month", one))
        .into();
    assert_eq!(fetched[0], fetched[2]);
    assert_eq!(fetched[0].body, fetched[1].body);
}

#[test]
fn a_reception_is_gone_when_its_time_is_over() {
    let world = World::new("reception-expiry");
    world.feed.tell(0, Someone(1).ordinary());
    world.settle();
    let number = receive(&world, "EXPIRY");
    // Days of questions to a hub that has nothing new would only take long.
    let sleep_through = |span| {
        world.fleet.crash("verification");
        world.live(span);
        world.start();
        world.settle();
    };
    sleep_through(DAY * 6);
    assert_eq!(
        fetch(&world, HERE, "month", &number).header.segment_of_result,
        SegmentOfResult::Done
    );
    sleep_through(DAY);
    let gone = fetch(&world, HERE, "month", &number);
    assert_eq!(gone.header.error_code.as_deref(), Some("MDG-BLK-001"));
}

#[test]
fn a_reception_survives_whatever_dies() {
    let world = World::new("reception-crash");
    for n in 0..60 {
        world.feed.tell(0, Someone(n).ordinary());
    }
    world.settle();
    let people: Vec<_> = (0..300).map(|n| Someone(n % 70).search(0)).collect();
    let receive = |identifier: String| {
        let mut request = bulk_request(HERE, 16, people.clone());
        request.header.arbitrary_file_identifier = Some(identifier);
        let received: Uploaded = world.ask(HERE, "/institution/bulk", Syntax::Xml, &request);
        received.body.reception_number.unwrap()
    };
    let plain = receive("PLAIN".into());
    world.settle();
    let expected = fetch(&world, HERE, "bulk", &plain);
    assert_eq!(expected.body.units.len(), 300);
    let mut processing = 0;
    for steps in 0..16 {
        let number = receive(format!("CRASH-{steps}"));
        for _ in 0..steps {
            world.fleet.step();
        }
        world.fleet.crash("verification");
        world.start();
        // While it is not there yet it says so, with what the first step was told.
        let mut message = fetch(&world, HERE, "bulk", &number);
        while message.header.segment_of_result == SegmentOfResult::Processing {
            processing += 1;
            assert_eq!(
                message.header.arbitrary_file_identifier,
                Some(format!("CRASH-{steps}"))
            );
            assert_eq!(message.header.reception_number.as_deref(), Some(&*number));
            assert!(message.body.units.is_empty());
            message = fetch(&world, HERE, "bulk", &number);
        }
        assert_eq!(message.header.number_of_processing_result, Some(300));
        assert_eq!(message.body, expected.body, "after {steps} steps");
    }
    assert!(processing > 0, "it was never seen while it was being processed");
}

#[test]
fn what_is_no_request_is_answered_and_who_is_no_institution_is_not() {
    let world = World::new("reception-hostile");
    let me = World::institution(HERE);
    for path in ["/institution/month", "/institution/bulk"] {
        for body in ["", "<!DOCTYPE a>", "<XmlMsg/>", "受付"] {
            let answer = world.send(&me, path, Syntax::Xml, None, body.into());
            assert_eq!(answer.status(), StatusCode::OK);
            let message = Uploaded::read(answer.body(), &Limits::SINGLE).unwrap();
            assert_eq!(
                message.header.segment_of_result,
                SegmentOfResult::Failed,
                "{body}"
            );
            assert!(message.header.error_message.unwrap().contains("ください"));
            let answer = world.send(&me, &format!("{path}/result"), Syntax::Json, None, body.into());
            let message = Downloaded::read_as(Syntax::Json, answer.body(), &Limits::SINGLE).unwrap();
            assert_eq!(
                message.header.segment_of_result,
                SegmentOfResult::Failed,
                "{body}"
            );
        }
        let request = bulk_request(HERE, 16, vec![Someone(1).search(0)]);
        for other in ["operator", "office:13104", "hub"] {
            let body = request.write(Encoding::Utf8).unwrap();
            let answer = world.send(other, path, Syntax::Xml, None, body);
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{other}");
        }
    }
}
