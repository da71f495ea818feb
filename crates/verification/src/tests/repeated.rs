//! When the same request is the same reception: by moments near each other, whichever process's clock was ahead.

use std::time::Duration;

use domain::eligibility::RULE_VERSION;
use exchange::registration::feed::Heads;
use storage::{Store, Tx};

use crate::store::reception::{New, receive, repeated};
use crate::{MIGRATIONS, VerificationError};

const NOW: i64 = 1_795_000_000_000_000;
const WITHIN: i64 = 60_000_000;

/// What was received at a moment.
fn received(at: i64) -> New {
    New {
        number: format!("{at:024}"),
        institution: "1319999015".into(),
        family: "month",
        digest: at.to_be_bytes().to_vec(),
        head: Vec::new(),
        received: at,
        expires: at + WITHIN,
        rules: RULE_VERSION,
        asked: Vec::new(),
    }
}

#[tokio::test]
async fn what_a_clock_far_ahead_received_is_not_received_again() {
    harness::for_each_database("repeated", async |database| {
        let env = harness::real_env();
        Store::migrate(&env, &database, MIGRATIONS).await.unwrap();
        let store = Store::open(&env, &database, MIGRATIONS).await.unwrap();
        let hours = i64::try_from(Duration::from_hours(9).as_micros()).unwrap();
        for (at, is_same) in [
            (NOW - WITHIN, false),
            (NOW - WITHIN + 1, true),
            (NOW, true),
            (NOW + 1_000, true),
            (NOW + WITHIN, false),
            (NOW + hours, false),
        ] {
            let look = async move |tx: &mut Tx| {
                let new = received(at);
                receive(tx, &new, Heads::default()).await?;
                let found = repeated(tx, &new.institution, &new.digest, (NOW, WITHIN)).await?;
                Ok::<_, VerificationError>(found.map(|(number, _)| number))
            };
            let found = store.unit("test.repeated", look).await.unwrap();
            assert_eq!(found, is_same.then(|| received(at).number), "{at}");
        }
    })
    .await;
}
