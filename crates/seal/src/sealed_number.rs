//! 個人番号, sealed to the hub.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::number::IndividualNumber;
use env::EnvRng;
use hpke::aead::{AeadTag, ChaCha20Poly1305};
use hpke::inout::InOutBuf;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{
    Deserializable, Kem, OpModeR, OpModeS, Serializable, single_shot_open_inout_detached,
    single_shot_seal_inout_detached_with_rng,
};
use zeroize::Zeroizing;

use crate::error::{FormatError, FormatRule, SealError};
use crate::framing::framed;
use crate::hub_key::{HubPrivateKey, HubPublicKey};

const WHAT: &str = "sealed number";
const VERSION: u8 = 1;
/// Bound into the key schedule of RFC 9180 (`info`); it names the version.
const INFO: &[u8] = b"madoguchi sealed number 1";

const KEY_END: usize = 1 + 32;
const TEXT_END: usize = KEY_END + 12;
const BYTES: usize = TEXT_END + 16;
/// `BYTES` in base64url without padding.
const CHARACTERS: usize = (BYTES * 8).div_ceil(6);

type EncappedKey = <X25519HkdfSha256 as Kem>::EncappedKey;
type Tag = AeadTag<ChaCha20Poly1305>;

/// The record for which a number is sealed. It opens for this record and for no other.
#[derive(Clone, Copy, Debug)]
pub struct SealingContext<'a> {
    /// The office that seals, by the code under which it registers.
    pub office: &'a str,
    /// 紐付番号: the office's own name for the person.
    pub link: &'a str,
    /// The revision of the record in which the number travels.
    pub revision: u32,
}

impl SealingContext<'_> {
    fn associated_data(&self) -> Vec<u8> {
        let revision = self.revision.to_be_bytes();
        framed(
            "madoguchi sealing context",
            [self.office.as_bytes(), self.link.as_bytes(), &revision],
        )
    }
}

/// 個人番号 that only the hub can open: 61 bytes whatever the number.
///
/// Bytes: version (1) | ephemeral X25519 key (32) | encrypted digits (12) | tag (16). In JSON: 82 characters of
/// base64url. Two seals of one number have nothing in common, so it shows nothing, not even equality. `Debug`
/// shows nothing either: a reader of a log cannot even tell two apart.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SealedNumber([u8; BYTES]);

impl SealedNumber {
    /// Seals a number to the hub, for one record.
    ///
    /// # Errors
    /// [`SealError::HubKey`] when the hub's key is no usable point of the curve.
    pub fn seal(
        rng: &mut EnvRng,
        to: &HubPublicKey,
        number: &IndividualNumber,
        context: &SealingContext<'_>,
    ) -> Result<SealedNumber, SealError> {
        // In a buffer of its own, so that the digits are never in what is returned.
        let mut digits = Zeroizing::new([0; 12]);
        digits.copy_from_slice(number.expose().as_bytes());
        let (key, tag) =
            single_shot_seal_inout_detached_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
                &OpModeS::Base,
                &to.0,
                INFO,
                InOutBuf::from(digits.as_mut_slice()),
                &context.associated_data(),
                rng,
            )
            .map_err(|_| SealError::HubKey)?;

        let mut bytes = [VERSION; BYTES];
        key.write_exact(&mut bytes[1..KEY_END]);
        bytes[KEY_END..TEXT_END].copy_from_slice(digits.as_slice());
        tag.write_exact(&mut bytes[TEXT_END..]);
        Ok(SealedNumber(bytes))
    }

    /// Takes the bytes of a column or message.
    ///
    /// # Errors
    /// [`FormatError`] when the length or the version is not that of a sealed number.
    pub fn from_bytes(bytes: &[u8]) -> Result<SealedNumber, FormatError> {
        let refused = |rule| FormatError { what: WHAT, rule };
        let Ok(bytes) = <[u8; BYTES]>::try_from(bytes) else {
            return Err(refused(FormatRule::Length {
                expected: BYTES,
                found: bytes.len(),
            }));
        };
        if bytes[0] != VERSION {
            return Err(refused(FormatRule::Version(bytes[0])));
        }
        Ok(SealedNumber(bytes))
    }

    /// The bytes, for a column.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Takes the text of a message: base64url without padding.
    ///
    /// # Errors
    /// [`FormatError`] when the length, the alphabet or the version is not that of a sealed number.
    pub fn parse(text: &str) -> Result<SealedNumber, FormatError> {
        let refused = |rule| FormatError { what: WHAT, rule };
        // Before anything is decoded: the text comes from outside and may be of any length.
        if text.len() != CHARACTERS {
            return Err(refused(FormatRule::Length {
                expected: CHARACTERS,
                found: text.len(),
            }));
        }
        let mut bytes = [0; BYTES];
        URL_SAFE_NO_PAD
            .decode_slice(text, &mut bytes)
            .map_err(|_| refused(FormatRule::Alphabet))?;
        SealedNumber::from_bytes(&bytes)
    }
}

impl HubPrivateKey {
    /// Opens a number that was sealed to this key for this record. Only hub intake calls this.
    ///
    /// # Errors
    /// [`SealError::Refused`] for another key, another context, changed bytes, or when what was sealed is no
    /// valid 個人番号. Which of these is not said.
    pub fn open(
        &self,
        sealed: &SealedNumber,
        context: &SealingContext<'_>,
    ) -> Result<IndividualNumber, SealError> {
        let refused = |_| SealError::Refused;
        let key = EncappedKey::from_bytes(&sealed.0[1..KEY_END]).map_err(refused)?;
        let tag = Tag::from_bytes(&sealed.0[TEXT_END..]).map_err(refused)?;
        let mut digits = Zeroizing::new([0; 12]);
        digits.copy_from_slice(&sealed.0[KEY_END..TEXT_END]);
        single_shot_open_inout_detached::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &self.0,
            &key,
            INFO,
            InOutBuf::from(digits.as_mut_slice()),
            &context.associated_data(),
            &tag,
        )
        .map_err(refused)?;
        // Whoever has the public key can seal anything; what is no number ends here like any other forgery.
        let text = std::str::from_utf8(digits.as_slice()).map_err(|_| SealError::Refused)?;
        IndividualNumber::parse(text).map_err(|_| SealError::Refused)
    }
}

mod wire;

#[cfg(test)]
mod tests;
