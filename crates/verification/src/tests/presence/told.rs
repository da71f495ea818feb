//! What a card brings to light, by the answer table.

use domain::consent::{LIFE, Said, Scope};
use env::Time;
use exchange::oqs::codes::{Consent, ReferenceClassification};
use exchange::oqs::siquc01::{ResultMessage, ResultOfQualificationConfirmation};
use storage::Tx;

use super::desk::{Card, Desk, inquiry, terminal, visit};
use crate::report;
use crate::store::presence::{LastSaid, keep};
use crate::tests::town::{CLINICS, Entrusted, Stands, Townsperson};

/// Everybody of the town, each with a card.
fn people() -> Vec<(Townsperson, Card)> {
    let people = Townsperson::all().into_iter().zip(100..);
    let with_card = people.map(|(mut person, n)| {
        let card = Card::new(n);
        person.card = Some(card.id.clone());
        (person, card)
    });
    with_card.collect()
}

fn validity(message: &ResultMessage) -> &'static str {
    message.body.qualification_validity.unwrap().code()
}

/// The rows of the design for a signed card, for every way to stand × to be entrusted × to be flagged × to ask.
#[tokio::test(flavor = "multi_thread")]
async fn every_card_is_answered_by_the_table() {
    harness::for_each_database("presence_told", async |database| {
        let all = people();
        let known: Vec<Townsperson> = all.iter().map(|(person, _)| person.clone()).collect();
        let desk = Desk::new(&database, &known, &[]).await;
        let (mut vouchers, mut unregistered) = (0, 0);
        for (person, card) in &all {
            for clinic in 0..CLINICS.len() {
                let (message, basis) = desk.read(clinic, card).await;
                let what = format!("{person:?} at {clinic}");
                let header = &message.header;
                assert_eq!(
                    header.reference_classification,
                    Some(ReferenceClassification::MyNumberCard)
                );
                assert_eq!(header.arbitrary_file_identifier.as_deref(), Some("DESK"));
                let here = person.treated_at().contains(&clinic);
                let expected = match person.stands {
                    Stands::Without => "4",
                    Stands::NotYet | Stands::Ended(_) => "2",
                    Stands::Covered | Stands::LastDay if here => "1",
                    Stands::Covered | Stands::LastDay => "6",
                };
                assert_eq!(validity(&message), expected, "{what}");
                let shown = match message.body.result_list.as_slice() {
                    [shown] => shown,
                    none => {
                        assert!(none.is_empty() && expected == "4", "{what}");
                        continue;
                    }
                };
                let flagged = person.undisclosed || person.unusable;
                assert_eq!(shown.address.is_some(), expected == "1" && !flagged, "{what}");
                assert_eq!(shown.insurer_number.is_some(), expected == "1", "{what}");
                assert_eq!(shown.insured_identification_number.is_some(), expected == "1");
                let issued: Vec<_> = shown
                    .public_expense_result_list
                    .iter()
                    .map(|ticket| ticket.issue_number.clone().unwrap())
                    .collect();
                let own = (expected == "1").then(|| person.issue_number(clinic));
                assert_eq!(issued, Vec::from_iter(own), "{what}");
                let key = message.body.qualification_confirmation_key.as_deref();
                assert_eq!(key.map(str::len), (expected == "6").then_some(32), "{what}");
                vouchers += usize::from(expected == "1");
                unregistered += usize::from(expected == "6");
                let request = inquiry(Vec::new());
                let institution = terminal(clinic).institution;
                let again = desk
                    .role
                    .recompute_card(institution, &card.id, &request, &basis)
                    .await;
                assert_eq!(again.unwrap(), message, "{what}: history");
            }
        }
        assert_eq!((vouchers, unregistered), (2 * 4 * 4, 2 * 4 * (15 - 4)));
    })
    .await;
}

/// A voucher elsewhere and a voucher nowhere are the same answer, but for the key that is drawn for each.
#[tokio::test(flavor = "multi_thread")]
async fn elsewhere_is_nowhere() {
    let database = harness::sqlite_database("presence_elsewhere");
    let all: Vec<(Townsperson, Card)> = people()
        .into_iter()
        .filter(|(person, _)| person.stands == Stands::Covered && !person.undisclosed && !person.unusable)
        .collect();
    let known: Vec<Townsperson> = all.iter().map(|(person, _)| person.clone()).collect();
    let desk = Desk::new(&database, &known, &[]).await;
    let bare = |message: ResultMessage| ResultOfQualificationConfirmation {
        name: None,
        ..message.body.result_list[0].clone()
    };
    let mut answers = Vec::new();
    for entrusted in [
        Entrusted::Nobody,
        Entrusted::FirstUntilYesterday,
        Entrusted::Second,
    ] {
        let (_, card) = all
            .iter()
            .find(|(person, _)| person.entrusted == entrusted)
            .unwrap();
        answers.push(bare(desk.read(0, card).await.0));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    // A card that nobody enrolled finds nobody, also when its certificate has just ended.
    for stranger in [Card::new(9_000), Card::in_force(9_001, (-200, -30))] {
        let (message, _) = desk.read(0, &stranger).await;
        assert_eq!((validity(&message), message.body.result_list.len()), ("4", 0));
    }
}

/// After a visit the same desk may ask by number; another may not, and neither may this one about the address.
#[tokio::test(flavor = "multi_thread")]
async fn a_visit_lets_the_desk_ask_by_number() {
    harness::for_each_database("presence_visit", async |database| {
        let (person, card) = people()
            .into_iter()
            .find(|(person, _)| person.stands == Stands::Covered && person.entrusted == Entrusted::Second)
            .unwrap();
        let desk = Desk::new(&database, std::slice::from_ref(&person), &[]).await;
        let listening = desk.listen().await;
        let ask = async |clinic: usize| {
            let env = harness::known_as(format!("institution:{}:terminal:desk-1", CLINICS[clinic]));
            let caller = service::Caller::asking(&env, listening.at(), "verification");
            let body = crate::tests::town::request(clinic, &person.recipient(), crate::tests::town::BORN);
            let sent = caller.send(
                http::Method::POST,
                "/institution/inquiry",
                "application/xml",
                body.into(),
            );
            let answer = sent.await.unwrap();
            ResultMessage::read(answer.body(), &exchange::oqs::Limits::SINGLE).unwrap()
        };
        assert_eq!(validity(&ask(0).await), "4");
        let said = vec![
            Said {
                scope: Scope::Drug,
                given: true,
            },
            Said {
                scope: Scope::CheckUp,
                given: false,
            },
        ];
        let here = terminal(0);
        let brought = desk.bring(&here, &card, &inquiry(said));
        let (message, _) = desk.ask(&here, &brought).await.unwrap();
        assert_eq!(validity(&message), "6");
        for message in [message, ask(0).await] {
            assert_eq!(validity(&message), "6");
            let shown = &message.body.result_list[0];
            assert!(shown.address.is_none() && shown.insurer_number.is_none());
            assert_eq!(shown.pharmacists_consent, Some(Consent::Given));
            assert_eq!(shown.specific_health_checkups_consent, Some(Consent::NotGiven));
            assert_eq!(shown.operation_consent, None);
        }
        assert_eq!(validity(&ask(2).await), "4");
        // Taken back, with the card, at any time.
        let said = vec![Said {
            scope: Scope::Drug,
            given: false,
        }];
        let brought = desk.bring(&here, &card, &inquiry(said));
        let (message, _) = desk.ask(&here, &brought).await.unwrap();
        let shown = &message.body.result_list[0];
        assert_eq!(shown.pharmacists_consent, Some(Consent::NotGiven));
        assert_eq!(
            ask(0).await.body.result_list[0].pharmacists_consent,
            Some(Consent::NotGiven)
        );
        listening.close().await;
    })
    .await;
}

/// Whose certificate has ended within three months is told of the eligibility, and lets nobody see more.
#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_ended_lately_shows_the_eligibility_alone() {
    let database = harness::sqlite_database("presence_ended");
    let card = Card::in_force(7, (-200, -30));
    let mut person = Townsperson::with_number(1, 1, crate::tests::town::BORN);
    person.card = Some(card.id.clone());
    let desk = Desk::new(&database, &[person], &[]).await;
    let here = terminal(0);
    let request = inquiry(vec![Said {
        scope: Scope::Drug,
        given: true,
    }]);
    let brought = desk.bring(&here, &card, &request);
    let (message, basis) = desk.ask(&here, &brought).await.unwrap();
    assert_eq!(validity(&message), "1");
    assert!(
        message
            .body
            .processing_result_message
            .as_deref()
            .unwrap()
            .contains("3か月以内")
    );
    assert_eq!(message.body.result_list[0].pharmacists_consent, None);
    let again = desk
        .role
        .recompute_card(here.institution, &card.id, &request, &basis)
        .await;
    assert_eq!(again.unwrap(), message);
}

/// A yes of before is not told to whoever brings a certificate that has ended, and a no takes it back.
#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_ended_lately_still_takes_a_yes_back() {
    let database = harness::sqlite_database("presence_ended_no");
    let ended = Card::in_force(7, (-200, -30));
    let mut person = Townsperson::with_number(1, 1, crate::tests::town::BORN);
    person.card = Some(ended.id.clone());
    let (id, here) = (person.id(), terminal(0));
    let desk = Desk::new(&database, &[person], &[]).await;
    let drug = |given| Said {
        scope: Scope::Drug,
        given,
    };
    let institution = here.institution;
    let before = Time::from_micros(harness::real_env().now().micros() - 1_000_000);
    let yes = async move |tx: &mut Tx| keep(tx, &visit(id, institution, before), &[drug(true)]).await;
    desk.role.store.unit("test.yes", yes).await.unwrap();
    let told = async |said: Vec<Said>| {
        let brought = desk.bring(&here, &ended, &inquiry(said));
        let (message, basis) = desk.ask(&here, &brought).await.unwrap();
        let consent = message.body.result_list[0].pharmacists_consent;
        // What is not told is not named either.
        assert_eq!(basis.said.contains_key(&Scope::Drug), consent.is_some());
        consent
    };
    assert_eq!(told(Vec::new()).await, None);
    assert_eq!(told(vec![drug(false)]).await, Some(Consent::NotGiven));
    assert_eq!(told(vec![drug(true)]).await, Some(Consent::NotGiven));
}

/// 24 hours from the second in which it was given, and not a moment longer.
#[test]
fn a_consent_counts_for_a_day_to_the_second() {
    let given = Time::from_micros(1_795_000_000_700_000);
    let second = Time::from_micros(1_795_000_000_000_000);
    let standing = |now: Time| {
        let mut items = [ResultOfQualificationConfirmation::default()];
        report::add_consents(
            &mut items,
            &[LastSaid {
                scope: Scope::Operation,
                at: given,
                given: true,
            }],
            now,
        );
        items[0].operation_consent.unwrap()
    };
    let micro = std::time::Duration::from_micros(1);
    // A clock may be ahead by a little.
    let minutes = |n| second + std::time::Duration::from_mins(n);
    let ahead = |n| Time::from_micros(2 * second.micros() - minutes(n).micros());
    assert_eq!(standing(ahead(5)), Consent::Given);
    assert_eq!(standing(ahead(6)), Consent::NotGiven);
    assert_eq!(standing(given), Consent::Given);
    let end = second + LIFE;
    assert_eq!(standing(Time::from_micros(end.micros() - 1)), Consent::Given);
    assert_eq!(standing(end), Consent::Over);
    assert_eq!(standing(end + micro), Consent::Over);
}
