//! The inquiry by number: from a question to an answer and what it was computed from.
//!
//! Whatever is asked, the same one statement runs: the cursors, and the versions behind the number with how fresh
//! their offices are. What it returns is folded to one version of each record and given to `domain`'s answer table.

use std::sync::Arc;

use domain::answer::{self, Answer};
use domain::eligibility::RULE_VERSION;
use domain::month::TreatmentMonth;
use domain::number::{InstitutionCode, PayerNumber, RecipientNumber};
use domain::permit::{Action, Permit};
use domain::presence::Presence;
use domain::regime::PersonNumber;
use exchange::oqs::siquc01::{Request, ResultMessage};

use crate::store::{self, Snapshot, Stored};
use crate::{Basis, Verification, VerificationError, apply, report};

mod person;

/// A question by number. Texts that are no numbers find nobody, like numbers that nobody has.
struct Asked {
    payer: String,
    recipient: String,
    question: answer::Question,
}

impl Verification {
    /// Answers a request of an institution.
    ///
    /// # Errors
    /// When the database says no, or a row does not open. There is no error that tells one person from another.
    pub(crate) async fn inquire(
        self: &Arc<Self>,
        permit: &Permit,
        institution: InstitutionCode,
        request: &Request,
    ) -> Result<(ResultMessage, Basis), VerificationError> {
        permit.require(Action::InquireByNumber)?;
        let asked = Asked::of(institution, request);
        let Snapshot { heads, versions } = self.snapshot(&asked).await?;
        // Who is known to several offices is known as of the one that is known least.
        let as_of = versions.iter().map(|version| version.as_of).min().flatten();
        let basis = Basis {
            heads,
            rules: RULE_VERSION.into(),
            as_of,
            at: self.env.now(),
        };
        self.answer(&asked, request, &versions, basis)
    }

    /// Computes an answer again from what it named. Within the retention period the bytes are the same.
    ///
    /// # Errors
    /// As when it was computed first.
    pub async fn recompute(
        self: &Arc<Self>,
        institution: InstitutionCode,
        request: &Request,
        basis: &Basis,
    ) -> Result<ResultMessage, VerificationError> {
        let asked = Asked::of(institution, request);
        let snapshot = self.snapshot(&asked).await?;
        self.answer(&asked, request, &snapshot.versions, basis.clone())
            .map(|(message, _)| message)
    }

    async fn snapshot(&self, asked: &Asked) -> Result<Snapshot, VerificationError> {
        let index = self.number_index(&asked.payer, &asked.recipient);
        let month = apply::month_number(TreatmentMonth::of(asked.question.day));
        Ok(store::found_by(&self.store, index.as_bytes(), month).await?)
    }

    fn answer(
        &self,
        asked: &Asked,
        request: &Request,
        versions: &[Stored],
        mut basis: Basis,
    ) -> Result<(ResultMessage, Basis), VerificationError> {
        let person = match asked.number() {
            Some(number) => self.find(versions, number, asked, &basis.heads)?,
            None => None,
        };
        let found = person.as_ref().map(person::Known::found);
        let told: Answer<'_> = answer::answer(Presence::NumberOnly, &asked.question, found.as_ref());
        if !told.disclosure.shows_identity() {
            // Who is not told about a person is not told about their office either.
            basis.as_of = None;
        }
        let message = report::message(
            request,
            &told,
            person.as_ref().and_then(person::Known::served),
            &basis,
        );
        Ok((message, basis))
    }
}

impl Asked {
    fn of(institution: InstitutionCode, request: &Request) -> Asked {
        Asked {
            payer: request.search.insurer_number.clone(),
            recipient: request.search.insured_identification_number.clone(),
            question: answer::Question {
                day: request.header.qualification_confirmation_date,
                institution,
                birth_date: Some(request.search.birthdate),
            },
        }
    }

    fn number(&self) -> Option<PersonNumber> {
        let payer = PayerNumber::parse(&self.payer).ok()?;
        let recipient = RecipientNumber::parse(&self.recipient).ok()?;
        Some(PersonNumber { payer, recipient })
    }
}
