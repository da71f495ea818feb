use futures_util::future::join_all;
use storage::{DatabaseConfig, Store, StoreError};

use crate::world::World;
use crate::{SCHEMA, add, count, open, storage};

#[tokio::test]
async fn a_missing_file_is_not_made_by_opening() {
    let database = harness::sqlite_database("missing");
    let refused = Store::open(&harness::real_env(), &database, &SCHEMA)
        .await
        .unwrap_err();
    assert!(matches!(refused, StoreError::Open { .. }));
    let DatabaseConfig::Sqlite { path } = database else {
        panic!()
    };
    assert!(!path.exists());
}

#[tokio::test]
async fn what_was_answered_is_there_after_reopening() {
    let database = harness::sqlite_database("reopen");
    let store = open(&database).await;
    let said = join_all((0..300).map(|id| add(&store, id))).await;
    assert!(said.iter().all(Result::is_ok));
    drop(store);
    let again = Store::open(&harness::real_env(), &database, &SCHEMA)
        .await
        .unwrap();
    assert_eq!(count(&again).await, 300);
}

#[tokio::test]
async fn a_crash_before_the_commit_loses_the_whole_group() {
    let database = harness::sqlite_database("crash");
    let (env, world) = World::env();
    Store::migrate(&env, &database, &SCHEMA).await.unwrap();
    let store = Store::open(&env, &database, &SCHEMA).await.unwrap();
    world.crash_at("add.before_commit");
    let said = join_all((0..3).map(|id| add(&store, id))).await;
    assert_eq!(said[0], Err(StoreError::Crashed));
    world.crash_nowhere();
    let stands = i64::try_from(said.iter().filter(|said| said.is_ok()).count()).unwrap();
    assert_eq!(count(&store).await, stands);
    world.crash_at("add.after_commit");
    assert_eq!(add(&store, 10).await, Err(StoreError::Crashed));
    assert_eq!(count(&store).await, stands + 1);
}
