//! The inquiry with a card: whoever has the card is here now, so the answer may say more (promise `presence`).
//!
//! ```text
//! nonce ─▶ terminal, card ─▶ brought ─▶ judged ─▶ whom the card finds ─▶ the answer table
//!                                                                  │
//!            one commit: the nonce is used, the visit, what the person said ─▶ the answer leaves
//! ```

use std::sync::Arc;

use domain::answer::{self, Answer, Validity};
use domain::card::CardId;
use domain::consent::Said;
use domain::identity::PersonId;
use domain::month::TreatmentMonth;
use domain::number::InstitutionCode;
use domain::permit::{Action, Permit};
use domain::presence::{Method, Presence};
use env::Time;
use exchange::oqs::siquc01::ResultMessage;
use exchange::presence::{Brought, Inquiry, InquiryFault};
use identity::card::InForce;
use identity::presence::{NonceId, NotPresent};
use service::Terminal;
use storage::Tx;

use super::{Told, basis};
use crate::presence::USED;
use crate::report::Echo;
use crate::store::presence::{self as rows, LastSaid, Use, Visit};
use crate::store::{self, Looking, Stored};
use crate::{Basis, Verification, VerificationError, apply, report};

/// Why somebody with a card is told nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CardRefusal {
    /// What is asked cannot be read, or cannot be answered as it stands.
    #[error(transparent)]
    Malformed(#[from] InquiryFault),
    /// No card was here.
    #[error(transparent)]
    NotPresent(#[from] NotPresent),
    /// The nonce was used before.
    #[error("この乱数は既に使われています")]
    Used,
    /// It cannot be answered now.
    #[error(transparent)]
    Failed(#[from] VerificationError),
}

/// What one inquiry writes down.
#[derive(Clone)]
struct Record {
    nonce: NonceId,
    /// Drawn for this inquiry: the nonce's row is ours when it has it.
    token: [u8; 16],
    institution: InstitutionCode,
    at: Time,
    method: Method,
    person: Option<PersonId>,
    request_key: Option<[u8; 16]>,
    said: Vec<Said>,
}

impl Verification {
    /// Answers a terminal that brings a card.
    ///
    /// # Errors
    /// [`CardRefusal`]: nothing is told, and whoever is not believed is counted.
    pub(crate) async fn inquire_by_card(
        self: &Arc<Self>,
        permit: &Permit,
        terminal: &Terminal,
        brought: &Brought,
    ) -> Result<(ResultMessage, Basis), CardRefusal> {
        permit
            .require(Action::InquireByCard)
            .map_err(VerificationError::from)?;
        let at = self.env.now();
        let present = self.presence.judge(terminal, brought, permit.purpose(), at)?;
        let inquiry = Inquiry::read(&brought.asked)?;
        let institution = terminal.institution;
        let looking = Looking::from(institution, at);
        let snapshot = self.by_card(&present.card, &inquiry, &looking).await?;
        let mut basis = basis(snapshot.heads, &snapshot.versions, at);
        basis.has_ended = present.in_force == InForce::EndedLately;
        let (mut told, validity) = self.answer_card(
            &present.card,
            &inquiry,
            institution,
            &snapshot.versions,
            basis.clone(),
        )?;
        if validity == Validity::ValidUnregistered {
            basis.request_key = Some(self.env.random());
            told.message.body.qualification_confirmation_key = basis.request_key.map(hex::encode);
            told.basis = basis;
        }
        let mut said = inquiry.consents;
        // Whose certificate has ended is told of the eligibility and lets nobody see more; a no is always taken.
        said.retain(|said| !(said.given && told.basis.has_ended));
        let record = Record {
            nonce: present.nonce,
            token: self.env.random(),
            institution,
            at,
            method: present.method,
            person: told.visitor.map(|(person, _)| person),
            request_key: told.basis.request_key,
            said,
        };
        let write = async move |tx: &mut Tx| write_down(tx, &record).await;
        let Some(last) = self.store.settled("verification.card", write).await? else {
            self.presence.count(USED);
            return Err(CardRefusal::Used);
        };
        told.add_consents(&last);
        Ok((told.message, told.basis))
    }

    async fn by_card(
        &self,
        card: &CardId,
        inquiry: &Inquiry,
        looking: &Looking,
    ) -> Result<store::Snapshot, VerificationError> {
        let month = apply::month_number(TreatmentMonth::of(inquiry.day));
        let index = self.card_index(card);
        Ok(store::found_by(&self.store, index.as_bytes(), month, looking).await?)
    }

    fn answer_card(
        &self,
        card: &CardId,
        inquiry: &Inquiry,
        institution: InstitutionCode,
        versions: &[Stored],
        mut basis: Basis,
    ) -> Result<(Told, Validity), VerificationError> {
        let day = inquiry.day;
        let question = answer::Question {
            day,
            institution,
            birth_date: None,
        };
        let person = self.find_card(versions, card, &basis.heads)?;
        let found = person.as_ref().map(|person| person.found(day));
        let told: Answer<'_> = answer::answer(Presence::CardSigned, &question, found.as_ref());
        if !told.disclosure.shows_identity() {
            basis.as_of = None;
            basis.visited = None;
        }
        let items = report::items(&told, person.as_ref(), day);
        let echo = Echo {
            day,
            institution: institution.as_str(),
            identifier: inquiry.identifier.as_deref(),
            search: None,
        };
        let message = report::message(echo, &told, items, &basis);
        let visitor = person.as_ref().map(|person| (person.person(), institution));
        let validity = told.validity;
        Ok((
            Told {
                message,
                basis,
                is_uniform: false,
                visitor,
            },
            validity,
        ))
    }

    /// Computes an answer to a card again from what it named (promise `history`).
    ///
    /// # Errors
    /// As when it was computed first.
    pub async fn recompute_card(
        self: &Arc<Self>,
        institution: InstitutionCode,
        card: &CardId,
        inquiry: &Inquiry,
        basis: &Basis,
    ) -> Result<ResultMessage, VerificationError> {
        let looking = Looking::again(institution, basis);
        let snapshot = self.by_card(card, inquiry, &looking).await?;
        let (mut told, _) =
            self.answer_card(card, inquiry, institution, &snapshot.versions, basis.clone())?;
        self.add_consents_again(&mut told, basis).await?;
        Ok(told.message)
    }
}

/// Uses the nonce, keeps what came with it, and reads what the person said last of each scope; nothing when the nonce was
/// somebody else's.
async fn write_down(tx: &mut Tx, record: &Record) -> Result<Option<Vec<LastSaid>>, VerificationError> {
    let used = rows::use_nonce(tx, &record.nonce, &record.token, record.at).await?;
    if used == Use::Other {
        return Ok(None);
    }
    let Some(person) = record.person else {
        return Ok(Some(Vec::new()));
    };
    let visit = Visit {
        person,
        institution: record.institution,
        at: record.at,
        nonce: record.nonce,
        method: record.method,
        request_key: record.request_key,
    };
    if used == Use::First {
        rows::keep(tx, &visit, &record.said).await?;
    }
    let said = rows::last_said_within(tx, person, record.institution).await?;
    Ok(Some(said))
}
