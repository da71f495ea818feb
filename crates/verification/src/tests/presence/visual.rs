//! 目視確認 is told what a number is told, and is counted.

use exchange::oqs::Limits;
use exchange::oqs::siquc01::ResultMessage;
use exchange::presence::{STANDS_BEHIND, VISUAL};
use http::Method;
use service::Caller;

use super::desk::{Card, Desk};
use crate::tests::town::{self, BORN, CLINICS, Townsperson};

#[tokio::test(flavor = "multi_thread")]
async fn presence_is_not_proved_by_the_photograph_and_it_is_counted() {
    let database = harness::sqlite_database("presence_visual");
    let mut person = Townsperson::with_number(1, 1, BORN);
    person.card = Some(Card::new(81).id);
    let desk = Desk::new(&database, std::slice::from_ref(&person), &[]).await;
    let listening = desk.listen().await;
    let who = format!("institution:{}:terminal:desk-1", CLINICS[0]);
    let env = harness::known_as(&who);
    let caller = Caller::asking(&env, listening.at(), "verification");
    let ask = async |recipient: &str, headers: &[(&str, &str)]| {
        let body = town::request(0, recipient, BORN);
        let (path, kind) = ("/institution/inquiry", "application/xml");
        let sent = caller.send_with(Method::POST, path, kind, headers, body.into());
        let answer = sent.await.unwrap();
        (answer.status().as_u16(), answer.into_body())
    };
    let visual = [(STANDS_BEHIND, VISUAL)];
    for (recipient, validity) in [(person.recipient(), "1"), (town::recipient(7), "4")] {
        let told = async |headers: &[(&str, &str)]| {
            let (status, body) = ask(&recipient, headers).await;
            assert_eq!(status, 200);
            let mut message = ResultMessage::read(&body, &Limits::SINGLE).unwrap();
            assert!(message.header.process_execution_time.take().is_some());
            message
        };
        let message = told(&visual).await;
        assert_eq!(message.body.qualification_validity.unwrap().code(), validity);
        assert!(message.body.result_list.iter().all(|item| item.address.is_none()));
        assert_eq!(message, told(&[]).await, "as by number");
    }
    // It says that and nothing else.
    assert_eq!(ask(&person.recipient(), &[(STANDS_BEHIND, "card")]).await.0, 400);
    let operator = harness::known_as("operator");
    let operator = Caller::asking(&operator, listening.at(), "verification");
    let refusals: serde_json::Value = operator.get("/refusals").await.unwrap();
    let counted = serde_json::json!([{ "who": who, "inquiries": 2, "alerts": 0 }]);
    assert_eq!(refusals["visual"], counted);
    listening.close().await;
}
