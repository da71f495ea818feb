//! Certificates that were tied to their key before, so that the same card need not be proven twice.
//!
//! What is remembered is what cannot change: which pinned key issued these very bytes. Time and revocation are asked anew for
//! every use ([`Tied::at`], [`Lists`](super::revocation::Lists)). The anchors are part of it, so that nothing is remembered
//! that was proven by others.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::path::Tied;
use super::{Anchors, CardCertificate, Fault, Refused};

/// Why bytes are tied to no pinned key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Untied {
    /// They have another form.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// Nobody who is pinned stands behind them.
    #[error(transparent)]
    Refused(#[from] Refused),
}

/// Pinned keys, and some of the certificates that they issued.
#[derive(Debug)]
pub struct Known {
    anchors: Anchors,
    most: usize,
    held: Mutex<Held>,
}

/// By SHA-256 of the certificate's bytes; the one that came first goes first.
#[derive(Debug, Default)]
struct Held {
    all: HashMap<[u8; 32], Arc<Tied>>,
    order: VecDeque<[u8; 32]>,
}

impl Known {
    /// Nothing yet; so many certificates are remembered, of some 1.5 KB each.
    #[must_use]
    pub fn new(anchors: Anchors, most: usize) -> Known {
        Known {
            anchors,
            most,
            held: Mutex::default(),
        }
    }

    /// The pinned keys.
    #[must_use]
    pub fn anchors(&self) -> &Anchors {
        &self.anchors
    }

    /// Reads a certificate and ties it to the key that issued it, or remembers that. Only what a pinned key signed is kept, so
    /// nobody fills this with certificates of their own.
    ///
    /// # Errors
    /// [`Untied`]: the first reason.
    pub fn tie(&self, bytes: &[u8]) -> Result<Arc<Tied>, Untied> {
        let hash: [u8; 32] = Sha256::digest(bytes).into();
        if let Some(tied) = self.held().all.get(&hash) {
            return Ok(Arc::clone(tied));
        }
        // Not under the lock: others go on meanwhile, and twice is once.
        let tied = Arc::new(self.anchors.tie(CardCertificate::parse(bytes)?)?);
        let mut held = self.held();
        if self.most > 0 && held.all.insert(hash, Arc::clone(&tied)).is_none() {
            held.order.push_back(hash);
            if held.order.len() > self.most
                && let Some(first) = held.order.pop_front()
            {
                held.all.remove(&first);
            }
        }
        drop(held);
        Ok(tied)
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
