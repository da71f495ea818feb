//! What is wrong with a file, and how it is told: by row, field and rule, never by what was there.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use crate::registration::Kind;

/// What is wrong with a file, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The record's row, from 1; 0 is the envelope.
    pub row: u32,
    /// The field, as a path.
    pub field: String,
    /// The rule's name.
    pub rule: String,
    /// What was expected. Never repeats what was there.
    pub expected: String,
}

/// The faults of one file, up to a limit.
pub(super) struct Faults {
    list: Vec<Fault>,
    limit: usize,
}

impl Faults {
    /// Room for `limit` of them, and for knowing that there is one more.
    pub(super) fn up_to(limit: usize) -> Faults {
        Faults {
            list: Vec::new(),
            limit,
        }
    }

    pub(super) fn add(
        &mut self,
        row: u32,
        field: impl Into<String>,
        rule: &str,
        expected: impl Into<String>,
    ) {
        if !self.are_full() {
            let (field, rule, expected) = (field.into(), rule.to_owned(), expected.into());
            self.list.push(Fault {
                row,
                field,
                rule,
                expected,
            });
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether there are more than may be listed.
    pub(super) fn are_full(&self) -> bool {
        self.list.len() > self.limit
    }

    /// The faults in the order of rows, and whether there are more.
    pub(super) fn finish(mut self) -> (Vec<Fault>, bool) {
        let more = self.are_full();
        self.list.truncate(self.limit);
        self.list.sort_by_key(|fault| fault.row);
        (self.list, more)
    }
}

/// Parses a line; what is wrong is named by its path, and what was there is never repeated.
pub(super) fn parse<'a, T: Deserialize<'a>>(line: &'a [u8], row: u32, faults: &mut Faults) -> Option<T> {
    // Keeping the path costs more than parsing, and nearly every line is right.
    if let Ok(value) = serde_json::from_slice(line) {
        return Some(value);
    }
    let mut json = serde_json::Deserializer::from_slice(line);
    let result = serde_path_to_error::deserialize(&mut json);
    match result {
        Ok(value) => match json.end() {
            Ok(()) => Some(value),
            Err(_) => {
                faults.add(row, "row", "json", "one JSON object and nothing after it");
                None
            }
        },
        Err(error) => {
            let path = error.path().clone();
            let error = error.into_inner();
            faults.add(row, field(&path, &error), "schema", expected(line, &path, &error));
            None
        }
    }
}

/// The path of what is wrong. A name that the layout does not have is itself something that was there, so then
/// it is the path of what holds it.
fn field(path: &Path, error: &serde_json::Error) -> String {
    let known = path.iter().filter(|segment| !matches!(segment, Segment::Unknown));
    let mut names: Vec<String> = known.map(ToString::to_string).collect();
    if error.to_string().starts_with("unknown field") {
        names.pop();
    }
    if names.is_empty() {
        "row".to_owned()
    } else {
        names.join(".")
    }
}

/// A parser's message without anything that was in the file.
fn expected(line: &[u8], path: &Path, error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    let message = error.to_string();
    let message = message
        .rsplit_once(" at line ")
        .map_or(message.as_str(), |(message, _)| message);
    if error.classify() != Category::Data {
        return "well-formed JSON".to_owned();
    }
    if message.starts_with("unknown field") {
        return "a field that the layout has".to_owned();
    }
    let text = text_at(line, path);
    if text.as_ref().is_some_and(|text| is_about_a_date(message, text)) {
        return "a day that exists, yyyy-mm-dd".to_owned();
    }
    // What was there stands before what was expected, and may itself say "expected".
    if let Some((_what_was_there, expected)) = message.rsplit_once("expected ") {
        // Kinds that no office sends are not offered.
        let unsent = Kind::ALL.into_iter().filter(|kind| !kind.is_sent());
        return unsent.fold(expected.to_owned(), |expected, kind| {
            expected.replace(&format!(", `{}`", kind.name()), "")
        });
    }
    if message.starts_with("missing field") {
        return format!("{message}: it is required");
    }
    match text {
        Some(text) if text.chars().count() > 1 && message.contains(&text) => {
            "another value; see the layout".to_owned()
        }
        _ => message.to_owned(),
    }
}

/// Whether the message is the calendar's. It repeats what it read.
fn is_about_a_date(message: &str, text: &str) -> bool {
    text.parse::<Date>()
        .is_err_and(|error| error.to_string() == message)
}

/// The text at a path.
fn text_at(line: &[u8], path: &Path) -> Option<String> {
    let line: Value = serde_json::from_slice(line).ok()?;
    let mut here = &line;
    for segment in path.iter() {
        here = match segment {
            Segment::Seq { index } => here.get(*index)?,
            Segment::Map { key } => here.get(key)?,
            Segment::Enum { variant } => here.get(variant)?,
            Segment::Unknown => return None,
        };
    }
    here.as_str().map(str::to_owned)
}
