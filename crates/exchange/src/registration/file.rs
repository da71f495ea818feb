//! Whole files: written by offices, checked as a whole by the hub before anything of them is used.
//!
//! What may be wrong with one, and how it is told without repeating what was there, is in [`faults`].

use std::collections::BTreeSet;

use domain::identity::Link;
use sha2::{Digest, Sha256};

use super::content::{Content, Kind};
use super::envelope::{Envelope, FileHash, LAYOUT};
use super::record::Record;

mod faults;

pub use faults::Fault;
use faults::{Faults, parse};

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
    pub fn write(envelope: Envelope, records: &[Record]) -> Vec<u8> {
        let mut body = Vec::new();
        for record in records {
            body.extend(super::part::canonical(record));
            body.push(b'\n');
        }
        let rows = u32::try_from(records.len()).unwrap_or(u32::MAX);
        File::write_lines(envelope, rows, &body)
    }

    /// Writes a file of lines that are canonical already. The envelope's count and hash are filled in.
    pub fn write_lines(mut envelope: Envelope, rows: u32, body: &[u8]) -> Vec<u8> {
        envelope.rows = rows;
        envelope.sha256 = FileHash([0; 32]);
        let first_line = |envelope: &Envelope| {
            let mut line = super::part::canonical(envelope);
            line.push(b'\n');
            line
        };
        envelope.sha256 = sha256(&[&first_line(&envelope), body]);
        let mut file = first_line(&envelope);
        file.extend_from_slice(body);
        file
    }

    /// Judges lines by themselves as a reader of their file will, for whoever promises that they can be read.
    ///
    /// # Errors
    /// The first fault.
    pub fn judge_lines(body: &[u8], limits: &Limits) -> Result<(), Fault> {
        let mut faults = Faults::up_to(1);
        for (row, line) in (1..).zip(body.split_inclusive(|byte| *byte == b'\n')) {
            let _whole = read_row(line, row, limits, &mut faults);
            if let Some(fault) = std::mem::replace(&mut faults, Faults::up_to(1)).finish().0.pop() {
                return Err(fault);
            }
        }
        Ok(())
    }

    /// Reads a file and checks it as a whole: encoding, layout, count, hash, the schema of every row, every
    /// part's hash, and that the rows of one person stand together.
    ///
    /// # Errors
    /// All faults up to the limit, in the order of rows, and whether there are more.
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<File, (Vec<Fault>, bool)> {
        let mut faults = Faults::up_to(limits.faults);
        let Some((envelope, body)) = read_envelope(bytes, limits, &mut faults) else {
            return Err(faults.finish());
        };
        let records = read_rows(&envelope, body, limits, &mut faults);
        persons_stand_together(&records, &mut faults);
        if faults.is_empty() {
            Ok(File {
                envelope,
                records: records.into_iter().map(|(_, record)| record).collect(),
                sha256: sha256(&[bytes]),
            })
        } else {
            Err(faults.finish())
        }
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
    if Some(envelope.sha256) != hash_of(line, envelope.sha256, body) {
        faults.add(
            0,
            "sha256",
            "hash",
            "the SHA-256 of the file with zeros for these digits; the file was cut or changed",
        );
    }
    // What a cut file's rows say is of no use: the cause is named already.
    faults.is_empty().then_some((envelope, body))
}

/// The rows that can be read, each with its number.
fn read_rows(envelope: &Envelope, body: &[u8], limits: &Limits, faults: &mut Faults) -> Vec<(u32, Record)> {
    let mut records = Vec::with_capacity(envelope.rows.min(limits.rows) as usize);
    let mut row = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        if row == limits.rows {
            faults.add(
                row,
                "rows",
                "too-many-rows",
                format!("at most {} records", limits.rows),
            );
            return records;
        }
        if faults.are_full() {
            return records;
        }
        row += 1;
        if let Some(record) = read_row(line, row, limits, faults) {
            records.push((row, record));
        }
    }
    if row != envelope.rows {
        faults.add(0, "rows", "count", format!("{row} records follow the envelope"));
    }
    records
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
    let kind = record.content.kind();
    if !kind.is_sent() {
        faults.add(
            row,
            format!("content.{}", kind.name()),
            "kind",
            "person, eligibility, voucher or shielding; insurers' rows and cards do not come from offices",
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
fn persons_stand_together(records: &[(u32, Record)], faults: &mut Faults) {
    let mut seen: BTreeSet<&Link> = BTreeSet::new();
    let mut keys: BTreeSet<(&Link, Kind, &str, u32)> = BTreeSet::new();
    let mut before: Option<&Link> = None;
    for (row, record) in records {
        if before != Some(&record.link) && !seen.insert(&record.link) {
            faults.add(
                *row,
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
                *row,
                "revision",
                "twice",
                "each revision of a record once in a file",
            );
        }
        before = Some(&record.link);
    }
}

/// What the envelope's `sha256` must be: the hash of the whole file with zeros for the digits of this very field,
/// so that no byte of the envelope can change unseen either. Nothing when the line does not have these digits as
/// they are written.
fn hash_of(line: &[u8], said: FileHash, body: &[u8]) -> Option<FileHash> {
    let digits = hex::encode(said.0);
    let at = line
        .windows(digits.len())
        .position(|there| there == digits.as_bytes())?;
    let (before, rest) = line.split_at(at);
    let after = rest.get(digits.len()..)?;
    let zeros = hex::encode([0; 32]);
    Some(sha256(&[before, zeros.as_bytes(), after, body]))
}

fn sha256(pieces: &[&[u8]]) -> FileHash {
    let mut digest = Sha256::new();
    for piece in pieces {
        digest.update(piece);
    }
    FileHash(digest.finalize().into())
}

#[cfg(test)]
mod tests;
