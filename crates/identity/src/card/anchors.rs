//! The keys that may have issued a card's certificate. They are pinned: nothing that a caller sends adds one.
//!
//! One authority has issued under one name with several keys, one after the other. So a name finds several anchors, and the
//! one that issued a certificate is the one whose key verifies it.

use der::{Decode, Encode};
use env::Time;
use x509_cert::certificate::{TbsCertificate, Version};
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage, KeyUsages, SubjectKeyIdentifier};

use super::KeyId;
use super::certificate::{key_id, period, rsa_2048};
use super::signed::{Signed, is_sha256_with_rsa};
use crate::profile::World;

/// Why a certificate cannot be pinned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnchorFault {
    /// Not DER.
    #[error("発行者の証明書として読めません")]
    Unreadable,
    /// Not an authority's: it may not sign certificates and lists.
    #[error("発行者の証明書ではありません")]
    NoAuthority,
    /// Another key or algorithm than the profile's.
    #[error("発行者の鍵が RSA 2048 ビット・SHA-256 ではありません")]
    Key,
    /// It did not sign itself.
    #[error("発行者の証明書の署名が合いません")]
    Signature,
    /// Its name is one of the other world's.
    #[error("別の環境（本番用・試験用）の発行者の証明書です。[tls] の world と anchors を確かめてください")]
    OtherWorld,
}

/// A pinned key, with what its own certificate says of it.
#[derive(Clone, Debug)]
pub struct Anchor {
    /// Which world it is of.
    pub world: World,
    pub(super) id: KeyId,
    pub(super) name: Vec<u8>,
    /// Its own name for itself (subject key identifier).
    pub(super) key_name: Option<Vec<u8>>,
    pub(super) key: Vec<u8>,
    pub(super) from: Time,
    pub(super) through: Time,
}

impl Anchor {
    /// Pins the key of an authority's own certificate.
    ///
    /// # Errors
    /// [`AnchorFault`].
    pub fn pin(world: World, bytes: &[u8]) -> Result<Anchor, AnchorFault> {
        let signed = Signed::parse(bytes).map_err(|_| AnchorFault::Unreadable)?;
        let said = TbsCertificate::from_der(signed.content).map_err(|_| AnchorFault::Unreadable)?;
        let info = said.subject_public_key_info();
        let key = rsa_2048(info).ok_or(AnchorFault::Key)?;
        if !is_sha256_with_rsa(&signed.algorithm) || *said.signature() != signed.algorithm {
            return Err(AnchorFault::Key);
        }
        let may = |usage: KeyUsage| usage.0.contains(KeyUsages::KeyCertSign | KeyUsages::CRLSign);
        let usage = said.get_extension::<KeyUsage>().ok().flatten();
        let basic = said.get_extension::<BasicConstraints>().ok().flatten();
        let is_authority = said.version() == Version::V3
            && usage.is_some_and(|(critical, usage)| critical && may(usage))
            && basic.is_some_and(|(critical, basic)| critical && basic.ca)
            && said.issuer() == said.subject();
        if !is_authority {
            return Err(AnchorFault::NoAuthority);
        }
        if !signed.is_signed_by(&key) {
            return Err(AnchorFault::Signature);
        }
        if !world.authorities().include(&said.subject().to_string()) {
            return Err(AnchorFault::OtherWorld);
        }
        let key_name = said.get_extension::<SubjectKeyIdentifier>().ok().flatten();
        let (from, through) = period(said.validity());
        Ok(Anchor {
            world,
            id: key_id(info).ok_or(AnchorFault::Unreadable)?,
            name: said.subject().to_der().map_err(|_| AnchorFault::Unreadable)?,
            key_name: key_name.map(|(_, name)| name.0.as_bytes().to_vec()),
            key,
            from,
            through,
        })
    }

    /// The key.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// Whether it may have issued what names its issuer so. Who names the key too means that one alone.
    pub(super) fn is_meant(&self, name: &[u8], key_name: Option<&[u8]>) -> bool {
        let same_key = match (key_name, self.key_name.as_deref()) {
            (Some(said), Some(own)) => said == own,
            (Some(_), None) | (None, _) => true,
        };
        self.name == name && same_key
    }
}

/// All pinned keys of one world.
#[derive(Clone, Debug)]
pub struct Anchors {
    world: World,
    all: Vec<Anchor>,
}

impl Anchors {
    /// The anchors of a world; those of the other are left out, so that a file with both mixes nothing.
    #[must_use]
    pub fn new(world: World, anchors: impl IntoIterator<Item = Anchor>) -> Anchors {
        let all = anchors.into_iter().filter(|anchor| anchor.world == world);
        Anchors {
            world,
            all: all.collect(),
        }
    }

    /// Their world.
    #[must_use]
    pub fn world(&self) -> World {
        self.world
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = &Anchor> {
        self.all.iter()
    }

    /// Those that may have issued what names its issuer so.
    pub(super) fn meant<'a>(
        &'a self,
        name: &'a [u8],
        key_name: Option<&'a [u8]>,
    ) -> impl Iterator<Item = &'a Anchor> {
        self.all
            .iter()
            .filter(move |anchor| anchor.is_meant(name, key_name))
    }
}
