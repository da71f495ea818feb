//! 受付: what an institution handed in for a bulk inquiry (一括照会), under a number that it alone can use.
//!
//! A reception is durable before its number is told, and keeps the positions of the feed at that moment. Everything is
//! computed from that one snapshot, however long it takes ([`worker`](crate::worker)), and stays as it is until it
//! expires (promise `history`).

use std::time::Duration;

use domain::calendar::Date;
use domain::eligibility::RULE_VERSION;
use domain::month::TreatmentMonth;
use domain::number::InstitutionCode;
use domain::permit::{Action, Permit};
use exchange::oqs::{muquc01, mutic01};
use exchange::text::Encoding;
use serde::{Deserialize, Serialize};
use storage::Tx;

use crate::store::reception::{self, New};
use crate::{Verification, VerificationError};

mod fetched;
mod sealed;

pub(crate) use fetched::{Fetched, Ready};

/// People that one step computes and one part holds.
pub(crate) const PEOPLE_IN_PART: usize = 50;
/// `as_of` of a result that tells of somebody of whom it is not known how fresh they are.
pub(crate) const NOT_KNOWN: i64 = i64::MIN;

/// What bulk inquiries may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BulkRules {
    /// How long a result can be fetched after its reception.
    pub keep: Duration,
    /// The same request of the same institution within this span is the same reception: it did not hear the number.
    pub repeat_within: Duration,
    /// People whom one `OQSmuquc01` may ask about.
    pub most_people: usize,
    /// Receptions of one institution that may be processed at the same time.
    pub most_open: i64,
}

impl Default for BulkRules {
    fn default() -> BulkRules {
        BulkRules {
            keep: Duration::from_secs(7 * 24 * 60 * 60),
            repeat_within: Duration::from_secs(60),
            most_people: 5000,
            most_open: 20,
        }
    }
}

/// Which bulk inquiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// `OQSmutic`: the month's vouchers.
    Month,
    /// `OQSmuquc`: many people.
    Bulk,
}

impl Family {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Family::Month => "mutic",
            Family::Bulk => "muquc",
        }
    }

    /// What one must be permitted to do, in both steps.
    pub(crate) fn action(self) -> Action {
        match self {
            Family::Month => Action::FetchOwnVouchers,
            Family::Bulk => Action::InquireByNumber,
        }
    }
}

/// What the results repeat, and the condition. Stored sealed: an identifier is whatever the software likes.
#[derive(Serialize, Deserialize)]
pub(crate) struct Head {
    pub(crate) identifier: Option<String>,
    pub(crate) condition: Condition,
}

/// What is asked about everybody.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) enum Condition {
    /// 診療年月
    Month(TreatmentMonth),
    /// 資格確認日
    Day(Date),
}

/// How a first step ends.
pub(crate) enum Received {
    /// It is received, under this number, at this moment.
    Under {
        /// 受付番号
        number: String,
        /// 受付日時, in µs since 1970-01-01T00:00:00Z.
        at: i64,
    },
    /// Too many receptions of this institution are still being processed.
    Busy,
    /// It asks about more people than it may.
    TooMany {
        /// So many it may.
        most: usize,
    },
}

impl Verification {
    /// 委託先資格情報の一括取得, first step.
    pub(crate) async fn receive_month(
        &self,
        permit: &Permit,
        institution: InstitutionCode,
        request: &mutic01::Request,
    ) -> Result<Received, VerificationError> {
        permit.require(Family::Month.action())?;
        let head = Head {
            identifier: request.header.arbitrary_file_identifier.clone(),
            condition: Condition::Month(month_of(request)),
        };
        let whole = written(request.write(Encoding::Utf8))?;
        self.receive(Family::Month, institution, &whole, &head, &[]).await
    }

    /// 資格確認一括照会, first step.
    pub(crate) async fn receive_bulk(
        &self,
        permit: &Permit,
        institution: InstitutionCode,
        request: &muquc01::Request,
    ) -> Result<Received, VerificationError> {
        permit.require(Family::Bulk.action())?;
        if request.search.len() > self.bulk.most_people {
            return Ok(Received::TooMany {
                most: self.bulk.most_people,
            });
        }
        let head = Head {
            identifier: request.header.arbitrary_file_identifier.clone(),
            condition: Condition::Day(request.header.qualification_confirmation_date),
        };
        let whole = written(request.write(Encoding::Utf8))?;
        let mut parts = Vec::with_capacity(request.search.len().div_ceil(PEOPLE_IN_PART));
        for people in request.search.chunks(PEOPLE_IN_PART) {
            let part = muquc01::Request {
                header: request.header.clone(),
                search: people.to_vec(),
                unknown: Vec::new(),
            };
            parts.push(written(part.write(Encoding::Utf8))?);
        }
        self.receive(Family::Bulk, institution, &whole, &head, &parts)
            .await
    }

    async fn receive(
        &self,
        family: Family,
        institution: InstitutionCode,
        whole: &[u8],
        head: &Head,
        parts: &[Vec<u8>],
    ) -> Result<Received, VerificationError> {
        let now = self.env.now();
        let number = self.number();
        let institution = institution.as_str().to_owned();
        let digest =
            self.keys
                .request_index
                .index(&[institution.as_bytes(), family.name().as_bytes(), whole]);
        let sealed_head =
            serde_json::to_vec(head).map_err(|_| VerificationError::Shape { table: "reception" })?;
        let new = New {
            digest: digest.as_bytes().to_vec(),
            head: self.seal_reception(&number, 0, "head", &sealed_head),
            asked: parts
                .iter()
                .zip(1..)
                .map(|(part, n)| self.seal_reception(&number, n, "asked", part))
                .collect(),
            received: now.micros(),
            expires: (now + self.bulk.keep).micros(),
            rules: RULE_VERSION,
            family: family.name(),
            institution,
            number,
        };
        let within = micros(self.bulk.repeat_within);
        let most_open = self.bulk.most_open;
        let work = async move |tx: &mut Tx| {
            let moment = (new.received, within);
            if let Some((number, at)) = reception::repeated(tx, &new.institution, &new.digest, moment).await?
            {
                return Ok::<_, VerificationError>(Received::Under { number, at });
            }
            if reception::open_of(tx, &new.institution).await? >= most_open {
                return Ok(Received::Busy);
            }
            let heads = relay::reader::heads(tx).await?;
            reception::receive(tx, &new, heads).await?;
            Ok(Received::Under {
                number: new.number.clone(),
                at: new.received,
            })
        };
        let received = self.store.unit("verification.receive", work).await?;
        self.bell.notify_one();
        Ok(received)
    }

    /// 24 digits that nobody can guess, as long as the public sample's.
    fn number(&self) -> String {
        let random = u128::from_be_bytes(self.env.random());
        format!("{:024}", random % 10_u128.pow(24))
    }
}

/// The month that a request asks about.
pub(crate) fn month_of(request: &mutic01::Request) -> TreatmentMonth {
    let month = request.search.medical_treatment_month;
    // The message's form has the bounds of a date, so there is always such a day.
    let first = Date::new(month.year(), month.month(), 1).unwrap_or(Date::MIN);
    TreatmentMonth::of(first)
}

/// A row of the receptions that does not say what it must.
pub(crate) const SHAPE: VerificationError = VerificationError::Shape { table: "reception" };

fn written<E>(written: Result<Vec<u8>, E>) -> Result<Vec<u8>, VerificationError> {
    written.map_err(|_| SHAPE)
}

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}
