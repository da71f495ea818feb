//! The two steps of a bulk inquiry, as the desk answers them.
//!
//! The first is answered with a 受付番号, which verification keeps. The second waits a while for the result, asking again
//! and again, and says 処理中 when it is not there in time: the receipt computer asks again with a new file. A result is
//! fetched part by part and written as it comes.

use std::time::Duration;

use bytes::Bytes;
use env::Time;
use exchange::oqs::bulk::{BulkConfirmUnit, Download, Downloaded, ResultWriter, Uploaded, WriteError};
use exchange::oqs::codes::SegmentOfResult;
use exchange::oqs::http::{PART, path};
use exchange::oqs::names::Family;
use exchange::oqs::{Echo, Limits, Wire};
use exchange::text::{Encoding, Substitution};

use crate::desk::{Answer, Desk, DeskError};
use crate::inquiry::{InquiryError, Question, same};
use crate::pack::{Pack, Package};
use crate::wording;

/// The pauses between two questions whether a result is there, doubled from the first to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LAST_PAUSE: Duration = Duration::from_secs(2);

/// What of a first step's request its answer must repeat.
pub(crate) struct FirstStep<'a> {
    pub(crate) family: Family,
    pub(crate) institution: &'a str,
    pub(crate) identifier: &'a Option<String>,
}

impl Desk {
    /// Hands in a bulk inquiry.
    pub(crate) async fn hand_in(
        &self,
        step: &FirstStep<'_>,
        request: &impl Wire,
        substitution: Substitution,
        deadline: Time,
    ) -> Result<Answer, DeskError> {
        let belongs = |answer: &Uploaded| {
            if answer.header.segment_of_result == SegmentOfResult::Failed {
                return Ok(());
            }
            same(
                "MedicalInstitutionCode",
                answer.header.medical_institution_code.as_str(),
                step.institution,
            )?;
            same(
                "ArbitraryFileIdentifier",
                &answer.header.arbitrary_file_identifier,
                step.identifier,
            )
        };
        let asked = match request.write_as(exchange::oqs::Syntax::Xml) {
            Ok(body) => {
                let question = Question {
                    path: path(step.family),
                    body: Bytes::from(body),
                    more: None,
                    limits: &Limits::SINGLE,
                };
                self.inquiry().until_answered(&question, deadline, belongs).await
            }
            Err(unwritable) => Err(unwritable.into()),
        };
        let message = match asked {
            Ok(answered) => answered.message,
            Err(InquiryError::Stopping) => return Err(DeskError::Stopping),
            Err(error) => {
                tracing::warn!(%error, "answered with an error");
                let echo = Echo {
                    arbitrary_file_identifier: step.identifier.clone(),
                    ..Echo::default()
                };
                let (code, text) = wording::failure(&error);
                Uploaded::error(self.now().jst(), step.institution, &echo, code, text)
            }
        };
        self.write_uploaded(&message, substitution)
    }

    /// An answer to a first step.
    pub(crate) fn write_uploaded(
        &self,
        message: &Uploaded,
        substitution: Substitution,
    ) -> Result<Answer, DeskError> {
        let written = message.write_with(self.encoding(), substitution)?;
        Ok(Answer {
            bytes: written.bytes,
            segment: message.header.segment_of_result,
            replaced: written.replaced,
            packed: false,
        })
    }

    /// Fetches the result of a bulk inquiry; `name` is the result file's.
    pub(crate) async fn fetch(
        &self,
        family: Family,
        request: &Download,
        name: &str,
        substitution: Substitution,
        deadline: Time,
    ) -> Result<Answer, DeskError> {
        let (mut pause, mut now) = (FIRST_PAUSE, self.now());
        let fetched = loop {
            // What is left of the time, by the clock as it is now.
            let part_deadline = self.now() + deadline.since(now);
            match self.part(family, request, 1, part_deadline).await {
                Ok((message, parts)) => {
                    let waits = message.header.segment_of_result == SegmentOfResult::Processing;
                    // A clock that was set back gives no more time.
                    now = now.max(self.now());
                    if !waits || now + pause > deadline {
                        break Ok((message, parts));
                    }
                }
                Err(error) => break Err(error),
            }
            if let Err(error) = self.inquiry().rest(pause).await {
                break Err(error);
            }
            now = now + pause;
            pause = (pause * 2).min(LAST_PAUSE);
        };
        let written = match fetched {
            Ok((first, parts)) => {
                self.write_parts(family, request, (first, parts), name, substitution)
                    .await
            }
            Err(error) => Err(Hitch::Inquiry(error)),
        };
        match written {
            Err(Hitch::Inquiry(InquiryError::Stopping)) => Err(DeskError::Stopping),
            Err(Hitch::Inquiry(error)) => {
                tracing::warn!(%error, "answered with an error");
                let (code, text) = wording::failure_of_result(&error);
                let institution = request.header.medical_institution_code.as_str();
                let number = Some(request.reception_number.clone());
                let message = Downloaded::error(self.now().jst(), institution, number, code, text);
                self.write_downloaded(message, name, substitution)
            }
            Err(Hitch::Write(error)) => Err(error.into()),
            Ok(answer) => Ok(answer),
        }
    }

    /// An answer to a second step that is whole already.
    pub(crate) fn write_downloaded(
        &self,
        message: Downloaded,
        name: &str,
        substitution: Substitution,
    ) -> Result<Answer, DeskError> {
        let segment = message.header.segment_of_result;
        let mut writer = self.begin(&message, name, substitution)?;
        for unit in message.body.units {
            writer.unit(unit, tell)?;
        }
        Ok(self.finish(writer, segment, message.body.office_data_as_of)?)
    }

    /// The whole result, part after part.
    async fn write_parts(
        &self,
        family: Family,
        request: &Download,
        (first, parts): (Downloaded, u32),
        name: &str,
        substitution: Substitution,
    ) -> Result<Answer, Hitch> {
        let (segment, as_of) = (first.header.segment_of_result, first.body.office_data_as_of);
        let header = first.header.clone();
        let mut writer = self.begin(&first, name, substitution)?;
        for unit in first.body.units {
            writer.unit(unit, tell)?;
        }
        for part in 2..=parts {
            // Each part has its own time: a long result is no slow one.
            let deadline = self.deadline(Family::Siquc01, self.now());
            let (next, _) = self.part(family, request, part, deadline).await?;
            if next.header != header {
                return Err(InquiryError::Another("MessageHeader").into());
            }
            for unit in next.body.units {
                writer.unit(unit, tell)?;
            }
        }
        Ok(self.finish(writer, segment, as_of)?)
    }

    fn begin(
        &self,
        message: &Downloaded,
        name: &str,
        substitution: Substitution,
    ) -> Result<ResultWriter<Pack>, WriteError> {
        let pack = Pack::new(name.to_owned(), self.config().zip_over());
        ResultWriter::begin(pack, &message.header, self.encoding(), substitution)
    }

    fn finish(
        &self,
        writer: ResultWriter<Pack>,
        segment: SegmentOfResult,
        as_of: Option<jiff::civil::DateTime>,
    ) -> Result<Answer, WriteError> {
        let (pack, replaced) = writer.finish(as_of.filter(|_| self.config().office_data_as_of))?;
        let Package { bytes, packed } = pack.finish()?;
        Ok(Answer {
            bytes,
            segment,
            replaced,
            packed,
        })
    }

    async fn part(
        &self,
        family: Family,
        request: &Download,
        part: u32,
        deadline: Time,
    ) -> Result<(Downloaded, u32), InquiryError> {
        let question = Question {
            path: path(family),
            body: Bytes::from(request.write(Encoding::Utf8)?),
            more: Some((PART, part.to_string())),
            limits: &Limits::PART,
        };
        let belongs = |answer: &Downloaded| {
            if answer.header.segment_of_result == SegmentOfResult::Failed {
                return Ok(());
            }
            let (header, asked) = (&answer.header, &request.header);
            let code = "MedicalInstitutionCode";
            same(
                code,
                &header.medical_institution_code,
                &asked.medical_institution_code,
            )?;
            let number = header.reception_number.as_deref();
            same(
                "ReceptionNumber",
                &number,
                &Some(request.reception_number.as_str()),
            )
        };
        let answered = self
            .inquiry()
            .until_answered(&question, deadline, belongs)
            .await?;
        Ok((answered.message, answered.parts))
    }
}

/// Why a result is not written.
enum Hitch {
    Inquiry(InquiryError),
    Write(WriteError),
}

impl From<InquiryError> for Hitch {
    fn from(error: InquiryError) -> Hitch {
        Hitch::Inquiry(error)
    }
}

impl From<WriteError> for Hitch {
    fn from(error: WriteError) -> Hitch {
        Hitch::Write(error)
    }
}

/// Says in a unit that characters of it were replaced.
fn tell(unit: &mut BulkConfirmUnit, count: usize) {
    unit.processing_result_code
        .get_or_insert_with(|| wording::REPLACED.to_owned());
    wording::remark(&mut unit.processing_result_message, &wording::replaced(count));
}
