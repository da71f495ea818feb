//! In what we and OpenSSL may differ about an answer.

use super::{Case, Worth};
use crate::answers::forge::{NO_CHECK, NONCE, Word, delegate};
use crate::differential::table::Reason;
use crate::forge::{BASIC, Extension, KEY_USAGE};
use crate::identity::card::OcspFault;
use crate::identity::card::ocsp::ResponderFault;

/// Why one of us believes what the other does not. Nothing of who may speak, and of what was signed, is here: there both
/// are one.
pub(super) fn reasons(ours: Worth, fault: Option<OcspFault>, said: &str) -> Vec<Reason<Case>> {
    match (ours, fault) {
        (Worth::Nothing, Some(OcspFault::Responder(fault))) => of_responders(fault),
        (Worth::Nothing, Some(fault)) => stricter(fault),
        (Worth::Revoked | Worth::Unknown, None) if said.contains("Status times invalid") => {
            vec![Reason::stricter(
                "revoked is revoked, and not known is not known, however old",
                |case| {
                    let usual = case.usual();
                    for word in &mut case.answer.words {
                        word.this.clone_from(&usual.this);
                        word.next.clone_from(&usual.next);
                    }
                },
            )]
        }
        _ => Vec::new(),
    }
}

fn stricter(fault: OcspFault) -> Vec<Reason<Case>> {
    let reason = Reason::<Case>::stricter;
    match fault {
        OcspFault::NoNext => vec![reason(
            "who does not say when the next is due says nothing of how long this counts",
            |case| {
                let good = case.usual().next;
                for word in case.answer.words.iter_mut().filter(|word| word.next.is_empty()) {
                    word.next.clone_from(&good);
                }
            },
        )],
        OcspFault::UnknownCritical => vec![reason(
            "a critical extension that is not known may change everything",
            |case| {
                let all = &mut case.answer;
                all.extensions.retain(|one| !one.critical);
                for word in &mut all.words {
                    word.extensions.retain(|one| !one.critical);
                }
            },
        )],
        OcspFault::NotOneEach => vec![reason("of one card there is one word", |case| {
            let all = std::mem::take(&mut case.answer.words);
            for word in all {
                if case
                    .answer
                    .words
                    .iter()
                    .all(|before| before.serial != word.serial)
                {
                    case.answer.words.push(word);
                }
            }
        })],
        OcspFault::UnknownIssuer => vec![reason(
            "who speaks for one key says nothing of another's cards",
            |case| {
                let issuer = case.issuer;
                case.answer
                    .words
                    .retain(|word| word.issuer == issuer && word.name_hash.is_none());
            },
        )],
        OcspFault::Unreadable => vec![
            reason("DER does not write what is usual", |case| {
                case.answer.version.clear();
            }),
            reason("an answer is read to its end", |case| case.answer.after.clear()),
            reason("an answer is to one question: it has one nonce", |case| {
                let mut nonces = 0;
                case.answer.extensions.retain(|one| {
                    nonces += u32::from(one.id == NONCE);
                    one.id != NONCE || nonces == 1
                });
            }),
        ],
        _ => Vec::new(),
    }
}

fn of_responders(fault: ResponderFault) -> Vec<Reason<Case>> {
    let reason = Reason::<Case>::stricter;
    match fault {
        ResponderFault::Checked => vec![reason(
            "we ask nobody after a responder, so it must say nocheck",
            |case| {
                let own = case.delegate.iter_mut();
                for own in own.filter(|own| own.extensions.iter().all(|one| one.id != NO_CHECK)) {
                    own.extensions.push(Extension::new(NO_CHECK, false, vec![5, 0]));
                }
            },
        )],
        ResponderFault::Usage => vec![
            reason("a responder's key signs", |case| case.usual_extension(KEY_USAGE)),
            reason("a responder is no authority", |case| case.usual_extension(BASIC)),
        ],
        _ => Vec::new(),
    }
}

impl Case {
    /// A word about which nothing is wrong.
    fn usual(&self) -> Word {
        Word::good(self.issuer, self.now)
    }

    /// Gives the delegate's certificate an extension as it should be.
    fn usual_extension(&mut self, id: &str) {
        let mut good = delegate(self.issuer, self.now);
        if let Some(own) = &mut self.delegate {
            *own.extension(id) = good.extension(id).clone();
        }
    }
}
