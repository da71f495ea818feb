//! What certificates, revocation lists and answers about single ones have in common: something, its algorithm, its signature.

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use der::asn1::{AnyRef, BitStringRef};
use der::{Decode, Encode, Reader, SliceReader};
use x509_cert::ext::pkix::AuthorityKeyIdentifier;
use x509_cert::spki::AlgorithmIdentifierOwned;

use crate::profile::SHA256_WITH_RSA;

/// A signed object, taken apart; the first part stays the bytes that were signed.
pub(super) struct Signed<'a> {
    pub(super) content: &'a [u8],
    pub(super) algorithm: AlgorithmIdentifierOwned,
    pub(super) signature: &'a [u8],
}

impl<'a> Signed<'a> {
    /// Takes it apart. What stands after it is a fault too.
    pub(super) fn parse(bytes: &'a [u8]) -> der::Result<Signed<'a>> {
        let mut outer = SliceReader::new(bytes)?;
        let signed = outer.sequence(Signed::read)?;
        outer.finish()?;
        Ok(signed)
    }

    /// Reads the three parts; what stands after them in the same sequence is the caller's.
    pub(super) fn read<R: Reader<'a>>(inner: &mut R) -> der::Result<Signed<'a>> {
        let content = inner.tlv_bytes()?;
        let algorithm = AlgorithmIdentifierOwned::decode(inner)?;
        let signature = BitStringRef::decode(inner)?;
        let signature = signature
            .as_bytes()
            .ok_or_else(|| der::Error::from(der::Tag::BitString.value_error()))?;
        Ok(Signed {
            content,
            algorithm,
            signature,
        })
    }

    /// Whether a key (PKCS #1 `RSAPublicKey`) has signed it.
    pub(super) fn is_signed_by(&self, key: &[u8]) -> bool {
        verifies(key, self.content, self.signature)
    }
}

/// Whether a key has signed a message: RSASSA-PKCS1-v1_5 with SHA-256.
pub(super) fn verifies(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key)
        .verify(message, signature)
        .is_ok()
}

/// Whether an algorithm is the one of the profile, with the NULL that must stand there (RFC 4055 §5).
pub(super) fn is_sha256_with_rsa(algorithm: &AlgorithmIdentifierOwned) -> bool {
    algorithm.oid == SHA256_WITH_RSA && has_null(algorithm)
}

/// Whether the parameters are NULL.
pub(super) fn has_null(algorithm: &AlgorithmIdentifierOwned) -> bool {
    algorithm
        .parameters
        .as_ref()
        .and_then(|parameters| parameters.to_der().ok())
        .is_some_and(|bytes| AnyRef::from_der(&bytes).is_ok_and(|any| any == AnyRef::NULL))
}

/// An issuing key's name for itself, in the extension of a certificate or a list that it signed.
pub(super) fn issuer_key(bytes: &[u8]) -> der::Result<Option<Vec<u8>>> {
    let said = AuthorityKeyIdentifier::from_der(bytes)?;
    Ok(said.key_identifier.map(|id| id.as_bytes().to_vec()))
}
