//! Registration files that a test numbers and sends itself, whole ones and such as are not.

use exchange::registration::envelope::FileHash;
use exchange::registration::{Content, Envelope, File, Lane, Mode, Part, Record, RecordId, Salt};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::people::Person;

/// Where the hub takes files, and as what.
pub const PATH: &str = "/registration/files";
/// See [`PATH`].
pub const KIND: &str = "application/x-ndjson";

/// A person's voucher under a record's name, in its first version.
///
/// # Panics
/// When there can be no such record.
pub fn voucher(person: &Person, record: &str, issue_number: &str, month: &str, self_pay_yen: u32) -> Record {
    let body = person.voucher_body(issue_number, month, self_pay_yen);
    let read = || -> Result<Record, Box<dyn std::error::Error>> {
        Ok(Record {
            link: serde_json::from_value(json!(person.link()))?,
            record: RecordId::parse(record)?,
            revision: 1,
            content: Content::Voucher {
                served: Part::new(Salt([7; 16]), Box::new(serde_json::from_value(body)?)),
            },
        })
    };
    match read() {
        Ok(record) => record,
        Err(error) => panic!("a voucher: {error}"),
    }
}

/// The voucher, valid outside of its month: a rule is broken, and nothing of its form.
pub fn outside_of_its_month(mut record: Record) -> Record {
    if let Content::Voucher { served } = &record.content {
        let mut body = served.body.clone();
        std::mem::swap(&mut body.valid_from, &mut body.valid_through);
        record.content = Content::Voucher {
            served: Part::new(Salt([9; 16]), body),
        };
    }
    record
}

/// A whole file of an office.
///
/// # Panics
/// When the office's code is none.
pub fn file(office: &str, lane: Lane, number: i64, mode: Mode, records: &[Record]) -> Vec<u8> {
    let Ok(office) = serde_json::from_value(json!(office)) else {
        panic!("{office} is no office's code");
    };
    let envelope = Envelope {
        registration: 1,
        office,
        lane,
        number,
        mode,
        rows: 0,
        sha256: FileHash([0; 32]),
        made_at: number,
    };
    File::write(envelope, records)
}

/// The file again with the hash that it must have: what is wrong with it is not the hash.
///
/// # Panics
/// When it has no envelope.
pub fn rehashed(file: &str) -> String {
    let Some((before, rest)) = file.split_once("\"sha256\":\"") else {
        panic!("no hash in the file");
    };
    let (_, after) = rest.split_at(64);
    let with = |hash: &str| format!("{before}\"sha256\":\"{hash}{after}");
    let hash = Sha256::digest(with(&"0".repeat(64)));
    with(&hex::encode(hash))
}
