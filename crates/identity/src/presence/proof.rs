//! What a card signs, and what it is worth.

use domain::permit::Purpose;
pub use domain::presence::Method;
use env::Time;

use super::nonce::{NonceFault, NonceId, NonceKey, Place};
use crate::card::known::Untied;
use crate::card::revocation::{Lists, Unknown};
use crate::card::{CardId, Fault, InForce, Known, Refused, Standing};

/// What the terminal states and the card signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement<'a> {
    /// The nonce, as verification gave it.
    pub nonce: &'a [u8],
    /// The institution's code, as the terminal knows itself.
    pub institution: &'a str,
    /// The terminal's name.
    pub terminal: &'a str,
    /// What for.
    pub purpose: Purpose,
    /// How the person was told from others.
    pub method: Method,
    /// When, by the terminal's clock.
    pub at: Time,
    /// SHA-256 of what is asked beside the proof, so that nobody on the way can ask something else with it.
    pub asked: [u8; 32],
}

impl Statement<'_> {
    /// The bytes that are hashed and signed: a version, then each part with its length before it, so that no two statements
    /// are the same bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = b"madoguchi-presence-2\0".to_vec();
        let purpose = serde_json::to_vec(&self.purpose).unwrap_or_default();
        let at = self.at.micros().to_be_bytes();
        for part in [
            self.nonce,
            self.institution.as_bytes(),
            self.terminal.as_bytes(),
            &purpose,
            &[method_code(self.method)],
            &at,
            &self.asked,
        ] {
            bytes.extend(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
            bytes.extend(part);
        }
        bytes
    }
}

const fn method_code(method: Method) -> u8 {
    match method {
        Method::Pin => 1,
        Method::Face => 2,
    }
}

/// What a terminal brings.
#[derive(Clone, Debug)]
pub struct Proof<'a> {
    /// What is stated.
    pub statement: Statement<'a>,
    /// The card's certificate.
    pub certificate: &'a [u8],
    /// The card's signature over the statement.
    pub signature: &'a [u8],
}

/// A card was here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Present {
    /// Whose.
    pub card: CardId,
    /// How its certificate stands in time.
    pub in_force: InForce,
    /// How the person was told from others.
    pub method: Method,
    /// What the use of the nonce is remembered by. Whoever answers keeps it in the commit of the answer, where it exists once.
    pub nonce: NonceId,
    /// As of when it is known that the card is not revoked.
    pub as_of: Time,
}

/// Why no card was here. Each is counted by itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPresent {
    /// The nonce was made by nobody here, or something in it was changed.
    #[error("この検証サーバーが発行した乱数ではありません")]
    NotOurs,
    /// Made for another institution.
    #[error("別の医療機関・薬局のための乱数です")]
    OtherInstitution,
    /// Made for another terminal.
    #[error("別の端末のための乱数です")]
    OtherTerminal,
    /// Made for another connection.
    #[error("別の接続のための乱数です")]
    OtherConnection,
    /// More than a minute old.
    #[error("乱数の有効時間（60秒）が過ぎています")]
    Stale,
    /// Of a time that has not come: clocks differ.
    #[error("乱数の時刻が未来です")]
    Future,
    /// The statement is about another institution or terminal than the connection's.
    #[error("署名された医療機関・端末が接続と一致しません")]
    OtherPlace,
    /// The statement is for another purpose than what is asked.
    #[error("署名された利用目的が照会と一致しません")]
    OtherPurpose,
    /// The certificate has another form.
    #[error(transparent)]
    Certificate(#[from] Fault),
    /// The certificate proves nothing.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The card did not sign this statement.
    #[error("カードの署名が合いません")]
    Signature,
    /// The card was revoked.
    #[error("カードの電子証明書は失効しています")]
    Revoked,
    /// Nobody can say whether it was.
    #[error("カードの電子証明書の失効を確認できません")]
    Unknown(Unknown),
}

impl From<NonceFault> for NotPresent {
    fn from(fault: NonceFault) -> NotPresent {
        match fault {
            NonceFault::NotOurs => NotPresent::NotOurs,
            NonceFault::Stale => NotPresent::Stale,
            NonceFault::Future => NotPresent::Future,
            NonceFault::OtherInstitution => NotPresent::OtherInstitution,
            NonceFault::OtherTerminal => NotPresent::OtherTerminal,
            NonceFault::OtherConnection => NotPresent::OtherConnection,
        }
    }
}

impl From<Untied> for NotPresent {
    fn from(untied: Untied) -> NotPresent {
        match untied {
            Untied::Fault(fault) => NotPresent::Certificate(fault),
            Untied::Refused(refused) => NotPresent::Refused(refused),
        }
    }
}

/// What a proof is judged by.
pub struct Judge<'a> {
    /// The key of nonces.
    pub nonces: &'a NonceKey,
    /// The pinned keys, and the certificates that were tied to them before.
    pub cards: &'a Known,
    /// What was revoked.
    pub lists: &'a Lists,
}

impl Judge<'_> {
    /// Whether a card was at this place, for this purpose, now. The cheap questions are asked first, and the place is the
    /// connection's own: nothing of it is believed from the statement.
    ///
    /// # Errors
    /// [`NotPresent`]: the first reason.
    pub fn judge(
        &self,
        proof: &Proof<'_>,
        place: &Place,
        purpose: Purpose,
        now: Time,
    ) -> Result<Present, NotPresent> {
        let said = &proof.statement;
        let nonce = self.nonces.read(said.nonce, place, now)?;
        if said.institution != place.institution.as_str() || said.terminal != place.terminal {
            return Err(NotPresent::OtherPlace);
        }
        if said.purpose != purpose {
            return Err(NotPresent::OtherPurpose);
        }
        let tied = self.cards.tie(proof.certificate)?;
        let proven = tied.at(now)?;
        if !tied.has_signed(&said.encode(), proof.signature) {
            return Err(NotPresent::Signature);
        }
        let as_of = match self.lists.standing(&proven.card, now) {
            Standing::Good { as_of } => as_of,
            Standing::Revoked { .. } => return Err(NotPresent::Revoked),
            Standing::Unknown(why) => return Err(NotPresent::Unknown(why)),
        };
        Ok(Present {
            card: proven.card,
            in_force: proven.in_force,
            method: said.method,
            nonce,
            as_of,
        })
    }
}
