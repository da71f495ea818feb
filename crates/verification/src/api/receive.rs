//! How the first step of a bulk inquiry is answered, whichever it is.

use axum::response::Response;
use domain::number::InstitutionCode;
use env::Time;
use exchange::oqs::bulk::Uploaded;
use exchange::oqs::{Echo, Rejection, Syntax};
use service::Problem;

use super::messages::{OTHER_INSTITUTION, OTHER_INSTITUTION_TEXT, answer};
use crate::VerificationError;
use crate::basis::moment;
use crate::reception::Received;

/// More people than one request may ask about.
const TOO_MANY: &str = "MDG-BLK-003";
/// Too many receptions of this institution are being processed.
const BUSY: &str = "MDG-BLK-004";

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
            return self.error(OTHER_INSTITUTION, OTHER_INSTITUTION_TEXT);
        }
        let received = receive().await.map_err(|error| Problem::unavailable(&error))?;
        match received {
            Received::Under { number, at } => {
                let message =
                    Uploaded::received(moment(at), self.institution.as_str(), self.identifier, number);
                answer(self.syntax, &message, None)
            }
            Received::TooMany { most } => self.error(
                TOO_MANY,
                &format!("一度に照会できるのは{most}件までです。照会を分けて再送してください"),
            ),
            Received::Busy => self.error(
                BUSY,
                "処理中の一括照会が多すぎます。先に受け付けた照会の結果を取得してから、再送してください",
            ),
        }
    }

    fn error(&self, code: &str, text: &str) -> Result<Response, Problem> {
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
