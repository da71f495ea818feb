//! What was brought, what was answered, and whether that answer may be.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use domain::consent::Said;
use env::{Response, Time};
use exchange::oqs::Limits;
use exchange::oqs::http::BASIS;
use exchange::oqs::siquc01::ResultMessage;
use exchange::presence::{CARD, ENROLMENT};
use http::StatusCode;
use identity::presence::NONCE_ID_LEN;
use service::{Problem, Terminal};

use crate::Basis;

/// Where a proof can be brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Door {
    Inquiry,
    Enrolment,
}

impl Door {
    pub(super) fn path(self) -> &'static str {
        match self {
            Door::Inquiry => CARD,
            Door::Enrolment => ENROLMENT,
        }
    }

    pub(super) fn other(self) -> Door {
        match self {
            Door::Inquiry => Door::Enrolment,
            Door::Enrolment => Door::Inquiry,
        }
    }
}

/// A proof, as a terminal made it.
pub(super) struct Proof {
    /// Which one, in the order in which they were made.
    pub(super) n: usize,
    /// What its nonce is remembered by.
    pub(super) nonce: [u8; NONCE_ID_LEN],
    /// When the nonce was made.
    pub(super) made: Time,
    pub(super) terminal: Terminal,
    /// The connection of the nonce.
    pub(super) wire: u64,
    pub(super) door: Door,
    pub(super) card: usize,
    pub(super) said: Vec<Said>,
    pub(super) body: Bytes,
}

/// A proof that was brought once.
pub(super) struct Attempt<'a> {
    pub(super) proof: &'a Proof,
    pub(super) terminal: &'a Terminal,
    pub(super) wire: u64,
    pub(super) door: Door,
    pub(super) sent: Time,
    pub(super) heard: Time,
    pub(super) is_revoked: bool,
}

/// What was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// Nothing, or that it cannot be answered now.
    Nothing,
    /// An answer of that moment; with a key where a voucher is missing.
    Told {
        validity: String,
        at: Time,
        key: Option<[u8; 16]>,
        message: Box<ResultMessage>,
    },
    /// The card was passed on.
    Enrolled,
    /// No: the code and the text.
    No(String, String),
    /// What nobody should ever hear.
    Nonsense(StatusCode),
}

impl Heard {
    pub(super) fn of(door: Door, response: &Response) -> Heard {
        match (response.status(), door) {
            (StatusCode::SERVICE_UNAVAILABLE, _) => Heard::Nothing,
            (StatusCode::OK, Door::Enrolment) => Heard::Enrolled,
            (StatusCode::UNPROCESSABLE_ENTITY, Door::Enrolment) => {
                let problem: Problem = serde_json::from_slice(response.body()).unwrap();
                Heard::No(problem.field.unwrap(), problem.title)
            }
            (StatusCode::OK, Door::Inquiry) => {
                let message = ResultMessage::read(response.body(), &Limits::SINGLE).unwrap();
                let header = &message.header;
                if let Some(code) = &header.error_code {
                    return Heard::No(code.clone(), header.error_message.clone().unwrap());
                }
                let basis = response.headers().get(BASIS).unwrap().to_str().unwrap();
                let basis: Basis = basis.parse().unwrap();
                Heard::Told {
                    validity: message.body.qualification_validity.unwrap().code().to_owned(),
                    at: basis.at,
                    key: basis.request_key,
                    message: Box::new(message),
                }
            }
            (status, _) => Heard::Nonsense(status),
        }
    }

    /// In a word; a no in that by which it is counted.
    pub(super) fn word(&self) -> String {
        match self {
            Heard::Nothing => "nothing".into(),
            Heard::Told { validity, .. } => format!("told {validity}"),
            Heard::Enrolled => "enrolled".into(),
            Heard::No(code, text) => REASONS
                .iter()
                .find(|reason| gives(**reason, (code, text)))
                .map_or_else(|| code.clone(), |(counted, _, _)| (*counted).to_owned()),
            Heard::Nonsense(status) => format!("nonsense {status}"),
        }
    }
}

/// The reasons that matter here: as what each is counted, its code, and a piece of its text.
type Reason = (&'static str, &'static str, &'static str);
const OTHER_INSTITUTION: Reason = (
    "other_institution",
    "MDG-CRD-002",
    "別の医療機関・薬局のための乱数",
);
const OTHER_TERMINAL: Reason = ("other_terminal", "MDG-CRD-002", "別の端末のための乱数");
const OTHER_CONNECTION: Reason = ("other_connection", "MDG-CRD-001", "別の接続のための乱数");
const STALE: Reason = ("stale", "MDG-CRD-001", "60秒");
const OTHER_PURPOSE: Reason = ("other_purpose", "MDG-CRD-002", "利用目的が照会と一致しません");
const REVOKED: Reason = ("revoked", "MDG-CRD-005", "失効しています");
const USED: Reason = ("used", "MDG-CRD-007", "2度送られました");
/// Each of them happens in every storm.
pub(super) const REASONS: [Reason; 7] = [
    OTHER_INSTITUTION,
    OTHER_TERMINAL,
    OTHER_CONNECTION,
    STALE,
    OTHER_PURPOSE,
    REVOKED,
    USED,
];

/// Whether a no gives this reason.
fn gives((_, code, says): Reason, no: (&str, &str)) -> bool {
    no.0 == code && no.1.contains(says)
}

impl Attempt<'_> {
    /// The reasons for a no, of which one must be given; and whether there may be a yes.
    fn reasons(&self) -> (Vec<Reason>, bool) {
        let (proof, here) = (self.proof, self.terminal);
        if proof.terminal.institution != here.institution {
            return (vec![OTHER_INSTITUTION], false);
        }
        if proof.terminal.name != here.name {
            return (vec![OTHER_TERMINAL], false);
        }
        if proof.wire != self.wire {
            return (vec![OTHER_CONNECTION], false);
        }
        let end = proof.made + identity::presence::nonce::LIFE;
        if self.sent > end {
            return (vec![STALE], false);
        }
        let perhaps = if self.heard > end { vec![STALE] } else { Vec::new() };
        let (reason, is_good) = match () {
            () if proof.door != self.door => (OTHER_PURPOSE, false),
            () if self.is_revoked => (REVOKED, false),
            () => (USED, true),
        };
        ([perhaps, vec![reason]].concat(), is_good)
    }

    /// What is wrong with what was heard, if anything.
    fn judge(&self, heard: &Heard) -> Option<String> {
        let (reasons, may_be_told) = self.reasons();
        let is_right = match heard {
            Heard::Nothing => true,
            Heard::Told { .. } => may_be_told && self.door == Door::Inquiry,
            Heard::Enrolled => may_be_told && self.door == Door::Enrolment,
            Heard::No(code, text) => reasons.iter().any(|reason| gives(*reason, (code, text))),
            Heard::Nonsense(_) => false,
        };
        (!is_right).then(|| format!("{heard:?} instead of one of {reasons:?}"))
    }
}

/// A fleet's journal; clones are the same one.
#[derive(Clone, Default)]
pub(super) struct Journal(Arc<Mutex<Pages>>);

#[derive(Default)]
pub(super) struct Pages {
    pub(super) proofs: Vec<Arc<Proof>>,
    /// The answers that told something, by proof.
    pub(super) told: BTreeMap<usize, Vec<Heard>>,
    /// How often each word was heard.
    pub(super) words: BTreeMap<String, u64>,
    /// One line for each attempt.
    pub(super) lines: Vec<String>,
    /// What must not be.
    pub(super) wrong: Vec<String>,
    wires: u64,
}

impl Journal {
    pub(super) fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A number for a new connection.
    pub(super) fn wire(&self) -> u64 {
        let mut pages = self.pages();
        pages.wires += 1;
        pages.wires
    }

    /// Writes down what came of bringing a proof once.
    pub(super) fn note(&self, attempt: &Attempt<'_>, heard: &Heard) {
        let (n, mut pages) = (attempt.proof.n, self.pages());
        let line = format!(
            "{}: proof {n} of wire {} over wire {} of {} for {:?}: {}",
            attempt.heard.micros(),
            attempt.proof.wire,
            attempt.wire,
            attempt.terminal.name,
            attempt.door,
            heard.word()
        );
        if let Some(wrong) = attempt.judge(heard) {
            pages.wrong.push(format!("{line}: {wrong}"));
        }
        if matches!(heard, Heard::Told { .. } | Heard::Enrolled) {
            let told = pages.told.entry(n).or_default();
            told.push(heard.clone());
            if told.len() > 1 {
                pages.wrong.push(format!("{line}: told twice"));
            }
        }
        *pages.words.entry(heard.word()).or_default() += 1;
        pages.lines.push(line);
    }
}
