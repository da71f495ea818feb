//! The receipt computer (レセコン): drops requests into `req` and takes results out of `res`.
//!
//! It takes a result away as soon as it has read it, as some do. A result that comes a second time is therefore not
//! hidden by the first.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use exchange::oqs::Limits;
use exchange::oqs::siquc01::ResultMessage;

/// What came back to one request.
pub struct Result {
    /// The file's bytes.
    pub bytes: Vec<u8>,
    /// The message.
    pub message: ResultMessage,
}

impl Result {
    /// 処理結果区分.
    pub fn segment(&self) -> &'static str {
        self.message.header.segment_of_result.code()
    }

    /// 資格有効性; nothing in an error answer.
    pub fn validity(&self) -> Option<&'static str> {
        self.message
            .body
            .qualification_validity
            .map(|validity| validity.code())
    }

    /// The vouchers: 交付番号 and 本人支払額, as they stand in the message.
    pub fn vouchers(&self) -> Vec<(String, String)> {
        let persons = self.message.body.result_list.iter();
        let tickets = persons.flat_map(|person| &person.public_expense_result_list);
        tickets
            .map(|ticket| {
                let text = |text: &Option<String>| text.clone().unwrap_or_default();
                (text(&ticket.issue_number), text(&ticket.self_pay_amount))
            })
            .collect()
    }
}

/// The receipt computer's side of a site's folders.
pub struct Reception {
    folders: PathBuf,
    waiting: BTreeSet<String>,
    results: BTreeMap<String, Result>,
    /// Names of results of bulk inquiries that are waited for, and the ones that came.
    awaited: BTreeSet<String>,
    came: BTreeMap<String, Vec<u8>>,
}

/// The families of bulk inquiries begin so: their results are kept as they came.
const BULK: &str = "OQSmu";

impl Reception {
    /// Beside the folder that holds `req` and `res`.
    pub fn at(folders: &Path) -> Reception {
        Reception {
            folders: folders.to_owned(),
            waiting: BTreeSet::new(),
            results: BTreeMap::new(),
            awaited: BTreeSet::new(),
            came: BTreeMap::new(),
        }
    }

    /// One of the site's folders.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.folders.join(name)
    }

    /// The names in one of the site's folders, temporary files left out.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.folder(folder)).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
        names.sort();
        names
    }

    /// Drops a request under a suffix: written beside, then renamed.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn put(&mut self, suffix: &str, request: &[u8]) {
        self.drop_file(&format!("OQSsiquc01req_{suffix}.xml"), request);
        assert!(self.waiting.insert(suffix.to_owned()), "{suffix}: dropped twice");
    }

    /// Drops a request of a bulk inquiry (`OQSmutic01` and so on) under a suffix.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn put_bulk(&mut self, family: &str, suffix: &str, request: &[u8]) {
        self.drop_file(&format!("{family}req_{suffix}.xml"), request);
        let name = format!("{family}res_{suffix}.xml");
        assert!(self.awaited.insert(name), "{family} {suffix}: dropped twice");
    }

    fn drop_file(&self, name: &str, request: &[u8]) {
        let name = self.folder("req").join(name);
        let aside = name.with_extension("xml.tmp");
        let written = fs::write(&aside, request).and_then(|()| fs::rename(&aside, &name));
        assert!(written.is_ok(), "{}: {written:?}", name.display());
    }

    /// Takes what lies in `res`. Every result must be whole and the only one to its request.
    ///
    /// # Panics
    /// When one is not.
    pub fn collect(&mut self) {
        for name in self.names("res") {
            if name.starts_with(BULK) {
                let bytes = self.take_away(&name);
                assert!(
                    self.awaited.remove(&name),
                    "{name}: nobody waits for it, or it came twice"
                );
                self.came.insert(name, bytes);
                continue;
            }
            let stem = name.strip_prefix("OQSsiquc01res_");
            let Some(suffix) = stem.and_then(|stem| stem.strip_suffix(".xml")) else {
                panic!("{name} in res");
            };
            let bytes = self.take_away(&name);
            let message = match ResultMessage::read(&bytes, &Limits::SINGLE) {
                Ok(message) => message,
                Err(rejection) => panic!("{name}: {} in {} bytes", rejection.message(), bytes.len()),
            };
            assert!(
                self.waiting.remove(suffix),
                "{name}: nobody waits for it, or it came twice"
            );
            self.results.insert(suffix.to_owned(), Result { bytes, message });
        }
    }

    fn take_away(&self, name: &str) -> Vec<u8> {
        let path = self.folder("res").join(name);
        let bytes = fs::read(&path).unwrap_or_default();
        let taken = fs::remove_file(&path);
        assert!(taken.is_ok(), "{name}: {taken:?}");
        bytes
    }

    /// How many requests have no result yet.
    pub fn waiting(&self) -> usize {
        self.waiting.len() + self.awaited.len()
    }

    /// The result to a request of a bulk inquiry, once; nothing when it has not come yet.
    pub fn take_bulk(&mut self, family: &str, suffix: &str) -> Option<Vec<u8>> {
        self.collect();
        self.came.remove(&format!("{family}res_{suffix}.xml"))
    }

    /// The result to a request, once; nothing when it has not come yet.
    pub fn take(&mut self, suffix: &str) -> Option<Result> {
        self.collect();
        self.results.remove(suffix)
    }

    /// All results that were not taken yet.
    pub fn take_all(&mut self) -> BTreeMap<String, Result> {
        self.collect();
        std::mem::take(&mut self.results)
    }
}
