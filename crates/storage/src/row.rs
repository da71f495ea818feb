//! What comes out of a statement.

use std::fmt;

use crate::StoreError;
use crate::statement::Columns;

/// One value of a row.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
    /// A type that rows do not carry; its name.
    Other(Box<str>),
}

/// A row of a result. It owns its values; the list of column names is shared by all rows of the statement.
///
/// Every reader names the column, and fails with [`StoreError::Column`] when it is not there or of another
/// type. `opt_…` reads NULL as `None`; the others refuse it.
#[derive(Clone)]
pub struct Row {
    columns: Columns,
    cells: Vec<Cell>,
}

impl Row {
    pub(crate) fn new(columns: Columns, cells: Vec<Cell>) -> Row {
        Row { columns, cells }
    }

    fn cell(&self, column: &str) -> Result<&Cell, StoreError> {
        self.at(column)
            .and_then(|at| self.cells.get(at))
            .ok_or_else(|| wrong(column, "is not in the result"))
    }

    fn cell_mut(&mut self, column: &str) -> Result<&mut Cell, StoreError> {
        self.at(column)
            .and_then(|at| self.cells.get_mut(at))
            .ok_or_else(|| wrong(column, "is not in the result"))
    }

    fn at(&self, column: &str) -> Option<usize> {
        // Lists of columns are short: comparing a few names is faster than any map.
        self.columns.iter().position(|name| **name == *column)
    }

    /// A whole number.
    ///
    /// # Errors
    /// [`StoreError::Column`] when there is no such column, or it is NULL or no whole number.
    pub fn int(&self, column: &str) -> Result<i64, StoreError> {
        self.opt_int(column)?.ok_or_else(|| wrong(column, "is NULL"))
    }

    /// A text.
    ///
    /// # Errors
    /// [`StoreError::Column`] when there is no such column, or it is NULL or no text.
    pub fn text(&self, column: &str) -> Result<&str, StoreError> {
        self.opt_text(column)?.ok_or_else(|| wrong(column, "is NULL"))
    }

    /// Bytes.
    ///
    /// # Errors
    /// [`StoreError::Column`] when there is no such column, or it is NULL or not bytes.
    pub fn bytes(&self, column: &str) -> Result<&[u8], StoreError> {
        self.opt_bytes(column)?.ok_or_else(|| wrong(column, "is NULL"))
    }

    /// A text, moved out of the row; NULL is left there.
    ///
    /// # Errors
    /// As [`Row::text`].
    pub fn take_text(&mut self, column: &str) -> Result<String, StoreError> {
        match std::mem::replace(self.cell_mut(column)?, Cell::Null) {
            Cell::Null => Err(wrong(column, "is NULL")),
            Cell::Text(text) => Ok(text),
            other => Err(other.is_not("text", column)),
        }
    }

    /// Bytes, moved out of the row; NULL is left there.
    ///
    /// # Errors
    /// As [`Row::bytes`].
    pub fn take_bytes(&mut self, column: &str) -> Result<Vec<u8>, StoreError> {
        match std::mem::replace(self.cell_mut(column)?, Cell::Null) {
            Cell::Null => Err(wrong(column, "is NULL")),
            Cell::Bytes(bytes) => Ok(bytes),
            other => Err(other.is_not("bytes", column)),
        }
    }

    /// A whole number or NULL.
    ///
    /// # Errors
    /// [`StoreError::Column`] when there is no such column, or it is no whole number.
    pub fn opt_int(&self, column: &str) -> Result<Option<i64>, StoreError> {
        match self.cell(column)? {
            Cell::Null => Ok(None),
            Cell::Int(number) => Ok(Some(*number)),
            other => Err(other.is_not("a whole number", column)),
        }
    }

    /// A text or NULL.
    ///
    /// # Errors
    /// [`StoreError::Column`] when there is no such column, or it is no text.
    pub fn opt_text(&self, column: &str) -> Result<Option<&str>, StoreError> {
        match self.cell(column)? {
            Cell::Null => Ok(None),
            Cell::Text(text) => Ok(Some(text)),
            other => Err(other.is_not("text", column)),
        }
    }

    /// Bytes or NULL.
    ///
    /// # Errors
    /// [`StoreError::Column`] when there is no such column, or it is not bytes.
    pub fn opt_bytes(&self, column: &str) -> Result<Option<&[u8]>, StoreError> {
        match self.cell(column)? {
            Cell::Null => Ok(None),
            Cell::Bytes(bytes) => Ok(Some(bytes)),
            other => Err(other.is_not("bytes", column)),
        }
    }
}

impl Cell {
    fn is_not(&self, wanted: &str, column: &str) -> StoreError {
        let kind = match self {
            Cell::Null => "NULL",
            Cell::Int(_) => "a whole number",
            Cell::Text(_) => "text",
            Cell::Bytes(_) => "bytes",
            Cell::Other(name) => name,
        };
        wrong(column, &format!("is {kind}, not {wanted}"))
    }
}

fn wrong(column: &str, problem: &str) -> StoreError {
    StoreError::Column {
        column: column.to_owned(),
        problem: problem.to_owned(),
    }
}

impl fmt::Debug for Row {
    /// The columns' names only: values are people's data and reach no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Row").field(&self.columns).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_say_what_is_wrong() {
        let columns: Columns = ["n", "t", "b", "z"].into_iter().map(Box::from).collect();
        let cells = vec![
            Cell::Int(1),
            Cell::Text("x".into()),
            Cell::Bytes(vec![0]),
            Cell::Null,
        ];
        let mut row = Row::new(columns, cells);
        assert_eq!(row.int("n"), Ok(1));
        assert_eq!(row.text("t"), Ok("x"));
        assert_eq!(row.bytes("b"), Ok(&[0][..]));
        assert_eq!(row.opt_int("z"), Ok(None));
        assert_eq!(row.int("z").unwrap_err().to_string(), "column z is NULL");
        assert_eq!(
            row.int("t").unwrap_err().to_string(),
            "column t is text, not a whole number"
        );
        assert_eq!(
            row.text("q").unwrap_err().to_string(),
            "column q is not in the result"
        );
        assert!(!format!("{row:?}").contains('x'));
        assert_eq!(
            row.take_text("b").unwrap_err().to_string(),
            "column b is bytes, not text"
        );
        assert_eq!(row.take_text("t"), Ok("x".into()));
        assert_eq!(row.take_text("t").unwrap_err().to_string(), "column t is NULL");
        assert_eq!(row.take_bytes("z").unwrap_err().to_string(), "column z is NULL");
    }
}
