//! A nonce that is brought twice, to several processes at once, counts once.

use storage::{DatabaseConfig, Statement, Tx, params};

use super::desk::{Card, Desk, ask, inquiry, terminal};
use crate::inquiry::CardRefusal;
use crate::presence::USED;
use crate::tests::town::{BORN, Townsperson};

static VISITS: Statement = Statement::new("SELECT COUNT(*) AS visits FROM visit");
static NONCES: Statement = Statement::new("SELECT COUNT(*) AS nonces FROM nonce_used");

/// Rounds of a run; `cargo xtask soak` runs more.
fn rounds() -> i64 {
    if harness::is_soak() { 10_000 } else { 150 }
}

#[tokio::test(flavor = "multi_thread")]
async fn presence_of_one_nonce_counts_once_at_two_processes() {
    harness::for_each_database("presence_twice", async |database| {
        let kind = match &database {
            DatabaseConfig::Postgres { .. } => "PostgreSQL",
            _ => "SQLite",
        };
        let card = Card::new(31);
        let mut person = Townsperson::with_number(1, 1, BORN);
        person.card = Some(card.id.clone());
        let desk = Desk::new(&database, &[person], &[]).await;
        let other = desk.another_process().await;
        let here = terminal(0);
        for _ in 0..rounds() {
            let brought = desk.bring(&here, &card, &inquiry(Vec::new()));
            let (one, two, three) = (
                ask(&desk.role, &here, &brought),
                ask(&other, &here, &brought),
                ask(&desk.role, &here, &brought),
            );
            let all = futures_util::future::join3(one, two, three).await;
            let all = [all.0, all.1, all.2];
            let answered = all.iter().filter(|answer| answer.is_ok()).count();
            let used = all
                .iter()
                .filter(|answer| matches!(answer, Err(CardRefusal::Used)))
                .count();
            assert_eq!((answered, used), (1, 2), "{all:?}");
        }
        let count = async move |tx: &mut Tx| {
            let visits = tx.one(&VISITS, &params! {}).await?.int("visits")?;
            let nonces = tx.one(&NONCES, &params! {}).await?.int("nonces")?;
            Ok::<_, storage::StoreError>((visits, nonces))
        };
        let counted = desk.role.store.read("test.count", count).await.unwrap();
        assert_eq!(counted, (rounds(), rounds()));
        println!(
            "soak: presence on {kind}: {} nonces, each brought three times at once to two processes: {} answered, {} refused as {USED}",
            rounds(),
            counted.0,
            2 * rounds()
        );
        // Each process has counted whom it refused.
        let refused = [&desk.role, &other].map(|role| role.presence.refused());
        let used = refused
            .iter()
            .filter_map(|refused| refused.get(USED))
            .sum::<u64>();
        assert_eq!(i64::try_from(used), Ok(2 * rounds()));
        assert!(
            refused.iter().all(|refused| refused.keys().eq([&USED])),
            "{refused:?}"
        );
    })
    .await;
}
