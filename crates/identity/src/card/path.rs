//! From a card's certificate to the pinned key that issued it (RFC 5280 §6, with a path of one certificate).
//!
//! No name, no list and no clock of the caller's counts: the issuer is a pinned key or nobody, the policy is that of our world,
//! and the time is ours.

use env::Time;

use super::{Anchors, CardCertificate, CardId};

/// How long after its end a certificate still shows whose card it is, for the eligibility alone: until three months later.
const MONTHS_AFTER: i32 = 3;

/// Why a certificate proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Refused {
    /// Nobody with such a name and key is pinned.
    #[error("発行者が登録されていません")]
    UnknownIssuer,
    /// The policy is another one: for signatures, or of the other world.
    #[error("この環境の利用者証明用の証明書ではありません")]
    Policy,
    /// No pinned key of that name signed it.
    #[error("証明書の署名が合いません")]
    Signature,
    /// The key that issued it is not in force.
    #[error("発行者の鍵の有効期間外です")]
    IssuerNotInForce,
    /// It is not in force yet.
    #[error("証明書の有効期間の前です")]
    NotYet,
    /// It ended, and the time after it too.
    #[error("証明書の有効期間が切れています")]
    Expired,
}

/// How a certificate that was issued by a pinned key stands in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InForce {
    /// Within its validity.
    Now,
    /// Ended not more than three months ago: it shows the eligibility, and no medical information.
    EndedLately,
}

/// A certificate that a pinned key issued. That never changes; how it stands in time does.
#[derive(Clone, Debug)]
pub struct Tied {
    certificate: CardCertificate,
    card: CardId,
    /// When its issuer's key is in force.
    issuer: (Time, Time),
}

/// What a path has come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// Whose card it is: by this and nothing else.
    pub card: CardId,
    /// How it stands in time.
    pub in_force: InForce,
}

impl Anchors {
    /// Ties a certificate to the pinned key that issued it. How it stands in time, and whether it was revoked, are other
    /// questions.
    ///
    /// # Errors
    /// [`Refused`]: the first reason, in the order of its list.
    pub fn tie(&self, certificate: CardCertificate) -> Result<Tied, Refused> {
        let mut meant = self
            .meant(&certificate.issuer, certificate.issuer_key.as_deref())
            .peekable();
        if meant.peek().is_none() {
            return Err(Refused::UnknownIssuer);
        }
        if !certificate
            .policies
            .contains(&self.world().authentication_policy())
        {
            return Err(Refused::Policy);
        }
        let issuer = meant
            .find(|anchor| certificate.is_issued_by(&anchor.key))
            .ok_or(Refused::Signature)?;
        let (id, in_force) = (issuer.id(), (issuer.from, issuer.through));
        drop(meant);
        Ok(Tied {
            card: CardId {
                issuer: id,
                serial: certificate.serial().clone(),
            },
            issuer: in_force,
            certificate,
        })
    }
}

impl Tied {
    /// Which card it is of.
    #[must_use]
    pub fn card(&self) -> &CardId {
        &self.card
    }

    /// What it proves at a moment.
    ///
    /// # Errors
    /// [`Refused`]: it is not in force.
    pub fn at(&self, at: Time) -> Result<Proven, Refused> {
        let own = &self.certificate;
        if at < own.from {
            return Err(Refused::NotYet);
        }
        if at > months_after(own.through) {
            return Err(Refused::Expired);
        }
        // Of one that has ended it counts how its issuer stood at its end: a key that ended before takes its cards along.
        let (from, through) = self.issuer;
        let counts = at.min(own.through);
        if counts < from || through < counts {
            return Err(Refused::IssuerNotInForce);
        }
        let in_force = match at <= own.through {
            true => InForce::Now,
            false => InForce::EndedLately,
        };
        Ok(Proven {
            card: self.card.clone(),
            in_force,
        })
    }

    /// Whether the card that has its key signed a message.
    #[must_use]
    pub fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        self.certificate.has_signed(message, signature)
    }
}

/// The same moment of the day three months later in Japan, or the last day of that month.
fn months_after(end: Time) -> Time {
    let end = end.jst();
    let months = jiff::Span::new().months(MONTHS_AFTER);
    end.checked_add(months)
        .map_or(Time::from_micros(i64::MAX), Time::from_jst)
}
