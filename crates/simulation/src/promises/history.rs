//! Promise `history`: every answer names what it was computed from, and can be computed again byte for byte.

use domain::number::InstitutionCode;
use exchange::oqs::siquc01::Request;
use exchange::text::Encoding;
use futures_util::FutureExt;
use verification::Basis;

use super::Promises;

/// An answer to compute again.
pub(crate) struct Kept {
    pub(crate) institution: InstitutionCode,
    pub(crate) request: Request,
    pub(crate) basis: Basis,
    pub(crate) answer: Vec<u8>,
}

impl Promises {
    /// Keeps an answer and computes it again at once; now and then an earlier one with it.
    pub(super) fn keep(&mut self, kept: Kept) {
        self.kept.push(kept);
        self.recompute(self.kept.len() - 1);
        let choice = usize::try_from(self.env.rng().below(4 * self.kept.len() as u64)).unwrap_or(0);
        self.recompute(choice);
    }

    /// Computes every answer of the whole run again.
    pub(crate) fn recompute_all(&mut self) {
        for at in 0..self.kept.len() {
            self.recompute(at);
        }
    }

    fn recompute(&mut self, at: usize) {
        let Some(kept) = self.kept.get(at) else { return };
        let again = self
            .historian
            .recompute(kept.institution, &kept.request, &kept.basis);
        let what = match again.now_or_never() {
            Some(Ok(message))
                if message
                    .write(Encoding::Utf8)
                    .is_ok_and(|bytes| bytes == kept.answer) =>
            {
                return;
            }
            Some(Ok(_)) => "the answer computed from {} is another one now",
            // The database is in a transaction: only a planted fault leaves it so.
            Some(Err(_)) if self.images.cursors().is_err() => return,
            Some(Err(_)) => "the answer computed from {} cannot be computed again",
            None => "computing the answer from {} again waited",
        };
        let what = what.replace("{}", &kept.basis.to_string());
        self.violated("history", what);
    }
}
