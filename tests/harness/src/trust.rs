//! A sandbox's authority for one test process, and certificates of it for whoever a test needs.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use domain::permit::Tenant;
use env::Env;
use env::real::RealWorld;
use identity::Tls;
use identity::authority::files::{pem, write_new};
use identity::authority::{Authorities, Record};
use identity::profile::World;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::version::TLS13;
use rustls::{ClientConfig, RootCertStore};

use crate::{attendant, must};

/// The authority and its folder, which goes with the process.
struct Trust {
    folder: PathBuf,
    authorities: Authorities,
}

fn trust() -> &'static Trust {
    static TRUST: OnceLock<Trust> = OnceLock::new();
    TRUST.get_or_init(|| {
        let folder = attendant::folder().join("trust");
        let now = in_the_world(|env| env.now());
        let authorities = must("an authority", Authorities::create(&folder, now));
        Trust { folder, authorities }
    })
}

/// The files of a certificate for somebody: an actor, or a terminal of an institution.
pub fn tls_of(whom: impl Display) -> Tls {
    let Trust { folder, authorities } = trust();
    certified(authorities, folder, folder, &whom.to_string())
}

/// Revokes what [`tls_of`] gave somebody, as the authority does: whoever reads its list knows at its next look.
///
/// # Panics
/// When nothing was given to them, or no list can be made.
pub fn revoke(whom: impl Display) {
    let (trust, whom) = (trust(), whom.to_string());
    let _held = held();
    let register = must("the register", trust.authorities.register());
    let issued = register.into_iter().find_map(|record| match record {
        Record::Issued {
            issuer, serial, of, ..
        } if of == whom => Some((issuer, serial)),
        _ => None,
    });
    let (issuer, serial) = must("a certificate", issued.ok_or("it was never given"));
    let now = in_the_world(|env| env.now());
    must("a revocation", trust.authorities.revoke(&issuer, &serial, now));
}

/// The real world, in which one is somebody. On tokio.
pub fn known_as(whom: impl Display) -> Env {
    let (env, whom) = (RealWorld::env(), whom.to_string());
    let tenant: Tenant = must("a tenant", whom.parse());
    must("a certificate", tls_of(whom).env(&env, &tenant.actor()))
}

/// The files of a certificate that an authority in a folder issues, made when there is none.
///
/// # Panics
/// When it cannot be made.
pub fn certified(authorities: &Authorities, pki: &Path, into: &Path, whom: &str) -> Tls {
    let _held = held();
    let name = whom.replace(':', "-");
    let tls = Tls {
        certificate: into.join(format!("{name}.crt")),
        key: into.join(format!("{name}.key")),
        authority: pki.join("organisations.crt"),
        revoked: pki.join("organisations.crl"),
        world: World::Sandbox,
        revoked_grace_hours: 72,
    };
    if !tls.certificate.exists() {
        let (tenant, names) = (must("a tenant", whom.parse()), ["127.0.0.1".to_owned()]);
        let issued = in_the_world(|env| {
            authorities.issue_organisation(&tenant, &names, 30, env.now(), &mut env.rng())
        });
        let issued = must("a certificate", issued);
        must("its key", write_new(&tls.key, issued.key.as_bytes(), true));
        let text = pem("CERTIFICATE", &issued.certificate);
        must("its file", write_new(&tls.certificate, &text, false));
    }
    tls
}

/// An authority's files are written by one at a time.
fn held() -> MutexGuard<'static, ()> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Something that needs a clock and randomness, also where no runtime is.
fn in_the_world<T>(of: impl FnOnce(Env) -> T) -> T {
    if tokio::runtime::Handle::try_current().is_ok() {
        return of(RealWorld::env());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = must("a runtime", runtime);
    let _inside = runtime.enter();
    of(RealWorld::env())
}

/// What a client of rustls needs to be whoever these files name, for tests that speak by hand.
///
/// # Panics
/// When a file is missing or is none.
pub fn client(tls: &Tls) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    let authority = must("the authority", CertificateDer::from_pem_file(&tls.authority));
    must("the authority", roots.add(authority));
    let own = must("a certificate", CertificateDer::from_pem_file(&tls.certificate));
    let key = must("its key", PrivateKeyDer::from_pem_file(&tls.key));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_protocol_versions(&[&TLS13]);
    let config = must("TLS 1.3", config).with_root_certificates(roots);
    Arc::new(must("a client", config.with_client_auth_cert(vec![own], key)))
}
