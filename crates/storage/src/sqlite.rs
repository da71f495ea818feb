//! A connection to SQLite.
//!
//! A file has one [`writer`] thread, which commits units in groups, and a stack of [`readers`] that run in the
//! caller's poll. A database in memory ([`inline`]) does everything in the caller's poll, for simulations.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags};

use crate::error::{Failure, Trouble};
use crate::row::Cell;
use crate::value::Value;
use crate::{Dialect, Row, Statement};

mod disk;
pub(crate) mod inline;
pub(crate) mod readers;
pub(crate) mod writer;

/// How long a connection waits for another process's lock.
const PATIENCE: Duration = Duration::from_secs(10);
/// Statements that a connection keeps prepared.
const PREPARED: usize = 512;

/// A connection.
pub(crate) struct Session(Connection);

impl Session {
    /// The connection that writes. `create`: make the file and put it into WAL mode.
    pub(crate) fn writer(path: &Path, create: bool) -> Result<Session, rusqlite::Error> {
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        flags.set(OpenFlags::SQLITE_OPEN_CREATE, create);
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        if create {
            connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
        }
        // A commit is on the disk before it is answered.
        connection.pragma_update(None, "synchronous", "full")?;
        Session::prepare_for_use(connection)
    }

    /// A connection that only reads. It maps nothing into memory: after each commit of the writer SQLite gives a map back and
    /// faults every page in again, which costs more than reading the few pages of a look.
    pub(crate) fn reader(path: &Path) -> Result<Session, rusqlite::Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        Session::prepare_for_use(connection)
    }

    /// A connection to the process's memory.
    pub(crate) fn inline(name: &str) -> Result<Session, rusqlite::Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_URI
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        // The leading slash makes the image one for all connections of the process.
        let escaped: String = name.bytes().map(escape).collect();
        let connection = Connection::open_with_flags(format!("file:/{escaped}?vfs=memdb"), flags)?;
        // A simulation never waits for real time.
        connection.busy_timeout(Duration::ZERO)?;
        Session::prepare_for_use(connection)
    }

    fn prepare_for_use(connection: Connection) -> Result<Session, rusqlite::Error> {
        connection.pragma_update(None, "foreign_keys", true)?;
        // Without the guarantee of stable plans a bound value that the planner looked at expires the prepared
        // statement, and every look-up is parsed and planned again: half of an inquiry's CPU.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.set_prepared_statement_cache_capacity(PREPARED);
        Ok(Session(connection))
    }

    pub(crate) fn execute(
        &self,
        statement: &Statement,
        sets: &[Vec<&Value<'_>>],
        writes: bool,
    ) -> Result<u64, Failure> {
        let mut prepared = self.prepare(statement, writes)?;
        let mut changed = 0;
        for values in sets {
            changed += execute(&mut prepared, values)?;
        }
        Ok(changed)
    }

    pub(crate) fn query(
        &self,
        statement: &Statement,
        sets: &[Vec<&Value<'_>>],
        writes: bool,
    ) -> Result<Vec<Row>, Failure> {
        let mut prepared = self.prepare(statement, writes)?;
        let mut result = Vec::new();
        for values in sets {
            query(&mut prepared, statement, values, &mut result)?;
        }
        Ok(result)
    }

    fn prepare(&self, statement: &Statement, writes: bool) -> Result<CachedStatement<'_>, Failure> {
        let prepared = self
            .0
            .prepare_cached(statement.text(Dialect::Sqlite))
            .map_err(failure)?;
        if !writes && !prepared.readonly() {
            return Err(Failure {
                trouble: Trouble::Statement,
                reason: "a read cannot write".into(),
            });
        }
        Ok(prepared)
    }

    pub(crate) fn batch(&self, sql: &str) -> Result<(), Failure> {
        self.0.execute_batch(sql).map_err(failure)
    }

    /// `BEGIN`, `SAVEPOINT` and the like: short and often.
    pub(crate) fn control(&self, sql: &'static str) -> Result<(), Failure> {
        let mut prepared = self.0.prepare_cached(sql).map_err(failure)?;
        prepared.raw_execute().map(|_| ()).map_err(failure)
    }

    pub(crate) fn is_open(&self) -> bool {
        !self.0.is_autocommit()
    }
}

fn execute(prepared: &mut CachedStatement<'_>, values: &[&Value<'_>]) -> Result<u64, Failure> {
    bind(prepared, values)?;
    let changed = prepared.raw_execute().map_err(failure)?;
    Ok(u64::try_from(changed).unwrap_or(u64::MAX))
}

/// Adds the rows to `result`.
fn query(
    prepared: &mut CachedStatement<'_>,
    statement: &Statement,
    values: &[&Value<'_>],
    result: &mut Vec<Row>,
) -> Result<(), Failure> {
    bind(prepared, values)?;
    let columns = {
        let names: Vec<&str> = prepared.column_names().collect();
        statement.columns(names.into_iter())
    };
    let mut rows = prepared.raw_query();
    while let Some(row) = rows.next().map_err(failure)? {
        let cells: Result<_, _> = (0..columns.len()).map(|at| row.get_ref(at).map(cell)).collect();
        result.push(Row::new(columns.clone(), cells.map_err(failure)?));
    }
    Ok(())
}

fn bind(prepared: &mut CachedStatement<'_>, values: &[&Value<'_>]) -> Result<(), Failure> {
    for (at, value) in values.iter().enumerate() {
        let bound = ToSqlOutput::Borrowed(match value {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        });
        prepared.raw_bind_parameter(at + 1, bound).map_err(failure)?;
    }
    Ok(())
}

fn escape(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02x}")
    }
}

fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Int(number),
        ValueRef::Real(_) => Cell::Other("a floating-point number".into()),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Cell::Text(text.to_owned()),
            Err(_) => Cell::Other("text that is not UTF-8".into()),
        },
        ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
    }
}

/// SQLite's messages name tables, columns and constraints, never values.
#[expect(clippy::needless_pass_by_value, reason = "it is what map_err hands over")]
fn failure(error: rusqlite::Error) -> Failure {
    // A disk that fails during a commit leaves open what a restart finds in the log.
    let trouble = match error.sqlite_error_code() {
        Some(ErrorCode::SystemIoFailure) => Trouble::Lost,
        Some(ErrorCode::DiskFull | ErrorCode::ReadOnly | ErrorCode::CannotOpen) => Trouble::Disk,
        _ => Trouble::Statement,
    };
    Failure {
        trouble,
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_and_a_file_that_only_reads_are_told_apart_from_wrong_statements() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.db");
        let writer = Session::writer(&path, true).unwrap();
        writer.batch("CREATE TABLE note (t TEXT)").unwrap();
        let trouble = |session: &Session, sql| session.batch(sql).unwrap_err().trouble;
        assert_eq!(
            trouble(&writer, "INSERT INTO nothing VALUES (1)"),
            Trouble::Statement
        );
        // SQLite's own limit answers as a full disk does.
        writer.batch("PRAGMA max_page_count = 3").unwrap();
        let long = "INSERT INTO note VALUES (hex(zeroblob(100000)))";
        assert_eq!(trouble(&writer, long), Trouble::Disk);
        let reader = Session::reader(&path).unwrap();
        assert_eq!(trouble(&reader, "INSERT INTO note VALUES (1)"), Trouble::Disk);
    }
}
