//! How the first step of a bulk inquiry is answered, whichever it is.

use axum::response::Response;
use domain::number::InstitutionCode;
use env::Time;
use exchange::oqs::bulk::Uploaded;
use exchange::oqs::{Echo, Rejection, Syntax};
use service::Problem;

use super::messages::answer;
use crate::VerificationError;
use crate::basis::moment;
use crate::reception::Received;
use crate::wording::{BUSY, OTHER_INSTITUTION, Refusal, too_many_people};

/// Answers what could not be read.
pub(super) fn refuse(
    syntax: Syntax,
    now: Time,
    institution: &InstitutionCode,
    rejection: &Rejection,
) -> Result<Response, Problem> {
    let message = Uploaded::refusing(moment(now.micros()), institution.as_str(), rejection);
    answer(syntax, &message, None)
}

/// Answers a request whose header was read: `code` and `identifier` are the header's.
pub(super) struct Asking {
    pub(super) syntax: Syntax,
    pub(super) now: Time,
    pub(super) institution: InstitutionCode,
    pub(super) code: String,
    pub(super) identifier: Option<String>,
}

impl Asking {
    /// Receives, unless another institution's code stands in the header.
    pub(super) async fn receive(
        self,
        receive: impl AsyncFnOnce() -> Result<Received, VerificationError>,
    ) -> Result<Response, Problem> {
        if self.code != self.institution.as_str() {
            return self.refuse(OTHER_INSTITUTION);
        }
        let received = receive().await.map_err(|error| Problem::unavailable(&error))?;
        match received {
            Received::Under { number, at } => {
                let message =
                    Uploaded::received(moment(at), self.institution.as_str(), self.identifier, number);
                answer(self.syntax, &message, None)
            }
            Received::TooMany { most } => self.refuse(too_many_people(most)),
            Received::Busy => self.refuse(BUSY),
        }
    }

    fn refuse(&self, (code, text): Refusal<impl Into<String>>) -> Result<Response, Problem> {
        let echo = Echo {
            arbitrary_file_identifier: self.identifier.clone(),
            ..Echo::default()
        };
        let at = moment(self.now.micros());
        answer(
            self.syntax,
            &Uploaded::error(at, self.institution.as_str(), &echo, code, text),
            None,
        )
    }
}
