//! The sandbox's certificates of roles, made where there are none.
//!
//! `init` and `demo` keep the sandbox's authorities in the folder `pki` of their data, and each role's certificate beside its other
//! files. A certificate that ends soon, or was revoked, is renewed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::permit::Tenant;
use env::{Env, FileError, Held};
use identity::Tls;
use identity::authority::files::{pem, replace};
use identity::authority::{Authorities, Record};
use identity::card::{Anchor, CardId};
use identity::organisation::Named;
use identity::profile::World;
use identity::show::unarmoured;

use crate::outcome::{Failure, tell};

/// For how many days a role's certificate is issued, and how many before its end it is renewed.
const DAYS: u32 = 90;
const RENEWED_BEFORE: Duration = Duration::from_hours(30 * 24);
/// For how long the lists count that are made beside.
const LIST: Duration = Duration::from_hours(24);
/// The key that issues for organisations.
const ORGANISATIONS: &str = "organisations";
/// The key that issues cards now.
const CARDS: &str = "card-2";
/// Where the roles of a sandbox answer.
const NAMES: [&str; 2] = ["localhost", "127.0.0.1"];

/// The sandbox's authorities, below a data folder.
pub(crate) struct Sandbox<'a> {
    env: &'a Env,
    data: PathBuf,
    authorities: Authorities,
    _held: Held,
}

/// Holds a folder of authorities: two who issue at once would give one number twice, and the list of whoever came first would take the
/// place of the other's.
pub(crate) async fn hold(env: &Env, folder: &Path) -> Result<Held, Failure> {
    match env.files().hold(&folder.join("authorities.lock")).await {
        Ok(held) => Ok(held),
        Err(FileError::Held { by, .. }) => Err(Failure::held(folder.display(), &by)),
        Err(error) => Err(error.into()),
    }
}

impl<'a> Sandbox<'a> {
    /// Opens them, or makes them, and holds them as long as it lives. Their lists are renewed in either case.
    pub(crate) async fn open(env: &'a Env, data: &Path) -> Result<Sandbox<'a>, Failure> {
        let data = std::path::absolute(data)?;
        let folder = data.join("pki");
        env.files().ensure_dir(&folder).await?;
        let held = hold(env, &folder).await?;
        let authorities = if folder.join("issued.jsonl").exists() {
            let authorities = Authorities::open(&folder)?;
            authorities.lists(env.now(), LIST)?;
            authorities
        } else {
            tell(&format!("試験用の認証局を作成しています: {}", folder.display()));
            Authorities::create(&folder, env.now())?
        };
        Ok(Sandbox {
            env,
            data,
            authorities,
            _held: held,
        })
    }

    fn is_revoked(&self, named: &Named) -> Result<bool, Failure> {
        let register = self.authorities.register()?;
        Ok(register.iter().any(|record| match record {
            Record::Revoked { issuer, serial, .. } => {
                issuer == ORGANISATIONS && Some(serial) == named.serial.as_ref()
            }
            Record::Issued { .. } => false,
        }))
    }

    /// A new card: its certificate, its key as text, and what it is found by.
    pub(crate) fn card(&self, years: i32) -> Result<(Vec<u8>, String, CardId), Failure> {
        let mut rng = self.env.rng();
        let issued = self
            .authorities
            .issue_card(CARDS, years, self.env.now(), &mut rng)?;
        let path = self.data.join("pki").join(format!("{CARDS}.crt"));
        let anchor = unarmoured(&std::fs::read(&path)?)?;
        let card = CardId {
            issuer: Anchor::pin(World::Sandbox, &anchor)?.id(),
            serial: issued.serial,
        };
        Ok((issued.certificate, issued.key, card))
    }

    /// The files of somebody's certificate in a folder of the data, made or renewed where need be.
    pub(crate) async fn certified(&self, folder: &str, whom: &Tenant) -> Result<Tls, Failure> {
        let own = self.data.join(folder);
        self.env.files().ensure_dir(&own).await?;
        let pki = self.data.join("pki");
        let tls = Tls {
            certificate: own.join("tls.crt"),
            key: own.join("tls.key"),
            authority: pki.join("organisations.crt"),
            revoked: pki.join("organisations.crl"),
            world: World::Sandbox,
            revoked_grace_hours: 72,
        };
        let now = self.env.now();
        let there = Named::read(&tls.certificate, tls.world)?;
        if let Some(there) = there
            && now + RENEWED_BEFORE < there.through
            && !self.is_revoked(&there)?
        {
            return Ok(tls);
        }
        let names = NAMES.map(str::to_owned);
        let mut rng = self.env.rng();
        let issued = self
            .authorities
            .issue_organisation(whom, &names, DAYS, now, &mut rng)?;
        replace(&tls.key, issued.key.as_bytes(), true)?;
        replace(&tls.certificate, &pem("CERTIFICATE", &issued.certificate), false)?;
        Ok(tls)
    }
}
