//! What tests share: databases of every kind, made for one test and gone after it.
//!
//! A suite runs whole on every database, in one binary and one run:
//!
//! ```no_run
//! # use madoguchi_harness as harness;
//! # async fn test() {
//! harness::for_each_database("counts", async |database| {
//!     let env = harness::real_env();
//!     // storage::Store::migrate(&env, &database, …), and the test
//! })
//! .await;
//! # }
//! ```
//!
//! PostgreSQL is a private cluster of the test process ([`Postgres`]), or the server that
//! `MADOGUCHI_TEST_POSTGRES` names. Where neither is to be had the test fails and says what to install; no
//! test is ever skipped. Everything is cleaned up when the process ends, even by SIGKILL ([`attendant`]).

use storage::DatabaseConfig;

pub mod attendant;
mod databases;
mod postgres;
mod trust;

pub use databases::{databases, for_each_database, postgres_database, sqlite_database};
pub use postgres::Postgres;
pub use trust::{certified, client, known_as, revoke, tls_of};

/// The real world, for a test that runs on tokio; nobody in it. [`known_as`] is the same as somebody.
pub fn real_env() -> env::Env {
    env::real::RealWorld::env()
}

/// Whether the long counts are asked for (`MADOGUCHI_SOAK=1`, as `cargo xtask soak` sets it).
#[must_use]
pub fn is_soak() -> bool {
    std::env::var("MADOGUCHI_SOAK").is_ok_and(|asked| asked == "1")
}

/// What every binary of this kind says when something it needs is not there.
fn must<T>(what: &str, result: Result<T, impl std::fmt::Display>) -> T {
    result.unwrap_or_else(|error| panic!("{what}: {error}"))
}

/// Shown by [`DatabaseConfig`] without its password, so it may stand in a test's output.
fn announce(test: &str, database: &DatabaseConfig) {
    #[expect(
        clippy::print_stderr,
        reason = "a test's output, to know on which database it failed"
    )]
    {
        eprintln!("{test} on {database}");
    }
}
