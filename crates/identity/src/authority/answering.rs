//! Answers about single certificates (OCSP), by the issuing key or by one to whom it delegates that.

use std::num::NonZeroU128;
use std::time::Duration;

use der::asn1::{AnyRef, BitString, GeneralizedTime, Null, OctetString};
use der::{Any, Decode, Encode};
use env::Time;
use rcgen::{
    CertificateParams, CustomExtension, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair,
    KeyUsagePurpose, PublicKeyData as _, SerialNumber, SigningKey as _,
};
use x509_cert::Certificate;
use x509_cert::ext::Extension;
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::folder::{Authorities, AuthorityError};
use super::issuing::{IssuingError, IssuingKey, arcs, at, rsa_key};
use super::register::Record;
use crate::card::Serial;
use crate::card::ocsp::message::{
    BASIC, Basic, CertId, CertStatus, NO_CHECK, NONCE, ResponderId, Response, ResponseBytes, ResponseData,
    Revoked, Single, Status,
};
use crate::card::ocsp::{NamedBy, Word};
use crate::profile::SHA256_WITH_RSA;

/// What is answered.
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    /// How each number stands.
    pub said: &'a [(Serial, Word)],
    /// As of when that is known, and when the next answer is due.
    pub period: (Time, Time),
    /// How the certificates are named.
    pub by: NamedBy,
    /// The question's nonce.
    pub nonce: Option<&'a [u8]>,
}

/// Somebody who answers for an issuing key.
pub struct Delegate {
    key: KeyPair,
    certificate: Vec<u8>,
}

impl IssuingKey {
    /// Draws a key and issues it a certificate for answers and nothing else.
    ///
    /// # Errors
    /// [`IssuingError`].
    pub fn delegate(&self, serial: &Serial, (from, through): (Time, Time)) -> Result<Delegate, IssuingError> {
        let key = rsa_key()?;
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params
            .distinguished_name
            .push(DnType::CommonName, "Sandbox OCSP responder");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::OcspSigning];
        params.use_authority_key_identifier_extension = true;
        (params.not_before, params.not_after) = (at(from), at(through));
        params.serial_number = Some(SerialNumber::from_slice(serial.as_bytes()));
        params.custom_extensions = vec![CustomExtension::from_oid_content(&arcs(NO_CHECK), Null.to_der()?)];
        let certificate = params.signed_by(&key, &self.issuer())?.der().to_vec();
        Ok(Delegate { key, certificate })
    }

    /// An answer, signed by the key itself or by its delegate.
    ///
    /// # Errors
    /// [`IssuingError`].
    pub fn answer(&self, answer: &Answer<'_>, delegate: Option<&Delegate>) -> Result<Vec<u8>, IssuingError> {
        let own = self.certificate(&Serial::from(NonZeroU128::MIN), answer.period.0, answer.period.1)?;
        let name = Certificate::from_der(&own)?
            .tbs_certificate()
            .subject()
            .to_der()?;
        let signer = delegate.map_or(self.key(), |delegate| &delegate.key);
        let mut responses = Vec::new();
        for (serial, word) in answer.said {
            responses.push(Single {
                certificate: CertId::new(answer.by, &name, self.key().der_bytes(), serial)?,
                status: status(*word)?,
                this_update: moment(answer.period.0)?,
                next_update: Some(moment(answer.period.1)?),
                extensions: None,
            });
        }
        let data = ResponseData {
            version: x509_cert::certificate::Version::V1,
            responder: ResponderId::of_key(signer.der_bytes())?,
            produced: moment(answer.period.0)?,
            responses,
            extensions: answer
                .nonce
                .map(|nonce| Ok::<_, der::Error>(vec![nonce_extension(nonce)?]))
                .transpose()?,
        };
        let signature = signer.sign(&data.to_der()?)?;
        let along = delegate.map(|delegate| Any::from_der(&delegate.certificate));
        let basic = Basic {
            data,
            algorithm: AlgorithmIdentifierOwned {
                oid: SHA256_WITH_RSA,
                parameters: Some(AnyRef::NULL.into()),
            },
            signature: BitString::from_bytes(&signature)?,
            certificates: along.transpose()?.map(|certificate| vec![certificate]),
        };
        let response = Response {
            status: Status::Successful,
            bytes: Some(ResponseBytes {
                kind: BASIC,
                content: OctetString::new(basic.to_der()?)?,
            }),
        };
        Ok(response.to_der()?)
    }
}

impl Authorities {
    /// How a number stands, and the responder's answer that says so (OCSP): by the issuing key, or by a delegate who is made for
    /// this answer. Of a number that was never issued nothing is known.
    ///
    /// # Errors
    /// [`AuthorityError`]; only the keys of cards answer.
    pub fn answer(
        &self,
        issuer: &str,
        serial: &Serial,
        delegated: bool,
        now: Time,
        life: Duration,
    ) -> Result<(Word, Vec<u8>), AuthorityError> {
        let key = self.cards_key(issuer)?;
        let word = self.word(issuer, serial)?;
        let period = (now, now + life);
        let delegate = match delegated {
            true => Some(key.delegate(&Serial::from(NonZeroU128::MIN), period)?),
            false => None,
        };
        let answer = Answer {
            said: &[(serial.clone(), word)],
            period,
            by: NamedBy::Sha1,
            nonce: None,
        };
        Ok((word, key.answer(&answer, delegate.as_ref())?))
    }

    /// How a number stands by the register.
    fn word(&self, issuer: &str, serial: &Serial) -> Result<Word, AuthorityError> {
        let mut word = Word::Unknown;
        for record in self.register()? {
            match record {
                Record::Issued {
                    issuer: by,
                    serial: number,
                    ..
                } if by == issuer && number == *serial => {
                    word = Word::Good;
                }
                Record::Revoked {
                    issuer: by,
                    serial: number,
                    at,
                } if by == issuer && number == *serial => {
                    word = Word::Revoked {
                        since: Time::from_micros(at),
                    };
                }
                _ => {}
            }
        }
        Ok(word)
    }
}

fn status(word: Word) -> Result<CertStatus, der::Error> {
    Ok(match word {
        Word::Good => CertStatus::Good(Null),
        Word::Unknown => CertStatus::Unknown(Null),
        Word::Revoked { since } => CertStatus::Revoked(Revoked {
            since: moment(since)?,
            reason: None,
        }),
    })
}

fn nonce_extension(nonce: &[u8]) -> Result<Extension, der::Error> {
    Ok(Extension {
        extn_id: NONCE,
        critical: false,
        extn_value: OctetString::new(OctetString::new(nonce)?.to_der()?)?,
    })
}

/// A time of answers: seconds.
fn moment(time: Time) -> Result<GeneralizedTime, der::Error> {
    let seconds = u64::try_from(time.micros().div_euclid(1_000_000)).unwrap_or(0);
    GeneralizedTime::from_unix_duration(Duration::from_secs(seconds))
}
