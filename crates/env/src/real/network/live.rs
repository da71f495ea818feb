//! Who we are and whom we believe, as the files say now.
//!
//! The files are looked at every second, so a renewed certificate and a longer list take effect without a restart. What cannot be
//! read changes nothing and is told: a file is often looked at while it is being written. Who we are and whom we believe are read
//! apart: whoever was revoked is sent away though our own certificate is half written.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rustls::client::WebPkiServerVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::version::TLS13;
use rustls::{ClientConfig, ServerConfig};
use tokio::runtime::Handle;

use super::own::Own;
use super::peer::Peer;
use super::trust::Trust;
use crate::real::clock::wall_clock;
use crate::tls::{Files, TlsFault};

/// How often the files are looked at.
const EVERY: Duration = Duration::from_secs(1);

/// The files, and what they say.
pub(super) struct Live {
    files: Files,
    current: RwLock<Arc<Current>>,
}

/// What the files said when they were read last.
pub(super) struct Current {
    own: Arc<Own>,
    trust: Arc<Trust>,
    pub(super) server: Arc<ServerConfig>,
    pub(super) client: Arc<ClientConfig>,
    /// Sees whether an authority stands behind a certificate.
    authorities: Arc<dyn ClientCertVerifier>,
    /// Counts the readings.
    pub(super) generation: u64,
}

/// Whom not to believe.
pub(super) enum NotBelieved {
    /// This one: revoked, or its time is over.
    Peer,
    /// Anybody: the list is too old to say who was revoked.
    Anybody,
}

impl Current {
    fn new(files: &Files, own: Arc<Own>, trust: Arc<Trust>, generation: u64) -> Result<Current, TlsFault> {
        let authorities = clients(files, &trust)?;
        let (server, client) = configured(files, &own, &trust, authorities.clone())?;
        Ok(Current {
            authorities,
            own,
            trust,
            server: Arc::new(server),
            client: Arc::new(client),
            generation,
        })
    }

    /// Who we are to others.
    pub(super) fn name(&self) -> Arc<str> {
        self.own.me.name.clone()
    }

    /// Whether somebody whose certificate was proven when we met still is who they were. The authority behind it is asked once
    /// for each reading of the files: it may be another one since.
    pub(super) fn believes(&self, peer: &Peer) -> Result<(), NotBelieved> {
        self.trust.believes(peer)?;
        if peer.proven.load(Ordering::Relaxed) != self.generation {
            proven(&*self.authorities, &peer.chain).map_err(|_no_authority| NotBelieved::Peer)?;
            peer.proven.store(self.generation, Ordering::Relaxed);
        }
        Ok(())
    }
}

impl Live {
    /// Reads the files.
    pub(super) fn load(files: Files) -> Result<Arc<Live>, TlsFault> {
        let (trust, own) = (Trust::read(&files)?, Own::read(&files)?);
        in_force(&files, &own, &trust)?;
        let current = RwLock::new(Arc::new(Current::new(&files, own, trust, 1)?));
        Ok(Arc::new(Live { files, current }))
    }

    /// As somebody who does not look at themselves.
    #[cfg(test)]
    pub(super) fn unlooked(files: Files) -> Arc<Live> {
        let (own, trust) = (Own::read(&files).unwrap(), Trust::read(&files).unwrap());
        let current = RwLock::new(Arc::new(Current::new(&files, own, trust, 1).unwrap()));
        Arc::new(Live { files, current })
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

    /// Reads the files again that look different. What is wrong with some of them keeps nothing back of the others.
    pub(super) fn look(&self) -> Result<(), TlsFault> {
        let before = self.current();
        let (trust, wrong_trust) = or_before(self.trust_after(&before), &before.trust);
        let (own, wrong_own) = or_before(self.own_after(&before, &trust), &before.own);
        if !Arc::ptr_eq(&trust, &before.trust) || !Arc::ptr_eq(&own, &before.own) {
            let now = Current::new(&self.files, own, trust, before.generation + 1)?;
            self.becomes(now);
        }
        wrong_trust.and(wrong_own)
    }

    fn trust_after(&self, before: &Current) -> Result<Arc<Trust>, TlsFault> {
        if before.trust.looks_same(&self.files) {
            return Ok(before.trust.clone());
        }
        let trust = Trust::read(&self.files)?;
        before.trust.may_become(&trust, &self.files)?;
        Ok(trust)
    }

    fn own_after(&self, before: &Current, trust: &Trust) -> Result<Arc<Own>, TlsFault> {
        if before.own.looks_same(&self.files) {
            return Ok(before.own.clone());
        }
        let own = Own::read(&self.files)?;
        before.own.may_become(&own, &self.files)?;
        in_force(&self.files, &own, trust)?;
        Ok(own)
    }

    fn becomes(&self, now: Current) {
        tracing::info!(name = %now.own.me.name, "certificates and lists were read again");
        if in_force(&self.files, &now.own, &now.trust).is_err() {
            tracing::error!(
                "この役割の証明書は失効したか、認証局が変わりました。新しい証明書を置いてください。ほかの役割から拒否されます。"
            );
        }
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(now);
    }
}

/// What was read, or what was there before and why.
fn or_before<T>(read: Result<Arc<T>, TlsFault>, before: &Arc<T>) -> (Arc<T>, Result<(), TlsFault>) {
    match read {
        Ok(read) => (read, Ok(())),
        Err(fault) => (before.clone(), Err(fault)),
    }
}

/// Whether others, who believe whom we believe, would believe our own certificate.
fn in_force(files: &Files, own: &Own, trust: &Trust) -> Result<(), TlsFault> {
    let path = || files.certificate.clone();
    if let Err(NotBelieved::Peer) = trust.believes(&own.me) {
        return Err(TlsFault::NotInForce { path: path() });
    }
    let believed = proven(&*clients(files, trust)?, &own.me.chain);
    believed.map_err(|error| TlsFault::Wrong {
        path: path(),
        what: format!(
            "{} の認証局の証明書として認められません（{error}）",
            files.authority.display()
        ),
    })?;
    Ok(())
}

/// Whether an authority stands behind a certificate now.
fn proven(authorities: &dyn ClientCertVerifier, chain: &[CertificateDer<'_>]) -> Result<(), rustls::Error> {
    let [leaf, between @ ..] = chain else {
        return Err(rustls::Error::NoCertificatesPresented);
    };
    let now = UnixTime::since_unix_epoch(Duration::from_micros(wall_clock().micros().unsigned_abs()));
    authorities
        .verify_client_cert(leaf, between, now)
        .map(|_proven| ())
}

/// What sees that certificates are of an authority whom we believe, and not revoked.
fn clients(files: &Files, trust: &Trust) -> Result<Arc<dyn ClientCertVerifier>, TlsFault> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    WebPkiClientVerifier::builder_with_provider(trust.roots.clone(), provider)
        .with_crls(trust.lists.clone())
        .build()
        .map_err(|error| TlsFault::Wrong {
            path: files.revoked.clone(),
            what: error.to_string(),
        })
}

/// Looks at the files as long as somebody uses them.
pub(super) fn follow(live: &Arc<Live>, runtime: &Handle) {
    let live = Arc::downgrade(live);
    runtime.spawn(async move {
        let mut told = None;
        loop {
            #[expect(clippy::disallowed_methods, reason = "this is the door")]
            tokio::time::sleep(EVERY).await;
            let Some(live) = live.upgrade() else { return };
            let fault = live.look().err().map(|error| error.to_string());
            if let Some(error) = &fault
                && told != fault
            {
                tracing::error!(%error, "証明書か失効リストを読めません。前のものを使い続けています。");
            }
            told = fault;
        }
    });
}

/// Both sides of TLS 1.3: each shows its certificate, and neither takes a session up again without it.
fn configured(
    files: &Files,
    own: &Own,
    trust: &Trust,
    authorities: Arc<dyn ClientCertVerifier>,
) -> Result<(ServerConfig, ClientConfig), TlsFault> {
    let wrong = |path: &Path, what: &dyn std::fmt::Display| TlsFault::Wrong {
        path: path.to_owned(),
        what: what.to_string(),
    };
    let provider: Arc<CryptoProvider> = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let servers = WebPkiServerVerifier::builder_with_provider(trust.roots.clone(), provider.clone())
        .with_crls(trust.lists.clone())
        .build()
        .map_err(|error| wrong(&files.revoked, &error))?;
    let mut server = ServerConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(&[&TLS13])
        .map_err(|error| wrong(&files.key, &error))?
        .with_client_cert_verifier(authorities)
        .with_single_cert(own.me.chain.clone(), own.key.clone_key())
        .map_err(|error| wrong(&files.key, &error))?;
    server.session_storage = Arc::new(NoServerSessionStorage {});
    server.send_tls13_tickets = 0;
    let mut client = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])
        .map_err(|error| wrong(&files.key, &error))?
        .with_webpki_verifier(servers)
        .with_client_auth_cert(own.me.chain.clone(), own.key.clone_key())
        .map_err(|error| wrong(&files.key, &error))?;
    client.resumption = rustls::client::Resumption::disabled();
    Ok((server, client))
}
