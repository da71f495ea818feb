//! The clinic's receipt computer in the monthly run: asks about single people and for the month's list (`OQSmutic`), step
//! after step, by file. A voucher that was shown is never missing later, and a list that was fetched stays the same.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use domain::calendar::Date;
use domain::month::TreatmentMonth;
use domain::number::InstitutionCode;
use exchange::oqs::bulk::{Download, DownloadHeader, Downloaded, Uploaded};
use exchange::oqs::codes::{LimitConsent, SegmentOfResult};
use exchange::oqs::siquc01::{self, RequestHeader, SearchInfo};
use exchange::oqs::{Limits, YearMonth, muquc01, mutic01};
use exchange::text::Encoding;
use madoguchi_e2e::api::Api;
use madoguchi_e2e::dice::Dice;
use madoguchi_e2e::reception::Result;
use madoguchi_e2e::wait::wait_until;

use super::ward::Patient;
use crate::counter::Counter;

/// The families of the two steps.
const FIRST: &str = "OQSmutic01";
const SECOND: &str = "OQSmutic02";
/// Lists that are asked for at the same time.
const LISTS: usize = 2;
/// How often a list is fetched: what is there stays the same.
const FETCHES: u32 = 2;
/// Verification cannot be reached.
const UNREACHED: &str = "MDG-NET-001";

/// 交付番号 by who has them.
pub(super) type Vouchers = BTreeSet<String>;

/// A list that was received, by its 受付番号.
pub(super) struct List {
    month: String,
    /// Its first step's request: later ones have later suffixes.
    suffix: String,
    /// Its bytes, when it has been fetched, and how often.
    bytes: Vec<u8>,
    fetched: u32,
}

/// The receipt computer.
pub(super) struct Desk {
    counter: Counter,
    code: InstitutionCode,
    patients: Vec<Patient>,
    asked: u64,
    /// Single requests without an answer: whom, and in which month.
    single: BTreeMap<String, (usize, String)>,
    /// First steps without an answer: the month.
    first: BTreeMap<String, String>,
    /// Second steps without an answer: the 受付番号.
    second: BTreeMap<String, String>,
    pub(super) lists: BTreeMap<String, List>,
    /// What was shown, by patient and month.
    shown: BTreeMap<(usize, String), Vouchers>,
    pub(super) answers: u64,
    pub(super) unreached: u64,
}

impl Desk {
    pub(super) fn open(site: &Path, code: &InstitutionCode, patients: Vec<Patient>) -> Desk {
        Desk {
            counter: Counter::open(site),
            code: *code,
            patients,
            asked: 0,
            single: BTreeMap::new(),
            first: BTreeMap::new(),
            second: BTreeMap::new(),
            lists: BTreeMap::new(),
            shown: BTreeMap::new(),
            answers: 0,
            unreached: 0,
        }
    }

    /// Asks about so many patients of whom no answer is awaited, and for the month's list.
    pub(super) fn ask(&mut self, count: usize, month: String, dice: &mut Dice) {
        for _ in 0..count {
            let patient = dice.below(self.patients.len());
            if !self.single.values().any(|(awaited, _)| *awaited == patient) {
                self.ask_about(patient, &month);
            }
        }
        if self.first.len() + self.second.len() < LISTS {
            self.ask_for_list(month);
        }
    }

    pub(super) fn ask_about(&mut self, patient: usize, month: &str) -> String {
        let suffix = self.suffix();
        if let Some(request) = self
            .patients
            .get(patient)
            .map(|one| self.single_request(one, month))
        {
            self.counter.reception().put(&suffix, &request);
            self.single.insert(suffix.clone(), (patient, month.to_owned()));
        }
        suffix
    }

    pub(super) fn ask_for_list(&mut self, month: String) {
        let suffix = self.suffix();
        let (year, of_year) = year_and_month(&month);
        let request = mutic01::Request {
            header: mutic01::RequestHeader {
                medical_institution_code: self.code.as_str().to_owned(),
                // Each is another request: the same one again within a minute would be the same reception.
                arbitrary_file_identifier: Some(suffix.clone()),
            },
            search: mutic01::SearchInfo {
                medical_treatment_month: YearMonth::new(year, of_year).unwrap(),
            },
            unknown: Vec::new(),
        };
        let request = request.write(Encoding::Utf8).unwrap();
        self.counter.reception().put_bulk(FIRST, &suffix, &request);
        self.first.insert(suffix, month);
    }

    /// Fetches a list, once more.
    fn fetch(&mut self, number: String) {
        let suffix = self.suffix();
        let request = Download {
            header: DownloadHeader {
                medical_institution_code: self.code.as_str().to_owned(),
            },
            reception_number: number.clone(),
            unknown: Vec::new(),
        };
        let request = request.write(Encoding::Utf8).unwrap();
        self.counter.reception().put_bulk(SECOND, &suffix, &request);
        self.second.insert(suffix, number);
    }

    /// Has every list fetched once more.
    pub(super) fn fetch_again(&mut self) {
        let numbers: Vec<String> = self.lists.keys().cloned().collect();
        for number in numbers {
            self.fetch(number);
        }
    }

    /// Asks about many people, straight at verification and not by file: a reception that the test may break.
    pub(super) fn ask_many(&self, verification: &Api) {
        let Some(patient) = self.patients.first() else {
            return;
        };
        let request = muquc01::Request {
            header: self.header(Date::constant(2026, 12, 10)),
            search: vec![search(patient)],
            unknown: Vec::new(),
        };
        let body = request.write(Encoding::Utf8).unwrap();
        wait_until("verification receives", || {
            let reply = verification.send(
                "POST",
                "/institution/bulk",
                "application/xml; charset=utf-8",
                &body,
            );
            reply.ok().filter(|reply| reply.status == 200)
        });
    }

    /// Takes what came, asks for what must be asked next, and says what is wrong.
    pub(super) fn look(&mut self) -> Vec<String> {
        let mut wrong = Vec::new();
        let results = self.counter.reception().take_all();
        for (suffix, result) in results {
            self.answers += 1;
            match self.single.remove(&suffix) {
                Some((patient, month)) => wrong.extend(self.compare(patient, month, &result)),
                None => wrong.push(format!("{suffix}: a second result")),
            }
        }
        let first: Vec<String> = self.first.keys().cloned().collect();
        for suffix in first {
            let Some(bytes) = self.take(FIRST, &suffix) else {
                continue;
            };
            let month = self.first.remove(&suffix).unwrap_or_default();
            let message = Uploaded::read(&bytes, &Limits::SINGLE).unwrap();
            match (
                message.body.reception_number,
                message.header.error_code.as_deref(),
            ) {
                (Some(number), _) => {
                    let list = List {
                        month,
                        suffix: suffix.clone(),
                        bytes: Vec::new(),
                        fetched: 0,
                    };
                    if self.lists.insert(number.clone(), list).is_some() {
                        wrong.push(format!(
                            "{suffix}: 受付番号 {number} was given to another request"
                        ));
                    }
                    self.fetch(number);
                }
                (None, Some(UNREACHED)) => self.unreached += 1,
                (None, code) => wrong.push(format!("{suffix}: not received: {code:?}")),
            }
        }
        let second: Vec<String> = self.second.keys().cloned().collect();
        for suffix in second {
            let Some(bytes) = self.take(SECOND, &suffix) else {
                continue;
            };
            let number = self.second.remove(&suffix).unwrap_or_default();
            wrong.extend(self.fetched(&suffix, number, bytes));
        }
        wrong
    }

    fn fetched(&mut self, suffix: &str, number: String, bytes: Vec<u8>) -> Option<String> {
        let message = Downloaded::read(&bytes, &Limits::PART).unwrap();
        let Some(list) = self.lists.get_mut(&number) else {
            return Some(format!("{suffix}: nobody received {number}"));
        };
        match (
            message.header.segment_of_result,
            message.header.error_code.as_deref(),
        ) {
            (SegmentOfResult::Processing, _) => self.fetch(number),
            (_, Some(UNREACHED)) => {
                self.unreached += 1;
                self.fetch(number);
            }
            (SegmentOfResult::Failed, code) => return Some(format!("{suffix}: no list: {code:?}")),
            _ if !list.bytes.is_empty() && list.bytes != bytes => {
                return Some(format!("{suffix}: another result for 受付番号 {number}"));
            }
            _ => {
                list.bytes = bytes;
                list.fetched += 1;
                if list.fetched < FETCHES {
                    self.fetch(number);
                }
            }
        }
        None
    }

    /// The vouchers of the newest list of a month.
    pub(super) fn newest_list(&self, month: &str) -> (usize, Vouchers) {
        let of_month = self.lists.values().filter(|list| list.month == month);
        let newest = of_month.max_by_key(|list| &list.suffix);
        let vouchers = newest.map(|list| listed(&list.bytes)).unwrap_or_default();
        (vouchers.len(), vouchers.into_iter().collect())
    }

    fn take(&self, family: &str, suffix: &str) -> Option<Vec<u8>> {
        self.counter.reception().take_bulk(family, suffix)
    }

    /// Compares an answer with the ones before it.
    fn compare(&mut self, patient: usize, month: String, result: &Result) -> Option<String> {
        if result.segment() == "9" {
            let code = result.message.header.error_code.as_deref();
            self.unreached += 1;
            return (code != Some(UNREACHED)).then(|| format!("patient {patient}: error {code:?}"));
        }
        let numbers: Vec<String> = result.vouchers().into_iter().map(|(number, _)| number).collect();
        let now: Vouchers = numbers.iter().cloned().collect();
        if now.len() != numbers.len() {
            return Some(format!("patient {patient}: a voucher twice: {numbers:?}"));
        }
        let before = self.shown.entry((patient, month)).or_default();
        let gone: Vec<&String> = before.difference(&now).collect();
        if !gone.is_empty() {
            return Some(format!("patient {patient}: shown and gone: {gone:?}"));
        }
        *before = now;
        None
    }

    /// What a patient's answers have shown of a month.
    pub(super) fn shown(&self, patient: usize, month: &str) -> Vouchers {
        let key = (patient, month.to_owned());
        self.shown.get(&key).cloned().unwrap_or_default()
    }

    pub(super) fn patients(&self) -> &[Patient] {
        &self.patients
    }

    /// Whether a list is under way.
    pub(super) fn lists_wait(&self) -> bool {
        self.first.len() + self.second.len() > 0
    }

    /// Whether an answer is awaited.
    pub(super) fn is_waiting(&self) -> bool {
        self.single.len() + self.first.len() + self.second.len() > 0
    }

    /// Files in the site's folders where unfinished requests are.
    pub(super) fn unfinished(&self) -> Vec<String> {
        self.counter.unfinished()
    }

    fn suffix(&mut self) -> String {
        self.asked += 1;
        format!("{:06}", self.asked)
    }

    fn header(&self, day: Date) -> RequestHeader {
        RequestHeader {
            qualification_confirmation_date: day,
            medical_institution_code: self.code.as_str().to_owned(),
            arbitrary_file_identifier: None,
        }
    }

    fn single_request(&self, patient: &Patient, month: &str) -> Vec<u8> {
        let last = TreatmentMonth::parse(month).unwrap().last_day();
        let request = siquc01::Request {
            header: self.header(last),
            search: search(patient),
            unknown: Vec::new(),
        };
        request.write(Encoding::Utf8).unwrap()
    }
}

fn search(patient: &Patient) -> SearchInfo {
    SearchInfo {
        insurer_number: patient.payer.clone(),
        insured_card_symbol: None,
        insured_identification_number: patient.recipient.clone(),
        insured_branch_number: None,
        birthdate: patient.birth_date,
        limit_consent_flag: LimitConsent::Given,
        arbitrary_identifier: None,
    }
}

/// Every 交付番号 in a list, in its order.
fn listed(bytes: &[u8]) -> Vec<String> {
    let message = Downloaded::read(bytes, &Limits::PART).unwrap();
    let results = message.body.units.iter().flat_map(|unit| &unit.results);
    let tickets = results.flat_map(|result| &result.public_expense_result_list);
    tickets.filter_map(|ticket| ticket.issue_number.clone()).collect()
}

fn year_and_month(month: &str) -> (i16, i8) {
    let month = TreatmentMonth::parse(month).unwrap();
    (month.year(), month.month())
}
