//! One SQL text for both databases.

use std::fmt::Write;
use std::sync::{Arc, OnceLock};

use crate::sql::{Piece, pieces};
use crate::value::{Params, Value};
use crate::{Dialect, StoreError};

/// A statement: one SQL text with named parameters, for both databases.
///
/// ```
/// use madoguchi_storage::Statement;
/// static FIND: Statement = Statement::new("SELECT name FROM person WHERE office = :office AND number = :number");
/// ```
///
/// Write it as a `static`: it is rewritten once, and each connection remembers what it prepared for it. Where
/// PostgreSQL cannot see a parameter's type (`SELECT :n`) say it: `CAST(:n AS BIGINT)`. Sums are
/// `CAST(SUM(n) AS BIGINT)`, because PostgreSQL's are NUMERIC.
pub struct Statement {
    sql: &'static str,
    parsed: OnceLock<Parsed>,
    columns: OnceLock<Columns>,
}

/// The names of a result's columns, shared by all its rows.
pub(crate) type Columns = Arc<[Box<str>]>;

struct Parsed {
    names: Vec<&'static str>,
    sqlite: String,
    postgres: String,
}

impl Statement {
    /// A statement from its text. Parameters are `:name`; the same name may stand several times.
    pub const fn new(sql: &'static str) -> Statement {
        Statement {
            sql,
            parsed: OnceLock::new(),
            columns: OnceLock::new(),
        }
    }

    /// The text as it was written.
    pub fn sql(&self) -> &'static str {
        self.sql
    }

    fn parsed(&self) -> &Parsed {
        self.parsed.get_or_init(|| parse(self.sql))
    }

    /// The text with `?1` or `$1` for parameters, numbered in the order in which they first appear.
    pub(crate) fn text(&self, dialect: Dialect) -> &str {
        match dialect {
            Dialect::Sqlite => &self.parsed().sqlite,
            Dialect::Postgres => &self.parsed().postgres,
        }
    }

    /// The values in the order of the numbers in the rewritten text.
    pub(crate) fn arrange<'p, 'v>(&self, params: &'p Params<'v>) -> Result<Vec<&'p Value<'v>>, StoreError> {
        let names = &self.parsed().names;
        let wrong = |name: &str, problem| {
            Err(StoreError::Parameter {
                statement: self.sql,
                name: name.to_owned(),
                problem,
            })
        };
        for (at, (name, value)) in params.iter().enumerate() {
            if !names.contains(name) {
                return wrong(name, "is not in the statement");
            }
            if params[..at].iter().any(|(earlier, _)| earlier == name) {
                return wrong(name, "is given twice");
            }
            if matches!(value, Value::Text(text) if text.as_bytes().contains(&0)) {
                return wrong(name, "has a NUL character, which PostgreSQL cannot store in text");
            }
        }
        let mut values = Vec::with_capacity(names.len());
        for name in names {
            match params.iter().find(|(given, _)| given == name) {
                Some((_, value)) => values.push(value),
                None => return wrong(name, "is not given"),
            }
        }
        Ok(values)
    }

    /// The shared list of column names. It is remembered from the first result; a database whose `SELECT *`
    /// has other columns gets its own list.
    pub(crate) fn columns<'n>(&self, names: impl ExactSizeIterator<Item = &'n str> + Clone) -> Columns {
        let known = self
            .columns
            .get_or_init(|| names.clone().map(Box::from).collect());
        if known.len() == names.len() && known.iter().zip(names.clone()).all(|(a, b)| **a == *b) {
            return known.clone();
        }
        names.map(Box::from).collect()
    }
}

impl std::fmt::Debug for Statement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Statement").field(&self.sql).finish()
    }
}

fn parse(sql: &'static str) -> Parsed {
    let mut parsed = Parsed {
        names: Vec::new(),
        sqlite: String::new(),
        postgres: String::new(),
    };
    for piece in pieces(sql) {
        let verbatim = match piece {
            Piece::Word(text) | Piece::Blank(text) | Piece::Verbatim(text) => text,
            Piece::Semicolon => ";",
            Piece::Parameter(name) => {
                let known = parsed.names.iter().position(|known| *known == name);
                let number = known.unwrap_or_else(|| {
                    parsed.names.push(name);
                    parsed.names.len() - 1
                }) + 1;
                // Writing to a String cannot fail.
                let _sqlite = write!(parsed.sqlite, "?{number}");
                let _postgres = write!(parsed.postgres, "${number}");
                continue;
            }
        };
        parsed.sqlite.push_str(verbatim);
        parsed.postgres.push_str(verbatim);
    }
    parsed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params;

    static TWICE: Statement = Statement::new("SELECT ':x' FROM t WHERE a = :a AND b::text = :b AND c = :a");

    #[test]
    fn numbers_follow_the_first_appearance() {
        assert_eq!(
            TWICE.text(Dialect::Sqlite),
            "SELECT ':x' FROM t WHERE a = ?1 AND b::text = ?2 AND c = ?1"
        );
        assert_eq!(
            TWICE.text(Dialect::Postgres),
            "SELECT ':x' FROM t WHERE a = $1 AND b::text = $2 AND c = $1"
        );
    }

    #[test]
    fn values_are_found_by_name() {
        let params = params! { b: "two", a: 1_i64 };
        assert_eq!(
            TWICE.arrange(&params).unwrap(),
            [&Value::Int(1), &Value::Text("two")]
        );
    }

    #[test]
    fn every_name_once_and_no_other() {
        let problem = |params: &Params<'_>| match TWICE.arrange(params) {
            Err(StoreError::Parameter { name, problem, .. }) => (name, problem),
            other => panic!("{other:?}"),
        };
        assert_eq!(problem(&params! { a: 1_i64 }), ("b".into(), "is not given"));
        assert_eq!(
            problem(&params! { a: 1_i64, b: "", c: "" }),
            ("c".into(), "is not in the statement")
        );
        assert_eq!(
            problem(&params! { a: 1_i64, b: "", a: 2_i64 }),
            ("a".into(), "is given twice")
        );
        assert_eq!(problem(&params! { a: 1_i64, b: "nul\0" }).0, "b");
    }

    #[test]
    fn column_lists_are_shared_until_they_differ() {
        static ANY: Statement = Statement::new("SELECT * FROM t");
        let first = ANY.columns(["a", "b"].into_iter());
        assert!(Arc::ptr_eq(&first, &ANY.columns(["a", "b"].into_iter())));
        assert_eq!(&*ANY.columns(["a"].into_iter()), ["a".into()]);
    }
}
