//! 二段目: what is there under a number.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::number::InstitutionCode;
use domain::permit::Permit;
use env::Time;
use exchange::oqs::Limits;
use exchange::oqs::bulk::{Downloaded, DownloadedBody, DownloadedHeader};
use exchange::oqs::codes::SegmentOfResult;
use storage::Tx;

use super::{Condition, Family, Head, NOT_KNOWN, SHAPE};
use crate::basis::moment;
use crate::store::reception::{self, Reception, State};
use crate::{Basis, Verification, VerificationError};

/// What is there for a second step.
pub(crate) enum Fetched {
    /// Nothing: never received, expired, or another institution's. Which of these is not told.
    Gone,
    /// It is being processed.
    Processing(Box<Downloaded>),
    /// It cannot be computed.
    Failed(Option<String>),
    /// It is there.
    Done(Box<Ready>),
}

/// A result that can be fetched.
pub(crate) struct Ready {
    reception: Reception,
    header: DownloadedHeader,
    /// What it was computed from.
    pub(crate) basis: Basis,
}

impl Ready {
    /// How many parts it has; one at least, because a result that tells of nobody is a message too.
    pub(crate) fn parts(&self) -> u32 {
        self.reception.parts.max(1)
    }
}

impl Verification {
    /// 二段目 of both families: what is there under a number.
    pub(crate) async fn fetch(
        &self,
        permit: &Permit,
        family: Family,
        institution: InstitutionCode,
        number: &str,
    ) -> Result<Fetched, VerificationError> {
        permit.require(family.action())?;
        let (number, name, now) = (number.to_owned(), family.name(), self.env.now());
        // A text that PostgreSQL cannot even compare is no number of ours.
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Fetched::Gone);
        }
        let read = async move |tx: &mut Tx| {
            let institution = institution.as_str();
            Ok::<_, VerificationError>(
                reception::by_number(tx, &number, institution, name, now.micros()).await?,
            )
        };
        let Some(reception) = self.store.read("verification.fetch", read).await? else {
            return Ok(Fetched::Gone);
        };
        let head = self.head(&reception)?;
        match reception.state {
            State::Failed => Ok(Fetched::Failed(head.identifier)),
            State::Open => {
                let mut header = header(&reception, &head, SegmentOfResult::Processing);
                header.process_execution_time = Some(moment(now.micros()));
                header.qualification_confirmation_date = None;
                Ok(Fetched::Processing(Box::new(Downloaded::of(header))))
            }
            State::Done => {
                let (units, errors) = (reception.units, reception.errors);
                let header = DownloadedHeader {
                    number_of_processing_result: Some(units),
                    number_of_normal_processing: Some(units.saturating_sub(errors)),
                    number_of_error: Some(errors),
                    ..header(&reception, &head, SegmentOfResult::Done)
                };
                let basis = Basis {
                    request_key: None,
                    has_ended: false,
                    visited: None,
                    said: BTreeMap::new(),
                    heads: reception.heads,
                    rules: reception.rules.clone(),
                    as_of: reception.as_of.filter(|as_of| *as_of != NOT_KNOWN),
                    at: Time::from_micros(reception.received),
                };
                Ok(Fetched::Done(Box::new(Ready {
                    reception,
                    header,
                    basis,
                })))
            }
        }
    }

    /// The message with one part of a result, from 1.
    pub(crate) async fn part(
        self: &Arc<Self>,
        ready: &Ready,
        part: u32,
    ) -> Result<Downloaded, VerificationError> {
        let units = if ready.reception.parts == 0 {
            Vec::new()
        } else {
            let number = ready.reception.number.clone();
            let read = async move |tx: &mut Tx| {
                Ok::<_, VerificationError>(reception::told(tx, &number, part).await?)
            };
            let told = self.store.read("verification.part", read).await?;
            let told = told.ok_or(SHAPE)?;
            let told = self.open_reception(&ready.reception.number, part, "told", &told)?;
            Downloaded::read(&told, &Limits::PART)
                .map_err(|_| SHAPE)?
                .body
                .units
        };
        Ok(Downloaded {
            header: ready.header.clone(),
            body: DownloadedBody {
                units,
                office_data_as_of: ready.basis.as_of.map(moment),
            },
            unknown: Vec::new(),
        })
    }
}

fn header(of: &Reception, head: &Head, segment: SegmentOfResult) -> DownloadedHeader {
    DownloadedHeader {
        qualification_confirmation_date: Some(match head.condition {
            Condition::Day(day) => day,
            Condition::Month(_) => Time::from_micros(of.received).date(),
        }),
        arbitrary_file_identifier: head.identifier.clone(),
        reception_number: Some(of.number.clone()),
        ..DownloadedHeader::new(moment(of.received), of.institution.as_str(), segment)
    }
}
