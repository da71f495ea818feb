use harness::for_each_database;
use storage::{Statement, StoreError, Value, params};

use crate::{ADD, open, storage};

static PUT: Statement = Statement::new("INSERT INTO note (id, n, t, b) VALUES (:id, :n, :t, :b)");
static GET: Statement = Statement::new("SELECT * FROM note WHERE id = :id");

#[tokio::test]
async fn values_come_back_as_they_went() {
    for_each_database("values", async |database| {
        let store = open(&database).await;
        type Case = (i64, Option<i64>, Option<&'static str>, Option<&'static [u8]>);
        let cases: [Case; 6] = [
            (0, None, None, None),
            (1, Some(0), Some(""), Some(b"")),
            (
                2,
                Some(i64::MIN),
                Some("福祉 𠮷野家 é e\u{301} ﾊﾝ"),
                Some(b"\0\0"),
            ),
            (
                3,
                Some(i64::MAX),
                Some("':id' :id $1 ?1 -- \\"),
                Some(&[0, 255, 0x80, b'\'']),
            ),
            (4, Some(-1), Some("line\nline\r\n\t"), Some(&[7; 5000])),
            (5, Some(1), Some("  space kept  "), Some("text".as_bytes())),
        ];
        for (id, n, t, b) in cases {
            let row = store
                .unit("round_trip", async move |tx| {
                    assert_eq!(tx.execute(&PUT, &params! { b, t, n, id }).await?, 1);
                    tx.one(&GET, &params! { id }).await
                })
                .await
                .unwrap();
            assert_eq!(row.int("id"), Ok(id));
            assert_eq!(row.opt_int("n"), Ok(n));
            assert_eq!(row.opt_text("t"), Ok(t));
            assert_eq!(row.opt_bytes("b"), Ok(b));
        }
    })
    .await;
}

static BARE: Statement = Statement::new(
    "SELECT CAST(:n AS BIGINT) AS n, CAST(:t AS TEXT) AS t, (1 = 1) AS yes, n AS other FROM note",
);

#[tokio::test]
async fn results_are_named_by_the_statement() {
    for_each_database("names", async |database| {
        let store = open(&database).await;
        crate::add(&store, 1).await.unwrap();
        let row = store
            .read("bare", async |tx| {
                tx.one(&BARE, &params! { t: "x", n: 5_u32 }).await
            })
            .await
            .unwrap();
        assert_eq!(
            (row.int("n"), row.text("t"), row.int("yes"), row.int("other")),
            (Ok(5), Ok("x"), Ok(1), Ok(0))
        );
        assert!(matches!(row.int("t"), Err(StoreError::Column { .. })));
        assert!(matches!(row.int("none"), Err(StoreError::Column { .. })));
    })
    .await;
}

#[tokio::test]
async fn wrong_parameters_are_refused_without_a_trace() {
    for_each_database("parameters", async |database| {
        let store = open(&database).await;
        store
            .unit("wrong", async |tx| {
                let missing = tx.execute(&ADD, &params! { id: 1_i64, n: 1_i64 }).await;
                assert!(
                    matches!(&missing, Err(StoreError::Parameter { name, .. }) if name == "t"),
                    "{missing:?}"
                );
                let unknown = tx
                    .execute(&ADD, &params! { id: 1_i64, n: 1_i64, t: "", u: "" })
                    .await;
                assert!(
                    matches!(&unknown, Err(StoreError::Parameter { name, .. }) if name == "u"),
                    "{unknown:?}"
                );
                // Nothing reached the database, so the unit may go on.
                tx.execute(&ADD, &params! { id: 1_i64, n: 1_i64, t: "" }).await
            })
            .await
            .unwrap();
        assert_eq!(crate::count(&store).await, 1);
    })
    .await;
}

#[tokio::test]
async fn errors_show_no_values() {
    for_each_database("discreet", async |database| {
        let store = open(&database).await;
        static SECRET: i64 = 123_456_789_018;
        let add = async |t: Value<'static>, n: Value<'static>| {
            store
                .unit("discreet", async move |tx| {
                    tx.execute(&ADD, &params! { id: SECRET, n, t }).await
                })
                .await
        };
        // A doubled key, and values of a wrong type.
        add(Value::Text("x"), Value::Int(1)).await.unwrap();
        let doubled = add(Value::Text("x"), Value::Int(1)).await;
        let text = add(Value::Text("x"), Value::Text("123456789018")).await;
        for said in [doubled, text] {
            let error = said.unwrap_err();
            assert!(matches!(error, StoreError::Query { .. }));
            let shown = format!("{error} {error:?}");
            assert!(
                !shown.contains("123456789018") && !shown.contains("123_456"),
                "{shown}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn one_is_one() {
    for_each_database("one", async |database| {
        let store = open(&database).await;
        static ALL: Statement = Statement::new("SELECT id FROM note ORDER BY id");
        let one = async || {
            store
                .read("one", async |tx| tx.one(&ALL, &[]).await)
                .await
                .map(|row| row.int("id"))
        };
        assert!(matches!(one().await, Err(StoreError::Rows { rows: 0, .. })));
        crate::add(&store, 1).await.unwrap();
        assert_eq!(one().await, Ok(Ok(1)));
        crate::add(&store, 2).await.unwrap();
        assert!(matches!(one().await, Err(StoreError::Rows { rows: 2, .. })));
    })
    .await;
}
