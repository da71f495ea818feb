//! Just enough of SQL's grammar to find words and named parameters without being fooled by literals,
//! quoted names, comments or PostgreSQL's `::` casts.

use std::ops::Range;

/// A piece of an SQL text. The pieces one after the other are the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// `:name`, without the colon.
    Parameter(&'a str),
    /// A bare word: a keyword, a type, an unquoted name, a number.
    Word(&'a str),
    /// A `;` between statements.
    Semicolon,
    /// White space or a comment.
    Blank(&'a str),
    /// Everything else: literals, quoted names, operators, casts.
    Verbatim(&'a str),
}

impl Piece<'_> {
    /// Its bytes in the text.
    fn len(&self) -> usize {
        match self {
            Piece::Parameter(name) => 1 + name.len(),
            Piece::Semicolon => 1,
            Piece::Word(text) | Piece::Blank(text) | Piece::Verbatim(text) => text.len(),
        }
    }
}

/// Takes a text apart.
pub(crate) fn pieces(sql: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = sql;
    std::iter::from_fn(move || {
        let (piece, after) = first_piece(rest)?;
        rest = after;
        Some(piece)
    })
}

/// Where the only `VALUES (…)` of a text has its tuple, brackets included. None when parameters stand outside of it,
/// or when a row may be changed by another one of the same statement (`DO UPDATE`).
pub(crate) fn only_tuple(sql: &str) -> Option<Range<usize>> {
    let (mut at, mut depth, mut values) = (0, 0_usize, false);
    let (mut start, mut found) = (0, None);
    for piece in pieces(sql) {
        let open = values || depth > 0;
        match piece {
            Piece::Parameter(_) if depth == 0 => return None,
            Piece::Word(word) if word.eq_ignore_ascii_case("update") => return None,
            Piece::Word(word) if word.eq_ignore_ascii_case("values") && found.is_some() => return None,
            Piece::Word(word) if word.eq_ignore_ascii_case("values") && depth == 0 => values = true,
            Piece::Verbatim("(") if open => {
                if depth == 0 {
                    start = at;
                }
                (depth, values) = (depth + 1, false);
            }
            Piece::Verbatim(")") if depth == 1 => (depth, found) = (0, Some(start..at + 1)),
            Piece::Verbatim(")") if depth > 1 => depth -= 1,
            Piece::Blank(_) | Piece::Parameter(_) => {}
            Piece::Word(_) | Piece::Semicolon | Piece::Verbatim(_) => values = false,
        }
        at += piece.len();
    }
    found
}

fn first_piece<'a>(text: &'a str) -> Option<(Piece<'a>, &'a str)> {
    let first = text.chars().next()?;
    let cut = |at: usize, piece: fn(&'a str) -> Piece<'a>| {
        let (head, tail) = text.split_at(at);
        Some((piece(head), tail))
    };
    match first {
        '\'' | '"' => cut(quoted(text, first), Piece::Verbatim),
        ';' => cut(1, |_| Piece::Semicolon),
        '-' if text.starts_with("--") => cut(text.find('\n').unwrap_or(text.len()), Piece::Blank),
        '/' if text.starts_with("/*") => cut(text.find("*/").map_or(text.len(), |at| at + 2), Piece::Blank),
        ':' if text.starts_with("::") => cut(2, Piece::Verbatim),
        ':' if text[1..].starts_with(starts_word) => {
            cut(1 + word(&text[1..]), |named| Piece::Parameter(&named[1..]))
        }
        c if c.is_whitespace() => cut(
            text.find(|c: char| !c.is_whitespace()).unwrap_or(text.len()),
            Piece::Blank,
        ),
        c if c.is_alphanumeric() || c == '_' => cut(word(text), Piece::Word),
        other => cut(other.len_utf8(), Piece::Verbatim),
    }
}

fn starts_word(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

/// The length of the word at the beginning of the text.
fn word(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len())
}

/// The length of the literal or quoted name at the beginning of the text; a doubled quote does not end it,
/// because it reads as two literals side by side.
fn quoted(text: &str, quote: char) -> usize {
    text[1..].find(quote).map_or(text.len(), |at| at + 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parameters(sql: &str) -> Vec<&str> {
        pieces(sql)
            .filter_map(|piece| match piece {
                Piece::Parameter(name) => Some(name),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn finds_parameters_and_nothing_else() {
        assert_eq!(parameters("SELECT :a, :b_2 FROM t WHERE x=:a"), ["a", "b_2", "a"]);
        assert_eq!(
            parameters("SELECT x::text, ':no', \":no\", 'it''s :no' -- :no\n, :yes"),
            ["yes"]
        );
        assert_eq!(
            parameters("/* :no */ SELECT CAST(:a AS BIGINT)::bigint, a[1:2]"),
            ["a"]
        );
        assert_eq!(parameters("SELECT 'open :no"), Vec::<&str>::new());
    }

    #[test]
    fn the_only_tuple() {
        let tuple = |sql| only_tuple(sql).map(|at| &sql[at]);
        assert_eq!(
            tuple("INSERT INTO t (a) VALUES (:a, f(:b), ')')"),
            Some("(:a, f(:b), ')')")
        );
        assert_eq!(
            tuple("WITH a (n) AS (values (:n)) SELECT n FROM a JOIN t USING (n)"),
            Some("(:n)")
        );
        assert_eq!(
            tuple("INSERT INTO t VALUES (:a) ON CONFLICT (a) DO NOTHING"),
            Some("(:a)")
        );
        for none in [
            "SELECT :a",
            "SELECT values FROM t WHERE f(:a)",
            "INSERT INTO t VALUES (:a), (:b)",
            "INSERT INTO t VALUES (:a) RETURNING :b",
            "INSERT INTO t VALUES (:a) ON CONFLICT (a) DO UPDATE SET n = 1",
        ] {
            assert_eq!(tuple(none), None, "{none}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn the_pieces_are_the_text(sql in "[a-z:;'\"/* \\-あ\n0-9_]{0,40}") {
            let mut again = String::new();
            for piece in pieces(&sql) {
                match piece {
                    Piece::Parameter(name) => { again.push(':'); again.push_str(name); }
                    Piece::Semicolon => again.push(';'),
                    Piece::Word(text) | Piece::Blank(text) | Piece::Verbatim(text) => again.push_str(text),
                }
            }
            prop_assert_eq!(again, sql);
        }
    }
}
