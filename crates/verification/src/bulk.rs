//! 資格確認一括照会 (`OQSmuquc`): each of many people as an inquiry about that person alone would be answered.
//!
//! For each the same statement runs, whoever they are, and whoever may not be told about has the same unit but for what
//! the request itself said of them (promise `addressed`).

use domain::answer;
use domain::calendar::Date;
use domain::number::InstitutionCode;
use domain::presence::Presence;
use env::Time;
use exchange::oqs::bulk::BulkConfirmUnit;
use exchange::oqs::codes::ProcessingResultStatus;
use exchange::oqs::siquc01::SearchInfo;
use exchange::registration::feed::Heads;
use storage::Tx;

use crate::inquiry::Asked;
use crate::store::{self, Looking, Stored};
use crate::wording::NOT_LOOKED_FOR;
use crate::{Verification, VerificationError, report};

/// A unit, and, when it tells of somebody, what it is told from.
pub(crate) struct Told {
    pub(crate) unit: BulkConfirmUnit,
    pub(crate) somebody: Option<Vec<Stored>>,
    /// Whether anybody was looked for.
    pub(crate) is_looked_for: bool,
}

impl Told {
    /// Whether somebody was looked for and nobody was told of.
    pub(crate) fn is_miss(&self) -> bool {
        self.is_looked_for && self.somebody.is_none()
    }

    /// Of somebody behind the last miss that the institution may make: the same, whoever they are.
    fn not_looked_for(search: SearchInfo) -> Told {
        let (code, text) = NOT_LOOKED_FOR;
        Told {
            unit: BulkConfirmUnit {
                search: Some(search),
                processing_result_status: Some(ProcessingResultStatus::Error),
                processing_result_code: Some(code.to_owned()),
                processing_result_message: Some(text.to_owned()),
                qualification_validity: None,
                results: Vec::new(),
                reference_number: None,
            },
            somebody: None,
            is_looked_for: false,
        }
    }
}

impl Verification {
    /// What is told of each of some people, as known at these positions. When so many as may be were nobody, the rest is not
    /// looked for.
    pub(crate) async fn tell_all(
        &self,
        institution: InstitutionCode,
        day: Date,
        people: Vec<SearchInfo>,
        heads: &Heads,
        at: Time,
        may_miss: u32,
    ) -> Result<Vec<Told>, VerificationError> {
        if may_miss == 0 {
            return Ok(people.into_iter().map(Told::not_looked_for).collect());
        }
        let questions: Vec<Asked> = people
            .iter()
            .map(|search| Asked::about(institution, day, search))
            .collect();
        let keys: Vec<_> = questions.iter().map(|asked| asked.key(self)).collect();
        let looking = Looking::from(institution, at).as_of(heads);
        let read = async move |tx: &mut Tx| {
            let mut all = Vec::with_capacity(keys.len());
            for (index, month) in &keys {
                all.push(
                    store::found_in(tx, index.as_bytes(), *month, &looking)
                        .await?
                        .versions,
                );
            }
            Ok::<_, VerificationError>(all)
        };
        let found = self.store.read("verification.bulk", read).await?;
        let (mut told, mut misses) = (Vec::with_capacity(people.len()), 0);
        for ((search, asked), versions) in people.into_iter().zip(&questions).zip(found) {
            let one = if misses < may_miss {
                self.tell(search, asked, versions, heads)?
            } else {
                Told::not_looked_for(search)
            };
            misses += u32::from(one.is_miss());
            told.push(one);
        }
        Ok(told)
    }

    fn tell(
        &self,
        search: SearchInfo,
        asked: &Asked,
        versions: Vec<Stored>,
        heads: &Heads,
    ) -> Result<Told, VerificationError> {
        let person = self.person(asked, &versions, heads)?;
        let day = asked.question().day;
        let found = person.as_ref().map(|person| person.found(day));
        let told = answer::answer(Presence::NumberOnly, asked.question(), found.as_ref());
        let unit = BulkConfirmUnit {
            search: Some(search),
            processing_result_status: Some(ProcessingResultStatus::Done),
            processing_result_code: None,
            processing_result_message: told.text.map(str::to_owned),
            qualification_validity: report::validity(told.validity),
            results: report::items(&told, person.as_ref(), day),
            reference_number: None,
        };
        let somebody = told.disclosure.shows_identity();
        Ok(Told {
            unit,
            somebody: somebody.then_some(versions),
            is_looked_for: true,
        })
    }
}
