//! Who we are and whom we believe, as the files say now.
//!
//! The files are looked at every second, so a renewed certificate and a longer list take effect without a restart. What cannot be
//! read changes nothing and is told: a file is often looked at while it is being written.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use der::Decode;
use rustls::client::WebPkiServerVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::version::TLS13;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::runtime::Handle;
use x509_cert::certificate::Rfc5280;
use x509_cert::crl::CertificateList;

use super::peer::{Peer, time};
use crate::Time;
use crate::real::clock::wall_clock;
use crate::tls::{Files, TlsFault};

/// How often the files are looked at.
const EVERY: Duration = Duration::from_secs(1);
/// The longest file that is read, in bytes.
const MOST: u64 = 64 << 20;

/// The files, and what they say.
pub(super) struct Live {
    files: Files,
    current: RwLock<Arc<Current>>,
}

/// What the files said when they were read last.
pub(super) struct Current {
    /// Who we are.
    me: Peer,
    pub(super) server: Arc<ServerConfig>,
    pub(super) client: Arc<ClientConfig>,
    /// Counts the readings.
    pub(super) generation: u64,
    /// The numbers of what was revoked.
    revoked: BTreeSet<Box<[u8]>>,
    /// The last moment at which the list counts.
    list_through: Time,
    /// By which a change of the files is seen.
    looks: [Look; 4],
}

/// What a file looks like from outside.
type Look = Option<(SystemTime, u64)>;

/// Whom not to believe.
pub(super) enum NotBelieved {
    /// This one: revoked, or its time is over.
    Peer,
    /// Anybody: the list is too old to say who was revoked.
    Anybody,
}

impl Current {
    /// Who we are to others.
    pub(super) fn name(&self) -> Arc<str> {
        self.me.name.clone()
    }

    /// Whether somebody whose certificate was proven when we met still is who they were.
    pub(super) fn believes(&self, peer: &Peer) -> Result<(), NotBelieved> {
        let now = wall_clock();
        if self.revoked.contains(&peer.serial) || now > peer.through {
            return Err(NotBelieved::Peer);
        }
        if now > self.list_through {
            return Err(NotBelieved::Anybody);
        }
        Ok(())
    }
}

impl Live {
    /// Reads the files.
    pub(super) fn load(files: Files) -> Result<Arc<Live>, TlsFault> {
        let current = read(&files, 1)?;
        if let Err(NotBelieved::Peer) = current.believes(&current.me) {
            return Err(TlsFault::NotInForce {
                path: files.certificate,
            });
        }
        let current = RwLock::new(Arc::new(current));
        Ok(Arc::new(Live { files, current }))
    }

    pub(super) fn names_under(&self) -> &'static str {
        self.files.names_under
    }

    pub(super) fn current(&self) -> Arc<Current> {
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Reads the files again when they look different.
    pub(super) fn look(&self) -> Result<(), TlsFault> {
        let before = self.current();
        if looks(&self.files) == before.looks {
            return Ok(());
        }
        let read = read(&self.files, before.generation + 1)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(read);
        tracing::info!(name = %before.me.name, "certificates and lists were read again");
        let now = self.current();
        if let Err(NotBelieved::Peer) = now.believes(&now.me) {
            tracing::error!(
                "この役割の証明書は失効しました。新しい証明書を置いてください。ほかの役割から拒否されます。"
            );
        }
        Ok(())
    }
}

/// Looks at the files as long as somebody uses them.
pub(super) fn follow(live: &Arc<Live>, runtime: &Handle) {
    let live = Arc::downgrade(live);
    runtime.spawn(async move {
        let mut told = false;
        loop {
            #[expect(clippy::disallowed_methods, reason = "this is the door")]
            tokio::time::sleep(EVERY).await;
            let Some(live) = live.upgrade() else { return };
            match live.look() {
                Ok(()) => told = false,
                Err(error) if !told => {
                    told = true;
                    tracing::error!(%error, "証明書か失効リストを読めません。前のものを使い続けています。");
                }
                Err(_) => {}
            }
        }
    });
}

fn looks(files: &Files) -> [Look; 4] {
    [&files.certificate, &files.key, &files.authority, &files.revoked].map(|path| {
        let seen = std::fs::metadata(path).ok()?;
        Some((seen.modified().ok()?, seen.len()))
    })
}

fn read(files: &Files, generation: u64) -> Result<Current, TlsFault> {
    // Before reading: what changes while it is read is read again.
    let looks = looks(files);
    let wrong = |path: &Path, what: &str| TlsFault::Wrong {
        path: path.to_owned(),
        what: what.to_owned(),
    };
    let chain = pems::<CertificateDer<'static>>(&files.certificate)?;
    let Some(leaf) = chain.first() else {
        return Err(wrong(&files.certificate, "証明書（CERTIFICATE）がありません"));
    };
    let me = Peer::of(leaf, files.names_under).ok_or_else(|| TlsFault::OtherWorld {
        path: files.certificate.clone(),
        names_under: files.names_under,
    })?;
    let key = PrivateKeyDer::from_pem_slice(&zeroize::Zeroizing::new(bytes(&files.key)?))
        .map_err(|_| wrong(&files.key, "鍵（PRIVATE KEY）がありません"))?;
    let mut roots = RootCertStore::empty();
    for authority in pems::<CertificateDer<'static>>(&files.authority)? {
        let added = roots.add(authority);
        added.map_err(|_| wrong(&files.authority, "認証局の証明書として読めません"))?;
    }
    let lists = pems::<CertificateRevocationListDer<'static>>(&files.revoked)?;
    let (mut revoked, mut list_through) = (BTreeSet::new(), None::<Time>);
    for list in &lists {
        let list = CertificateList::<Rfc5280>::from_der(list)
            .map_err(|_| wrong(&files.revoked, "失効リスト（X509 CRL）として読めません"))?;
        let next = list.tbs_cert_list.next_update.map(time);
        let next = next.ok_or_else(|| wrong(&files.revoked, "失効リストに次回更新日時がありません"))?;
        list_through = Some(list_through.map_or(next, |through| through.min(next)));
        let entries = list.tbs_cert_list.revoked_certificates.into_iter().flatten();
        revoked.extend(entries.map(|entry| entry.serial_number.as_bytes().into()));
    }
    let list_through = list_through.ok_or_else(|| wrong(&files.revoked, "失効リストがありません"))?;
    let (server, client) = configured(files, &chain, &key, roots, lists)?;
    Ok(Current {
        me,
        server: Arc::new(server),
        client: Arc::new(client),
        generation,
        revoked,
        list_through: list_through + files.grace,
        looks,
    })
}

/// Both sides of TLS 1.3: each shows its certificate, and neither takes a session up again without it.
fn configured(
    files: &Files,
    chain: &[CertificateDer<'static>],
    key: &PrivateKeyDer<'static>,
    roots: RootCertStore,
    lists: Vec<CertificateRevocationListDer<'static>>,
) -> Result<(ServerConfig, ClientConfig), TlsFault> {
    let wrong = |path: &Path, what: &dyn std::fmt::Display| TlsFault::Wrong {
        path: path.to_owned(),
        what: what.to_string(),
    };
    let provider: Arc<CryptoProvider> = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let roots = Arc::new(roots);
    let clients = WebPkiClientVerifier::builder_with_provider(roots.clone(), provider.clone())
        .with_crls(lists.clone())
        .build()
        .map_err(|error| wrong(&files.revoked, &error))?;
    let servers = WebPkiServerVerifier::builder_with_provider(roots, provider.clone())
        .with_crls(lists)
        .build()
        .map_err(|error| wrong(&files.revoked, &error))?;
    let mut server = ServerConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(&[&TLS13])
        .map_err(|error| wrong(&files.key, &error))?
        .with_client_cert_verifier(clients)
        .with_single_cert(chain.to_vec(), key.clone_key())
        .map_err(|error| wrong(&files.key, &error))?;
    server.session_storage = Arc::new(NoServerSessionStorage {});
    server.send_tls13_tickets = 0;
    let mut client = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])
        .map_err(|error| wrong(&files.key, &error))?
        .with_webpki_verifier(servers)
        .with_client_auth_cert(chain.to_vec(), key.clone_key())
        .map_err(|error| wrong(&files.key, &error))?;
    client.resumption = rustls::client::Resumption::disabled();
    Ok((server, client))
}

/// All of one kind in a file.
fn pems<T: PemObject>(path: &Path) -> Result<Vec<T>, TlsFault> {
    let bytes = bytes(path)?;
    let all: Result<Vec<T>, _> = T::pem_slice_iter(&bytes).collect();
    all.map_err(|_| TlsFault::Wrong {
        path: path.to_owned(),
        what: "PEM として読めません".to_owned(),
    })
}

fn bytes(path: &Path) -> Result<Vec<u8>, TlsFault> {
    let failed = |source| TlsFault::Io {
        path: path.to_owned(),
        source,
    };
    let long = std::fs::metadata(path).map_err(failed)?.len();
    if long > MOST {
        return Err(TlsFault::Wrong {
            path: path.to_owned(),
            what: "長すぎます".to_owned(),
        });
    }
    std::fs::read(path).map_err(failed)
}
