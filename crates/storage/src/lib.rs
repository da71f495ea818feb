//! A role's database: units of work over SQLite and PostgreSQL.
//!
//! A **unit of work** is an async closure over a [`Tx`]. It happens whole or not at all, as if it were alone,
//! and is answered when it is durable. The same closure and the same SQL run on both databases:
//!
//! ```no_run
//! # use madoguchi_storage as storage;
//! use storage::{DatabaseConfig, Migration, Statement, Store, StoreError, params, positions};
//!
//! static MIGRATIONS: [Migration; 1] = [Migration {
//!     name: "0001 decisions",
//!     sql: "CREATE TABLE position (name TEXT NOT NULL PRIMARY KEY, n BIGINT NOT NULL);
//!           CREATE TABLE decision (n BIGINT PRIMARY KEY, person TEXT NOT NULL);",
//!     sqlite: "",
//!     postgres: "",
//! }];
//! static RECORD: Statement = Statement::new("INSERT INTO decision (n, person) VALUES (:n, :person)");
//!
//! # async fn example(env: env::Env, person: String) -> Result<(), StoreError> {
//! let database: DatabaseConfig = "sqlite:office/office.db".parse()?;
//! Store::migrate(&env, &database, &MIGRATIONS).await?;
//! let store = Store::open(&env, &database, &MIGRATIONS).await?;
//!
//! let n = store
//!     .unit("record_decision", async move |tx| {
//!         let n = positions::next(tx, "decisions").await?;
//!         tx.execute(&RECORD, &params! { n, person: &person }).await?;
//!         Ok::<i64, StoreError>(n)
//!     })
//!     .await?;
//! # Ok(()) }
//! ```
//!
//! The rules of a unit: it may run several times, so it changes nothing but the database; it awaits nothing but
//! its `Tx`; after a failed statement it cannot be committed; when the outcome is unknown the caller repeats it, or
//! says [`Store::settled`] where the same again does nothing.
//!
//! | database | a unit | a read | a look: one statement |
//! |---|---|---|---|
//! | SQLite file | on the writer thread, behind another one in a savepoint; commits are shared by all that wait | in the caller's poll | the same, without a transaction |
//! | SQLite in memory | in the caller's poll, for simulations | in the caller's poll | the same |
//! | PostgreSQL | SERIALIZABLE on one of eight connections, repeated on conflict | REPEATABLE READ READ ONLY | one message there and one back, on connections that looks share |
//!
//! Around each commit stand the crash points `UNIT.before_commit` and `UNIT.after_commit` of [`env::hazards`].
//! Columns are whole numbers (dates as day numbers, times as µs), text, or bytes. Values are people's data:
//! no error, no `Debug` and no log of this crate shows one.

mod config;
mod error;
mod migration;
mod platform;
pub mod positions;
mod postgres;
mod row;
mod sql;
mod sqlite;
mod statement;
mod store;
mod tx;
mod unit;
mod value;

pub use config::DatabaseConfig;
pub use error::StoreError;
pub use migration::Migration;
pub use row::Row;
pub use sqlite::inline::{InlineAnchor, hold_inline};
pub use statement::Statement;
pub use store::Store;
pub use tx::{Dialect, Tx};
pub use value::{Params, Value};
