//! What makes a role known to others: its certificate, and whom it believes.

use std::path::PathBuf;
use std::time::Duration;

/// The files, and what is believed of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// The role's certificate, as PEM; those between it and the authority after it.
    pub certificate: PathBuf,
    /// Its key, as PEM (PKCS #8).
    pub key: PathBuf,
    /// The authority whose certificates are believed, as PEM.
    pub authority: PathBuf,
    /// The authority's list of what it revoked, as PEM.
    pub revoked: PathBuf,
    /// What the names of this world begin with: a URI among the other names of a certificate's subject.
    pub names_under: &'static str,
    /// How the names of its authorities are told from those of another world.
    pub authorities: Authorities,
    /// For how long after its next one was due the list still counts. After that nobody is believed.
    pub grace: Duration,
}

/// How the names of a world's authorities are told from those of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authorities {
    /// Each has this text in its name.
    Say(&'static str),
    /// None has it.
    NeverSay(&'static str),
}

impl Authorities {
    /// Whether an authority of this name is one of them.
    #[must_use]
    pub fn include(self, name: &str) -> bool {
        match self {
            Authorities::Say(text) => name.contains(text),
            Authorities::NeverSay(text) => !name.contains(text),
        }
    }
}

/// Why nobody would believe a role, or it nobody.
#[derive(Debug, thiserror::Error)]
pub enum TlsFault {
    /// A file is missing or cannot be read.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A file is not what it should be.
    #[error("{path}: {what}")]
    Wrong {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The key can be read or changed by others than its owner.
    #[error(
        "{path}: 所有者以外も読み書きできる権限です（{mode:04o}）。所有者だけの権限にしてください（chmod 600 {path}）。"
    )]
    OpenToOthers {
        /// Which.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The certificate names nobody of this world.
    #[error(
        "{path}: 証明書に {names_under} で始まる名前がありません。別の環境（本番用・試験用）の証明書です。"
    )]
    OtherWorld {
        /// Which.
        path: PathBuf,
        /// What names begin with.
        names_under: &'static str,
    },
    /// An authority is one of another world.
    #[error(
        "{path}: 「{name}」は別の環境（本番用・試験用）の認証局です。[tls] の world と authority を確かめてください。"
    )]
    OtherAuthority {
        /// Which file.
        path: PathBuf,
        /// The authority's name.
        name: String,
    },
    /// The list is older than the one that was read before it.
    #[error("{path}: 前に読んだ失効リストより古いものです。新しい失効リストを置いてください。")]
    OlderList {
        /// Which.
        path: PathBuf,
    },
    /// The list of revoked certificates is of another authority.
    #[error("{path}: 認証局「{name}」の失効リストがありません。")]
    NoList {
        /// Which file has it not.
        path: PathBuf,
        /// Whose it should have.
        name: String,
    },
    /// The certificate is of somebody else than who would use it.
    #[error("{path}: {named} の証明書です。{expected} の証明書が要ります。")]
    SomebodyElses {
        /// Which.
        path: PathBuf,
        /// Whom it names.
        named: String,
        /// Whom it should name.
        expected: String,
    },
    /// The certificate was revoked, or its time is over: nobody would believe it.
    #[error("{path}: 証明書は失効しているか、有効期間が切れています。")]
    NotInForce {
        /// Which.
        path: PathBuf,
    },
    /// This world has no certificates.
    #[error("この環境では証明書を使いません")]
    NoCertificates,
    /// This world believes nobody without a certificate.
    #[error("証明書が要ります")]
    NeedsCertificate,
}
