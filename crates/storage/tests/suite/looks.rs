use futures_util::future::join_all;
use storage::{Statement, StoreError, params};

use crate::{ADD, COUNT, add, count, open, storage};

static BY_ID: Statement = Statement::new("SELECT id, t FROM note WHERE id = :id");

on_two_threads!(a_look_sees_what_was_acknowledged, async |database| {
    let store = open(&database).await;
    for id in 0..20 {
        add(&store, id).await.unwrap();
        let rows = store.look(&COUNT, &[]).await.unwrap();
        assert_eq!(rows[0].int("n"), Ok(id + 1));
    }
});

on_two_threads!(looks_that_meet_get_their_own_rows, async |database| {
    let store = open(&database).await;
    for id in 0..40 {
        add(&store, id).await.unwrap();
    }
    let looks = (0..200_i64).map(async |id| (id, store.look(&BY_ID, &params! { id }).await.unwrap()));
    for (id, rows) in join_all(looks).await {
        let found: Vec<_> = rows.iter().map(|row| row.int("id").unwrap()).collect();
        assert_eq!(found, if id < 40 { vec![id] } else { vec![] });
    }
});

on_two_threads!(a_look_is_one_statement, async |database| {
    let store = open(&database).await;
    let before = store.statements();
    store.look(&COUNT, &[]).await.unwrap();
    assert_eq!(store.statements(), before + 1);
});

on_two_threads!(a_look_cannot_write, async |database| {
    let store = open(&database).await;
    let said = store.look(&ADD, &params! { id: 1_i64, n: 1_i64, t: "" }).await;
    assert!(
        matches!(&said, Err(StoreError::Query { reason, .. }) if reason.contains("read")),
        "{said:?}"
    );
    assert_eq!(count(&store).await, 0);
    assert_eq!(
        store.look(&COUNT, &[]).await.unwrap().len(),
        1,
        "the next look is none the worse"
    );
});

on_two_threads!(a_unit_waits_for_no_look, async |database| {
    let store = open(&database).await;
    let other = store.clone();
    let said = store
        .unit("outer", async move |_tx| {
            other.look(&COUNT, &[]).await.map(|rows| rows.len())
        })
        .await;
    assert_eq!(said, Err(StoreError::ForeignAwait("look")));
});
