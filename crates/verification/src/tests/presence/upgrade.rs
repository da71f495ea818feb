//! A database of before the presence's tables were put in order keeps its visits, and nothing that a nonce of then could use.

use storage::{Statement, Store, StoreError, Tx, params};

use crate::MIGRATIONS;
use crate::store::presence::MIGRATION_2;

static NONCE: Statement =
    Statement::new("INSERT INTO nonce_used (nonce, token, at) VALUES (:nonce, :nonce, 1)");
static VISIT: Statement = Statement::new(
    "INSERT INTO visit (person, institution, at, method, request_key) VALUES (:person, '1319999015', :at, 1, :key)",
);
static KEPT: Statement = Statement::new(
    "SELECT (SELECT COUNT(*) FROM nonce_used) AS nonces, (SELECT COUNT(*) FROM visit) AS visits,
            (SELECT MIN(at) FROM visit WHERE request_key = :key) AS at",
);

#[tokio::test]
async fn visits_of_before_are_kept() {
    harness::for_each_database("upgrade", async |database| {
        let env = harness::real_env();
        let before = MIGRATIONS
            .iter()
            .position(|one| one.name == MIGRATION_2.name)
            .unwrap();
        Store::migrate(&env, &database, &MIGRATIONS[..before])
            .await
            .unwrap();
        let old = Store::open(&env, &database, &MIGRATIONS[..before]).await.unwrap();
        let fill = async move |tx: &mut Tx| {
            tx.execute(&NONCE, &params! { nonce: &[1_u8; 16][..] }).await?;
            for (at, key) in [(1, None), (2, Some(&[9_u8; 16][..]))] {
                tx.execute(&VISIT, &params! { person: &[7_u8; 16][..], at, key })
                    .await?;
            }
            Ok::<_, StoreError>(())
        };
        old.unit("test.fill", fill).await.unwrap();
        drop(old);
        Store::migrate(&env, &database, MIGRATIONS).await.unwrap();
        let new = Store::open(&env, &database, MIGRATIONS).await.unwrap();
        let kept = new.look(&KEPT, &params! { key: &[9_u8; 16][..] }).await.unwrap();
        let of = |name| kept[0].int(name).unwrap();
        assert_eq!((of("nonces"), of("visits"), of("at")), (0, 2, 2));
    })
    .await;
}
