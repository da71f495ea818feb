use storage::{Row, Statement, StoreError, params, positions};

use crate::{ADD, COUNT, count, open, storage};

static ADD_NEW: Statement =
    Statement::new("INSERT INTO note (id, n, t) VALUES (:id, :n, :t) ON CONFLICT (id) DO NOTHING");
static ADD_OR_SET: Statement = Statement::new(
    "INSERT INTO note (id, n, t) VALUES (:id, :n, '') ON CONFLICT (id) DO UPDATE SET n = note.n * 10 + :n",
);
static SET: Statement = Statement::new("UPDATE note SET n = :n WHERE id = :id AND n < :n RETURNING id");
static OF: Statement = Statement::new("SELECT id, n, t FROM note WHERE id = :id");
static OF_ASKED: Statement = Statement::new(
    "WITH asked (place, id) AS (VALUES (CAST(:place AS BIGINT), CAST(:id AS BIGINT)))
     SELECT a.place, s.n, s.t FROM asked AS a JOIN note AS s ON s.id = a.id",
);

/// Numbers of a column, sorted.
fn sorted(rows: &[Row], column: &str) -> Vec<i64> {
    let mut numbers: Vec<i64> = rows.iter().map(|row| row.int(column).unwrap()).collect();
    numbers.sort_unstable();
    numbers
}

// 147 is one statement of each size on PostgreSQL, and more than one of the largest.
on_two_threads!(each_set_is_one_execution, async |database| {
    let store = open(&database).await;
    let changed = store
        .unit("fill", async |tx| {
            let texts: Vec<String> = (0..147).map(|id| format!("note {id}")).collect();
            let sets: Vec<_> = (0_i64..)
                .zip(&texts)
                .map(|(id, t)| params! { t, id, n: id * 2 })
                .collect();
            tx.execute_each(&ADD_NEW, &sets).await
        })
        .await;
    assert_eq!(changed, Ok(147));
    let asked: Vec<_> = (0..200_i64).map(|id| params! { place: 1000 + id, id }).collect();
    let singly: Vec<_> = (0..200_i64).map(|id| params! { id }).collect();
    store
        .unit("look", async move |tx| {
            let rows = tx.all_each(&OF_ASKED, &asked).await?;
            assert_eq!(sorted(&rows, "place"), (1000..1147).collect::<Vec<_>>());
            for row in &rows {
                let id = row.int("place")? - 1000;
                assert_eq!((row.int("n")?, row.text("t")?), (id * 2, &*format!("note {id}")));
            }
            let rows = tx.all_each(&OF, &singly).await?;
            assert_eq!(sorted(&rows, "id"), (0..147).collect::<Vec<_>>());
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
});

on_two_threads!(sets_come_one_after_the_other, async |database| {
    let store = open(&database).await;
    let values = store
        .unit("in_order", async |tx| {
            let twice = [1_i64, 2, 1, 3].map(|id| params! { id, n: id, t: "" });
            assert_eq!(tx.execute_each(&ADD_NEW, &twice).await, Ok(3));
            let again = [(1_i64, 4_i64), (1, 5), (9, 6)].map(|(id, n)| params! { id, n });
            assert_eq!(tx.execute_each(&ADD_OR_SET, &again).await, Ok(3));
            let none: [[(&str, storage::Value<'_>); 0]; 0] = [];
            assert_eq!(tx.execute_each(&COUNT, &none).await, Ok(0));
            assert!(tx.all_each(&COUNT, &none).await?.is_empty());
            let larger = [(1_i64, 500_i64), (2, 1), (3, 4)].map(|(id, n)| params! { id, n });
            let kept = tx.all_each(&SET, &larger).await?;
            assert_eq!(sorted(&kept, "id"), [1, 3]);
            tx.all_each(&OF, &[1_i64, 2, 3, 9].map(|id| params! { id })).await
        })
        .await
        .unwrap();
    assert_eq!(sorted(&values, "n"), [2, 4, 6, 500]);
});

on_two_threads!(one_that_fails_fails_the_unit, async |database| {
    let store = open(&database).await;
    for doubled in [[1_i64, 2, 1], [1, 1, 2]] {
        let said = store
            .unit("careless", async move |tx| {
                let said = tx
                    .execute_each(&ADD, &doubled.map(|id| params! { id, n: 0_i64, t: "" }))
                    .await;
                assert!(
                    matches!(&said, Err(StoreError::Query { reason, .. }) if reason.contains("note")),
                    "{said:?}"
                );
                let next = tx.all_each(&OF, &[params! { id: 1_i64 }]).await;
                assert_eq!(next.err(), Some(StoreError::Failed("careless")));
                Ok::<_, StoreError>(())
            })
            .await;
        assert_eq!(said, Err(StoreError::Failed("careless")));
    }
    let sly = store
        .read("sly", async |tx| {
            tx.execute_each(&ADD, &[params! { id: 1_i64, n: 0_i64, t: "" }])
                .await
        })
        .await;
    assert!(
        matches!(&sly, Err(StoreError::Query { reason, .. }) if reason.contains("read")),
        "{sly:?}"
    );
    assert_eq!(count(&store).await, 0);
});

on_two_threads!(wrong_sets_are_refused_before_they_run, async |database| {
    let store = open(&database).await;
    let said = store
        .unit("wrong", async |tx| {
            let wrong = tx
                .all_each(&OF, &[params! { id: 1_i64 }, params! { other: 1_i64 }])
                .await;
            assert!(
                matches!(&wrong, Err(StoreError::Parameter { name, .. }) if name == "other"),
                "{wrong:?}"
            );
            tx.execute_each(&ADD, &[params! { id: 1_i64, n: 0_i64, t: "" }])
                .await
        })
        .await;
    assert_eq!(said, Ok(1));
});

on_two_threads!(numbers_are_taken_together, async |database| {
    let store = open(&database).await;
    let taken = store
        .unit("take", async |tx| {
            let first = positions::take(tx, "lane", 5).await?;
            let next = positions::next(tx, "lane").await?;
            let last = positions::take(tx, "lane", 2).await?;
            Ok::<_, StoreError>((first, next, last, positions::current(tx, "lane").await?))
        })
        .await;
    assert_eq!(taken, Ok((1, 6, 7, 8)));
});
