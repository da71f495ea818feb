//! A question to a responder, and whether an answer is one to it. No role asks yet: how a responder is reached is not public, so
//! answers come as files, and this is for whoever will fetch them.

use der::Encode;
use der::asn1::OctetString;
use env::EnvRng;
use rand_core::Rng as _;
use x509_cert::ext::Extension;

use super::message::{Asked, AskedOne, CertId, NONCE, Request};
use super::{NamedBy, OcspAnswer, OcspFault};
use crate::card::{Anchors, CardId};

/// How does this card stand? With a nonce, so that an old answer is not taken for one to this question (RFC 9654).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    card: CardId,
    nonce: [u8; 32],
}

impl Question {
    /// About a card.
    #[must_use]
    pub fn draw(card: CardId, rng: &mut EnvRng) -> Question {
        let mut nonce = [0; 32];
        rng.fill_bytes(&mut nonce);
        Question { card, nonce }
    }

    /// The request (`application/ocsp-request`); nothing when the card's issuing key is not pinned.
    #[must_use]
    pub fn write(&self, anchors: &Anchors, by: NamedBy) -> Option<Vec<u8>> {
        let issuer = anchors.all().find(|anchor| anchor.id() == self.card.issuer)?;
        let nonce = OctetString::new(self.nonce).ok()?.to_der().ok()?;
        let request = Request {
            asked: Asked {
                list: vec![AskedOne {
                    certificate: CertId::new(by, &issuer.name, &issuer.key, &self.card.serial).ok()?,
                }],
                extensions: Some(vec![Extension {
                    extn_id: NONCE,
                    critical: false,
                    extn_value: OctetString::new(nonce).ok()?,
                }]),
            },
        };
        request.to_der().ok()
    }

    /// Whether an answer is one to this question. One without a nonce may have been made before it: its own times tell how
    /// fresh it is, and many responders have no other.
    ///
    /// # Errors
    /// [`OcspFault::Nonce`] and [`OcspFault::NotAsked`].
    pub fn is_answered_by(&self, answer: &OcspAnswer) -> Result<(), OcspFault> {
        if answer.nonce.as_ref().is_some_and(|nonce| *nonce != self.nonce) {
            return Err(OcspFault::Nonce);
        }
        match answer.said().iter().any(|said| said.card == self.card) {
            true => Ok(()),
            false => Err(OcspFault::NotAsked),
        }
    }
}
