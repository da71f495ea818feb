//! How a database comes to its schema: migrations in a fixed order, each applied once and never changed.

use env::Time;
use sha2::{Digest, Sha256};

use crate::sql::{Piece, pieces};
use crate::{DatabaseConfig, Dialect, Statement, StoreError, Tx, params};

/// One step of a schema. What was applied somewhere is never changed or moved; what is new comes at the end.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Its name, such as `0001 people`. Unique in its list.
    pub name: &'static str,
    /// Statements for both databases, with PostgreSQL's types BIGINT, TEXT and BYTEA. On SQLite they become
    /// INTEGER, TEXT and BLOB, and tables become STRICT: other types are refused there.
    pub sql: &'static str,
    /// Statements for SQLite alone, after `sql`, as they stand.
    pub sqlite: &'static str,
    /// Statements for PostgreSQL alone, after `sql`, as they stand: what it can promise beyond SQLite.
    pub postgres: &'static str,
}

impl Migration {
    fn text(&self, dialect: Dialect) -> String {
        match dialect {
            Dialect::Sqlite => format!("{}\n;\n{}", for_sqlite(self.sql), self.sqlite),
            Dialect::Postgres => format!("{}\n;\n{}", self.sql, self.postgres),
        }
    }

    /// Over what this database saw of it, so that the other one's part may still change.
    fn checksum(&self, dialect: Dialect) -> String {
        let own = match dialect {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
        };
        let digest = Sha256::new()
            .chain_update(self.sql)
            .chain_update([0])
            .chain_update(own)
            .finalize();
        hex::encode(digest)
    }
}

/// SQLite's names for the types, and STRICT behind every CREATE TABLE.
fn for_sqlite(sql: &str) -> String {
    let mut text = String::new();
    let mut words: Vec<&str> = Vec::new();
    for piece in pieces(sql).chain([Piece::Semicolon]) {
        match piece {
            Piece::Word(word) => {
                text.push_str(match word {
                    _ if word.eq_ignore_ascii_case("BIGINT") => "INTEGER",
                    _ if word.eq_ignore_ascii_case("BYTEA") => "BLOB",
                    other => other,
                });
                words.push(word);
            }
            Piece::Semicolon => {
                // On a line of its own, lest a comment swallows it.
                let is = |at: usize, word: &str| words.get(at).is_some_and(|w| w.eq_ignore_ascii_case(word));
                text.push_str(if is(0, "CREATE") && is(1, "TABLE") {
                    "\nSTRICT;"
                } else {
                    ";"
                });
                words.clear();
            }
            Piece::Blank(other) | Piece::Verbatim(other) => text.push_str(other),
            Piece::Parameter(name) => {
                text.push(':');
                text.push_str(name);
            }
        }
    }
    text
}

static TABLE: Statement = Statement::new(
    "CREATE TABLE IF NOT EXISTS schema_migration (place BIGINT PRIMARY KEY, name TEXT NOT NULL, \
     checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)",
);
static APPLIED: Statement = Statement::new("SELECT name, checksum FROM schema_migration ORDER BY place");
static APPLY: Statement = Statement::new(
    "INSERT INTO schema_migration (place, name, checksum, applied_at) VALUES (:place, :name, :checksum, :now)",
);

// Each database lists its tables in its own way.
static SQLITE_HAS_TABLE: Statement = Statement::new(
    "SELECT COUNT(*) AS n FROM sqlite_master WHERE type = 'table' AND name = 'schema_migration'",
);
static POSTGRES_HAS_TABLE: Statement = Statement::new(
    "SELECT COUNT(*) AS n FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_migration'",
);
// Migrating is rare and may use what is PostgreSQL's own: a lock until the end of the transaction.
static POSTGRES_LOCK: Statement =
    Statement::new("SELECT pg_advisory_xact_lock(hashtextextended(:schema, 0))");
static POSTGRES_HAS_SCHEMA: Statement =
    Statement::new("SELECT COUNT(*) AS n FROM pg_namespace WHERE nspname = :schema");

/// Whether the database has exactly these migrations.
pub(crate) async fn check(tx: &mut Tx, database: &str, migrations: &[Migration]) -> Result<(), StoreError> {
    let has_table = match tx.dialect() {
        Dialect::Sqlite => &SQLITE_HAS_TABLE,
        Dialect::Postgres => &POSTGRES_HAS_TABLE,
    };
    let applied = match tx.one(has_table, &[]).await?.int("n")? {
        0 => 0,
        _ => count_applied(tx, database, migrations).await?,
    };
    match migrations.get(applied) {
        None => Ok(()),
        Some(missing) => Err(StoreError::Migration {
            database: database.to_owned(),
            reason: format!("migration `{}` is not applied; run migrate", missing.name),
        }),
    }
}

/// Applies what is missing, and returns its names.
pub(crate) async fn apply(
    tx: &mut Tx,
    database: &DatabaseConfig,
    migrations: &[Migration],
    now: Time,
) -> Result<Vec<String>, StoreError> {
    let shown = database.to_string();
    if let DatabaseConfig::Postgres { schema, .. } = database {
        tx.all(&POSTGRES_LOCK, &params! { schema }).await?;
        // Not IF NOT EXISTS: that needs the right to create schemas even when there is nothing to do.
        if tx
            .one(&POSTGRES_HAS_SCHEMA, &params! { schema })
            .await?
            .int("n")?
            == 0
        {
            let created = tx.batch(&format!("CREATE SCHEMA \"{schema}\"")).await;
            created.map_err(|failure| StoreError::Migration {
                database: shown.clone(),
                reason: failure.reason,
            })?;
        }
    }
    tx.execute(&TABLE, &[]).await?;
    let applied = count_applied(tx, &shown, migrations).await?;
    let mut names = Vec::new();
    for (migration, place) in migrations.iter().zip(0_i64..).skip(applied) {
        tx.batch(&migration.text(tx.dialect()))
            .await
            .map_err(|failure| StoreError::Migration {
                database: shown.clone(),
                reason: format!("migration `{}`: {}", migration.name, failure.reason),
            })?;
        let checksum = &migration.checksum(tx.dialect());
        let row = params! { place, name: migration.name, checksum, now: now.micros() };
        tx.execute(&APPLY, &row).await?;
        names.push(migration.name.to_owned());
    }
    Ok(names)
}

/// How many of the migrations the database has, after checking that they are the first ones, unchanged.
async fn count_applied(tx: &mut Tx, database: &str, migrations: &[Migration]) -> Result<usize, StoreError> {
    let wrong = |reason| {
        Err(StoreError::Migration {
            database: database.to_owned(),
            reason,
        })
    };
    let rows = tx.all(&APPLIED, &[]).await?;
    for (at, row) in rows.iter().enumerate() {
        let name = row.text("name")?;
        let Some(known) = migrations.get(at) else {
            return wrong(format!(
                "it is newer than this program, which does not know migration `{name}`"
            ));
        };
        if known.name != name {
            return wrong(format!(
                "it has migration `{name}` where this program has `{}`",
                known.name
            ));
        }
        if known.checksum(tx.dialect()) != row.text("checksum")? {
            return wrong(format!(
                "the text of migration `{name}` was changed after it was applied"
            ));
        }
    }
    Ok(rows.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_gets_its_own_types() {
        let sql = "CREATE TABLE a (n BIGINT, b bytea DEFAULT 'BYTEA'); -- BIGINT;\nCREATE INDEX i ON a (n)";
        assert_eq!(
            for_sqlite(sql),
            "CREATE TABLE a (n INTEGER, b BLOB DEFAULT 'BYTEA')\nSTRICT; -- BIGINT;\nCREATE INDEX i ON a (n);"
        );
    }

    #[test]
    fn a_checksum_covers_what_its_database_saw() {
        let one = Migration {
            name: "1",
            sql: "a",
            sqlite: "b",
            postgres: "c",
        };
        let other = Migration { postgres: "d", ..one };
        assert_eq!(one.checksum(Dialect::Sqlite), other.checksum(Dialect::Sqlite));
        assert_ne!(one.checksum(Dialect::Postgres), other.checksum(Dialect::Postgres));
    }
}
