//! Whole files: written by offices, checked as a whole by the hub before anything of them is used.

use std::collections::BTreeSet;

use domain::identity::Link;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::content::{Content, Kind};
use super::envelope::{Envelope, FileHash, LAYOUT};
use super::record::Record;

/// What a reader takes.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a file.
    pub bytes: usize,
    /// Records of a file.
    pub rows: u32,
    /// Bytes of one line.
    pub line: usize,
    /// Faults that are listed; more are only mentioned.
    pub faults: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            bytes: 64 << 20,
            rows: 100_000,
            line: 64 << 10,
            faults: 1000,
        }
    }
}

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

/// A file that is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The envelope.
    pub envelope: Envelope,
    /// Its records in their order.
    pub records: Vec<Record>,
    /// SHA-256 over all bytes of the file.
    pub sha256: FileHash,
}

impl File {
    /// Writes a file. The envelope's count and hash are filled in.
    pub fn write(mut envelope: Envelope, records: &[Record]) -> Vec<u8> {
        let mut body = Vec::new();
        for record in records {
            body.extend(super::part::canonical(record));
            body.push(b'\n');
        }
        envelope.rows = u32::try_from(records.len()).unwrap_or(u32::MAX);
        envelope.sha256 = sha256(&body);
        let mut file = super::part::canonical(&envelope);
        file.push(b'\n');
        file.extend(body);
        file
    }

    /// Reads a file and checks it as a whole: encoding, layout, count, hash, the schema of every row, every
    /// part's hash, and that the rows of one person stand together.
    ///
    /// # Errors
    /// All faults up to the limit, and whether there are more.
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<File, (Vec<Fault>, bool)> {
        let mut faults = Faults {
            list: Vec::new(),
            limit: limits.faults,
        };
        let Some((envelope, body)) = read_envelope(bytes, limits, &mut faults) else {
            return Err(faults.finish());
        };
        let mut records = Vec::with_capacity(envelope.rows.min(limits.rows) as usize);
        let mut row = 0;
        for line in body.split_inclusive(|byte| *byte == b'\n') {
            row += 1;
            if row > limits.rows || faults.is_full() {
                faults.add(
                    row.min(limits.rows),
                    "rows",
                    "too-many-rows",
                    format!("at most {} records", limits.rows),
                );
                break;
            }
            if let Some(record) = read_row(line, row, limits, &mut faults) {
                records.push(record);
            }
        }
        if row != envelope.rows {
            faults.add(0, "rows", "count", format!("{row} records follow the envelope"));
        }
        persons_stand_together(&records, &mut faults);
        if faults.list.is_empty() {
            Ok(File {
                envelope,
                records,
                sha256: sha256(bytes),
            })
        } else {
            Err(faults.finish())
        }
    }
}

struct Faults {
    list: Vec<Fault>,
    limit: usize,
}

impl Faults {
    fn add(&mut self, row: u32, field: impl Into<String>, rule: &str, expected: impl Into<String>) {
        if self.list.len() <= self.limit {
            let (field, rule, expected) = (field.into(), rule.to_owned(), expected.into());
            self.list.push(Fault {
                row,
                field,
                rule,
                expected,
            });
        }
    }

    fn is_full(&self) -> bool {
        self.list.len() > self.limit
    }

    fn finish(mut self) -> (Vec<Fault>, bool) {
        let more = self.is_full();
        self.list.truncate(self.limit);
        (self.list, more)
    }
}

fn read_envelope<'a>(bytes: &'a [u8], limits: &Limits, faults: &mut Faults) -> Option<(Envelope, &'a [u8])> {
    if bytes.len() > limits.bytes {
        faults.add(0, "file", "too-long", format!("at most {} bytes", limits.bytes));
        return None;
    }
    if let Err(error) = std::str::from_utf8(bytes) {
        let at = error.valid_up_to();
        let row = bytes.iter().take(at).filter(|byte| **byte == b'\n').count();
        let row = u32::try_from(row).unwrap_or(u32::MAX);
        faults.add(
            row,
            "file",
            "encoding",
            format!("UTF-8; byte {at} of the file is not"),
        );
        return None;
    }
    let end = bytes
        .iter()
        .position(|byte| *byte == b'\n')
        .filter(|end| *end <= limits.line);
    let Some(end) = end else {
        faults.add(
            0,
            "envelope",
            "missing",
            format!("a first line of at most {} bytes with a line end", limits.line),
        );
        return None;
    };
    let (line, body) = bytes.split_at(end + 1);
    let envelope: Envelope = parse(line, 0, faults)?;
    if envelope.registration != LAYOUT {
        faults.add(0, "registration", "layout", format!("layout {LAYOUT}"));
    }
    if envelope.number < 1 {
        faults.add(0, "number", "number", "a number from 1");
    }
    if envelope.sha256 != sha256(body) {
        faults.add(
            0,
            "sha256",
            "hash",
            "the SHA-256 of all bytes after the first line; the file was cut or changed",
        );
    }
    // What a cut file's rows say is of no use: the cause is named already.
    faults.list.is_empty().then_some((envelope, body))
}

fn read_row(line: &[u8], row: u32, limits: &Limits, faults: &mut Faults) -> Option<Record> {
    if line.len() > limits.line {
        faults.add(row, "row", "too-long", format!("at most {} bytes", limits.line));
        return None;
    }
    if line.last() != Some(&b'\n') {
        faults.add(row, "row", "line-end", "every record ends with a line feed");
        return None;
    }
    let record: Record = parse(line, row, faults)?;
    if record.revision == 0 {
        faults.add(row, "revision", "revision", "a revision from 1");
    }
    if !record.content.holds() {
        faults.add(
            row,
            "content",
            "hash",
            "the hash over label, salt and canonical body",
        );
    }
    if matches!(record.content, Content::Person { identity: None, .. }) {
        faults.add(
            row,
            "content.person.identity",
            "required",
            "the part that the hub matches",
        );
    }
    Some(record)
}

/// A person's records are judged together, so they must stand together. Shielding flags may not hide in other
/// rows: that is the lane's matter and judged by the hub.
fn persons_stand_together(records: &[Record], faults: &mut Faults) {
    let mut seen: BTreeSet<&Link> = BTreeSet::new();
    let mut keys: BTreeSet<(&Link, Kind, &str, u32)> = BTreeSet::new();
    let mut before: Option<&Link> = None;
    for (row, record) in (1..).zip(records) {
        if before != Some(&record.link) && !seen.insert(&record.link) {
            faults.add(
                row,
                "link",
                "scattered-person",
                "all rows of a person one after the other",
            );
        }
        if !keys.insert((
            &record.link,
            record.content.kind(),
            record.record.as_str(),
            record.revision,
        )) {
            faults.add(
                row,
                "revision",
                "twice",
                "each revision of a record once in a file",
            );
        }
        before = Some(&record.link);
    }
}

/// Parses a line; what is wrong is named by its path, and what was there is never repeated.
fn parse<'a, T: Deserialize<'a>>(line: &'a [u8], row: u32, faults: &mut Faults) -> Option<T> {
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
            let path = error.path().to_string();
            let field = if path == "." { "row".to_owned() } else { path };
            faults.add(row, field, "schema", without_values(&error.into_inner()));
            None
        }
    }
}

/// A parser's message without anything that was in the file.
fn without_values(error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    let message = error.to_string();
    let message = message
        .rsplit_once(" at line ")
        .map_or(message.as_str(), |(message, _)| message);
    match error.classify() {
        Category::Io | Category::Syntax | Category::Eof => "well-formed JSON".to_owned(),
        Category::Data => match message.split_once("expected ") {
            Some((_what_was_there, expected)) => expected.to_owned(),
            None if message.starts_with("missing field") => format!("{message}: it is required"),
            None if message.starts_with("unknown field") => "a field that the layout has".to_owned(),
            None => message.to_owned(),
        },
    }
}

fn sha256(bytes: &[u8]) -> FileHash {
    FileHash(Sha256::digest(bytes).into())
}

#[cfg(test)]
mod tests;
