//! What can go wrong. No error carries a parameter's value or a row's: they are people's data.

/// Why a unit of work, a read or an opening did not succeed. Except for [`StoreError::OutcomeUnknown`] and
/// [`StoreError::Crashed`] nothing of the unit stands in the database.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The address of a database is not one.
    #[error("{0}")]
    Address(String),
    /// The database cannot be opened.
    #[error("{database} cannot be opened: {reason}")]
    Open {
        /// Which, without its password.
        database: String,
        /// What the database said.
        reason: String,
    },
    /// The database's schema and the program's migrations do not agree.
    #[error("{database}: {reason}")]
    Migration {
        /// Which, without its password.
        database: String,
        /// Which migration, and what about it.
        reason: String,
    },
    /// A parameter is missing, unknown, doubled or not storable.
    #[error("parameter :{name} {problem}: {}", one_line(.statement))]
    Parameter {
        /// The SQL text.
        statement: &'static str,
        /// The parameter's name.
        name: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A column is not in the result, or not of the type asked for.
    #[error("column {column} {problem}")]
    Column {
        /// The column's name.
        column: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The result has another number of rows than the caller relies on.
    #[error("expected {expected}, got {rows} rows: {}", one_line(.statement))]
    Rows {
        /// The SQL text.
        statement: &'static str,
        /// What was relied on.
        expected: &'static str,
        /// How many rows there were.
        rows: usize,
    },
    /// The database refused a statement.
    #[error("{reason}: {}", one_line(.statement))]
    Query {
        /// The SQL text.
        statement: &'static str,
        /// What the database said, without data.
        reason: String,
    },
    /// A statement of the unit failed and the unit went on as if it had not.
    #[error("unit {0}: a statement failed, so the unit cannot be committed")]
    Failed(&'static str),
    /// The unit awaited something else than its `Tx`.
    #[error("unit {0} awaited something else than its Tx")]
    ForeignAwait(&'static str),
    /// The unit panicked.
    #[error("unit {0} panicked")]
    Panicked(&'static str),
    /// The role died at a crash point (simulations only).
    #[error("crashed at a crash point")]
    Crashed,
    /// Other units came first again and again.
    #[error("unit {unit} was in conflict with others {attempts} times")]
    Conflict {
        /// The unit's name.
        unit: &'static str,
        /// How often it was tried.
        attempts: u32,
    },
    /// The database cannot be reached.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// The database refused the commit; nothing stands.
    #[error("unit {unit} was not committed: {reason}")]
    Commit {
        /// The unit's name.
        unit: &'static str,
        /// What the database said, without data.
        reason: String,
    },
    /// The connection or the disk failed during the commit: the unit may stand or not. Units are idempotent,
    /// so the caller runs it again.
    #[error("the commit's outcome is unknown; run the unit again")]
    OutcomeUnknown,
    /// The store is closing.
    #[error("the store is closed")]
    Closed,
}

impl From<env::Crashed> for StoreError {
    fn from(_: env::Crashed) -> StoreError {
        StoreError::Crashed
    }
}

/// A statement's text as one line, for messages.
fn one_line(sql: &str) -> String {
    sql.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a failed statement means for its transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Nothing failed.
    None,
    /// The statement is wrong or was refused; the transaction cannot be committed.
    Statement,
    /// The disk takes nothing: full, or read-only. The transaction cannot be committed.
    Disk,
    /// Another transaction came first: from the beginning.
    Conflict,
    /// The connection is gone.
    Lost,
}

/// A failed statement.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) trouble: Trouble,
    /// What the database said, without data.
    pub(crate) reason: String,
}
