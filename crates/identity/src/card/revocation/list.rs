//! A list of what one issuing key revoked (CRL, 失効リスト).

use std::collections::{BTreeSet, HashMap};

use der::{Decode, Encode};
use env::Time;
use x509_cert::certificate::Version;
use x509_cert::crl::{RevokedCert, TbsCertList};
use x509_cert::ext::pkix::CrlNumber;
use x509_cert::ext::pkix::crl::IssuingDistributionPoint;

use crate::card::certificate::time;
use crate::card::signed::{Signed, is_sha256_with_rsa, issuer_key};
use crate::card::{Anchors, KeyId, Serial};
use crate::profile::extension;

/// The longest list that is read, in bytes: several million entries.
pub const MOST: usize = 256 << 20;
/// removeFromCRL: only in lists of differences, which are not taken.
const REMOVED: u8 = 8;

/// Why bytes are no list that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListFault {
    /// More than [`MOST`] bytes.
    #[error("失効リストが長すぎます")]
    TooLong,
    /// Not DER, not of version 2, or an extension stands twice.
    #[error("失効リストとして読めません")]
    Unreadable,
    /// Another algorithm than the profile's.
    #[error("失効リストの署名方式が SHA-256・RSA ではありません")]
    Algorithm,
    /// Nobody with such a name and key is pinned.
    #[error("失効リストの発行者が登録されていません")]
    UnknownIssuer,
    /// No pinned key of that name signed it.
    #[error("失効リストの署名が合いません")]
    Signature,
    /// It does not say when the next one comes, or that was before it.
    #[error("失効リストの次回更新日時がありません")]
    NoNext,
    /// It is only a part: differences, one distribution point, some reasons, some certificates, or those of other issuers.
    #[error("全件の失効リストではありません")]
    Partial,
    /// A critical extension that is not known here.
    #[error("失効リストに知らない必須の拡張があります")]
    UnknownCritical,
    /// An entry has a number that is none.
    #[error("失効リストに番号ではないものがあります")]
    Entry,
}

/// One issuing key's list of what it revoked.
#[derive(Clone, Debug)]
pub struct RevocationList {
    pub(super) issuer: KeyId,
    /// When it was made.
    pub(super) made: Time,
    /// When the next one is due.
    pub(super) next: Time,
    number: Vec<u8>,
    pub(super) revoked: HashMap<Serial, Time>,
}

impl RevocationList {
    /// Reads a list and ties it to the pinned key that signed it.
    ///
    /// # Errors
    /// [`ListFault`]: the first thing that is not as it must be.
    pub fn parse(anchors: &Anchors, bytes: &[u8]) -> Result<RevocationList, ListFault> {
        if bytes.len() > MOST {
            return Err(ListFault::TooLong);
        }
        let signed = Signed::parse(bytes).map_err(|_| ListFault::Unreadable)?;
        let said = TbsCertList::from_der(signed.content).map_err(|_| ListFault::Unreadable)?;
        if said.version != Version::V2 {
            return Err(ListFault::Unreadable);
        }
        if !is_sha256_with_rsa(&signed.algorithm) || said.signature != signed.algorithm {
            return Err(ListFault::Algorithm);
        }
        let extensions = Extensions::read(&said)?;
        let name = said.issuer.to_der().map_err(|_| ListFault::Unreadable)?;
        let mut meant = anchors.meant(&name, extensions.issuer_key.as_deref()).peekable();
        if meant.peek().is_none() {
            return Err(ListFault::UnknownIssuer);
        }
        let issuer = meant
            .find(|anchor| signed.is_signed_by(&anchor.key))
            .ok_or(ListFault::Signature)?;
        let (made, next) = (time(said.this_update), said.next_update.map(time));
        let next = next.filter(|next| *next > made).ok_or(ListFault::NoNext)?;
        let mut revoked = HashMap::new();
        for entry in said.revoked_certificates.iter().flatten() {
            let (serial, since) = read_entry(entry)?;
            revoked.insert(serial, since);
        }
        Ok(RevocationList {
            issuer: issuer.id(),
            made,
            next,
            number: extensions.number,
            revoked,
        })
    }

    /// A list for tests.
    #[cfg(test)]
    pub(super) fn of(issuer: KeyId, revoked: HashMap<Serial, Time>) -> RevocationList {
        RevocationList {
            issuer,
            made: Time::from_micros(0),
            next: Time::from_micros(0),
            number: Vec::new(),
            revoked,
        }
    }

    /// Whose list it is.
    #[must_use]
    pub fn issuer(&self) -> KeyId {
        self.issuer
    }

    /// How many certificates it names.
    #[must_use]
    pub fn len(&self) -> usize {
        self.revoked.len()
    }

    /// Whether it names none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.revoked.is_empty()
    }

    /// Whether it comes after another one of the same key.
    pub(super) fn is_newer_than(&self, other: &RevocationList) -> bool {
        let order = |list: &RevocationList| (list.made, list.number.len(), list.number.clone());
        order(self) > order(other)
    }
}

fn read_entry(entry: &RevokedCert) -> Result<(Serial, Time), ListFault> {
    let serial = Serial::from_integer(entry.serial_number.as_bytes()).ok_or(ListFault::Entry)?;
    for one in entry.crl_entry_extensions.iter().flatten() {
        match one.extn_id {
            // An enumerated value of one byte.
            extension::REASON_CODE if one.extn_value.as_bytes() == [0x0a, 1, REMOVED] => {
                return Err(ListFault::Partial);
            }
            extension::REASON_CODE => {}
            _ if one.critical => return Err(ListFault::UnknownCritical),
            _ => {}
        }
    }
    Ok((serial, time(entry.revocation_date)))
}

/// What a list's extensions say.
#[derive(Default)]
struct Extensions {
    issuer_key: Option<Vec<u8>>,
    number: Vec<u8>,
}

impl Extensions {
    fn read(said: &TbsCertList) -> Result<Extensions, ListFault> {
        let mut read = Extensions::default();
        let all = said.crl_extensions.as_deref().unwrap_or_default();
        let mut seen = BTreeSet::new();
        for one in all {
            if !seen.insert(one.extn_id) {
                return Err(ListFault::Unreadable);
            }
            let bytes = one.extn_value.as_bytes();
            match one.extn_id {
                extension::AUTHORITY_KEY_IDENTIFIER => {
                    read.issuer_key = issuer_key(bytes).map_err(|_| ListFault::Unreadable)?;
                }
                extension::CRL_NUMBER => {
                    let said = CrlNumber::from_der(bytes).map_err(|_| ListFault::Unreadable)?;
                    read.number = said.0.as_bytes().to_vec();
                }
                extension::ISSUING_DISTRIBUTION_POINT => {
                    let said =
                        IssuingDistributionPoint::from_der(bytes).map_err(|_| ListFault::Unreadable)?;
                    // A list of one point says nothing of the cards of the others, and looks newer than theirs.
                    let partial = said.distribution_point.is_some()
                        || said.only_contains_ca_certs
                        || said.only_contains_attribute_certs
                        || said.indirect_crl
                        || said.only_some_reasons.is_some();
                    if partial {
                        return Err(ListFault::Partial);
                    }
                }
                // Critical or not, as it must be: who does not know it takes differences for all there are.
                extension::DELTA_LIST => return Err(ListFault::Partial),
                _ if one.critical => return Err(ListFault::UnknownCritical),
                _ => {}
            }
        }
        Ok(read)
    }
}
