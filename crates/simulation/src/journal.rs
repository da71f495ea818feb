//! What the world's own programs noticed since the last step: the checks take it from here.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use env::Time;

use crate::names::Clinic;
use crate::truth::Key;

/// An answer of verification, as it passed its door.
#[derive(Clone)]
pub(crate) struct Heard {
    pub(crate) clinic: Clinic,
    pub(crate) request: Bytes,
    pub(crate) answer: Bytes,
    /// What the answer says it was computed from; none with an error answer.
    pub(crate) basis: Option<String>,
    pub(crate) at: Time,
}

/// A result file, as a receipt computer found it.
#[derive(Clone)]
pub(crate) struct Found {
    pub(crate) clinic: Clinic,
    /// The name without `OQSsiquc01res_` and `.xml`.
    pub(crate) suffix: String,
    pub(crate) bytes: Vec<u8>,
}

/// What was noticed.
#[derive(Default)]
pub(crate) struct Notes {
    pub(crate) heard: Vec<Heard>,
    pub(crate) found: Vec<Found>,
    pub(crate) acknowledged: Vec<(Key, u32)>,
    /// Promises that somebody saw broken, and what they saw.
    pub(crate) complaints: Vec<(&'static str, String)>,
    pub(crate) acts: u64,
}

/// The journal of a fleet; clones are the same one.
#[derive(Clone, Default)]
pub(crate) struct Journal(Arc<Mutex<Notes>>);

impl Journal {
    fn lock(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn heard(&self, heard: Heard) {
        self.lock().heard.push(heard);
    }

    pub(crate) fn found(&self, found: Found) {
        self.lock().found.push(found);
    }

    pub(crate) fn acknowledged(&self, key: &Key, revision: u32) {
        self.lock().acknowledged.push((key.clone(), revision));
    }

    pub(crate) fn acted(&self) {
        self.lock().acts += 1;
    }

    pub(crate) fn complain(&self, promise: &'static str, what: String) {
        self.lock().complaints.push((promise, what));
    }

    /// Everything since the last time.
    pub(crate) fn take(&self) -> Notes {
        std::mem::take(&mut *self.lock())
    }
}
