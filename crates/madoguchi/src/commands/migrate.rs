//! `madoguchi migrate`: brings a role's database to this program's version.

use env::real::RealWorld;

use crate::cli::Migrate;
use crate::outcome::{Outcome, tell};
use crate::roles::RoleConfig;

pub(super) async fn run(asked: &Migrate) -> Outcome {
    let config = RoleConfig::load(&asked.config)?;
    let applied = config.migrate(&RealWorld::env()).await?;
    if applied.is_empty() {
        tell("変更はありません。");
    }
    for name in applied {
        tell(&format!("適用しました: {name}"));
    }
    Ok(())
}
