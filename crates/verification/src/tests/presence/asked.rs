//! What is signed and still cannot be answered as it stands: the field is named, and nothing is written.

use domain::consent::{Said, Scope};
use domain::identity::PersonId;
use domain::number::InstitutionCode;
use domain::permit::Purpose;
use env::Time;
use exchange::presence::{Inquiry, InquiryFault, Nonce};
use storage::{Statement, Tx, params};

use super::desk::{Card, Desk, inquiry, signed, terminal, visit};
use crate::VerificationError;
use crate::inquiry::CardRefusal;
use crate::store::presence::{LastSaid, keep, last_said, last_said_within};
use crate::tests::town::{BORN, CLINICS, Townsperson};

static WRITTEN: Statement = Statement::new(
    "SELECT (SELECT COUNT(*) FROM nonce_used) AS nonces, (SELECT COUNT(*) FROM visit) AS visits,
            (SELECT COUNT(*) FROM consent) AS consents",
);

fn said(given: bool) -> Said {
    Said {
        scope: Scope::Drug,
        given,
    }
}

fn marked(identifier: &str) -> Inquiry {
    Inquiry {
        identifier: Some(identifier.to_owned()),
        ..inquiry(vec![said(true)])
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_answered_as_it_stands_leaves_nothing() {
    harness::for_each_database("presence_asked", async |database| {
        let card = Card::new(41);
        let mut person = Townsperson::with_number(1, 1, BORN);
        person.card = Some(card.id.clone());
        let desk = Desk::new(&database, &[person], &[]).await;
        let written = async || {
            let read = async |tx: &mut Tx| tx.one(&WRITTEN, &params! {}).await;
            let row = desk.role.store.read("test.written", read).await.unwrap();
            ["nonces", "visits", "consents"].map(|column| row.int(column).unwrap())
        };
        let here = terminal(0);
        let nonce = desk.role.presence.nonce(&desk.role.env, &here);
        let bring = |asked: &Inquiry| signed(&here, &card, &nonce, asked, Purpose::EligibilityCheck);
        let wrong = [
            (
                inquiry(vec![said(true), said(false)]),
                InquiryFault::Twice(Scope::Drug),
            ),
            (
                inquiry(vec![said(false), said(true)]),
                InquiryFault::Twice(Scope::Drug),
            ),
            (marked(&"あ".repeat(51)), InquiryFault::LongIdentifier),
            (marked("\0"), InquiryFault::IdentifierCharacter),
            (marked("a\u{1}"), InquiryFault::IdentifierCharacter),
            (marked("\u{ffff}"), InquiryFault::IdentifierCharacter),
        ];
        for (asked, fault) in wrong {
            match desk.ask(&here, &bring(&asked)).await {
                Err(CardRefusal::Malformed(refused)) => assert_eq!(refused, fault),
                other => panic!("{fault}: {other:?}"),
            }
            assert_eq!(written().await, [0, 0, 0], "{fault}");
        }
        // The same nonce is good for the same question, asked as it should be.
        let right = marked(&"あ".repeat(50));
        let (message, _) = desk.ask(&here, &bring(&right)).await.unwrap();
        assert_eq!(message.header.arbitrary_file_identifier, right.identifier);
        assert_eq!(written().await, [1, 1, 1]);
    })
    .await;
}

/// Two terminals may read the card in the same microsecond.
#[tokio::test(flavor = "multi_thread")]
async fn of_a_yes_and_a_no_at_the_same_moment_the_no_stands() {
    harness::for_each_database("presence_both_said", async |database| {
        let desk = Desk::new(&database, &[], &[]).await;
        let institution = InstitutionCode::parse(CLINICS[0]).unwrap();
        let at = Time::from_micros(1_795_000_000_000_000);
        for (n, order) in (0..).zip([[true, false], [false, true], [false, false]]) {
            let person = PersonId::from_bytes([n; 16]);
            for given in order {
                let write = async move |tx: &mut Tx| {
                    let visit = visit(person, institution, at);
                    Ok::<_, VerificationError>(keep(tx, &visit, &[said(given)]).await?)
                };
                desk.role.store.unit("test.said", write).await.unwrap();
            }
            let last = last_said(&desk.role.store, person, institution).await;
            let last = last.unwrap();
            let no = LastSaid {
                scope: Scope::Drug,
                at,
                given: false,
            };
            assert_eq!(last, [no], "{order:?}");
        }
    })
    .await;
}

/// What is said later stands, also when the clock that wrote what was said before was ahead: a yes never outlives a no.
#[tokio::test(flavor = "multi_thread")]
async fn a_no_of_a_clock_that_is_behind_takes_a_yes_back() {
    harness::for_each_database("presence_clock_behind", async |database| {
        let desk = Desk::new(&database, &[], &[]).await;
        let institution = InstitutionCode::parse(CLINICS[0]).unwrap();
        let person = PersonId::from_bytes([9; 16]);
        let ahead = Time::from_micros(1_795_000_020_000_000);
        let behind = Time::from_micros(1_795_000_000_000_000);
        for (at, given) in [(ahead, true), (behind, false), (behind, true), (behind, false)] {
            let write = async move |tx: &mut Tx| {
                let visit = visit(person, institution, at);
                keep(tx, &visit, &[said(given)]).await?;
                Ok::<_, VerificationError>(last_said_within(tx, person, institution).await?)
            };
            let last = desk.role.store.unit("test.said", write).await.unwrap();
            assert_eq!(last.len(), 1);
            assert_eq!(last[0].given, given);
        }
        // And so it is told to whoever asks next.
        let last = last_said(&desk.role.store, person, institution).await;
        assert!(!last.unwrap()[0].given);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_terminal_is_told_which_field() {
    let database = harness::sqlite_database("presence_field");
    let card = Card::new(42);
    let mut person = Townsperson::with_number(1, 1, BORN);
    person.card = Some(card.id.clone());
    let desk = Desk::new(&database, &[person], &[]).await;
    let listening = desk.listen().await;
    let env = harness::known_as("institution:1319999015:terminal:desk-1");
    let caller = service::Caller::asking(&env, listening.at(), "verification");
    let mut line = caller.connect().await.unwrap();
    let mut post = async |path: &str, body: Vec<u8>| {
        let request = http::Request::post(path).header("host", "127.0.0.1");
        let within = std::time::Duration::from_secs(20);
        line.call(request.body(body.into()).unwrap(), within)
            .await
            .unwrap()
    };
    let nonce = post("/institution/nonce", Vec::new()).await;
    let nonce: Nonce = serde_json::from_slice(nonce.body()).unwrap();
    let asked = [
        (inquiry(vec![said(true), said(false)]), "asked.consents", "drug"),
        (marked("\u{1}"), "asked.identifier", "XML"),
    ];
    for (asked, field, word) in asked {
        let brought = signed(
            &terminal(0),
            &card,
            &nonce.nonce,
            &asked,
            Purpose::EligibilityCheck,
        );
        let answer = post("/institution/card", serde_json::to_vec(&brought).unwrap()).await;
        let problem: service::Problem = serde_json::from_slice(answer.body()).unwrap();
        assert_eq!((problem.status, problem.field.as_deref()), (400, Some(field)));
        assert!(problem.title.contains(word), "{}", problem.title);
    }
    listening.close().await;
}
