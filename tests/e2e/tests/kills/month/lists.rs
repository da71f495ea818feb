//! Lists of a month (`OQSmutic`), asked for by file in two steps. What was received has one 受付番号, and what was fetched once
//! stays the same.

use std::collections::BTreeMap;

use domain::month::TreatmentMonth;
use domain::number::InstitutionCode;
use exchange::oqs::bulk::{Download, DownloadHeader, Downloaded, Uploaded};
use exchange::oqs::codes::SegmentOfResult;
use exchange::oqs::{Limits, YearMonth, mutic01};
use exchange::text::Encoding;

use super::desk::UNREACHED;
use crate::folders::Folders;

/// The families of the two steps.
const FIRST: &str = "OQSmutic01";
const SECOND: &str = "OQSmutic02";
/// How often a list is fetched: what is there stays the same.
const FETCHES: u32 = 2;
/// Bounds for a whole list, which the agent puts together from parts.
const WHOLE: Limits = Limits {
    max_bytes: 1 << 30,
    max_elements: usize::MAX,
    max_work: usize::MAX,
    ..Limits::SINGLE
};

/// A list that was received.
struct List {
    month: String,
    /// Its first step's request: later ones have later suffixes.
    suffix: String,
    /// Its bytes, when it has been fetched, and how often.
    bytes: Vec<u8>,
    fetched: u32,
}

/// All lists of a clinic.
pub(super) struct Lists {
    code: InstitutionCode,
    asked: u64,
    /// First steps without an answer: the month, by suffix.
    first: BTreeMap<String, String>,
    /// Second steps without an answer: the 受付番号, by suffix.
    second: BTreeMap<String, String>,
    /// By 受付番号.
    received: BTreeMap<String, List>,
    /// Times that verification could not be reached.
    pub(super) unreached: u64,
    /// Of these, first steps: they may have been received, under a number that nobody was told.
    unheard: usize,
}

impl Lists {
    pub(super) fn of(code: InstitutionCode) -> Lists {
        Lists {
            code,
            asked: 0,
            first: BTreeMap::new(),
            second: BTreeMap::new(),
            received: BTreeMap::new(),
            unreached: 0,
            unheard: 0,
        }
    }

    /// Asks for a month's list.
    pub(super) fn ask(&mut self, folders: &Folders, month: String) {
        let suffix = self.suffix();
        let asked = TreatmentMonth::parse(&month).unwrap();
        let request = mutic01::Request {
            header: mutic01::RequestHeader {
                medical_institution_code: self.code.as_str().to_owned(),
                // Each is another request: the same one again within a minute would be the same reception.
                arbitrary_file_identifier: Some(suffix.clone()),
            },
            search: mutic01::SearchInfo {
                medical_treatment_month: YearMonth::new(asked.year(), asked.month()).unwrap(),
            },
            unknown: Vec::new(),
        };
        let request = request.write(Encoding::Utf8).unwrap();
        folders.reception().put_bulk(FIRST, &suffix, &request);
        self.first.insert(suffix, month);
    }

    /// Fetches a list, once more.
    fn fetch(&mut self, folders: &Folders, number: String) {
        let suffix = self.suffix();
        let request = Download {
            header: DownloadHeader {
                medical_institution_code: self.code.as_str().to_owned(),
            },
            reception_number: number.clone(),
            unknown: Vec::new(),
        };
        let request = request.write(Encoding::Utf8).unwrap();
        folders.reception().put_bulk(SECOND, &suffix, &request);
        self.second.insert(suffix, number);
    }

    /// Has every list fetched once more.
    pub(super) fn fetch_again(&mut self, folders: &Folders) {
        let numbers: Vec<String> = self.received.keys().cloned().collect();
        for number in numbers {
            self.fetch(folders, number);
        }
    }

    /// Takes what came, asks for what must be asked next, and says what is wrong.
    pub(super) fn look(&mut self, folders: &Folders) -> Vec<String> {
        let mut wrong = Vec::new();
        let first: Vec<String> = self.first.keys().cloned().collect();
        for suffix in first {
            let Some(bytes) = folders.reception().take_bulk(FIRST, &suffix) else {
                continue;
            };
            wrong.extend(self.received(folders, suffix, &bytes));
        }
        let second: Vec<String> = self.second.keys().cloned().collect();
        for suffix in second {
            let Some(bytes) = folders.reception().take_bulk(SECOND, &suffix) else {
                continue;
            };
            wrong.extend(self.fetched(folders, &suffix, bytes));
        }
        wrong
    }

    fn received(&mut self, folders: &Folders, suffix: String, bytes: &[u8]) -> Option<String> {
        let month = self.first.remove(&suffix).unwrap_or_default();
        let message = Uploaded::read(bytes, &Limits::SINGLE).unwrap();
        let Some(number) = message.body.reception_number else {
            self.unreached += 1;
            self.unheard += 1;
            let code = message.header.error_code.as_deref();
            return (code != Some(UNREACHED)).then(|| format!("{suffix}: not received: {code:?}"));
        };
        let list = List {
            month,
            suffix: suffix.clone(),
            bytes: Vec::new(),
            fetched: 0,
        };
        self.fetch(folders, number.clone());
        let before = self.received.insert(number.clone(), list);
        before.map(|_| format!("{suffix}: 受付番号 {number} was given to another request"))
    }

    fn fetched(&mut self, folders: &Folders, suffix: &str, bytes: Vec<u8>) -> Option<String> {
        let number = self.second.remove(suffix).unwrap_or_default();
        let message = Downloaded::read(&bytes, &WHOLE).unwrap();
        let Some(list) = self.received.get_mut(&number) else {
            return Some(format!("{suffix}: nobody received {number}"));
        };
        match (
            message.header.segment_of_result,
            message.header.error_code.as_deref(),
        ) {
            (SegmentOfResult::Processing, _) => self.fetch(folders, number),
            (_, Some(UNREACHED)) => {
                self.unreached += 1;
                self.fetch(folders, number);
            }
            (SegmentOfResult::Failed, code) => return Some(format!("{suffix}: no list: {code:?}")),
            _ if !list.bytes.is_empty() && list.bytes != bytes => {
                return Some(format!("{suffix}: another result for 受付番号 {number}"));
            }
            _ => {
                list.bytes = bytes;
                list.fetched += 1;
                if list.fetched < FETCHES {
                    self.fetch(folders, number);
                }
            }
        }
        None
    }

    /// Every 交付番号 in the newest list of a month, in its order.
    pub(super) fn newest(&self, month: &str) -> Vec<String> {
        let of_month = self.received.values().filter(|list| list.month == month);
        let Some(newest) = of_month.max_by_key(|list| &list.suffix) else {
            return Vec::new();
        };
        let message = Downloaded::read(&newest.bytes, &WHOLE).unwrap();
        let results = message.body.units.iter().flat_map(|unit| &unit.results);
        let tickets = results.flat_map(|result| &result.public_expense_result_list);
        tickets.filter_map(|ticket| ticket.issue_number.clone()).collect()
    }

    /// Steps that are under way.
    pub(super) fn under_way(&self) -> usize {
        self.first.len() + self.second.len()
    }

    /// Steps that are done, of all lists.
    pub(super) fn steps(&self) -> u32 {
        self.received.values().map(|list| 1 + list.fetched).sum()
    }

    /// How many were received.
    pub(super) fn count(&self) -> usize {
        self.received.len()
    }

    /// First steps that were answered with an error, and may have been received all the same.
    pub(super) fn unheard(&self) -> usize {
        self.unheard
    }

    fn suffix(&mut self) -> String {
        self.asked += 1;
        format!("{:06}", self.asked)
    }
}
