//! Whom we believe: the authorities, and their lists of what they revoked.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use der::oid::AssociatedOid;
use der::{Decode, Encode};
use rustls::RootCertStore;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer};
use x509_cert::Certificate;
use x509_cert::certificate::Rfc5280;
use x509_cert::crl::{CertificateList, TbsCertList};
use x509_cert::ext::pkix::CrlNumber;

use super::live::NotBelieved;
use super::peer::{Peer, time};
use super::read::{Look, look, pems};
use crate::Time;
use crate::real::clock::wall_clock;
use crate::tls::{Files, TlsFault};

/// What the two files say.
pub(super) struct Trust {
    pub(super) roots: Arc<RootCertStore>,
    pub(super) lists: Vec<CertificateRevocationListDer<'static>>,
    /// The numbers of what each authority revoked, by the authority's name: another's may have the same numbers.
    revoked: BTreeMap<Vec<u8>, BTreeSet<Box<[u8]>>>,
    /// The last moment at which every list counts.
    through: Time,
    /// How new each authority's list is, by the authority's name.
    ages: BTreeMap<Vec<u8>, Age>,
    looks: [Look; 2],
}

/// When a list was made, and its number: both only grow.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Age {
    made: Time,
    /// Its digits and how many they are, so that they compare as a number.
    number: (usize, Vec<u8>),
}

impl Trust {
    pub(super) fn read(files: &Files) -> Result<Arc<Trust>, TlsFault> {
        // Before reading: what changes while it is read is read again.
        let looks = looks(files);
        let (roots, names) = authorities(files)?;
        let lists = pems::<CertificateRevocationListDer<'static>>(&files.revoked)?;
        let (mut revoked, mut through, mut ages) = (BTreeMap::new(), None::<Time>, BTreeMap::new());
        for list in &lists {
            let list = CertificateList::<Rfc5280>::from_der(list)
                .map_err(|_| wrong(&files.revoked, "失効リスト（X509 CRL）として読めません"))?;
            let said = list.tbs_cert_list;
            let next = said.next_update.map(time);
            let next = next.ok_or_else(|| wrong(&files.revoked, "失効リストに次回更新日時がありません"))?;
            through = Some(through.map_or(next, |through| through.min(next)));
            let issuer = said.issuer.to_der().unwrap_or_default();
            ages.insert(issuer.clone(), Age::of(&said));
            let entries = said.revoked_certificates.into_iter().flatten();
            let numbers = entries.map(|entry| entry.serial_number.as_bytes().into());
            let revoked: &mut BTreeSet<Box<[u8]>> = revoked.entry(issuer).or_default();
            revoked.extend(numbers);
        }
        let through = through.ok_or_else(|| wrong(&files.revoked, "失効リストがありません"))?;
        // Without its list nobody of an authority would be believed: a list put in the wrong place must not shut everybody out.
        if let Some((_, name)) = names.iter().find(|(name, _)| !ages.contains_key(name)) {
            return Err(TlsFault::NoList {
                path: files.revoked.clone(),
                name: name.clone(),
            });
        }
        Ok(Arc::new(Trust {
            roots: Arc::new(roots),
            lists,
            revoked,
            through: through + files.grace,
            ages,
            looks,
        }))
    }

    /// Whether the files look as they did.
    pub(super) fn looks_same(&self, files: &Files) -> bool {
        looks(files) == self.looks
    }

    /// Whether others may take its place: an older list would let in again whom a newer one sent away.
    pub(super) fn may_become(&self, next: &Trust, files: &Files) -> Result<(), TlsFault> {
        let older = |(authority, age): (&Vec<u8>, &Age)| {
            let next = next.ages.get(authority);
            next.is_some_and(|next| next < age)
        };
        if self.ages.iter().any(older) {
            return Err(TlsFault::OlderList {
                path: files.revoked.clone(),
            });
        }
        Ok(())
    }

    /// Whether somebody whose certificate was proven when we met still is who they were.
    pub(super) fn believes(&self, peer: &Peer) -> Result<(), NotBelieved> {
        let now = wall_clock();
        let revoked = self.revoked.get(&peer.issuer);
        if revoked.is_some_and(|numbers| numbers.contains(&peer.serial)) || now > peer.through {
            return Err(NotBelieved::Peer);
        }
        if now > self.through {
            return Err(NotBelieved::Anybody);
        }
        Ok(())
    }
}

impl Age {
    fn of(list: &TbsCertList<Rfc5280>) -> Age {
        let mut extensions = list.crl_extensions.iter().flatten();
        let number = extensions.find(|extension| extension.extn_id == CrlNumber::OID);
        let number = number.and_then(|number| CrlNumber::from_der(number.extn_value.as_bytes()).ok());
        let number = number.map_or_else(Vec::new, |number| number.0.as_bytes().to_vec());
        Age {
            made: time(list.this_update),
            number: (number.len(), number),
        }
    }
}

/// An authority's name: as lists say it, and for people.
type Name = (Vec<u8>, String);

/// The authorities, and their names.
fn authorities(files: &Files) -> Result<(RootCertStore, Vec<Name>), TlsFault> {
    let unreadable = || wrong(&files.authority, "認証局の証明書として読めません");
    let (mut roots, mut names) = (RootCertStore::empty(), Vec::new());
    for authority in pems::<CertificateDer<'static>>(&files.authority)? {
        let said = Certificate::from_der(&authority).map_err(|_| unreadable())?;
        let subject = said.tbs_certificate().subject();
        let name = subject.to_string();
        if !files.authorities.include(&name) {
            return Err(TlsFault::OtherAuthority {
                path: files.authority.clone(),
                name,
            });
        }
        names.push((subject.to_der().map_err(|_| unreadable())?, name));
        roots.add(authority).map_err(|_| unreadable())?;
    }
    if roots.is_empty() {
        return Err(wrong(&files.authority, "証明書（CERTIFICATE）がありません"));
    }
    Ok((roots, names))
}

fn wrong(path: &Path, what: &str) -> TlsFault {
    TlsFault::Wrong {
        path: path.to_owned(),
        what: what.to_owned(),
    }
}

fn looks(files: &Files) -> [Look; 2] {
    [&files.authority, &files.revoked].map(|path| look(path))
}
