//! Files of the bulk lane, which the office's program does not use yet: the test numbers and sends them itself.

use exchange::registration::{Lane, Mode, Record};
use madoguchi_e2e::files;
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
            .map(|(person, voucher)| record(number, person, voucher))
            .collect();
        BulkFile {
            number,
            bytes: file(number, Mode::EachPerson, &records),
            refused: false,
        }
    }

    /// An all-or-nothing file with a good voucher and one that is valid outside of its month.
    pub(crate) fn refused(number: u32) -> BulkFile {
        let broken = files::outside_of_its_month(record(number, 1, 1));
        let records = [record(number, 0, 0), broken];
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

fn record(number: u32, person: u32, voucher: u32) -> Record {
    let (name, issued) = (
        format!("bulk-{number}-{voucher}"),
        issue_number(number, person, voucher),
    );
    files::voucher(&Person { index: person }, &name, &issued, NEXT_MONTH, number)
}

fn file(number: u32, mode: Mode, records: &[Record]) -> Vec<u8> {
    files::file(OFFICE, Lane::Bulk, i64::from(number), mode, records)
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
