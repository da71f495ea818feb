//! The receipt computer's side of the folders, collected all the time: results are taken as soon as they come.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

use madoguchi_e2e::reception::Reception;
use madoguchi_e2e::wait::rest;

use crate::errands::lock;

/// How often results are collected.
const COLLECT: Duration = Duration::from_millis(2);

/// A site's folders and who collects from them.
pub(crate) struct Folders {
    reception: Arc<Mutex<Reception>>,
    ending: Arc<AtomicBool>,
    collector: Option<JoinHandle<()>>,
}

impl Folders {
    /// Opens in a site's folder.
    pub(crate) fn open(site: &Path) -> Folders {
        let reception = Arc::new(Mutex::new(Reception::at(site)));
        let ending = Arc::new(AtomicBool::new(false));
        let (collecting, ended) = (reception.clone(), ending.clone());
        let collector = std::thread::spawn(move || {
            while !ended.load(Ordering::SeqCst) {
                lock(&collecting).collect();
                rest(COLLECT);
            }
        });
        Folders {
            reception,
            ending,
            collector: Some(collector),
        }
    }

    /// The folders, for as long as nobody else collects from them.
    pub(crate) fn reception(&self) -> MutexGuard<'_, Reception> {
        let ended = self.collector.as_ref().is_none_or(JoinHandle::is_finished);
        assert!(!ended, "the receipt computer found something wrong; see above");
        lock(&self.reception)
    }

    /// Requests that have no result yet.
    pub(crate) fn waiting(&self) -> usize {
        self.reception().waiting()
    }

    /// Files in the site's folders where unfinished requests are.
    pub(crate) fn unfinished(&self) -> Vec<String> {
        let reception = self.reception();
        ["req", "work", "quarantine"]
            .into_iter()
            .flat_map(|folder| {
                let names = reception.names(folder).into_iter();
                names.map(move |name| format!("{folder}/{name}"))
            })
            .collect()
    }
}

impl Drop for Folders {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::SeqCst);
        if let Some(collector) = self.collector.take() {
            let _panicked = collector.join();
        }
    }
}
