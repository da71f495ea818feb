//! Who may speak for an issuing key: the key itself, or a responder whose certificate it issued for nothing else.

use der::{Decode, Encode};
use env::Time;
use x509_cert::certificate::{TbsCertificate, Version};
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages};

use super::message::{NO_CHECK, OCSP_SIGNING, ResponderId};
use crate::card::Anchor;
use crate::card::certificate::{period, rsa_2048};
use crate::card::signed::{Signed, is_sha256_with_rsa, issuer_key};
use crate::profile::extension;

/// Why nobody who may speak has signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum ResponderFault {
    /// It is neither the issuing key nor that of a certificate that came along.
    #[error("応答した者の証明書がありません")]
    Missing,
    /// Its certificate has another form: not DER, not version 3, another key or algorithm, an unknown critical extension.
    #[error("応答者の証明書が決まった形ではありません")]
    Form,
    /// The key that issued the card did not issue it.
    #[error("応答者の証明書はカードの発行者が発行したものではありません")]
    Issuer,
    /// It is not for answers (id-kp-OCSPSigning), or it is an authority's.
    #[error("応答者の証明書の用途が失効の応答ではありません")]
    Usage,
    /// It does not say that nobody need ask after it (id-pkix-ocsp-nocheck), and we ask nobody.
    #[error("応答者の証明書に失効確認を不要とする拡張がありません")]
    Checked,
    /// It is not in force.
    #[error("応答者の証明書の有効期間外です")]
    NotInForce,
    /// It did not sign what was said.
    #[error("失効の応答の署名が合いません")]
    Signature,
}

/// Finds who signed in the name of an issuing key; until when they may speak: `None` is the key itself.
pub(super) fn signer(
    anchor: &Anchor,
    said: &ResponderId,
    signed: &Signed<'_>,
    certificates: &[&[u8]],
    at: Time,
) -> Result<Option<Time>, ResponderFault> {
    if said.is(&anchor.name, &anchor.key) {
        return match signed.is_signed_by(&anchor.key) {
            true => Ok(None),
            false => Err(ResponderFault::Signature),
        };
    }
    let mut why = ResponderFault::Missing;
    for bytes in certificates {
        // Whoever is not meant may be of any form.
        let Some(delegate) = Delegate::meant(bytes, said) else {
            continue;
        };
        match delegate.may_speak(anchor, at) {
            Ok(through) if signed.is_signed_by(&delegate.key) => return Ok(Some(through)),
            Ok(_) => why = ResponderFault::Signature,
            Err(fault) => why = fault,
        }
    }
    Err(why)
}

/// A certificate that came along with an answer.
struct Delegate<'a> {
    signed: Signed<'a>,
    said: TbsCertificate,
    /// PKCS #1 `RSAPublicKey`.
    key: Vec<u8>,
}

impl<'a> Delegate<'a> {
    /// Reads it, when it is the one that is named.
    fn meant(bytes: &'a [u8], named: &ResponderId) -> Option<Delegate<'a>> {
        let signed = Signed::parse(bytes).ok()?;
        let said = TbsCertificate::from_der(signed.content).ok()?;
        let key = rsa_2048(said.subject_public_key_info())?;
        let name = said.subject().to_der().ok()?;
        named.is(&name, &key).then_some(Delegate { signed, said, key })
    }

    /// Until when it may speak for an issuing key.
    fn may_speak(&self, anchor: &Anchor, at: Time) -> Result<Time, ResponderFault> {
        let said = &self.said;
        let strict = said.version() == Version::V3
            && is_sha256_with_rsa(&self.signed.algorithm)
            && *said.signature() == self.signed.algorithm
            && said.to_der().is_ok_and(|again| again == self.signed.content);
        if !strict {
            return Err(ResponderFault::Form);
        }
        let issuer = said.issuer().to_der().map_err(|_| ResponderFault::Form)?;
        let extensions = Extensions::read(said)?;
        if !anchor.is_meant(&issuer, extensions.issuer_key.as_deref())
            || !self.signed.is_signed_by(&anchor.key)
        {
            return Err(ResponderFault::Issuer);
        }
        if !extensions.answers {
            return Err(ResponderFault::Usage);
        }
        if !extensions.unchecked {
            return Err(ResponderFault::Checked);
        }
        let (from, through) = period(said.validity());
        if at < from || through < at {
            return Err(ResponderFault::NotInForce);
        }
        Ok(through)
    }
}

/// What its extensions say.
#[derive(Default)]
struct Extensions {
    issuer_key: Option<Vec<u8>>,
    /// id-kp-OCSPSigning.
    answers: bool,
    /// id-pkix-ocsp-nocheck.
    unchecked: bool,
}

impl Extensions {
    fn read(said: &TbsCertificate) -> Result<Extensions, ResponderFault> {
        let all = said.extensions().map_or(&[][..], Vec::as_slice);
        let mut read = Extensions::default();
        for (at, one) in all.iter().enumerate() {
            if all[..at].iter().any(|earlier| earlier.extn_id == one.extn_id) {
                return Err(ResponderFault::Form);
            }
            let bytes = one.extn_value.as_bytes();
            match one.extn_id {
                extension::KEY_USAGE => {
                    let said: KeyUsage = decode(bytes)?;
                    if !said.0.contains(KeyUsages::DigitalSignature) {
                        return Err(ResponderFault::Usage);
                    }
                }
                extension::EXTENDED_KEY_USAGE => {
                    let said: ExtendedKeyUsage = decode(bytes)?;
                    read.answers = said.0.contains(&OCSP_SIGNING);
                }
                extension::BASIC_CONSTRAINTS => {
                    let said: BasicConstraints = decode(bytes)?;
                    if said.ca {
                        return Err(ResponderFault::Usage);
                    }
                }
                extension::AUTHORITY_KEY_IDENTIFIER => {
                    read.issuer_key = issuer_key(bytes).map_err(|_| ResponderFault::Form)?;
                }
                NO_CHECK => read.unchecked = bytes == [5, 0],
                // Which policy a responder's certificate has is not published.
                extension::CERTIFICATE_POLICIES => {}
                _ if one.critical => return Err(ResponderFault::Form),
                _ => {}
            }
        }
        Ok(read)
    }
}

fn decode<'a, T: Decode<'a>>(bytes: &'a [u8]) -> Result<T, ResponderFault> {
    T::from_der(bytes).map_err(|_| ResponderFault::Form)
}
