//! Files of the bulk lane, which the office's program does not use yet: the test numbers and sends them itself.

use exchange::registration::envelope::FileHash;
use exchange::registration::{Content, Envelope, File, Lane, Mode, Part, Record, RecordId, Salt};
use madoguchi_e2e::people::{NEXT_MONTH, OFFICE, Person};
use serde_json::{Value, json};

use crate::clerks::BLOCK;

/// Persons in a long file: the first that are introduced.
pub(crate) const PERSONS: u32 = 4 * BLOCK;
/// Vouchers of each in a long file. Together more than the hub writes in one unit (500).
pub(crate) const VOUCHERS: u32 = 22;

/// A file of the bulk lane.
#[derive(Clone)]
pub(crate) struct BulkFile {
    /// Its number in the lane.
    pub(crate) number: u32,
    /// Its bytes; the same whenever it is sent again.
    pub(crate) bytes: Vec<u8>,
    /// Whether a rule refuses all of it.
    pub(crate) refused: bool,
}

impl BulkFile {
    /// Next month's vouchers of many persons.
    pub(crate) fn long(number: u32) -> BulkFile {
        let of_person = |person| (0..VOUCHERS).map(move |voucher| (person, voucher));
        let vouchers = (0..PERSONS).flat_map(of_person);
        let records: Vec<Record> = vouchers
            .map(|(person, voucher)| record(number, person, voucher, NEXT_MONTH))
            .collect();
        BulkFile {
            number,
            bytes: file(number, Mode::EachPerson, &records),
            refused: false,
        }
    }

    /// An all-or-nothing file with a good voucher and one that is valid outside of its month.
    pub(crate) fn refused(number: u32) -> BulkFile {
        let mut broken = record(number, 1, 1, NEXT_MONTH);
        if let Content::Voucher { served } = &broken.content {
            let mut body = served.body.clone();
            std::mem::swap(&mut body.valid_from, &mut body.valid_through);
            broken.content = Content::Voucher {
                served: Part::new(Salt([9; 16]), body),
            };
        }
        let records = [record(number, 0, 0, NEXT_MONTH), broken];
        BulkFile {
            number,
            bytes: file(number, Mode::AllOrNothing, &records),
            refused: true,
        }
    }
}

/// 交付番号 of a voucher of a bulk file.
pub(crate) fn issue_number(number: u32, person: u32, voucher: u32) -> String {
    format!("{NEXT_MONTH}{number:04}{person:04}{voucher:04}")
}

fn record(number: u32, person: u32, voucher: u32, month: &str) -> Record {
    let person_of = Person { index: person };
    let body = person_of.voucher_body(&issue_number(number, person, voucher), month, number);
    let read = || -> Result<Record, Box<dyn std::error::Error>> {
        Ok(Record {
            link: serde_json::from_value(json!(person_of.link()))?,
            record: RecordId::parse(&format!("bulk-{number}-{voucher}"))?,
            revision: 1,
            content: Content::Voucher {
                served: Part::new(Salt([7; 16]), Box::new(serde_json::from_value(body)?)),
            },
        })
    };
    match read() {
        Ok(record) => record,
        Err(error) => panic!("a bulk voucher: {error}"),
    }
}

fn file(number: u32, mode: Mode, records: &[Record]) -> Vec<u8> {
    let Ok(office) = serde_json::from_value(json!(OFFICE)) else {
        panic!("{OFFICE} is no office's code");
    };
    let envelope = Envelope {
        registration: 1,
        office,
        lane: Lane::Bulk,
        number: i64::from(number),
        mode,
        rows: 0,
        sha256: FileHash([0; 32]),
        made_at: i64::from(number),
    };
    File::write(envelope, records)
}

/// Whether a receipt is what this file must get.
pub(crate) fn check_receipt(file: &BulkFile, receipt: &Value) -> Result<(), String> {
    let (applied, refused) = if file.refused {
        (0, 2)
    } else {
        (PERSONS * VOUCHERS, 0)
    };
    let counts = json!({ "applied": applied, "held": 0, "refused": refused, "superseded": 0 });
    if receipt["counts"] != counts {
        return Err(format!("counts {} instead of {counts}", receipt["counts"]));
    }
    if receipt["number"] != file.number {
        return Err(format!("number {}", receipt["number"]));
    }
    Ok(())
}
