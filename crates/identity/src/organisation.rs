//! How an organisation or a terminal is known to others: the files of its certificate, and which world they are of.
//!
//! TLS itself is the matter of `env`, which proves that a certificate is the authority's and in force. What a world adds is said
//! here: where its names begin, and that the sandbox's authority is believed in the sandbox only.

use std::path::{Path, PathBuf};
use std::time::Duration;

use der::Decode;
use domain::permit::{Actor, Tenant};
use env::tls::{Files, TlsFault};
use env::{Env, Identity, Time};
use serde::{Deserialize, Serialize};
use x509_cert::Certificate;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

use crate::card::Serial;
use crate::card::certificate::time;
use crate::profile::World;
use crate::show::unarmoured;

/// The table `[tls]` of a role's configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The role's certificate, as PEM.
    pub certificate: PathBuf,
    /// Its key, as PEM.
    pub key: PathBuf,
    /// The authority whose certificates are believed, as PEM.
    pub authority: PathBuf,
    /// The authority's list of what it revoked, as PEM.
    pub revoked: PathBuf,
    /// `sandbox` for the certificates of `madoguchi pki`; else `production`, which believes none of them.
    #[serde(default = "production")]
    pub world: World,
    /// For how many hours after its next one was due the list still counts; after that nobody is believed. Default 72.
    #[serde(default = "grace_hours")]
    pub revoked_grace_hours: u32,
}

/// What a certificate says of whose it is, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The tenant, without the beginning that every name of its world has; nothing when it names nobody.
    pub tenant: Option<String>,
    /// The last moment of its validity.
    pub through: Time,
    /// Its number; nothing when it has none that is one.
    pub serial: Option<Serial>,
}

impl Named {
    /// Reads the first certificate of a file: nothing when there is no such file.
    ///
    /// # Errors
    /// [`TlsFault`] when it is no certificate.
    pub fn read(path: &Path, world: World) -> Result<Option<Named>, TlsFault> {
        let Some(certificate) = certificate(path)? else {
            return Ok(None);
        };
        let said = certificate.tbs_certificate();
        let names = said.get_extension::<SubjectAltName>().ok().flatten();
        let names = names.map(|(_, names)| names.0).unwrap_or_default();
        let tenant = names.iter().find_map(|name| match name {
            GeneralName::UniformResourceIdentifier(uri) => uri.as_str().strip_prefix(world.tenants()),
            _ => None,
        });
        Ok(Some(Named {
            tenant: tenant.map(str::to_owned),
            through: time(said.validity().not_after),
            serial: Serial::from_integer(said.serial_number().as_bytes()),
        }))
    }
}

/// The first certificate of a file, as PEM or DER.
fn certificate(path: &Path) -> Result<Option<Certificate>, TlsFault> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => {
            return Err(TlsFault::Io {
                path: path.to_owned(),
                source,
            });
        }
    };
    let read = unarmoured(&bytes)
        .ok()
        .and_then(|der| Certificate::from_der(&der).ok());
    read.map(Some).ok_or_else(|| TlsFault::Wrong {
        path: path.to_owned(),
        what: "証明書として読めません".to_owned(),
    })
}

fn production() -> World {
    World::Production
}

fn grace_hours() -> u32 {
    72
}

impl Tls {
    /// Of a role that gets its name in another way, as in simulations: no files.
    #[must_use]
    pub fn none() -> Tls {
        Tls {
            certificate: PathBuf::new(),
            key: PathBuf::new(),
            authority: PathBuf::new(),
            revoked: PathBuf::new(),
            world: production(),
            revoked_grace_hours: grace_hours(),
        }
    }

    /// The world in which one is `whom` to others, as these files prove.
    ///
    /// # Errors
    /// [`TlsFault`] when they prove something else, or nothing.
    pub fn env(&self, env: &Env, whom: &Actor) -> Result<Env, TlsFault> {
        let env = env.known_as(&self.identity()?)?;
        let named = env.name().unwrap_or_default();
        match named.parse::<Tenant>() {
            Ok(tenant) if tenant.actor() == *whom => Ok(env),
            _ => Err(TlsFault::SomebodyElses {
                path: self.certificate.clone(),
                named: named.to_string(),
                expected: whom.to_string(),
            }),
        }
    }

    /// Who one is to others.
    fn identity(&self) -> Result<Identity, TlsFault> {
        Ok(Identity::Files(Files {
            certificate: self.certificate.clone(),
            key: self.key.clone(),
            authority: self.authority.clone(),
            revoked: self.revoked.clone(),
            names_under: self.world.tenants(),
            authorities: self.world.authorities(),
            grace: Duration::from_hours(1) * self.revoked_grace_hours,
        }))
    }
}
