use futures_util::future::join_all;
use harness::{for_each_database, real_env};
use storage::{Migration, Store, StoreError};

use crate::{SCHEMA, add, count, storage};

#[tokio::test]
async fn from_nothing_and_again() {
    for_each_database("fresh", async |database| {
        let env = real_env();
        assert!(
            Store::open(&env, &database, &SCHEMA).await.is_err(),
            "nothing is migrated yet"
        );
        assert_eq!(
            Store::migrate(&env, &database, &SCHEMA[..1]).await.unwrap(),
            ["0001 positions"]
        );
        let older = Store::open(&env, &database, &SCHEMA).await.unwrap_err();
        assert!(
            older
                .to_string()
                .contains("`0002 notes` is not applied; run migrate"),
            "{older}"
        );
        assert_eq!(
            Store::migrate(&env, &database, &SCHEMA).await.unwrap(),
            ["0002 notes"]
        );
        assert!(Store::migrate(&env, &database, &SCHEMA).await.unwrap().is_empty());
        let store = Store::open(&env, &database, &SCHEMA).await.unwrap();
        add(&store, 1).await.unwrap();
        assert_eq!(count(&store).await, 1);
        let newer = Store::open(&env, &database, &SCHEMA[..1]).await.unwrap_err();
        assert!(newer.to_string().contains("newer than this program"), "{newer}");
    })
    .await;
}

#[tokio::test]
async fn what_was_applied_is_not_changed() {
    static CHANGED: [Migration; 2] = [
        SCHEMA[0],
        Migration {
            sql: "CREATE TABLE note (id BIGINT PRIMARY KEY)",
            ..SCHEMA[1]
        },
    ];
    static MOVED: [Migration; 2] = [SCHEMA[1], SCHEMA[0]];
    for_each_database("changed", async |database| {
        let env = real_env();
        Store::migrate(&env, &database, &SCHEMA).await.unwrap();
        for wrong in [&CHANGED, &MOVED] {
            let refused = Store::migrate(&env, &database, wrong).await;
            assert!(
                matches!(refused, Err(StoreError::Migration { .. })),
                "{refused:?}"
            );
            let refused = Store::open(&env, &database, wrong).await;
            assert!(
                matches!(refused, Err(StoreError::Migration { .. })),
                "{refused:?}"
            );
        }
        Store::open(&env, &database, &SCHEMA).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn all_or_nothing() {
    static BROKEN: [Migration; 2] = [
        SCHEMA[0],
        Migration {
            name: "0002 broken",
            sql: "CREATE TABLE a (n BIGINT); CREATE TABLE",
            sqlite: "",
            postgres: "",
        },
    ];
    for_each_database("broken", async |database| {
        let env = real_env();
        let refused = Store::migrate(&env, &database, &BROKEN).await.unwrap_err();
        assert!(refused.to_string().contains("`0002 broken`"), "{refused}");
        assert_eq!(Store::migrate(&env, &database, &SCHEMA).await.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_at_once() {
    for_each_database("at_once", async |database| {
        let env = real_env();
        let all = join_all((0..6).map(|_| Store::migrate(&env, &database, &SCHEMA))).await;
        let applied: usize = all.into_iter().map(|names| names.unwrap().len()).sum();
        assert_eq!(applied, 2, "each migration is applied by one of them");
        Store::open(&env, &database, &SCHEMA).await.unwrap();
    })
    .await;
}
