use futures_util::FutureExt;
use storage::{DatabaseConfig, Store, StoreError, hold_inline, params};

use crate::world::World;
use crate::{ADD, COUNT, SCHEMA, add, count, storage};

/// Everything is decided in one poll.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("it waited")
}

fn database(name: &str) -> DatabaseConfig {
    DatabaseConfig::Inline { name: name.into() }
}

#[test]
fn it_lives_as_long_as_somebody_holds_it() {
    let (env, _world) = World::env();
    let database = database("held");
    let anchor = hold_inline("held");
    at_once(Store::migrate(&env, &database, &SCHEMA)).unwrap();
    let store = at_once(Store::open(&env, &database, &SCHEMA)).unwrap();
    at_once(add(&store, 1)).unwrap();
    drop(store);
    let store = at_once(Store::open(&env, &database, &SCHEMA)).unwrap();
    assert_eq!(at_once(count(&store)), 1);
    drop((store, anchor));
    assert!(
        at_once(Store::open(&env, &database, &SCHEMA)).is_err(),
        "it is gone"
    );
}

#[test]
fn a_crash_around_the_commit() {
    let (env, world) = World::env();
    let database = database("crashes ü/?");
    let _disk = hold_inline("crashes ü/?");
    at_once(Store::migrate(&env, &database, &SCHEMA)).unwrap();
    let store = at_once(Store::open(&env, &database, &SCHEMA)).unwrap();
    world.crash_at("add.before_commit");
    assert_eq!(at_once(add(&store, 1)), Err(StoreError::Crashed));
    assert_eq!(at_once(count(&store)), 0);
    world.crash_at("add.after_commit");
    assert_eq!(at_once(add(&store, 1)), Err(StoreError::Crashed));
    assert_eq!(at_once(count(&store)), 1);
    world.crash_nowhere();
    assert_eq!(at_once(add(&store, 2)), Ok(()));
    assert_eq!(
        world
            .passed()
            .iter()
            .filter(|point| *point == "add.after_commit")
            .count(),
        2
    );
}

#[test]
fn an_error_and_a_panic_roll_back() {
    let (env, _world) = World::env();
    let database = database("rolls back");
    let _disk = hold_inline("rolls back");
    at_once(Store::migrate(&env, &database, &SCHEMA)).unwrap();
    let store = at_once(Store::open(&env, &database, &SCHEMA)).unwrap();
    let panicked = at_once(store.unit("clumsy", async |tx| {
        tx.execute(&ADD, &params! { id: 1_i64, n: 1_i64, t: "" }).await?;
        if tx.dialect() == storage::Dialect::Sqlite {
            panic!("on purpose");
        }
        Ok::<_, StoreError>(())
    }));
    assert_eq!(panicked, Err(StoreError::Panicked("clumsy")));
    at_once(add(&store, 1)).unwrap();
    let foreign = at_once(store.unit("waits", async |_tx| {
        std::future::pending::<()>().await;
        Ok::<_, StoreError>(())
    }));
    assert_eq!(foreign, Err(StoreError::ForeignAwait("waits")));
    assert!(at_once(add(&store, 1)).is_err(), "its number is taken");
    assert_eq!(at_once(count(&store)), 1);
}

#[test]
fn acknowledging_before_the_commit_loses_a_unit() {
    let (env, world) = World::env();
    let database = database("planted");
    let _disk = hold_inline("planted");
    at_once(Store::migrate(&env, &database, &SCHEMA)).unwrap();
    world.plant();
    let store = at_once(Store::open(&env, &database, &SCHEMA)).unwrap();
    assert_eq!(at_once(add(&store, 1)), Ok(()));
    assert_eq!(at_once(count(&store)), 1, "the role itself does not notice");
    assert_eq!(at_once(store.look(&COUNT, &[])).unwrap()[0].int("n"), Ok(1));
    assert_eq!(at_once(add(&store, 2)), Ok(()), "and commits the first one now");
    assert_eq!(at_once(count(&store)), 2);
    // The role crashes: its store is gone, its disk is not.
    drop(store);
    let store = at_once(Store::open(&env, &database, &SCHEMA)).unwrap();
    assert_eq!(
        at_once(count(&store)),
        1,
        "the second one was acknowledged and is lost"
    );
}

#[test]
fn without_the_planted_fault_nothing_is_lost() {
    let (env, _world) = World::env();
    let database = database("sound");
    let _disk = hold_inline("sound");
    at_once(Store::migrate(&env, &database, &SCHEMA)).unwrap();
    let store = at_once(Store::open(&env, &database, &SCHEMA)).unwrap();
    assert_eq!(at_once(add(&store, 1)), Ok(()));
    drop(store);
    let store = at_once(Store::open(&env, &database, &SCHEMA)).unwrap();
    assert_eq!(at_once(count(&store)), 1);
}
