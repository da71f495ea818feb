//! The registers over HTTP, on both databases, loaded with a made-up town.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use domain::calendar::Date;
use domain::identity::OfficeCode;
use domain::insurance::{AidPeriod, rows_beside_aid};
use domain::permit::Actor;
use env::Origin;
use exchange::registers::changes::Changes;
use exchange::registers::institutions::Page;
use exchange::registers::insurers::{Answer, Question};
use http::{Method, StatusCode};
use madoguchi_registers as registers;
use registers::{Attributes, Keys, Outcome};
use seal::{IndexKey, RootKey};
use serde_json::{Value, json};
use service::{Caller, Running};
use storage::{DatabaseConfig, Store};
use synthetic::{Kind, Person, Town, Ward};

mod cards;

const DAY: Date = Date::constant(2026, 11, 25);

/// Registers that run, and the key that a hub would share.
struct Real {
    role: Running,
    index: IndexKey,
}

impl Real {
    async fn start(database: &DatabaseConfig) -> Real {
        let env = harness::known_as(Actor::Registers);
        let (root, shared) = (
            RootKey::generate(&mut env.rng()),
            RootKey::generate(&mut env.rng()),
        );
        Store::migrate(&env, database, registers::MIGRATIONS)
            .await
            .unwrap();
        let anywhere = Origin::new("127.0.0.1", 0);
        let keys = Keys::new(&root, &shared);
        let role = registers::start_with(&env, &anywhere, database, keys)
            .await
            .unwrap();
        let index = shared.index_key(exchange::registers::RESIDENTS_INDEX);
        Real { role, index }
    }

    fn as_actor(&self, me: &Actor) -> Caller {
        Caller::asking(&harness::known_as(me), self.role.at(), Actor::Registers)
    }

    async fn send(&self, me: &Actor, path: &str, body: String) -> (StatusCode, String) {
        let caller = self.as_actor(me);
        let sent = caller.send(Method::POST, path, "application/x-ndjson", body.into());
        let sent = sent.await.unwrap();
        (sent.status(), String::from_utf8(sent.body().to_vec()).unwrap())
    }

    async fn load(&self, path: &str, lines: &[Value]) {
        let body: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let loaded = self.send(&Actor::Registers, path, body).await;
        assert_eq!(loaded, (StatusCode::OK, lines.len().to_string()), "{path}");
    }

    async fn changes(&self, after: i64) -> Changes {
        let path = format!("/insurers/changes?after={after}&most=300");
        self.as_actor(&Actor::Hub).get(&path).await.unwrap()
    }

    async fn institutions(&self, after: i64) -> Page {
        let office = Actor::Office(OfficeCode::parse("13999").unwrap());
        let path = format!("/institutions?after={after}&most=50");
        self.as_actor(&office).get(&path).await.unwrap()
    }

    fn index_of(&self, person: &Person) -> String {
        let number = person.entry.as_ref().unwrap().number.individual_number().unwrap();
        hex::encode(self.index.index_number(&number).as_bytes())
    }
}

fn town() -> Town {
    Town::new(11, DAY, Ward::of_people(700).unwrap(), 1).unwrap()
}

fn people() -> Vec<Person> {
    let everybody = town().office(0).people();
    everybody.filter(|one| one.entry.is_some()).collect()
}

fn resident(person: &Person) -> Value {
    let entry = person.entry.as_ref().unwrap();
    json!({ "number": entry.number.as_str(), "attributes": {
        "name": entry.name, "birth_date": entry.birth_date, "sex": entry.sex, "address": entry.address,
    } })
}

fn insured(person: &Person) -> Value {
    json!({ "number": person.entry.as_ref().unwrap().number.as_str(), "rows": person.insurers_rows })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn residents_are_matched_by_all_five() {
    harness::for_each_database("residents", async |database| {
        let real = Real::start(&database).await;
        let people = people();
        let lines: Vec<Value> = people.iter().map(resident).collect();
        real.load("/residents", &lines).await;
        let (asked, rest) = people.split_at(300);
        let question = |person: &Person| {
            let attributes = Attributes {
                name: person.name.clone(),
                birth_date: person.birth_date,
                sex: person.sex,
                address: person.registered_address.clone(),
            };
            registers::Question {
                index: real.index_of(person),
                attributes,
            }
        };
        let mut questions: Vec<registers::Question> = asked.iter().map(question).collect();
        // Another's number; an index of nobody; no index at all.
        questions.push(registers::Question {
            index: real.index_of(&rest[0]),
            ..question(&asked[0])
        });
        for index in ["00".repeat(32), String::new()] {
            questions.push(registers::Question {
                index,
                ..question(&asked[0])
            });
        }
        let hub = real.as_actor(&Actor::Hub);
        let outcomes: Vec<Outcome> = hub.post("/residents/compare", &questions).await.unwrap();
        for (person, outcome) in asked.iter().zip(&outcomes) {
            let differ = person.kinds.has(Kind::AttributesDiffer) || person.registered_address.is_none();
            assert_eq!(*outcome == Outcome::Mismatch, differ, "{}", person.index);
            assert!(*outcome != Outcome::Unknown);
        }
        assert!(outcomes.contains(&Outcome::Mismatch));
        assert_eq!(
            outcomes[300..],
            [Outcome::Mismatch, Outcome::Unknown, Outcome::Unknown]
        );
        real.role.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn insurers_rows_come_after_the_rule_and_changes_by_position() {
    harness::for_each_database("insurers", async |database| {
        let real = Real::start(&database).await;
        let people: Vec<Person> = people()
            .into_iter()
            .filter(|one| !one.insurers_rows.is_empty())
            .collect();
        let lines: Vec<Value> = people.iter().map(insured).collect();
        real.load("/insurers", &lines).await;
        // Everybody once, in pages without gap.
        let (mut after, mut changed) = (0, Vec::new());
        loop {
            let page = real.changes(after).await;
            let Some(last) = page.changes.last() else { break };
            assert!(page.changes.len() <= 300 && page.changes.is_sorted_by_key(|change| change.n));
            after = last.n;
            changed.extend(page.changes.into_iter().map(|change| change.index));
        }
        let expected: Vec<String> = people.iter().map(|person| real.index_of(person)).collect();
        assert_eq!(changed, expected);
        let asked = &people[..400];
        let questions: Vec<Question> = asked
            .iter()
            .map(|person| Question {
                index: real.index_of(person),
                aid: person.eligibilities.iter().map(AidPeriod::from).collect(),
            })
            .collect();
        let hub = real.as_actor(&Actor::Hub);
        let answers: Vec<Answer> = hub.post("/insurers/rows", &questions).await.unwrap();
        for (person, answer) in asked.iter().zip(&answers) {
            assert_eq!(
                answer.rows,
                rows_beside_aid(&person.insurers_rows, &person.eligibilities)
            );
        }
        let cut = asked
            .iter()
            .zip(&answers)
            .filter(|(person, answer)| answer.rows != person.insurers_rows);
        assert!(cut.count() > 200);
        // The same again is no change; somebody whose insurance ends is.
        real.load("/insurers", &lines).await;
        assert_eq!(real.changes(after).await, Changes::default());
        let mut nothing = insured(&people[3]);
        nothing["rows"] = json!([]);
        real.load("/insurers", &[nothing]).await;
        let page = real.changes(after).await;
        assert_eq!((page.changes.len(), page.changes[0].n), (1, after + 1));
        assert_eq!(page.changes[0].index, expected[3]);
        real.role.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn institutions_are_pulled_by_position_with_their_versions() {
    harness::for_each_database("institutions", async |database| {
        let real = Real::start(&database).await;
        let all: Vec<_> = town().institutions().collect();
        let lines: Vec<Value> = all.iter().map(|one| json!(one)).collect();
        real.load("/institutions", &lines).await;
        let first = real.institutions(0).await.institutions;
        let second = real.institutions(50).await.institutions;
        let found: Vec<_> = first.iter().chain(&second).collect();
        assert_eq!(found.len(), 72);
        for ((n, listed), institution) in (1..).zip(found).zip(&all) {
            assert_eq!(
                (listed.n, listed.version, &listed.institution),
                (n, 1, institution)
            );
        }
        real.load("/institutions", &lines).await;
        let mut ended = all[4].clone();
        ended.designated[0].through = Some(DAY);
        real.load("/institutions", &[json!(ended)]).await;
        let page = real.institutions(72).await.institutions;
        assert_eq!(page.len(), 1);
        assert_eq!(
            (page[0].n, page[0].version, &page[0].institution),
            (73, 2, &ended)
        );
        assert!(real.institutions(73).await.institutions.is_empty());
        real.role.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_is_told_by_its_place_and_nothing_is_loaded() {
    let real = Real::start(&harness::sqlite_database("refused")).await;
    let person = people()
        .into_iter()
        .find(|one| !one.insurers_rows.is_empty())
        .unwrap();
    let good = insured(&person);
    let mut bad_rule = good.clone();
    bad_rule["rows"][0]["burden_percent"] = json!(101);
    let mut bad_schema = good.clone();
    bad_schema["rows"][0]["number"] = json!(7_777_777);
    let long = json!({ "number": person.entry.as_ref().unwrap().number.as_str(), "rows": [], "x": "y".repeat(70_000) });
    for (lines, status, told) in [
        (
            format!("{good}\n{bad_rule}\n"),
            422,
            "object 2: burden_percent: 101 is more than 100",
        ),
        (
            format!("{good}\n\n{bad_schema}\n"),
            400,
            "not a line of the insured: line 3",
        ),
        (
            format!("{good}\n{long}\n"),
            400,
            "line 2 of the insured is longer than",
        ),
        (
            format!("[{good},{bad_schema}]"),
            400,
            "not a list of the insured: line 1",
        ),
        ("{}\n".repeat(10_001), 400, "not a line of the insured: line 1"),
    ] {
        let (found, body) = real.send(&Actor::Registers, "/insurers", lines).await;
        assert_eq!(found.as_u16(), status, "{body}");
        assert!(body.contains(told), "{told}: {body}");
        assert!(!body.contains("7777777") && !body.contains(person.entry.as_ref().unwrap().number.as_str()));
    }
    assert_eq!(real.changes(0).await, Changes::default());
    let many = format!("{good}\n").repeat(10_001);
    let (status, body) = real.send(&Actor::Registers, "/insurers", many).await;
    assert!(
        status == StatusCode::BAD_REQUEST && body.contains("at most 10000"),
        "{body}"
    );
    let mut own = json!(town().institutions().next().unwrap());
    own["kinds"] = json!([]);
    let (status, body) = real
        .send(&Actor::Registers, "/institutions", own.to_string())
        .await;
    assert!(
        status == StatusCode::UNPROCESSABLE_ENTITY && body.contains("kinds"),
        "{body}"
    );
    real.role.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_asks_what_is_its_own() {
    let real = Real::start(&harness::sqlite_database("permits")).await;
    let office = Actor::Office(OfficeCode::parse("13999").unwrap());
    let forbidden = |status: StatusCode| assert_eq!(status, StatusCode::FORBIDDEN);
    for path in ["/residents", "/residents/cards", "/insurers", "/institutions"] {
        for me in [&office, &Actor::Hub, &Actor::Verification, &Actor::Operator] {
            let (status, body) = real.send(me, path, String::new()).await;
            forbidden(status);
            assert!(body.contains("registers の証明書"), "{body}");
        }
    }
    for me in [&office, &Actor::Registers, &Actor::Verification, &Actor::Operator] {
        let nothing: [Question; 0] = [];
        let rows: Result<Vec<Answer>, _> = real.as_actor(me).post("/insurers/rows", &nothing).await;
        assert!(rows.unwrap_err().to_string().contains("403"));
        for path in ["/insurers/changes?after=0", "/residents/cards/changes?after=0"] {
            let changes: Result<Changes, _> = real.as_actor(me).get(path).await;
            assert!(changes.unwrap_err().to_string().contains("403"));
        }
        for path in ["/residents/cards/find", "/residents/cards/of"] {
            let (status, _) = real.send(me, path, String::new()).await;
            forbidden(status);
        }
    }
    for me in [&Actor::Hub, &Actor::Operator, &Actor::Registers] {
        let page: Result<Page, _> = real.as_actor(me).get("/institutions?after=0").await;
        assert!(page.unwrap_err().to_string().contains("403"));
    }
    let page: Result<Page, _> = real.as_actor(&Actor::Verification).get("/institutions").await;
    assert_eq!(page.unwrap(), Page::default());
    real.role.stop().await;
}
