//! What `madoguchi pki` did, as JSON: each file under the name of what it is. Scripts read these.

use std::path::{Path, PathBuf};

use identity::authority::Authorities;
use identity::card::Serial;
use identity::card::ocsp::Word;
use serde::Serialize;

/// What was issued.
#[derive(Serialize)]
pub(super) struct IssuedFiles<'a> {
    pub(super) issuer: &'a str,
    pub(super) serial: &'a Serial,
    pub(super) certificate: String,
    pub(super) key: String,
}

/// What was revoked, and the list that says so.
#[derive(Serialize)]
pub(super) struct Revoked<'a> {
    pub(super) issuer: &'a str,
    pub(super) serial: &'a Serial,
    pub(super) list: String,
}

/// What a responder says of a card, and where its answer is.
#[derive(Serialize)]
pub(super) struct Answered<'a> {
    pub(super) issuer: &'a str,
    pub(super) serial: &'a Serial,
    pub(super) stands: Stands,
    pub(super) answer: String,
}

/// The responder's word.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Stands {
    Good,
    Revoked,
    Unknown,
}

impl From<Word> for Stands {
    fn from(word: Word) -> Stands {
        match word {
            Word::Good => Stands::Good,
            Word::Revoked { .. } => Stands::Revoked,
            Word::Unknown => Stands::Unknown,
        }
    }
}

/// The issuing keys of a folder.
#[derive(Serialize)]
pub(super) struct Keys {
    issuers: Vec<Key>,
}

/// One of them: its own certificate, and what it has revoked.
#[derive(Serialize)]
struct Key {
    issuer: &'static str,
    certificate: String,
    list: String,
}

impl Keys {
    pub(super) fn of(authorities: &Authorities, folder: &Path) -> Keys {
        let key = |issuer| Key {
            issuer,
            certificate: folder.join(format!("{issuer}.crt")).display().to_string(),
            list: list_of(folder, issuer).display().to_string(),
        };
        Keys {
            issuers: authorities.issuers().map(key).collect(),
        }
    }
}

/// Where an issuing key's list is.
pub(super) fn list_of(folder: &Path, issuer: &str) -> PathBuf {
    folder.join(format!("{issuer}.crl"))
}
