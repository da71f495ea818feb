//! One request in, the bytes of one result file out: the same for files and for `POST /ask`.

use domain::number::InstitutionCode;
use domain::permit::{Action, Denied, Permit};
use env::{Env, Stop, Time};
use exchange::oqs::codes::SegmentOfResult;
use exchange::oqs::siquc01::{Request, ResultMessage};
use exchange::oqs::{Echo, Limits, Rejection, Replacement, Unwritable};
use exchange::text::{Encoding, Substitution};

use crate::config::Config;
use crate::inquiry::{Inquiry, InquiryError};
use crate::wording;

/// What one message may cost; a request file may have 1 MiB.
pub(crate) const LIMITS: Limits = Limits::SINGLE;

/// A whole result file.
#[derive(Debug)]
pub(crate) struct Answer {
    /// XML in the site's encoding.
    pub(crate) bytes: Vec<u8>,
    /// 処理結果区分 that it carries.
    pub(crate) segment: SegmentOfResult,
    /// Characters that the site's encoding lacks. The answer says so itself.
    pub(crate) replaced: Vec<Replacement>,
}

/// Why there is no answer, not even one that says what is wrong.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeskError {
    /// This role was asked to stop; the request can be asked again.
    #[error("this role is stopping")]
    Stopping,
    /// The permit is for something else.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The result could not be written.
    #[error("the result cannot be written: {0}")]
    Unwritable(#[from] Unwritable),
}

/// Answers requests for one site.
pub(crate) struct Desk {
    env: Env,
    config: Config,
    inquiry: Inquiry,
}

impl Desk {
    pub(crate) fn new(env: &Env, config: &Config, stop: Stop) -> Desk {
        Desk {
            env: env.clone(),
            config: config.clone(),
            inquiry: Inquiry::new(env, config, stop),
        }
    }

    /// The site's own code.
    pub(crate) fn code(&self) -> &InstitutionCode {
        &self.config.code
    }

    /// How the site reads results.
    pub(crate) fn encoding(&self) -> Encoding {
        self.config.encoding.into()
    }

    /// The time now.
    pub(crate) fn now(&self) -> Time {
        self.env.now()
    }

    /// When a request that came at `since` must have its answer.
    pub(crate) fn deadline(&self, since: Time) -> Time {
        since + self.config.answer_within()
    }

    /// Asks verification; what goes wrong there becomes an error answer.
    pub(crate) async fn answer(
        &self,
        permit: &Permit,
        request: &Request,
        deadline: Time,
    ) -> Result<Answer, DeskError> {
        permit.require(Action::InquireByNumber)?;
        let message = match self.inquiry.ask(request, deadline).await {
            Ok(message) => message,
            Err(InquiryError::Stopping) => return Err(DeskError::Stopping),
            Err(error) => {
                tracing::warn!(%error, "answered with an error");
                self.failed(request, &error)
            }
        };
        Ok(self.write(message)?)
    }

    /// Answers a request that could not be read. Nobody is asked.
    pub(crate) fn refuse(&self, rejection: &Rejection) -> Result<Answer, DeskError> {
        let at = self.now().jst();
        Ok(self.write(ResultMessage::refusing(at, self.config.code.as_str(), rejection))?)
    }

    fn failed(&self, request: &Request, error: &InquiryError) -> ResultMessage {
        let header = &request.header;
        let echo = Echo {
            qualification_confirmation_date: Some(header.qualification_confirmation_date),
            medical_institution_code: Some(header.medical_institution_code.clone()),
            arbitrary_file_identifier: header.arbitrary_file_identifier.clone(),
        };
        let (code, text) = wording::failure(error);
        ResultMessage::error(
            self.now().jst(),
            &header.medical_institution_code,
            &echo,
            code,
            text,
        )
    }

    fn write(&self, mut message: ResultMessage) -> Result<Answer, Unwritable> {
        if !self.config.office_data_as_of {
            message.body.office_data_as_of = None;
        }
        let segment = message.header.segment_of_result;
        let encoding = self.config.encoding.into();
        let mut written = message.write_with(encoding, Substitution::Geta)?;
        if !written.replaced.is_empty() {
            tell(&mut message, &wording::replaced(written.replaced.len()));
            written = message.write_with(encoding, Substitution::Geta)?;
        }
        Ok(Answer {
            bytes: written.bytes,
            segment,
            replaced: written.replaced,
        })
    }
}

/// Puts a remark for the staff where their software shows it, behind what stands there. Positions of replaced
/// characters stay what they were.
fn tell(message: &mut ResultMessage, remark: &str) {
    let place = match message.header.segment_of_result {
        SegmentOfResult::Failed => &mut message.header.error_message,
        _ => {
            let code = &mut message.body.processing_result_code;
            code.get_or_insert_with(|| wording::REPLACED.to_owned());
            &mut message.body.processing_result_message
        }
    };
    match place {
        Some(text) => {
            text.push('　');
            text.push_str(remark);
        }
        None => *place = Some(remark.to_owned()),
    }
}
