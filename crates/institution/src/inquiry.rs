//! Asks verification about one person, again for a while when it cannot be reached.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use domain::permit::Actor;
use env::{Env, NetError, Stop, Time};
use exchange::oqs::codes::SegmentOfResult;
use exchange::oqs::siquc01::{Request, ResultMessage};
use exchange::oqs::{Limits, Rejection, Unwritable};
use exchange::text::Encoding;
use futures_util::future::{Either, select};
use http::{Method, StatusCode};
use service::{Caller, Problem};

use crate::config::Config;

/// Where verification takes inquiries.
const PATH: &str = "/institution/inquiry";
/// Names the positions and the rule version that the answer was computed from. Opaque here.
const COMPUTED_FROM: &str = "madoguchi-computed-from";
/// The first pause between two attempts; each next one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// No answer takes longer that still comes.
const LONGEST_ATTEMPT: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Why there is no answer from verification.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InquiryError {
    /// It cannot be reached, or says that it cannot answer now.
    #[error("verification cannot be reached: {0}")]
    Unreachable(String),
    /// It said no to this inquiry; asking again changes nothing.
    #[error("verification refused the inquiry: {status} {title}")]
    Refused {
        /// The HTTP status, 4xx.
        status: u16,
        /// What it said.
        title: String,
    },
    /// Its answer is no message that we understand.
    #[error("verification's answer cannot be read: {0}")]
    Unreadable(Rejection),
    /// Its answer belongs to another inquiry.
    #[error("verification's answer names another {0} than the inquiry")]
    Another(&'static str),
    /// The request cannot be written as UTF-8 XML: it holds control characters.
    #[error("the inquiry cannot be written: {0}")]
    Unwritable(#[from] Unwritable),
    /// This role was asked to stop while it waited to ask again.
    #[error("this role is stopping")]
    Stopping,
}

impl InquiryError {
    fn may_pass(&self) -> bool {
        matches!(self, InquiryError::Unreachable(_) | InquiryError::Unreadable(_))
    }
}

/// Asks one verification, always as this institution.
pub(crate) struct Inquiry {
    env: Env,
    caller: Caller,
    stop: Stop,
}

impl Inquiry {
    pub(crate) fn new(env: &Env, config: &Config, stop: Stop) -> Inquiry {
        // A third of the whole wait: one message that gets lost is not the end of it.
        let attempt = (config.answer_within() / 3).clamp(Duration::from_secs(1), LONGEST_ATTEMPT);
        let caller = Caller::new(env, &config.verification, &Actor::Institution(config.code)).within(attempt);
        Inquiry {
            env: env.clone(),
            caller,
            stop,
        }
    }

    /// Asks until there is an answer or the deadline has passed; once at least.
    pub(crate) async fn ask(&self, request: &Request, deadline: Time) -> Result<ResultMessage, InquiryError> {
        let body = Bytes::from(request.write(Encoding::Utf8)?);
        let mut pause = FIRST_PAUSE;
        loop {
            let error = match self.once(request, body.clone()).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if !error.may_pass() || self.env.now() + pause > deadline {
                return Err(error);
            }
            tracing::debug!(%error, "asking again");
            let stop = self.stop.clone();
            match select(pin!(self.env.sleep(pause)), pin!(stop.asked())).await {
                Either::Left(_) => {}
                Either::Right(_) => return Err(InquiryError::Stopping),
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn once(&self, request: &Request, body: Bytes) -> Result<ResultMessage, InquiryError> {
        let sent = self
            .caller
            .send(Method::POST, PATH, "application/xml; charset=utf-8", body)
            .await;
        let response = sent.map_err(|error: NetError| InquiryError::Unreachable(error.to_string()))?;
        let status = response.status();
        if status != StatusCode::OK {
            return Err(no(status, response.body()));
        }
        if let Some(computed_from) = response.headers().get(COMPUTED_FROM) {
            tracing::debug!(?computed_from, "answered by verification");
        }
        let answer =
            ResultMessage::read(response.body(), &Limits::SINGLE).map_err(InquiryError::Unreadable)?;
        belongs(request, &answer)?;
        Ok(answer)
    }
}

/// 4xx will not pass by itself, except for the two that say "later".
fn no(status: StatusCode, body: &[u8]) -> InquiryError {
    let title =
        serde_json::from_slice::<Problem>(body).map_or_else(|_| String::new(), |problem| problem.title);
    let later = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS].contains(&status);
    if status.is_client_error() && !later {
        InquiryError::Refused {
            status: status.as_u16(),
            title,
        }
    } else {
        InquiryError::Unreachable(format!("{status} {title}"))
    }
}

/// One person's answer under another person's inquiry would be the worst of mistakes, so it is looked at here too.
fn belongs(request: &Request, answer: &ResultMessage) -> Result<(), InquiryError> {
    if answer.header.segment_of_result == SegmentOfResult::Failed {
        return Ok(()); // it tells of nobody, and may not know the header
    }
    if answer.header.medical_institution_code != request.header.medical_institution_code {
        return Err(InquiryError::Another("MedicalInstitutionCode"));
    }
    if answer.header.arbitrary_file_identifier != request.header.arbitrary_file_identifier {
        return Err(InquiryError::Another("ArbitraryFileIdentifier"));
    }
    Ok(())
}
