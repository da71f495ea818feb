//! One SQL text for both databases.

use std::fmt::Write;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::sql::{Piece, only_tuple, pieces};
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
    /// Where the tuple stands that may be repeated, see [`Statement::takes_many`].
    tuple: Option<Range<usize>>,
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

    /// Whether one statement of PostgreSQL can take many sets of parameters, `VALUES (…), (…), …`, and comes to what
    /// one statement after the other would.
    pub(crate) fn takes_many(&self) -> bool {
        self.parsed().tuple.is_some()
    }

    /// PostgreSQL's text for so many sets of parameters, numbered from the first set to the last.
    pub(crate) fn text_of(&self, sets: usize) -> String {
        let Parsed {
            names,
            postgres,
            tuple,
            ..
        } = self.parsed();
        let Some(Range { start, end }) = tuple.clone() else {
            return postgres.clone();
        };
        let tuples: Vec<String> = (0..sets)
            .map(|set| rewrite(&self.sql[start..end], names, '$', set * names.len()))
            .collect();
        [&self.sql[..start], &tuples.join(", "), &self.sql[end..]].concat()
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
    let mut names = Vec::new();
    for piece in pieces(sql) {
        if let Piece::Parameter(name) = piece
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    Parsed {
        sqlite: rewrite(sql, &names, '?', 0),
        postgres: rewrite(sql, &names, '$', 0),
        tuple: only_tuple(sql),
        names,
    }
}

/// Writes parameters as a mark and their place among `names`, counted from `before` + 1.
fn rewrite(sql: &str, names: &[&str], mark: char, before: usize) -> String {
    let mut text = String::with_capacity(sql.len());
    for piece in pieces(sql) {
        match piece {
            Piece::Word(verbatim) | Piece::Blank(verbatim) | Piece::Verbatim(verbatim) => {
                text.push_str(verbatim);
            }
            Piece::Semicolon => text.push(';'),
            Piece::Parameter(name) => {
                let place = names.iter().position(|known| *known == name).unwrap_or(0);
                // Writing to a String cannot fail.
                let _written = write!(text, "{mark}{}", before + place + 1);
            }
        }
    }
    text
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
    fn a_tuple_is_repeated() {
        static PUT: Statement =
            Statement::new("INSERT INTO t (a, b) VALUES (:a, f(:b)) ON CONFLICT (a) DO NOTHING");
        assert!(PUT.takes_many());
        assert_eq!(
            PUT.text_of(2),
            "INSERT INTO t (a, b) VALUES ($1, f($2)), ($3, f($4)) ON CONFLICT (a) DO NOTHING"
        );
        assert_eq!(PUT.text_of(1), PUT.text(Dialect::Postgres));
        assert!(!TWICE.takes_many());
        assert_eq!(TWICE.text_of(1), TWICE.text(Dialect::Postgres));
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
