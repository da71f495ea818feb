//! A database from before there were cards goes on where it was.

use storage::{Statement, Store, Tx, params};

use crate::hub;

static PERSON: Statement = Statement::new(
    "INSERT INTO person (office, link, person, attributes, residents_index, revision, state, seen)
     VALUES ('13104', :link, :person, :person, :person, 1, :state, 1)",
);
static MARK: Statement = Statement::new("INSERT INTO insurers_to_ask (person, turn) VALUES (:person, 3)");
static CURSOR: Statement = Statement::new("UPDATE insurers_cursor SET n = 17");
static FEED: Statement = Statement::new(
    "INSERT INTO feed (lane, n, office, link, insurance) VALUES ('single', :n, '13104', 'p-1', :revision)",
);
static LEFT: Statement = Statement::new(
    "SELECT (SELECT COUNT(*) FROM to_ask WHERE register = 'insurers' AND turn = 3) AS marks,
            (SELECT n FROM asking_cursor WHERE register = 'insurers') AS insurers,
            (SELECT n FROM asking_cursor WHERE register = 'cards') AS cards,
            (SELECT COUNT(*) FROM feed WHERE made = 'insurance' AND revision = 5) AS made,
            (SELECT COUNT(*) FROM feed WHERE made IS NULL AND revision IS NULL) AS others,
            (SELECT COUNT(*) FROM person WHERE agreed_index = residents_index AND state = 1) AS agreed,
            (SELECT COUNT(*) FROM person WHERE agreed_index IS NULL AND state = 2) AS parted",
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn marks_cursor_feed_and_agreement_are_carried_over() {
    harness::for_each_database("migrating", async |database| {
        let env = harness::real_env();
        let cards = hub::MIGRATIONS.iter().position(|one| one.name == "hub-3-asking");
        let before = &hub::MIGRATIONS[..cards.unwrap()];
        Store::migrate(&env, &database, before).await.unwrap();
        let store = Store::open(&env, &database, before).await.unwrap();
        let fill = async |tx: &mut Tx| {
            for (link, person, state) in [("p-1", &[1_u8; 16], 1_i64), ("p-2", &[2; 16], 2)] {
                tx.execute(&PERSON, &params! { link, person: &person[..], state })
                    .await?;
            }
            tx.execute(&MARK, &params! { person: &[1_u8; 16][..] }).await?;
            tx.execute(&CURSOR, &params! {}).await?;
            tx.execute(&FEED, &params! { n: 1, revision: None::<i64> })
                .await?;
            tx.execute(&FEED, &params! { n: 2, revision: Some(5_i64) }).await
        };
        store.unit("test.fill", fill).await.unwrap();
        drop(store);
        Store::migrate(&env, &database, hub::MIGRATIONS).await.unwrap();
        let store = Store::open(&env, &database, hub::MIGRATIONS).await.unwrap();
        let left = async |tx: &mut Tx| tx.one(&LEFT, &params! {}).await;
        let left = store.read("test.left", left).await.unwrap();
        for (name, n) in [
            ("marks", 1),
            ("insurers", 17),
            ("cards", 0),
            ("made", 1),
            ("others", 1),
            ("agreed", 1),
            ("parted", 1),
        ] {
            assert_eq!(left.int(name).unwrap(), n, "{name}");
        }
    })
    .await;
}
