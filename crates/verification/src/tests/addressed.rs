//! Promise `addressed`, over every pair of a person and an institution: who may be told is told, everybody else gets
//! one answer, and neither its bytes nor the statements behind it say why.

use std::sync::Arc;

use domain::calendar::Date;
use domain::permit::Actor;
use env::network::Limits as NetworkLimits;
use env::{Listening, Origin};
use exchange::oqs::Limits;
use exchange::oqs::siquc01::ResultMessage;
use http::{Method, StatusCode};
use seal::RootKey;
use service::Caller;
use storage::{DatabaseConfig, Store};

use super::town::{self, BORN, CLINICS, NOT_BORN, Stands, Townsperson};
use crate::{GuessingRules, Keys, MIGRATIONS, Rules, Trusted, Verification};

/// What differs between two answers that must look the same: time and what the asker said.
const DIFFERS: [&str; 4] = [
    "ProcessExecutionTime",
    "MedicalInstitutionCode",
    "InsuredIdentificationNumber",
    "Birthdate",
];

/// Verification that knows the town, and how to ask it. It does nothing but answer, so that every statement is of
/// an answer.
struct World {
    callers: Vec<Caller>,
    role: Arc<Verification>,
    answering: Listening,
}

impl World {
    async fn new(database: &DatabaseConfig, people: &[Townsperson]) -> World {
        let env = harness::known_as(Actor::Verification);
        Store::migrate(&env, database, MIGRATIONS).await.unwrap();
        let keys = Keys::new(RootKey::generate(&mut env.rng()));
        let rules = Rules {
            guessing: GuessingRules::none(),
            ..Rules::default()
        };
        let trusted = Trusted::nobody();
        let role = Verification::on(&env, database, keys, trusted, rules, None);
        let role = role.await.unwrap();
        let (hub, holds) = town::hub(people).await;
        let anywhere = Origin::new("127.0.0.1", 0);
        let reading = crate::serve(&env, &anywhere, hub.at(), role.clone(), None);
        let reading = reading.await.unwrap();
        holds.notified().await;
        // Nothing of it is left at the database: the reader waits for the hub, and a worker ends what it began.
        reading.stop().await;
        let router = crate::api::router(role.clone());
        let answering = service::serve(&env, &anywhere, router, NetworkLimits::default());
        let answering = answering.await.unwrap();
        let as_clinic = |code: &str| {
            let env = harness::known_as(format!("institution:{code}"));
            Caller::asking(&env, answering.at(), Actor::Verification)
        };
        let callers = CLINICS.map(as_clinic).to_vec();
        World {
            callers,
            role,
            answering,
        }
    }

    /// Asks as a clinic; the answer's text, and how many statements it took.
    async fn ask(&self, clinic: usize, recipient: &str, born: Date) -> (String, u64) {
        let before = self.role.store.statements();
        let text = ask(&self.callers[clinic], clinic, recipient, born).await;
        (text, self.role.store.statements() - before)
    }
}

async fn ask(caller: &Caller, clinic: usize, recipient: &str, born: Date) -> String {
    let body = town::request(clinic, recipient, born).into_bytes();
    let (path, kind) = ("/institution/inquiry", "application/xml");
    let sent = caller.send(Method::POST, path, kind, body.into()).await.unwrap();
    assert_eq!(sent.status(), StatusCode::OK);
    String::from_utf8(sent.body().to_vec()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_pair_is_answered_by_the_table() {
    harness::for_each_database("addressed", async |database| {
        let people = Townsperson::all();
        let world = World::new(&database, &people).await;
        let mut uniform: Option<String> = None;
        let mut statements: Option<u64> = None;
        let mut told = 0;
        let mut check = |what: &str, shown: bool, text: &str, ran: u64| {
            let first = *statements.get_or_insert(ran);
            assert_eq!(ran, first, "{what}: the statements behind the answer differ");
            if shown {
                told += 1;
                return;
            }
            let text = without_identifiers(text);
            let first = uniform.get_or_insert_with(|| text.clone());
            assert_eq!(&text, first, "{what}: the uniform answers differ");
        };
        for person in &people {
            for clinic in 0..CLINICS.len() {
                for born in [BORN, NOT_BORN] {
                    let (text, ran) = world.ask(clinic, &person.recipient(), born).await;
                    let shown = born == BORN && is_told(person, clinic);
                    let what = format!("{person:?} at {clinic}, born {born}");
                    assert_eq!(validity(&text), if shown { "1" } else { "4" }, "{what}");
                    assert_vouchers(person, clinic, shown, &text, &what);
                    check(&what, shown, &text, ran);
                }
            }
        }
        for clinic in 0..CLINICS.len() {
            let nobody = town::recipient(999_000);
            let (text, ran) = world.ask(clinic, &nobody, BORN).await;
            assert_eq!(validity(&text), "4");
            check("nobody", false, &text, ran);
        }
        // What cannot be anybody's number is a fault of form, told without a look at anybody.
        for (recipient, code) in [("1234567", "MDG-NUM-002"), ("", "MDG-OQS-001")] {
            let (text, ran) = world.ask(0, recipient, BORN).await;
            assert!(text.contains(&format!("<ErrorCode>{code}</ErrorCode>")), "{text}");
            assert!(text.contains("<SegmentOfResult>9</SegmentOfResult>"), "{text}");
            assert_eq!(ran, 0);
        }
        // Covered or on the last day, entrusted here, no flag: two ways to stand, at each of the first two clinics
        // two ways to be entrusted.
        assert_eq!(told, 2 * 2 * 2);
        world.answering.close().await;
    })
    .await;
}

/// A number that was given twice: the birth date tells whose vouchers are meant, and where it does not, nobody's are.
#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_be_told_apart_is_not_told_of() {
    harness::for_each_database("doubles", async |database| {
        let [first, second] =
            [(0, 0, BORN), (1, 0, NOT_BORN)].map(|(n, of, b)| Townsperson::with_number(n, of, b));
        let [third, fourth] = [2, 3].map(|n| Townsperson::with_number(n, 2, BORN));
        let people = [first.clone(), second.clone(), third.clone(), fourth.clone()];
        let world = World::new(&database, &people).await;
        for (person, born, other) in [(&first, BORN, &second), (&second, NOT_BORN, &first)] {
            let (text, _) = world.ask(0, &person.recipient(), born).await;
            assert_eq!(validity(&text), "1");
            assert!(
                text.contains(&person.issue_number(0)) && !text.contains(&other.issue_number(0)),
                "{text}"
            );
        }
        let (text, ran) = world.ask(0, &third.recipient(), BORN).await;
        let (uniform, same) = world.ask(0, &town::recipient(999_000), BORN).await;
        assert_eq!(without_identifiers(&text), without_identifiers(&uniform));
        assert_eq!(ran, same);
        world.answering.close().await;
    })
    .await;
}

/// The design's row "number only": a voucher here for that day, of somebody who is covered and not shielded.
fn is_told(person: &Townsperson, clinic: usize) -> bool {
    let covered = matches!(person.stands, Stands::Covered | Stands::LastDay);
    covered && !person.undisclosed && !person.unusable && person.treated_at().contains(&clinic)
}

/// Own vouchers and no others; never an address.
fn assert_vouchers(person: &Townsperson, clinic: usize, shown: bool, text: &str, what: &str) {
    for (other, code) in CLINICS.iter().enumerate() {
        let issue = person.issue_number(other);
        assert_eq!(text.contains(&issue), shown && other == clinic, "{what}: {issue}");
        let named = text.contains(code);
        assert!(other == clinic || !named, "{what}: another institution's code");
    }
    assert!(!text.contains("見本町"), "{what}: an address without the card");
    assert_eq!(
        text.contains("見本福祉事務所"),
        shown,
        "{what}: the office's name"
    );
}

fn validity(text: &str) -> &'static str {
    let message = ResultMessage::read(text.as_bytes(), &Limits::SINGLE).unwrap();
    message.body.qualification_validity.unwrap().code()
}

/// The text with the content of every element that differs between two askers taken out.
fn without_identifiers(text: &str) -> String {
    let mut text = text.to_owned();
    for tag in DIFFERS {
        let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
        while let Some(begin) = text.find(&open) {
            let end = begin + text[begin..].find(&close).unwrap() + close.len();
            text.replace_range(begin..end, "");
        }
    }
    text
}
