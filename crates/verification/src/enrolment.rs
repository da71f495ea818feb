//! Enrolment (利用申込): a card that was here is passed on to the hub, which knows whose it is.

use std::sync::Arc;

use domain::permit::{Action, Actor, Permit};
use exchange::presence::{Brought, Enrolled, Enrolment, PASSED_ON, PassedOn};
use identity::card::{InForce, Refused};
use identity::presence::NotPresent;
use service::{CallError, Caller, Terminal};
use storage::Tx;

use crate::presence::{USED, name};
use crate::store::presence as rows;
use crate::{Verification, VerificationError};

/// Why nobody was enrolled.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EnrolmentRefusal {
    /// What is asked cannot be read.
    #[error("what is asked is not of the agreed shape")]
    Malformed,
    /// No card was here.
    #[error(transparent)]
    NotPresent(#[from] NotPresent),
    /// The nonce was used before.
    #[error("この乱数は既に使われています")]
    Used,
    /// This process asks no hub.
    #[error("there is no hub here")]
    NoHub,
    /// The hub does not answer.
    #[error(transparent)]
    Hub(#[from] CallError),
    /// It cannot be answered now.
    #[error(transparent)]
    Failed(#[from] VerificationError),
}

impl Verification {
    /// Enrols whoever's card is here. The hub takes the same twice as once, so the nonce is used first.
    ///
    /// # Errors
    /// [`EnrolmentRefusal`].
    pub(crate) async fn enrol(
        self: &Arc<Self>,
        permit: &Permit,
        terminal: &Terminal,
        brought: &Brought,
    ) -> Result<Enrolled, EnrolmentRefusal> {
        permit
            .require(Action::EnrolCard)
            .map_err(VerificationError::from)?;
        let at = self.env.now();
        let present = self.presence.judge(terminal, brought, permit.purpose(), at)?;
        let _nothing: Enrolment =
            serde_json::from_str(&brought.asked).map_err(|_| EnrolmentRefusal::Malformed)?;
        if present.in_force == InForce::EndedLately {
            let expired = NotPresent::Refused(Refused::Expired);
            self.presence.count(name(&expired));
            return Err(expired.into());
        }
        let (nonce, token) = (present.nonce, self.env.random::<16>());
        let write = async move |tx: &mut Tx| {
            Ok::<_, VerificationError>(rows::use_nonce(tx, &nonce, &token, at).await?)
        };
        if self.store.settled("verification.enrolment", write).await? == rows::Use::Other {
            self.presence.count(USED);
            return Err(EnrolmentRefusal::Used);
        }
        let hub = self.hub.as_ref().ok_or(EnrolmentRefusal::NoHub)?;
        let hub = Caller::asking(&self.env, hub, Actor::Hub);
        Ok(hub.post(PASSED_ON, &PassedOn { card: present.card }).await?)
    }
}
