//! The clinic's receipt computer in the monthly run: asks about single people and for the month's [lists](super::lists), by
//! file. A voucher that was shown is never missing later.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use domain::calendar::Date;
use domain::month::TreatmentMonth;
use domain::number::InstitutionCode;
use exchange::oqs::bulk::Uploaded;
use exchange::oqs::codes::LimitConsent;
use exchange::oqs::siquc01::{self, RequestHeader, SearchInfo};
use exchange::oqs::{Limits, muquc01};
use exchange::text::Encoding;
use madoguchi_e2e::api::Api;
use madoguchi_e2e::dice::Dice;
use madoguchi_e2e::reception::Result;
use madoguchi_e2e::wait::wait_until;

use super::lists::Lists;
use super::ward::Patient;
use crate::folders::Folders;

/// Steps of lists that are under way at the same time.
const LISTS: usize = 2;
/// Verification cannot be reached.
pub(super) const UNREACHED: &str = "MDG-NET-001";

/// Vouchers by 交付番号.
pub(super) type Vouchers = BTreeSet<String>;

/// The receipt computer.
pub(super) struct Desk {
    folders: Folders,
    code: InstitutionCode,
    patients: Vec<Patient>,
    asked: u64,
    /// Single requests without an answer: whom, and in which month.
    single: BTreeMap<String, (usize, String)>,
    lists: Lists,
    /// What was shown, by patient and month.
    shown: BTreeMap<(usize, String), Vouchers>,
    pub(super) answers: u64,
    unreached: u64,
}

impl Desk {
    pub(super) fn open(site: &Path, code: &InstitutionCode, patients: Vec<Patient>) -> Desk {
        Desk {
            folders: Folders::open(site),
            code: *code,
            patients,
            asked: 0,
            single: BTreeMap::new(),
            lists: Lists::of(*code),
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
        if self.lists.under_way() < LISTS {
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
            self.folders.reception().put(&suffix, &request);
            self.single.insert(suffix.clone(), (patient, month.to_owned()));
        }
        suffix
    }

    pub(super) fn ask_for_list(&mut self, month: String) {
        self.lists.ask(&self.folders, month);
    }

    /// Has every list fetched once more.
    pub(super) fn fetch_again(&mut self) {
        self.lists.fetch_again(&self.folders);
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
        let kind = "application/xml; charset=utf-8";
        wait_until("verification receives", || {
            let reply = verification.send("POST", "/institution/bulk", kind, &body);
            let message = Uploaded::read(&reply.ok()?.body, &Limits::SINGLE).ok()?;
            message.body.reception_number
        });
    }

    /// Takes what came, asks for what must be asked next, and says what is wrong.
    pub(super) fn look(&mut self) -> Vec<String> {
        let mut wrong = Vec::new();
        let results = self.folders.reception().take_all();
        for (suffix, result) in results {
            self.answers += 1;
            match self.single.remove(&suffix) {
                Some((patient, month)) => wrong.extend(self.compare(patient, month, &result)),
                None => wrong.push(format!("{suffix}: a second result")),
            }
        }
        wrong.extend(self.lists.look(&self.folders));
        wrong
    }

    pub(super) fn lists(&self) -> &Lists {
        &self.lists
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

    /// Requests that have no answer yet.
    pub(super) fn waiting(&self) -> usize {
        self.single.len() + self.lists.under_way()
    }

    /// Whether an answer is awaited.
    pub(super) fn is_waiting(&self) -> bool {
        self.waiting() > 0
    }

    /// What is left to be answered, and how far the lists are: it changes while answers come.
    pub(super) fn left(&self) -> (usize, u32) {
        (self.waiting(), self.lists.steps())
    }

    /// How often verification could not be reached.
    pub(super) fn unreached(&self) -> u64 {
        self.unreached + self.lists.unreached
    }

    /// Files in the site's folders where unfinished requests are.
    pub(super) fn unfinished(&self) -> Vec<String> {
        self.folders.unfinished()
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
