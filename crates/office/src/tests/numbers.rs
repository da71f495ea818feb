//! A corrected 個人番号 is a correction, also where nothing else is another.

use std::sync::Arc;

use domain::identity::Link;
use domain::number::check_digit;
use domain::permit::Actor;
use env::Env;
use exchange::registration::Lane;
use futures_util::future::join;
use seal::RootKey;
use serde_json::{Value, json};
use storage::{DatabaseConfig, Statement, Store, Tx, params};

use super::{code, deciding, new, setup};
use crate::people::Before;
use crate::{Decided, MIGRATIONS, Office, OfficeError};

/// Two numbers that are made up, with the arithmetic of real ones: the wrong one and the right one.
fn numbers() -> [String; 2] {
    ["90000000001", "90000000002"].map(|body| {
        let digits: [u8; 11] = body.as_bytes().try_into().unwrap();
        format!("{body}{}", check_digit::individual(&digits))
    })
}

async fn office(env: &Env, database: &DatabaseConfig) -> Arc<Office> {
    Store::migrate(env, database, MIGRATIONS).await.unwrap();
    let root = RootKey::generate(&mut env.rng());
    Arc::new(Office::on_database(env, database, setup(&root)).await.unwrap())
}

fn person(link: &str, number: &str) -> Value {
    json!({
        "link": link, "number": number, "name": { "name": "架空　一", "kana": "ｶｸｳ ｲﾁ" }, "birth_date": "1970-01-02",
        "sex": "1",
    })
}

fn with_revision(mut person: Value, revision: u32) -> Value {
    person["revision"] = json!(revision);
    person
}

async fn write(office: &Arc<Office>, person: Value) -> Result<Decided, OfficeError> {
    office.write_down(&deciding(), new(person)).await
}

/// How many records a load of one person makes.
async fn load(office: &Arc<Office>, link: &str, number: &str) -> usize {
    let household = json!({ "id": "H-1", "members": [{ "person": person(link, number) }] });
    let loaded = office.load(&deciding(), vec![new(household)], Lane::Bulk).await;
    loaded.unwrap().records
}

fn is_taken(done: &Result<Decided, OfficeError>) -> bool {
    matches!(done, Err(OfficeError::Revision { .. }))
}

async fn a_number_is_corrected(database: DatabaseConfig) {
    let [wrong, right] = &numbers();
    let office = office(&harness::known_as(Actor::Office(code())), &database).await;

    // By a load: the same is said once, another number is another version, and the first stays corrected.
    let loads = [(wrong, 1), (wrong, 0), (right, 1), (right, 0), (wrong, 0)];
    for (number, records) in loads {
        assert_eq!(load(&office, "loaded", number).await, records);
    }

    // By revision: the same is told again, another number is as any other content.
    let first = write(&office, with_revision(person("told", wrong), 1))
        .await
        .unwrap();
    let again = write(&office, with_revision(person("told", wrong), 1))
        .await
        .unwrap();
    assert_eq!(again, first);
    let other = write(&office, with_revision(person("told", right), 1)).await;
    assert!(is_taken(&other), "{other:?}");
    let corrected = write(&office, with_revision(person("told", right), 2)).await;
    assert_eq!(corrected.unwrap().revision, 2);

    // Two at once: of two who read the same the second is not told the first one's.
    let two = async |link: &str, numbers: [&String; 2]| {
        let before = Before::default();
        let [one, two] = numbers.map(|number| {
            let link = Link::parse(link).unwrap();
            let new = new(person(link.as_str(), number));
            office.person_decision(link, &new, &before).unwrap()
        });
        let first = office.decide(&deciding(), one).await.unwrap();
        (first, office.decide(&deciding(), two).await)
    };
    let (_, second) = two("read-by-two", [wrong, right]).await;
    assert!(is_taken(&second), "{second:?}");
    let (first, second) = two("repeated", [right, right]).await;
    assert_eq!(second.unwrap(), first);
    let (one, other) = join(
        write(&office, person("at-once", wrong)),
        write(&office, person("at-once", right)),
    )
    .await;
    let mut revisions = [one.unwrap().revision, other.unwrap().revision];
    revisions.sort_unstable();
    assert_eq!(revisions, [1, 2]);
}

/// Makes a person's first version one of before, which knows only that there was a number.
async fn as_before(office: &Arc<Office>, link: &str) {
    static SAID: Statement = Statement::new(
        "UPDATE decision SET said = :said WHERE link = :link AND kind = 'person' AND revision = 1",
    );
    let body =
        json!({ "name": { "kana": "ｶｸｳ ｲﾁ", "name": "架空　一" }, "birth_date": "1970-01-02", "sex": "1" });
    let said = {
        let identity: exchange::registration::PersonIdentity = new(body.clone());
        let served: exchange::registration::PersonServed = new(body);
        crate::api::said(&(identity, served, true))
    };
    let link = link.to_owned();
    let unit = async move |tx: &mut Tx| {
        let values = params! { said: said.as_slice(), link: link.as_str() };
        Ok::<_, OfficeError>(tx.execute(&SAID, &values).await?)
    };
    assert_eq!(office.store.unit("test.said", unit).await.unwrap(), 1);
}

async fn what_was_said_before_is_repeated(database: DatabaseConfig) {
    let [wrong, right] = &numbers();
    let office = office(&harness::known_as(Actor::Office(code())), &database).await;
    let first = write(&office, with_revision(person("told", wrong), 1))
        .await
        .unwrap();
    as_before(&office, "told").await;
    let again = write(&office, with_revision(person("told", wrong), 1)).await;
    assert_eq!(again.unwrap(), first, "a repetition is no conflict");
    assert_eq!(load(&office, "told", wrong).await, 0);
    // Whoever names no revision, or the next one, corrects; and that stands when the old load comes again.
    assert_eq!(write(&office, person("told", right)).await.unwrap().revision, 2);
    assert_eq!(load(&office, "told", wrong).await, 0);
    let other = write(&office, with_revision(person("told", wrong), 2)).await;
    assert!(is_taken(&other), "{other:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_number_is_no_repetition() {
    harness::for_each_database("office_number", a_number_is_corrected).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repetition_of_before_is_no_conflict() {
    harness::for_each_database("office_number_before", what_was_said_before_is_repeated).await;
}

#[test]
fn a_number_is_recognised_under_the_offices_own_key_only() {
    let fleet = env::sim::Simulation::new(3, env::Time::from_micros(1_795_305_600_000_000));
    let name = "office-numbers";
    let _disk = storage::hold_inline(name);
    let env = fleet.node("office", "office");
    let work = async move {
        let database = DatabaseConfig::Inline { name: name.into() };
        let mut said = Vec::new();
        for _ in 0..2 {
            let office = office(&env, &database).await;
            for number in &numbers() {
                let new = new(person("p-1", number));
                let link = Link::parse("p-1").unwrap();
                said.push(
                    office
                        .person_decision(link, &new, &Before::default())
                        .unwrap()
                        .said,
                );
            }
        }
        said.sort();
        said.dedup();
        said.len()
    };
    assert_eq!(fleet.run(100_000, work), Some(4));
}
