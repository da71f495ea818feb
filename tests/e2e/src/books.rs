//! What stands in a role's database, read by plain SQL when the role has ended.

use std::collections::BTreeSet;

use rusqlite::types::ValueRef;
use storage::DatabaseConfig;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use crate::leaks;

/// The rows of a query, each value as text (bytes as PostgreSQL shows them: `\x…`).
///
/// # Panics
/// When the database says no.
pub fn rows(database: &DatabaseConfig, sql: &str) -> Vec<Vec<String>> {
    let rows = match database {
        DatabaseConfig::Sqlite { path } => of_sqlite(path, sql).map_err(|error| error.to_string()),
        DatabaseConfig::Postgres { url, schema } => in_postgres(url, async |client| {
            client
                .batch_execute(&format!("SET search_path TO \"{schema}\""))
                .await?;
            of_postgres(&client, sql).await
        }),
        other @ DatabaseConfig::Inline { .. } => Err(format!("{other} is in no file")),
    };
    match rows {
        Ok(rows) => rows,
        Err(error) => panic!("{sql}: {error}"),
    }
}

/// One whole number.
///
/// # Panics
/// When the query gives anything else.
pub fn number(database: &DatabaseConfig, sql: &str) -> i64 {
    match rows(database, sql).as_slice() {
        [row] => row.first().and_then(|value| value.parse().ok()).unwrap_or(0),
        other => panic!("{sql}: {} rows", other.len()),
    }
}

/// The tables of a database in which one of the numbers stands in the clear.
pub fn leaks(database: &DatabaseConfig, numbers: &BTreeSet<String>) -> Vec<String> {
    let list = match database {
        DatabaseConfig::Postgres { .. } => {
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        }
        _ => "SELECT name FROM sqlite_master WHERE type = 'table'",
    };
    let tables = rows(database, list).into_iter().flatten();
    let leaking = tables.filter(|table| {
        let mut values = rows(database, &format!("SELECT * FROM \"{table}\""))
            .into_iter()
            .flatten();
        values.any(|value| leaks::in_bytes(&unhexed(&value), numbers).is_some())
    });
    leaking
        .map(|table| format!("{database}, table {table}"))
        .collect()
}

/// Removes a database that is not a file of the test's own folder.
pub fn remove(database: &DatabaseConfig) {
    if let DatabaseConfig::Postgres { url, schema } = database {
        let sql = format!("DROP SCHEMA IF EXISTS \"{schema}\" CASCADE");
        let removed = in_postgres(url, async |client| client.batch_execute(&sql).await);
        assert_eq!(removed, Ok(()));
    }
}

/// A database of its own on the tests' PostgreSQL server, for what chooses its schemas by itself.
pub struct OwnDatabase {
    name: String,
    url: String,
}

impl OwnDatabase {
    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Removes it. Called when a test succeeded.
    pub fn remove(&self) {
        let sql = format!("DROP DATABASE IF EXISTS \"{}\" WITH (FORCE)", self.name);
        let removed = in_postgres(harness::Postgres::shared().url(), async |client| {
            client.batch_execute(&sql).await
        });
        assert_eq!(removed, Ok(()));
    }
}

/// Makes a database.
pub fn database(name: &str) -> OwnDatabase {
    let sql = format!("CREATE DATABASE \"{name}\"");
    let server = harness::Postgres::shared().url();
    let made = in_postgres(server, async |client| client.batch_execute(&sql).await);
    assert_eq!(made, Ok(()));
    let url = match server.split_once("://") {
        // postgres://USER@HOST/DATABASE?…: the path is the database.
        Some((scheme, rest)) => {
            let (address, options) = rest.split_once('?').unwrap_or((rest, ""));
            let (host, _) = address.split_once('/').unwrap_or((address, ""));
            format!("{scheme}://{host}/{name}?{options}")
        }
        None => {
            let kept = server.split(' ').filter(|part| !part.starts_with("dbname="));
            kept.collect::<Vec<_>>().join(" ") + &format!(" dbname={name}")
        }
    };
    OwnDatabase {
        name: name.to_owned(),
        url,
    }
}

fn unhexed(value: &str) -> Vec<u8> {
    let Some(digits) = value.strip_prefix("\\x") else {
        return value.as_bytes().to_vec();
    };
    let pairs = digits.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    pairs.filter_map(byte).collect()
}

fn of_sqlite(path: &std::path::Path, sql: &str) -> rusqlite::Result<Vec<Vec<String>>> {
    let connection = rusqlite::Connection::open(path)?;
    let mut statement = connection.prepare(sql)?;
    let columns = statement.column_count();
    let text = |value: ValueRef<'_>| match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => bytes
            .iter()
            .fold("\\x".to_owned(), |text, byte| text + &format!("{byte:02x}")),
    };
    let rows = statement.query_map([], |row| {
        (0..columns).map(|column| row.get_ref(column).map(text)).collect()
    })?;
    rows.collect()
}

async fn of_postgres(client: &Client, sql: &str) -> Result<Vec<Vec<String>>, tokio_postgres::Error> {
    let messages = client.simple_query(sql).await?;
    let rows = messages.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(
            (0..row.len())
                .map(|n| row.get(n).unwrap_or("").to_owned())
                .collect(),
        ),
        _ => None,
    });
    Ok(rows.collect())
}

/// Works with a connection of its own.
fn in_postgres<T>(
    url: &str,
    work: impl AsyncFnOnce(Client) -> Result<T, tokio_postgres::Error>,
) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let connected = tokio_postgres::connect(url, NoTls).await;
        let (client, connection) = connected.map_err(|error| error.to_string())?;
        let working = work(client);
        tokio::select! {
            biased;
            done = working => done.map_err(|error| error.to_string()),
            ended = connection => Err(format!("the connection ended: {ended:?}")),
        }
    })
}
