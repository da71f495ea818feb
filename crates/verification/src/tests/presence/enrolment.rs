//! 利用申込 needs a card that is in force: one that ended lately shows an eligibility, and enrols nobody.

use domain::permit::{Action, Actor, Permit, Purpose};
use exchange::presence::{ENROLMENT, Enrolment};
use identity::card::Refused;
use identity::presence::NotPresent;

use super::desk::{Card, Desk, over_http, signed, terminal};
use crate::enrolment::EnrolmentRefusal;
use crate::presence::name;

/// In force until a month ago, and in force now.
const ENDED: (i64, i64) = (-200, -30);
const IN_FORCE: (i64, i64) = (-200, 30);

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_ended_lately_is_not_enrolled() {
    let database = harness::sqlite_database("presence_enrolment");
    let desk = Desk::new(&database, &[], &[]).await;
    let here = terminal(0);
    let actor = Actor::Institution(here.institution);
    let permit = Permit::grant(actor, Action::EnrolCard, Purpose::Enrolment).unwrap();
    let nonce = desk.role.presence.nonce(&desk.role.env, &here);
    let enrol = async |period| {
        let card = Card::in_force(61, period);
        let brought = signed(&here, &card, &nonce, &Enrolment {}, Purpose::Enrolment);
        desk.role.enrol(&permit, &here, &brought).await
    };
    let expired = NotPresent::Refused(Refused::Expired);
    match enrol(ENDED).await {
        Err(EnrolmentRefusal::NotPresent(reason)) => assert_eq!(reason, expired),
        other => panic!("{other:?}"),
    }
    assert_eq!(desk.role.presence.refused()[name(&expired)], 1);
    // Nothing was written of it: the same nonce is good for a card in force, as far as the hub, which this desk has not.
    let passed_on = enrol(IN_FORCE).await;
    assert!(matches!(passed_on, Err(EnrolmentRefusal::NoHub)), "{passed_on:?}");

    let listening = desk.listen().await;
    let (card, to) = (Card::in_force(61, ENDED), (ENROLMENT, Purpose::Enrolment));
    let answer = over_http(listening.at(), &card, to, &Enrolment {}, &[]).await;
    let problem: service::Problem = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(
        (problem.status, problem.field.as_deref()),
        (422, Some("MDG-CRD-004"))
    );
    listening.close().await;
}
