//! The answer to a card is the same message as XML and as JSON: `accept` says which, and without a word it is XML.

use domain::permit::Purpose;
use exchange::oqs::Limits;
use exchange::oqs::siquc01::ResultMessage;
use exchange::presence::CARD;
use http::header::CONTENT_TYPE;
use serde_json::Value;

use super::desk::{Card, Desk, inquiry, over_http};
use crate::tests::town::{BORN, Townsperson};

/// A card whose holder has a voucher here, and one that is revoked.
const HOLDER: u32 = 71;
const REVOKED: u32 = 72;

#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_answered_in_the_syntax_that_is_accepted() {
    let database = harness::sqlite_database("presence_syntax");
    let card = Card::new(HOLDER);
    let mut person = Townsperson::with_number(1, 1, BORN);
    person.card = Some(card.id.clone());
    let desk = Desk::new(&database, &[person], &[REVOKED]).await;
    let listening = desk.listen().await;
    let ask = async |card: &Card, headers: &[(&str, &str)]| {
        let to = (CARD, Purpose::EligibilityCheck);
        let answer = over_http(listening.at(), card, to, &inquiry(Vec::new()), headers).await;
        assert_eq!(answer.status(), 200);
        let kind = answer.headers()[CONTENT_TYPE].to_str().unwrap().to_owned();
        (kind, answer.into_body())
    };
    // When it was answered differs from one reading to the next, and nothing else does.
    let timeless = |mut message: ResultMessage| {
        assert!(message.header.process_execution_time.take().is_some());
        message
    };
    let json = [("accept", "application/json")];
    let (kind, body) = ask(&card, &json).await;
    assert_eq!(kind, "application/json; charset=utf-8");
    let shown: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(shown["XmlMsg"]["MessageBody"]["QualificationValidity"], "1");
    let as_json = timeless(ResultMessage::read_json(&body, &Limits::SINGLE).unwrap());
    for headers in [&[][..], &[("accept", "application/xml")], &[("accept", "*/*")]] {
        let (kind, body) = ask(&card, headers).await;
        assert_eq!(kind, "application/xml; charset=utf-8", "{headers:?}");
        let as_xml = ResultMessage::read(&body, &Limits::SINGLE).unwrap();
        assert_eq!(timeless(as_xml), as_json, "{headers:?}");
    }
    // Who is not believed is told so in the same syntax.
    let (kind, body) = ask(&Card::new(REVOKED), &json).await;
    assert_eq!(kind, "application/json; charset=utf-8");
    let shown: Value = serde_json::from_slice(&body).unwrap();
    let header = &shown["XmlMsg"]["MessageHeader"];
    assert_eq!(
        [
            &header["SegmentOfResult"],
            &header["ErrorCode"],
            &header["ReferenceClassification"]
        ],
        ["9", "MDG-CRD-005", "1"]
    );
    listening.close().await;
}
