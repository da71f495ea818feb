//! The inquiry by number: from a question to an answer and what it was computed from.
//!
//! Whatever is asked, the same one statement runs: the cursors, and the versions behind the number with how fresh
//! their offices are. Of somebody about whom more has been said than it looks at there is a second one (`store::found`). What it
//! returns is folded to one version of each record and given to `domain`'s answer table. The uniform answer leaves at a [`pace`], because the time that it took would tell what its bytes do not. [`card`] is the
//! inquiry with a card.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::answer::{self, Answer};
use domain::calendar::Date;
use domain::eligibility::RULE_VERSION;
use domain::identity::PersonId;
use domain::month::TreatmentMonth;
use domain::number::{InstitutionCode, PayerNumber, RecipientNumber};
use domain::permit::{Action, Permit};
use domain::presence::Presence;
use domain::regime::PersonNumber;
use env::Time;
use exchange::oqs::siquc01::{Request, ResultMessage, SearchInfo};
use exchange::registration::feed::Heads;

use crate::basis::known_as_of;
use crate::store::presence::{self as rows, LastSaid};
use crate::store::{self, Looking, Snapshot, Stored};
use crate::{Basis, Verification, VerificationError, apply, report};

mod card;
mod cardholder;
mod pace;
mod person;

pub(crate) use card::CardRefusal;
pub(crate) use person::{KnownPerson, is_visible};

/// A question by number. Texts that are no numbers find nobody, like numbers that nobody has; somebody who asks about one
/// person alone is told before (`api::numbers`).
pub(crate) struct Asked {
    payer: String,
    recipient: String,
    question: answer::Question,
}

/// What an institution is told, and what that was computed from.
struct Told {
    message: ResultMessage,
    basis: Basis,
    /// Whether it is the one answer that says nothing of anybody.
    is_uniform: bool,
    /// Whose card was read lately where this is told.
    visitor: Option<(PersonId, InstitutionCode)>,
}

impl Told {
    /// Says what the person said last, and names when that was. Where nothing is told of the person, nothing is; to whoever
    /// brings a certificate that has ended no yes is told.
    fn add_consents(&mut self, last: &[LastSaid]) {
        let is_told = !self.message.body.result_list.is_empty();
        let told: Vec<LastSaid> = last
            .iter()
            .filter(|said| is_told && !(said.given && self.basis.has_ended))
            .copied()
            .collect();
        self.basis.said = told.iter().map(|said| (said.scope, said.at)).collect();
        report::add_consents(&mut self.message.body.result_list, &told, self.basis.at);
    }
}

/// What an answer of now is computed from. Who is known to several offices is known as of the one that is known least.
fn basis(heads: Heads, versions: &[Stored], at: Time) -> Basis {
    let known = versions
        .iter()
        .map(|version| version.as_of.and_then(|as_of| known_as_of(as_of, at)));
    let visited = versions.iter().filter_map(|version| version.visited).max();
    Basis {
        heads,
        rules: RULE_VERSION.into(),
        as_of: known.min().flatten(),
        at,
        request_key: None,
        has_ended: false,
        visited: visited.map(Time::from_micros),
        said: BTreeMap::new(),
    }
}

impl Verification {
    /// Answers a request of an institution, from one of its terminals.
    ///
    /// # Errors
    /// When the database says no, or a row does not open. There is no error that tells one person from another.
    pub(crate) async fn inquire(
        self: &Arc<Self>,
        permit: &Permit,
        (institution, terminal): (InstitutionCode, &Arc<str>),
        presence: Presence,
        request: &Request,
    ) -> Result<(ResultMessage, Basis), VerificationError> {
        permit.require(Action::InquireByNumber)?;
        let came = self.env.now();
        let asked = Asked::of(institution, request);
        let looking = Looking::from(institution, came);
        let Snapshot { heads, versions } = self.snapshot(&asked, &looking).await?;
        let basis = basis(heads, &versions, came);
        let mut told = self.answer(presence, &asked, request, &versions, basis)?;
        if told.is_uniform {
            self.guessing.miss(terminal, came);
            pace::wait(&self.env, came).await;
        } else {
            self.guessing.hit(terminal);
        }
        if let Some((person, institution)) = told.visitor {
            told.add_consents(&rows::last_said(&self.store, person, institution).await?);
        }
        Ok((told.message, told.basis))
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
        let looking = Looking::again(institution, basis);
        let snapshot = self.snapshot(&asked, &looking).await?;
        // Whether the photograph was compared or not changes nothing of what is told.
        let mut told = self.answer(
            Presence::NumberOnly,
            &asked,
            request,
            &snapshot.versions,
            basis.clone(),
        )?;
        self.add_consents_again(&mut told, basis).await?;
        Ok(told.message)
    }

    async fn snapshot(&self, asked: &Asked, looking: &Looking) -> Result<Snapshot, VerificationError> {
        let (index, month) = asked.key(self);
        Ok(store::found_by(&self.store, index.as_bytes(), month, looking).await?)
    }

    fn answer(
        &self,
        presence: Presence,
        asked: &Asked,
        request: &Request,
        versions: &[Stored],
        mut basis: Basis,
    ) -> Result<Told, VerificationError> {
        let person = self.person(asked, versions, &basis.heads)?;
        let day = asked.question.day;
        let found = person.as_ref().map(|person| person.found(day));
        let told: Answer<'_> = answer::answer(presence, &asked.question, found.as_ref());
        let is_uniform = !told.disclosure.shows_identity();
        if is_uniform {
            // Who is not told about a person is not told about their office either.
            basis.as_of = None;
            basis.visited = None;
        }
        let items = report::items(&told, person.as_ref(), day);
        let echo = report::Echo::of(request);
        let message = report::message(echo, &told, items, &basis);
        Ok(Told {
            message,
            basis,
            is_uniform,
            visitor: person
                .filter(|person| !is_uniform && person.was_here())
                .map(|person| (person.person(), asked.question.institution)),
        })
    }

    /// Adds what somebody whose card was read there had let the institution see, as an answer named it.
    async fn add_consents_again(&self, told: &mut Told, basis: &Basis) -> Result<(), VerificationError> {
        if let Some((person, institution)) = told.visitor {
            told.add_consents(&rows::said_then(&self.store, person, institution, &basis.said).await?);
        }
        Ok(())
    }

    /// Whom the question is about, as known at these positions.
    pub(crate) fn person(
        &self,
        asked: &Asked,
        versions: &[Stored],
        heads: &Heads,
    ) -> Result<Option<KnownPerson>, VerificationError> {
        let Some(number) = asked.number() else {
            return Ok(None);
        };
        match self.find(versions, number, asked, heads)? {
            Some(known) if known.visited => {
                let known = self.after_visit(known, &asked.question, versions, heads)?;
                Ok(Some(known))
            }
            known => Ok(known),
        }
    }
}

impl Asked {
    fn of(institution: InstitutionCode, request: &Request) -> Asked {
        let day = request.header.qualification_confirmation_date;
        Asked::about(institution, day, &request.search)
    }

    /// A question about one of those whom a request is about.
    pub(crate) fn about(institution: InstitutionCode, day: Date, search: &SearchInfo) -> Asked {
        Asked {
            payer: search.insurer_number.clone(),
            recipient: search.insured_identification_number.clone(),
            question: answer::Question {
                day,
                institution,
                birth_date: Some(search.birthdate),
            },
        }
    }

    /// What the answer table is asked.
    pub(crate) fn question(&self) -> &answer::Question {
        &self.question
    }

    /// The number's place in the index, and the month that is asked about.
    pub(crate) fn key(&self, role: &Verification) -> (seal::BlindIndex, i64) {
        let month = apply::month_number(TreatmentMonth::of(self.question.day));
        (role.number_index(&self.payer, &self.recipient), month)
    }

    fn number(&self) -> Option<PersonNumber> {
        let payer = PayerNumber::parse(&self.payer).ok()?;
        let recipient = RecipientNumber::parse(&self.recipient).ok()?;
        Some(PersonNumber { payer, recipient })
    }
}
