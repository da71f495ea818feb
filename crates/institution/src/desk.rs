//! One request in, the bytes of one result file out: the same for files and for `POST /ask`.

use domain::number::InstitutionCode;
use domain::permit::{Action, Actor, Denied, Permit, Purpose};
use domain::presence::Presence;
use env::{Env, Stop, Time};
use exchange::oqs::bulk::{Downloaded, Uploaded, WriteError};
use exchange::oqs::codes::SegmentOfResult;
use exchange::oqs::names::Family;
use exchange::oqs::siquc01::{Request, ResultMessage};
use exchange::oqs::{Echo, Rejection, Replacement, Unwritable};
use exchange::text::{Encoding, Substitution};

use crate::asked::{Asked, What};
use crate::bulk::FirstStep;
use crate::config::Config;
use crate::inquiry::{Inquiry, InquiryError};
use crate::wording;

/// A whole result file.
#[derive(Debug)]
pub(crate) struct Answer {
    /// XML in the site's encoding, or a package that holds it.
    pub(crate) bytes: Vec<u8>,
    /// 処理結果区分 that it carries.
    pub(crate) segment: SegmentOfResult,
    /// Characters that the site's encoding lacks. The answer says so itself.
    pub(crate) replaced: Vec<Replacement>,
    /// Whether it is a package.
    pub(crate) packed: bool,
}

/// What this institution may do.
pub(crate) struct Permits {
    /// Ask about people by number.
    pub(crate) person: Permit,
    /// Fetch the vouchers that are addressed to it.
    pub(crate) month: Permit,
}

impl Permits {
    /// Those of an institution.
    pub(crate) fn of(me: &Actor) -> Result<Permits, Denied> {
        let grant = |action| Permit::grant(me.clone(), action, Purpose::EligibilityCheck);
        Ok(Permits {
            person: grant(Action::InquireByNumber)?,
            month: grant(Action::FetchOwnVouchers)?,
        })
    }
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
    /// The result could not be written piece by piece.
    #[error("the result cannot be written: {0}")]
    Unwritten(#[from] WriteError),
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
    pub(crate) fn deadline(&self, family: Family, since: Time) -> Time {
        if family.is_download() {
            since + self.config.bulk_wait()
        } else {
            since + self.config.answer_within()
        }
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) fn inquiry(&self) -> &Inquiry {
        &self.inquiry
    }

    /// Asks verification; what goes wrong there becomes an error answer. `name` is the result file's.
    pub(crate) async fn answer(
        &self,
        permits: &Permits,
        asked: &Asked,
        name: &str,
        since: Time,
    ) -> Result<Answer, DeskError> {
        let substitution = self.config.substitution(asked.encoding);
        match &asked.what {
            What::Person(request) => {
                permits.person.require(Action::InquireByNumber)?;
                let deadline = self.deadline(Family::Siquc01, since);
                let message = match self.inquiry.ask(request, Presence::NumberOnly, deadline).await {
                    Ok(message) => message,
                    Err(InquiryError::Stopping) => return Err(DeskError::Stopping),
                    Err(error) => {
                        tracing::warn!(%error, "answered with an error");
                        self.failed(request, &error)
                    }
                };
                Ok(self.write(message, substitution)?)
            }
            What::Month(request) => {
                permits.month.require(Action::FetchOwnVouchers)?;
                let step = FirstStep {
                    family: Family::Mutic01,
                    institution: &request.header.medical_institution_code,
                    identifier: &request.header.arbitrary_file_identifier,
                };
                let deadline = self.deadline(step.family, since);
                self.hand_in(&step, request, substitution, deadline).await
            }
            What::Many(request) => {
                permits.person.require(Action::InquireByNumber)?;
                let step = FirstStep {
                    family: Family::Muquc01,
                    institution: &request.header.medical_institution_code,
                    identifier: &request.header.arbitrary_file_identifier,
                };
                let deadline = self.deadline(step.family, since);
                self.hand_in(&step, request, substitution, deadline).await
            }
            What::Result(family, request) => {
                match family {
                    Family::Mutic02 => permits.month.require(Action::FetchOwnVouchers)?,
                    _ => permits.person.require(Action::InquireByNumber)?,
                }
                let deadline = self.deadline(*family, since);
                self.fetch(*family, request, name, substitution, deadline).await
            }
        }
    }

    /// Asks about one person after 目視確認, for a page that shows the answer itself.
    pub(crate) async fn ask_after_visual(
        &self,
        permits: &Permits,
        request: &Request,
    ) -> Result<ResultMessage, InquiryError> {
        // A permit for another action would be a fault of ours, and then nobody is asked.
        permits
            .person
            .require(Action::InquireByNumber)
            .map_err(|_| InquiryError::Stopping)?;
        self.inquiry
            .ask(
                request,
                Presence::VisualOnly,
                self.deadline(Family::Siquc01, self.now()),
            )
            .await
    }

    /// Answers a request that could not be read. Nobody is asked.
    pub(crate) fn refuse(
        &self,
        family: Family,
        rejection: &Rejection,
        name: &str,
    ) -> Result<Answer, DeskError> {
        let (at, own) = (self.now().jst(), self.config.code.as_str());
        let substitution = Substitution::Geta;
        match family {
            Family::Siquc01 => Ok(self.write(ResultMessage::refusing(at, own, rejection), substitution)?),
            Family::Mutic01 | Family::Muquc01 => {
                self.write_uploaded(&Uploaded::refusing(at, own, rejection), substitution)
            }
            Family::Mutic02 | Family::Muquc02 => {
                self.write_downloaded(Downloaded::refusing(at, own, rejection), name, substitution)
            }
        }
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

    fn write(&self, mut message: ResultMessage, substitution: Substitution) -> Result<Answer, Unwritable> {
        if !self.config.office_data_as_of {
            message.body.office_data_as_of = None;
        }
        let segment = message.header.segment_of_result;
        let encoding = self.config.encoding.into();
        let mut written = message.write_with(encoding, substitution)?;
        if !written.replaced.is_empty() {
            tell(&mut message, &wording::replaced(written.replaced.len()));
            written = message.write_with(encoding, substitution)?;
        }
        Ok(Answer {
            bytes: written.bytes,
            segment,
            replaced: written.replaced,
            packed: false,
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
    wording::remark(place, remark);
}
