//! Asks verification, again for a while when it cannot be reached.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use domain::permit::Actor;
use domain::presence::Presence;
use env::{Doubt, Env, Stop, Time};
use exchange::oqs::codes::SegmentOfResult;
use exchange::oqs::http::{BASIS, PARTS, path};
use exchange::oqs::names::Family;
use exchange::oqs::siquc01::{Request, ResultMessage};
use exchange::oqs::{Limits, Rejection, Syntax, Unwritable, Wire};
use exchange::presence::{STANDS_BEHIND, VISUAL};
use exchange::text::Encoding;
use futures_util::future::{Either, select};
use http::{Method, StatusCode};
use service::{Caller, Problem};

use crate::config::Config;
use crate::no::No;

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
    /// One of the two does not take the other's certificate.
    #[error("a certificate is not taken: {0}")]
    Doubted(Doubt),
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

impl From<No> for InquiryError {
    fn from(no: No) -> InquiryError {
        match no {
            No::Doubted(doubt) => InquiryError::Doubted(doubt),
            No::Refused(Problem { status, title, .. }) => InquiryError::Refused { status, title },
            No::Unreachable(why) => InquiryError::Unreachable(why),
        }
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
        let caller = Caller::asking(env, &config.verification, Actor::Verification).within(attempt);
        Inquiry {
            env: env.clone(),
            caller,
            stop,
        }
    }

    /// Asks about one person, until there is an answer or the deadline has passed; once at least. Whether the photograph
    /// was compared is said too.
    pub(crate) async fn ask(
        &self,
        request: &Request,
        presence: Presence,
        deadline: Time,
    ) -> Result<ResultMessage, InquiryError> {
        let question = Question {
            path: path(Family::Siquc01),
            body: Bytes::from(request.write(Encoding::Utf8)?),
            more: (presence == Presence::VisualOnly).then(|| (STANDS_BEHIND, VISUAL.to_owned())),
            limits: &Limits::SINGLE,
        };
        let belongs = |answer: &ResultMessage| belongs(request, answer);
        self.until_answered(&question, deadline, belongs)
            .await
            .map(|answer| answer.message)
    }

    /// Asks until there is an answer that `belongs` to the question, or the deadline has passed; once at least.
    pub(crate) async fn until_answered<A: Wire>(
        &self,
        question: &Question<'_>,
        deadline: Time,
        belongs: impl Fn(&A) -> Result<(), InquiryError>,
    ) -> Result<Answered<A>, InquiryError> {
        let (mut pause, mut now) = (FIRST_PAUSE, self.env.now());
        loop {
            let error = match self.once(question, &belongs).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            // A clock that was set back gives no more time.
            now = now.max(self.env.now());
            if !error.may_pass() || now + pause > deadline {
                return Err(error);
            }
            tracing::debug!(%error, "asking again");
            self.rest(pause).await?;
            now = now + pause;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Waits for a span, unless this role is asked to stop.
    pub(crate) async fn rest(&self, span: Duration) -> Result<(), InquiryError> {
        let stop = self.stop.clone();
        match select(pin!(self.env.sleep(span)), pin!(stop.asked())).await {
            Either::Left(_) => Ok(()),
            Either::Right(_) => Err(InquiryError::Stopping),
        }
    }

    async fn once<A: Wire>(
        &self,
        question: &Question<'_>,
        belongs: &impl Fn(&A) -> Result<(), InquiryError>,
    ) -> Result<Answered<A>, InquiryError> {
        let more = question
            .more
            .as_ref()
            .map(|(name, value)| (*name, value.as_str()));
        let (kind, body) = ("application/xml; charset=utf-8", question.body.clone());
        let sent = self
            .caller
            .send_with(Method::POST, question.path, kind, more.as_slice(), body)
            .await;
        let response = sent.map_err(No::of_network)?;
        if response.status() != StatusCode::OK {
            return Err(No::of_answer(&response).into());
        }
        if let Some(computed_from) = response.headers().get(BASIS) {
            tracing::debug!(?computed_from, "answered by verification");
        }
        let message =
            A::read_as(Syntax::Xml, response.body(), question.limits).map_err(InquiryError::Unreadable)?;
        belongs(&message)?;
        let parts = response.headers().get(PARTS);
        Ok(Answered {
            message,
            parts: parts
                .and_then(|parts| parts.to_str().ok()?.parse().ok())
                .unwrap_or(1),
        })
    }
}

/// What is sent.
pub(crate) struct Question<'a> {
    pub(crate) path: &'a str,
    /// XML in UTF-8.
    pub(crate) body: Bytes,
    /// A header, when there is more to say.
    pub(crate) more: Option<(&'static str, String)>,
    /// What the answer may cost.
    pub(crate) limits: &'a Limits,
}

/// What comes back.
pub(crate) struct Answered<A> {
    pub(crate) message: A,
    /// How many parts the result has.
    pub(crate) parts: u32,
}

/// One person's answer under another person's inquiry would be the worst of mistakes, so it is looked at here too.
fn belongs(request: &Request, answer: &ResultMessage) -> Result<(), InquiryError> {
    if answer.header.segment_of_result == SegmentOfResult::Failed {
        return Ok(()); // it tells of nobody, and may not know the header
    }
    same(
        "MedicalInstitutionCode",
        &answer.header.medical_institution_code,
        &request.header.medical_institution_code,
    )?;
    same(
        "ArbitraryFileIdentifier",
        &answer.header.arbitrary_file_identifier,
        &request.header.arbitrary_file_identifier,
    )
}

/// An item of the answer that must be the question's.
pub(crate) fn same<T: PartialEq + ?Sized>(
    item: &'static str,
    answer: &T,
    request: &T,
) -> Result<(), InquiryError> {
    if answer == request {
        Ok(())
    } else {
        Err(InquiryError::Another(item))
    }
}
