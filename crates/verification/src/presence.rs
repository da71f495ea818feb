//! Whether a card was here: nonces for terminals, and the judgement on what they bring (promise `presence`).
//!
//! Nothing is kept for a nonce until it is used; that it is used once is a row in the commit of what the answer records
//! (`store::presence`). Whoever is refused is counted by the reason, and is told it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use domain::permit::Purpose;
use env::{Env, Time};
use exchange::presence::Brought;
use identity::card::revocation::{Lists, Unknown};
use identity::card::{Anchors, Known};
use identity::presence::{Judge, NONCE_LEN, NonceKey, NotPresent, Place, Present, Proof, Statement};
use identity::profile::World;
use service::Terminal;

pub(crate) mod files;

/// Certificates that are remembered: more than the cards that come again within some days.
const REMEMBERED: usize = 20_000;

/// Whom is believed, and what was revoked.
pub struct Trusted {
    cards: Known,
    lists: Lists,
}

impl Trusted {
    /// Of pinned keys and what is known to be revoked.
    #[must_use]
    pub fn new(anchors: Anchors, lists: Lists) -> Trusted {
        Trusted {
            cards: Known::new(anchors, REMEMBERED),
            lists,
        }
    }

    /// Nobody is believed: no card is ever here.
    #[must_use]
    pub fn nobody() -> Trusted {
        Trusted::new(Anchors::new(World::Production, []), Lists::new(Duration::ZERO))
    }
}

/// Makes nonces and judges what is brought with them.
pub(crate) struct Presence {
    nonces: NonceKey,
    trusted: RwLock<Arc<Trusted>>,
    refused: Mutex<BTreeMap<&'static str, u64>>,
}

impl Presence {
    pub(crate) fn new(secret: &[u8; 32], trusted: Trusted) -> Presence {
        Presence {
            nonces: NonceKey::new(secret),
            trusted: RwLock::new(Arc::new(trusted)),
            refused: Mutex::default(),
        }
    }

    /// A nonce for a terminal on its connection.
    pub(crate) fn nonce(&self, env: &Env, terminal: &Terminal) -> [u8; NONCE_LEN] {
        self.nonces.make(&place(terminal), env.now(), &mut env.rng())
    }

    /// Whether a card was at this terminal, on this connection, for this, now.
    pub(crate) fn judge(
        &self,
        terminal: &Terminal,
        brought: &Brought,
        purpose: Purpose,
        now: Time,
    ) -> Result<Present, NotPresent> {
        let trusted = self.trusted();
        let judge = Judge {
            nonces: &self.nonces,
            cards: &trusted.cards,
            lists: &trusted.lists,
        };
        let proof = Proof {
            statement: Statement {
                nonce: &brought.nonce,
                institution: &brought.institution,
                terminal: &brought.terminal,
                purpose: brought.purpose,
                method: brought.method,
                at: Time::from_micros(brought.at),
                asked: Brought::hash(&brought.asked),
            },
            certificate: &brought.certificate,
            signature: &brought.signature,
        };
        let judged = judge.judge(&proof, &place(terminal), purpose, now);
        judged.inspect_err(|reason| self.count(name(reason)))
    }

    /// Counts a refusal.
    pub(crate) fn count(&self, reason: &'static str) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        *refused.entry(reason).or_default() += 1;
    }

    /// How often each reason was given since this process began.
    pub(crate) fn refused(&self) -> BTreeMap<&'static str, u64> {
        self.refused
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The pinned keys.
    fn anchors(&self) -> Anchors {
        self.trusted().cards.anchors().clone()
    }

    /// What is known to be revoked.
    fn lists(&self) -> Lists {
        self.trusted().lists.clone()
    }

    fn trusted(&self) -> Arc<Trusted> {
        self.trusted
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Believes others from now on.
    pub(crate) fn trust(&self, trusted: Trusted) {
        *self.trusted.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(trusted);
    }
}

fn place(terminal: &Terminal) -> Place {
    Place {
        institution: terminal.institution,
        terminal: terminal.name.clone(),
        exporter: terminal.exporter,
    }
}

/// Somebody used the nonce before.
pub(crate) const USED: &str = "used";

/// The name under which a reason is counted.
pub(crate) const fn name(reason: &NotPresent) -> &'static str {
    match reason {
        NotPresent::NotOurs => "not_ours",
        NotPresent::OtherInstitution => "other_institution",
        NotPresent::OtherTerminal => "other_terminal",
        NotPresent::OtherConnection => "other_connection",
        NotPresent::Stale => "stale",
        NotPresent::Future => "future",
        NotPresent::OtherPlace => "other_place",
        NotPresent::OtherPurpose => "other_purpose",
        NotPresent::Certificate(_) => "certificate",
        NotPresent::Refused(_) => "certificate_refused",
        NotPresent::Signature => "signature",
        NotPresent::Revoked => "revoked",
        NotPresent::Unknown(Unknown::NoList) => "no_list",
        NotPresent::Unknown(Unknown::Stale) => "stale_list",
        NotPresent::Unknown(Unknown::Future) => "future_list",
        NotPresent::Unknown(Unknown::NotKnown) => "not_known",
    }
}
