//! What a responder says of single cards (OCSP, RFC 6960), tied to the pinned key that issued them.
//!
//! ```text
//! bytes ─▶ message: strict form ─▶ naming: whose cards ─▶ responder: who signed ─▶ one word on each card
//! ```
//!
//! - [`message`]: the messages; [`naming`]: how certificates and responders are named in them.
//! - [`responder`]: the issuing key itself, or one to whom it delegated this and nothing else.
//! - [`question`]: what is asked, and whether an answer is one to it.
//!
//! How long a word counts is the matter of [`revocation`](super::revocation), as for lists. The way to a responder is the
//! caller's: here are bytes only.

pub(crate) mod message;
mod naming;
mod question;
mod responder;

pub use naming::NamedBy;
pub use question::Question;
pub use responder::ResponderFault;

use der::asn1::{ContextSpecific, GeneralizedTime, OctetString, SequenceRef};
use der::{Decode, Encode, Reader, SliceReader, TagNumber};
use env::Time;
use x509_cert::certificate::Version;
use x509_cert::ext::Extensions;

use super::signed::{Signed, is_sha256_with_rsa};
use super::{Anchor, Anchors, CardId};
use message::{BASIC, CertStatus, NONCE, Response, ResponseData, Single, Status};

/// The longest answer that is read, in bytes: one word and two certificates have some 3,000.
pub const MOST: usize = 16 << 10;
/// How many certificates may come along.
const CERTIFICATES: usize = 8;

/// Why bytes are no answer that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OcspFault {
    /// More than [`MOST`] bytes.
    #[error("失効の応答が長すぎます")]
    TooLong,
    /// Not DER, or of another kind or version.
    #[error("失効の応答として読めません")]
    Unreadable,
    /// The responder does not answer.
    #[error("失効の問合せに応答がありません（{0:?}）")]
    Declined(Declined),
    /// Another algorithm than the profile's.
    #[error("失効の応答の署名方式が SHA-256・RSA ではありません")]
    Algorithm,
    /// A critical extension that is not known here.
    #[error("失効の応答に知らない必須の拡張があります")]
    UnknownCritical,
    /// It says nothing, or of one card twice.
    #[error("失効の応答が1枚につき1件ではありません")]
    NotOneEach,
    /// It is about cards of nobody who is pinned, or of several.
    #[error("失効の応答の発行者が登録されていません")]
    UnknownIssuer,
    /// Nobody who may speak has signed it.
    #[error(transparent)]
    Responder(#[from] ResponderFault),
    /// A word does not say when the next one comes, or that was before it.
    #[error("失効の応答の次回更新日時がありません")]
    NoNext,
    /// The number is none.
    #[error("失効の応答に番号ではないものがあります")]
    Entry,
    /// It is the answer to another question.
    #[error("失効の応答の乱数が問合せと一致しません")]
    Nonce,
    /// It is about other cards.
    #[error("失効の応答に問い合わせたカードがありません")]
    NotAsked,
}

/// Why a responder does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Declined {
    /// It could not read the question.
    Malformed,
    /// It has a fault of its own.
    Internal,
    /// Later.
    TryLater,
    /// The question must be signed.
    SignatureRequired,
    /// Not this one.
    Unauthorized,
}

/// How a card stands, by a responder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Not revoked.
    Good,
    /// Revoked.
    Revoked {
        /// Since when.
        since: Time,
    },
    /// The responder does not know it.
    Unknown,
}

/// A word on one card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Which.
    pub card: CardId,
    /// How it stands.
    pub word: Word,
    /// As of when that is known.
    pub made: Time,
    /// When the next word is due; if a delegate said it, not after the end of what it was delegated.
    pub next: Time,
}

/// An answer that somebody signed who may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OcspAnswer {
    nonce: Option<Vec<u8>>,
    said: Vec<Said>,
}

impl OcspAnswer {
    /// Reads an answer and ties it to the pinned key that issued the cards, at the moment at which it came.
    ///
    /// # Errors
    /// [`OcspFault`]: the first thing that is not as it must be.
    pub fn parse(anchors: &Anchors, bytes: &[u8], at: Time) -> Result<OcspAnswer, OcspFault> {
        if bytes.len() > MOST {
            return Err(OcspFault::TooLong);
        }
        let response = Response::from_der(bytes).map_err(|_| OcspFault::Unreadable)?;
        declined(response.status)?;
        let content = response.bytes.filter(|bytes| bytes.kind == BASIC);
        let content = content.ok_or(OcspFault::Unreadable)?.content;
        let (signed, certificates) = taken_apart(content.as_bytes()).map_err(|_| OcspFault::Unreadable)?;
        let data = ResponseData::from_der(signed.content).map_err(|_| OcspFault::Unreadable)?;
        // What was signed is what is read.
        if data.version != Version::V1 || data.to_der().ok().as_deref() != Some(signed.content) {
            return Err(OcspFault::Unreadable);
        }
        if !is_sha256_with_rsa(&signed.algorithm) {
            return Err(OcspFault::Algorithm);
        }
        let nonce = nonce(data.extensions.as_ref())?;
        let issuer = issuer(anchors, &data.responses)?;
        let until = responder::signer(issuer, &data.responder, &signed, &certificates, at)?;
        let mut said: Vec<Said> = Vec::new();
        for single in &data.responses {
            let one = read_single(issuer, single, until)?;
            if said.iter().any(|earlier| earlier.card == one.card) {
                return Err(OcspFault::NotOneEach);
            }
            said.push(one);
        }
        Ok(OcspAnswer { nonce, said })
    }

    /// What it says of each card.
    #[must_use]
    pub fn said(&self) -> &[Said] {
        &self.said
    }

    pub(super) fn into_said(self) -> Vec<Said> {
        self.said
    }
}

fn declined(status: Status) -> Result<(), OcspFault> {
    Err(OcspFault::Declined(match status {
        Status::Successful => return Ok(()),
        Status::MalformedRequest => Declined::Malformed,
        Status::InternalError => Declined::Internal,
        Status::TryLater => Declined::TryLater,
        Status::SigRequired => Declined::SignatureRequired,
        Status::Unauthorized => Declined::Unauthorized,
    }))
}

/// A BasicOCSPResponse: what was signed, and the certificates that came along. More than a few are not looked for.
fn taken_apart(bytes: &[u8]) -> der::Result<(Signed<'_>, Vec<&[u8]>)> {
    let mut outer = SliceReader::new(bytes)?;
    let parts = outer.sequence(|inner: &mut _| {
        let signed = Signed::read(inner)?;
        let field = ContextSpecific::<&SequenceRef>::decode_explicit(inner, TagNumber(0))?;
        let mut along = Vec::new();
        if let Some(field) = field {
            let mut list = SliceReader::new(field.value.as_bytes())?;
            while !list.is_finished() {
                along.push(list.tlv_bytes()?);
                if along.len() > CERTIFICATES {
                    return Err(der::Tag::Sequence.value_error().into());
                }
            }
        }
        Ok::<_, der::Error>((signed, along))
    })?;
    outer.finish()?;
    Ok(parts)
}

/// The pinned key that issued all the cards of an answer: who speaks for one key says nothing of another's.
fn issuer<'a>(anchors: &'a Anchors, responses: &[Single]) -> Result<&'a Anchor, OcspFault> {
    let first = responses.first().ok_or(OcspFault::NotOneEach)?;
    let mut all = anchors.all();
    let issuer = all.find(|anchor| first.certificate.is_of(anchor));
    issuer
        .filter(|anchor| responses.iter().all(|one| one.certificate.is_of(anchor)))
        .ok_or(OcspFault::UnknownIssuer)
}

fn read_single(issuer: &Anchor, single: &Single, until: Option<Time>) -> Result<Said, OcspFault> {
    if single.extensions.iter().flatten().any(|one| one.critical) {
        return Err(OcspFault::UnknownCritical);
    }
    let made = moment(single.this_update);
    let next = single.next_update.map(moment).filter(|next| *next > made);
    let next = next.ok_or(OcspFault::NoNext)?;
    Ok(Said {
        card: single.certificate.card(issuer).ok_or(OcspFault::Entry)?,
        word: match &single.status {
            CertStatus::Good(_) => Word::Good,
            CertStatus::Unknown(_) => Word::Unknown,
            CertStatus::Revoked(revoked) => Word::Revoked {
                since: moment(revoked.since),
            },
        },
        made,
        next: until.map_or(next, |until| next.min(until)),
    })
}

/// The nonce among the extensions. It is an OCTET STRING within the one that every extension has.
fn nonce(extensions: Option<&Extensions>) -> Result<Option<Vec<u8>>, OcspFault> {
    let mut nonce = None;
    for one in extensions.into_iter().flatten() {
        match one.extn_id {
            NONCE if nonce.is_none() => {
                let said = OctetString::from_der(one.extn_value.as_bytes());
                nonce = Some(said.map_err(|_| OcspFault::Unreadable)?.as_bytes().to_vec());
            }
            NONCE => return Err(OcspFault::Unreadable),
            _ if one.critical => return Err(OcspFault::UnknownCritical),
            _ => {}
        }
    }
    Ok(nonce)
}

fn moment(time: GeneralizedTime) -> Time {
    super::certificate::time(x509_cert::time::Time::from(time))
}
