//! `madoguchi serve`: runs a role until it is told to stop.

use env::real::RealWorld;
use storage::{Store, StoreError};

use crate::cli::Serve;
use crate::outcome::{Failure, Outcome, tell};
use crate::platform;
use crate::roles::RoleConfig;

pub(super) async fn run(asked: &Serve) -> Outcome {
    let config = RoleConfig::load(&asked.config)?;
    if config.role() != asked.role {
        let (said, is) = (asked.role.name(), config.role().name());
        return Err(Failure::failed(format!(
            "設定ファイル {} は {is} のもので、{said} のものではありません。",
            asked.config.display()
        ))
        .next_step(format!(
            "madoguchi serve {is} --config {}",
            asked.config.display()
        )));
    }
    let env = RealWorld::env();
    if let Some((database, migrations)) = config.database()
        && let Err(error @ (StoreError::Migration { .. } | StoreError::Open { .. })) =
            Store::open(&env, database, migrations).await
    {
        return Err(Failure::failed(error)
            .next_step(format!("madoguchi migrate --config {}", asked.config.display())));
    }
    // Before the role answers anybody: whoever sees it run may tell it to stop.
    let mut told = std::pin::pin!(platform::told_to_stop());
    let started = tokio::select! {
        started = config.start(&env) => started,
        () = &mut told => return Ok(()),
    };
    let running = started.map_err(|failure| {
        failure.or_next_step(format!("madoguchi doctor --config {}", asked.config.display()))
    })?;
    tell(&format!(
        "{} が {} で待ち受けています。Ctrl-C で終了します。",
        running.role(),
        running.at()
    ));
    told.await;
    tell("終了しています。");
    running.stop().await;
    Ok(())
}
