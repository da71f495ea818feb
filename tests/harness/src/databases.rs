//! Fresh databases for a test.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU32, Ordering};

use storage::DatabaseConfig;

use crate::{Postgres, announce, attendant, must};

/// A name that no other test and no earlier run on the same server has.
fn fresh(test: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let known: String = test
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .take(24)
        .collect();
    // RandomState is seeded anew in every process.
    let random = RandomState::new().hash_one(count);
    format!("t_{}_{count}_{random:016x}", known.to_ascii_lowercase())
}

/// A SQLite file that is not there yet.
pub fn sqlite_database(test: &str) -> DatabaseConfig {
    let folder = attendant::folder().join(fresh(test));
    must("a folder for a database", std::fs::create_dir(&folder));
    DatabaseConfig::Sqlite {
        path: folder.join("test.db"),
    }
}

/// A schema of the shared PostgreSQL server that is not there yet.
pub fn postgres_database(test: &str) -> DatabaseConfig {
    DatabaseConfig::Postgres {
        url: Postgres::shared().url().to_owned(),
        schema: fresh(test),
    }
}

/// One empty database of every kind, with its label: `sqlite` and `postgres`.
pub fn databases(test: &str) -> Vec<(&'static str, DatabaseConfig)> {
    vec![
        ("sqlite", sqlite_database(test)),
        ("postgres", postgres_database(test)),
    ]
}

/// Runs a test on an empty database of every kind, one after the other. The PostgreSQL schema is dropped
/// afterwards when the test succeeded.
pub async fn for_each_database(test: &str, work: impl AsyncFn(DatabaseConfig)) {
    for (_, database) in databases(test) {
        announce(test, &database);
        work(database.clone()).await;
        if let DatabaseConfig::Postgres { schema, .. } = database {
            let client = Postgres::shared().connect().await;
            let dropped = client
                .batch_execute(&format!("DROP SCHEMA IF EXISTS \"{schema}\" CASCADE"))
                .await;
            must("dropping a test's schema", dropped);
        }
    }
}
