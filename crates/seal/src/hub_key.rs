//! The hub's pair of keys for 個人番号: everybody may have the public one, only the hub opens.
//!
//! The cipher suite is fixed and is version 1 of everything here: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
//! ChaCha20Poly1305 in base mode of RFC 9180. Base mode proves nothing about who sealed; that the office is the
//! office is the transport's matter (design §8), and [`crate::SealingContext`] ties a number to its record.

use std::fmt;
use std::str::FromStr;

use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, Serializable};
use sha2::{Digest, Sha256};

use crate::armour::Armour;
use crate::error::FormatError;
use crate::framing::framed;

pub(crate) type PublicKey = <X25519HkdfSha256 as Kem>::PublicKey;
pub(crate) type PrivateKey = <X25519HkdfSha256 as Kem>::PrivateKey;

const TEXT: Armour = Armour {
    what: "hub public key",
    prefix: "mdghub1-",
};

/// The hub's public key, to which offices seal 個人番号.
///
/// As text, in configuration files: `mdghub1-` and 48 characters of base64url, which are the key's 32 bytes and
/// a checksum of 4. Two people compare it by its [`HubPublicKey::fingerprint`].
#[derive(Clone, PartialEq, Eq)]
pub struct HubPublicKey(pub(crate) PublicKey);

impl HubPublicKey {
    /// Takes the text of a configuration file.
    ///
    /// # Errors
    /// [`FormatError`] naming the rule that is broken.
    pub fn parse(text: &str) -> Result<HubPublicKey, FormatError> {
        let bytes = TEXT.read(text)?;
        let rule = crate::FormatRule::Length {
            expected: 32,
            found: bytes.len(),
        };
        PublicKey::from_bytes(bytes.as_slice())
            .map(HubPublicKey)
            .map_err(|_| FormatError {
                what: TEXT.what,
                rule,
            })
    }

    /// Thirty-two hexadecimal digits in groups of four, to be compared by voice before a key is put to use.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let hash = Sha256::digest(framed(
            "madoguchi hub key fingerprint",
            [self.to_bytes().as_slice()],
        ));
        let groups: Vec<String> = hash[..16].chunks(2).map(hex::encode).collect();
        groups.join("-")
    }

    fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes().into()
    }
}

impl FromStr for HubPublicKey {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<HubPublicKey, FormatError> {
        HubPublicKey::parse(text)
    }
}

impl fmt::Display for HubPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&TEXT.write(&self.to_bytes()))
    }
}

impl fmt::Debug for HubPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HubPublicKey({})", self.fingerprint())
    }
}

impl serde::Serialize for HubPublicKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for HubPublicKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<HubPublicKey, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The hub's private key. [`HubPrivateKey::open`] is the only way to a number in the clear.
///
/// It is overwritten when it is dropped. It comes from [`crate::RootKey::hub_private_key`].
pub struct HubPrivateKey(pub(crate) Box<PrivateKey>);

impl HubPrivateKey {
    /// `DeriveKeyPair` of RFC 9180 §7.1.3: the same 32 secret bytes give the same pair.
    pub(crate) fn derive(secret: &[u8; 32]) -> HubPrivateKey {
        HubPrivateKey(Box::new(X25519HkdfSha256::derive_keypair(secret).0))
    }

    /// The key that offices need.
    #[must_use]
    pub fn public_key(&self) -> HubPublicKey {
        HubPublicKey(X25519HkdfSha256::sk_to_pk(&self.0))
    }
}

impl fmt::Debug for HubPrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HubPrivateKey(…)")
    }
}
