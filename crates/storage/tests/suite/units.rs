use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::future::join_all;
use storage::{Migration, Row, Statement, Store, StoreError, params, positions};

use crate::{ADD, COUNT, add, count, open, storage};

#[derive(Debug, PartialEq, thiserror::Error)]
enum Wrong {
    #[error("odd")]
    Odd,
    #[error(transparent)]
    Store(#[from] StoreError),
}

on_two_threads!(an_error_takes_nothing_of_its_neighbours, async |database| {
    let store = open(&database).await;
    // Nothing stands before the first one, which fails too.
    let units = (1..=64_i64).map(|id| {
        store.unit("sometimes", async move |tx| {
            tx.execute(&ADD, &params! { id, n: id, t: "" }).await?;
            if id % 2 == 1 { Err(Wrong::Odd) } else { Ok(id) }
        })
    });
    for (id, said) in (1..).zip(join_all(units).await) {
        assert_eq!(said, if id % 2 == 1 { Err(Wrong::Odd) } else { Ok(id) });
    }
    assert_eq!(count(&store).await, 32);
});

on_two_threads!(
    a_failed_statement_takes_nothing_of_its_neighbours,
    async |database| {
        let store = open(&database).await;
        add(&store, 0).await.unwrap();
        let said = join_all((0..20).map(|id| add(&store, id))).await;
        assert!(
            matches!(&said[0], Err(StoreError::Query { reason, .. }) if reason.contains("note")),
            "{:?}",
            said[0]
        );
        assert!(said[1..].iter().all(Result::is_ok), "{said:?}");
        assert_eq!(count(&store).await, 20);
    }
);

on_two_threads!(a_unit_cannot_go_on_after_a_failed_statement, async |database| {
    let store = open(&database).await;
    add(&store, 1).await.unwrap();
    let said = store
        .unit("careless", async |tx| {
            let _ignored = tx.execute(&ADD, &params! { id: 1_i64, n: 0_i64, t: "" }).await;
            let next = tx.execute(&ADD, &params! { id: 2_i64, n: 0_i64, t: "" }).await;
            assert_eq!(next, Err(StoreError::Failed("careless")));
            Ok::<_, StoreError>(())
        })
        .await;
    assert_eq!(said, Err(StoreError::Failed("careless")));
    assert_eq!(count(&store).await, 1);
});

on_two_threads!(sixty_four_tasks_count_exactly, async |database| {
    let store = open(&database).await;
    let env = harness::real_env();
    let tasks: Vec<_> = (0..64)
        .map(|_| {
            let store = store.clone();
            env.spawn("counting", async move {
                for _ in 0..4 {
                    let next = store.unit("next", async |tx| positions::next(tx, "lane").await);
                    assert!(next.await.unwrap() > 0);
                }
            })
        })
        .collect();
    for task in tasks {
        task.join().await;
    }
    let last = store
        .read("last", async |tx| positions::current(tx, "lane").await)
        .await;
    assert_eq!(last, Ok(256));
});

static LARGEST: Statement = Statement::new("SELECT COALESCE(MAX(n), 0) AS n FROM note");

on_two_threads!(units_are_as_if_alone, async |database| {
    // Each unit reads the largest and adds one more: without serializable isolation two would add the same.
    let store = open(&database).await;
    let units = (0..24_i64).map(|id| {
        store.unit("one_more", async move |tx| {
            let largest = tx.one(&LARGEST, &[]).await?.int("n")?;
            tx.execute(&ADD, &params! { id, n: largest + 1, t: "" }).await?;
            Ok::<_, StoreError>(largest + 1)
        })
    });
    let mut given: Vec<i64> = join_all(units).await.into_iter().map(Result::unwrap).collect();
    given.sort_unstable();
    assert_eq!(given, (1..=24).collect::<Vec<_>>());
});

on_two_threads!(a_read_sees_one_state, async |database| {
    let store = open(&database).await;
    add(&store, 1).await.unwrap();
    // A store of its own, as if in another process: it writes while the read stands between two statements.
    let other = open(&database).await;
    let seen = store
        .read("twice", async move |tx| {
            let before = tx.one(&COUNT, &[]).await?.int("n")?;
            let other = other.clone();
            let added = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                runtime.block_on(add(&other, 2))
            });
            added.join().unwrap()?;
            let after = tx.one(&COUNT, &[]).await?.int("n")?;
            Ok::<_, StoreError>((before, after))
        })
        .await;
    assert_eq!(seen, Ok((1, 1)));
    assert_eq!(count(&store).await, 2);
});

on_two_threads!(a_read_cannot_write, async |database| {
    let store = open(&database).await;
    let said = store
        .read("sly", async |tx| {
            tx.execute(&ADD, &params! { id: 1_i64, n: 1_i64, t: "" }).await
        })
        .await;
    assert!(
        matches!(&said, Err(StoreError::Query { reason, .. }) if reason.contains("read")),
        "{said:?}"
    );
    assert_eq!(count(&store).await, 0);
});

on_two_threads!(a_panic_ends_one_unit_only, async |database| {
    let store = open(&database).await;
    let said = store
        .unit("clumsy", async |tx| {
            tx.execute(&ADD, &params! { id: 1_i64, n: 1_i64, t: "" }).await?;
            if tx.one(&COUNT, &[]).await?.int("n")? == 1 {
                panic!("on purpose");
            }
            Ok::<_, StoreError>(())
        })
        .await;
    assert_eq!(said, Err(StoreError::Panicked("clumsy")));
    let read = store
        .read("clumsy", async |_tx| -> Result<(), StoreError> {
            panic!("on purpose")
        })
        .await;
    assert_eq!(read, Err(StoreError::Panicked("clumsy")));
    add(&store, 2).await.unwrap();
    assert_eq!(count(&store).await, 1);
});

on_two_threads!(a_unit_awaits_only_its_tx, async |database| {
    let store = open(&database).await;
    let said = store
        .unit("waiting", async |tx| {
            tx.execute(&ADD, &params! { id: 1_i64, n: 1_i64, t: "" }).await?;
            tokio::task::yield_now().await;
            Ok::<_, StoreError>(())
        })
        .await;
    assert_eq!(said, Err(StoreError::ForeignAwait("waiting")));
    let read = store
        .read("waiting", async |_tx| {
            std::future::pending::<()>().await;
            Ok::<_, StoreError>(())
        })
        .await;
    assert_eq!(read, Err(StoreError::ForeignAwait("waiting")));
    let other = store.clone();
    let nested = store
        .unit("outer", async move |_tx| {
            other.unit("inner", async |_| Ok(())).await
        })
        .await;
    assert_eq!(nested, Err(StoreError::ForeignAwait("inner")));
    assert_eq!(count(&store).await, 0);
});

on_two_threads!(a_caller_may_stop_waiting, async |database| {
    let store = open(&database).await;
    for id in 0..32 {
        let unit = add(&store, id);
        // Polled once, so it is submitted; then dropped.
        assert!(futures_util::FutureExt::now_or_never(unit).is_none_or(|said| said.is_ok()));
    }
    add(&store, 100).await.unwrap();
    assert!(count(&store).await >= 1);
    let all = async |store: &Store| store.read("all", async |tx| tx.all(&COUNT, &[]).await).await;
    let rows: Vec<Row> = all(&store).await.unwrap();
    assert_eq!(rows.len(), 1);
});

on_two_threads!(statements_are_counted, async |database| {
    let store = open(&database).await;
    let before = store.statements();
    add(&store, 1).await.unwrap();
    assert_eq!(count(&store).await, 1);
    assert_eq!(store.statements(), before + 2);
});

on_two_threads!(a_unit_without_conflict_runs_once, async |database| {
    let store = open(&database).await;
    let runs = Arc::new(AtomicU32::new(0));
    let seen = runs.clone();
    store
        .unit("once", async move |tx| {
            seen.fetch_add(1, Ordering::Relaxed);
            positions::next(tx, "x").await
        })
        .await
        .unwrap();
    assert_eq!(runs.load(Ordering::Relaxed), 1);
});

static FAMILY: [Migration; 1] = [Migration {
    name: "0001 family",
    sql: "CREATE TABLE parent (id BIGINT PRIMARY KEY);
          CREATE TABLE child (p BIGINT REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED);",
    sqlite: "",
    postgres: "",
}];
static CHILD: Statement = Statement::new("INSERT INTO child (p) VALUES (:p)");
static PARENT: Statement = Statement::new("INSERT INTO parent (id) VALUES (:id)");

on_two_threads!(a_refused_commit_is_an_error, async |database| {
    let env = harness::real_env();
    Store::migrate(&env, &database, &FAMILY).await.unwrap();
    let store = Store::open(&env, &database, &FAMILY).await.unwrap();
    let orphan = store
        .unit("orphan", async |tx| {
            tx.execute(&CHILD, &params! { p: 1_i64 }).await
        })
        .await;
    assert!(
        matches!(orphan, Err(StoreError::Commit { unit: "orphan", .. })),
        "{orphan:?}"
    );
    let family = store.unit("family", async |tx| {
        tx.execute(&CHILD, &params! { p: 1_i64 }).await?;
        tx.execute(&PARENT, &params! { id: 1_i64 }).await
    });
    assert_eq!(family.await, Ok(1));
});
