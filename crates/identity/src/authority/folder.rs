//! The sandbox's authorities in a folder: their keys, their own certificates, their lists, and a register of what they issued.
//!
//! ```text
//! card-1.key card-1.crt card-1.crl     the older key of cards
//! card-2.key card-2.crt card-2.crl     the one that issues now
//! organisations.key .crt .crl
//! issued.jsonl                         one line for each certificate, and one for each revocation; never rewritten
//! ```

use std::num::NonZeroU128;
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::permit::Tenant;
use env::{EnvRng, Time};
use jiff::Span;
use rand_core::Rng as _;
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256};

use super::files::{failed, pem, replace, write_new};
use super::issuing::{Authority, IssuingError, IssuingKey, rsa_key};
use super::register::{REGISTER, Record};
use crate::card::Serial;

/// Why the folder does not do what is asked.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// Nothing was issued.
    #[error(transparent)]
    Issuing(#[from] IssuingError),
    /// There are authorities already.
    #[error("{0} には認証局が既にあります。変更していません。")]
    Exists(PathBuf),
    /// A file is missing or cannot be used.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The register has a line that is none of ours.
    #[error("{path} の {line}行目が読めません。書きかけの行なら、その行を消してください")]
    Register {
        /// The register.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// Nothing was issued under this number.
    #[error("{issuer} は {serial} を発行していません")]
    NotIssued {
        /// The issuing key's name.
        issuer: String,
        /// The number.
        serial: Serial,
    },
    /// It issues for organisations.
    #[error("{0} はカードの証明書を発行しません（card-1 か card-2）")]
    NoCards(String),
    /// No such issuing key.
    #[error("{0} という発行者はありません（card-1、card-2、organisations のどれか）")]
    NoIssuer(String),
}

/// What was issued.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The issuing key's name.
    pub issuer: String,
    /// The certificate's number.
    pub serial: Serial,
    /// The certificate, in DER.
    pub certificate: Vec<u8>,
    /// Its key as PKCS #8 text. It is kept nowhere else.
    pub key: String,
}

/// The names of the issuing keys.
const CARDS: [&str; 2] = ["card-1", "card-2"];
const ORGANISATIONS: &str = "organisations";
/// The number before the first that a key of cards gives: all of them begin with the same.
const CARDS_FROM: NonZeroU128 = NonZeroU128::new(0x0600_0000).unwrap();

/// Authorities in a folder.
pub struct Authorities {
    pub(super) folder: PathBuf,
    keys: Vec<(&'static str, IssuingKey)>,
}

impl Authorities {
    /// Draws their keys and makes their own certificates and first, empty lists.
    ///
    /// # Errors
    /// [`AuthorityError`]; nothing that stands there is changed.
    pub fn create(folder: &Path, now: Time) -> Result<Authorities, AuthorityError> {
        if folder.join(REGISTER).exists() {
            return Err(AuthorityError::Exists(folder.to_owned()));
        }
        std::fs::create_dir_all(folder).map_err(failed(folder))?;
        let mut keys = Vec::new();
        for (name, years) in [(CARDS[0], (-6, 4)), (CARDS[1], (-1, 9)), (ORGANISATIONS, (-1, 9))] {
            let key = IssuingKey::draw(authority(name))?;
            write_new(&folder.join(format!("{name}.key")), key.to_pem().as_bytes(), true)?;
            let one = Serial::from(NonZeroU128::MIN);
            let certificate = key.certificate(&one, years_from(now, years.0), end_of(now, years.1))?;
            write_new(
                &folder.join(format!("{name}.crt")),
                &pem("CERTIFICATE", &certificate),
                false,
            )?;
            keys.push((name, key));
        }
        write_new(&folder.join(REGISTER), b"", false)?;
        let authorities = Authorities {
            folder: folder.to_owned(),
            keys,
        };
        authorities.lists(now, super::issuing::LIST_LIFE)?;
        Ok(authorities)
    }

    /// Opens those of a folder.
    ///
    /// # Errors
    /// [`AuthorityError`].
    pub fn open(folder: &Path) -> Result<Authorities, AuthorityError> {
        let mut keys = Vec::new();
        for name in [CARDS[0], CARDS[1], ORGANISATIONS] {
            let path = folder.join(format!("{name}.key"));
            let pem = std::fs::read_to_string(&path).map_err(failed(&path))?;
            keys.push((name, IssuingKey::from_pem(authority(name), &pem)?));
        }
        Ok(Authorities {
            folder: folder.to_owned(),
            keys,
        })
    }

    /// The names of their keys.
    pub fn issuers(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().map(|(name, _)| *name)
    }

    /// Issues a card's certificate: from now until the end of a day some years later, in Japan.
    ///
    /// # Errors
    /// [`AuthorityError`].
    pub fn issue_card(
        &self,
        issuer: &str,
        years: i32,
        now: Time,
        rng: &mut EnvRng,
    ) -> Result<Issued, AuthorityError> {
        let key = self.cards_key(issuer)?;
        let given = self
            .register()?
            .into_iter()
            .filter(|record| matches!(record, Record::Issued { issuer: by, .. } if by == issuer));
        let serial = Serial::from(CARDS_FROM.saturating_add(1 + given.count() as u128));
        let (card, period) = (rsa_key()?, (now, end_of(now, years)));
        let certificate = key.card(&card, &serial, &opaque_name(rng), period)?;
        self.enter_issued(issuer, &serial, "card", period.1)?;
        Ok(Issued {
            issuer: issuer.to_owned(),
            serial,
            certificate,
            key: card.serialize_pem(),
        })
    }

    /// Issues an organisation's certificate for a tenant, under which names it answers.
    ///
    /// # Errors
    /// [`AuthorityError`].
    pub fn issue_organisation(
        &self,
        tenant: &Tenant,
        names: &[String],
        days: u32,
        now: Time,
        rng: &mut EnvRng,
    ) -> Result<Issued, AuthorityError> {
        let mut drawn = [0; 16];
        rng.fill_bytes(&mut drawn);
        // Positive as an integer of DER, and never zero.
        let drawn = u128::from_be_bytes(drawn) >> 1;
        let serial = Serial::from(NonZeroU128::MIN | drawn);
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(IssuingError::from)?;
        let period = (now, now + Duration::from_hours(24) * days);
        let certificate = self
            .key(ORGANISATIONS)?
            .organisation(&key, &serial, tenant, names, period)?;
        self.enter_issued(ORGANISATIONS, &serial, &tenant.to_string(), period.1)?;
        Ok(Issued {
            issuer: ORGANISATIONS.to_owned(),
            serial,
            certificate,
            key: key.serialize_pem(),
        })
    }

    /// Revokes a certificate, and renews its issuer's list. Twice is once.
    ///
    /// # Errors
    /// [`AuthorityError::NotIssued`] and others.
    pub fn revoke(&self, issuer: &str, serial: &Serial, now: Time) -> Result<(), AuthorityError> {
        self.key(issuer)?;
        let register = self.register()?;
        let is_issued = register.iter().any(|record| {
            matches!(record, Record::Issued { issuer: by, serial: number, .. } if by == issuer && number == serial)
        });
        if !is_issued {
            return Err(AuthorityError::NotIssued {
                issuer: issuer.to_owned(),
                serial: serial.clone(),
            });
        }
        let is_revoked = register.iter().any(|record| {
            matches!(record, Record::Revoked { issuer: by, serial: number, .. } if by == issuer && number == serial)
        });
        if !is_revoked {
            self.enter(&Record::Revoked {
                issuer: issuer.to_owned(),
                serial: serial.clone(),
                at: now.micros(),
            })?;
        }
        self.lists(now, super::issuing::LIST_LIFE)
    }

    /// Makes the list of every issuing key anew.
    ///
    /// # Errors
    /// [`AuthorityError`].
    pub fn lists(&self, now: Time, life: Duration) -> Result<(), AuthorityError> {
        let register = self.register()?;
        for (name, key) in &self.keys {
            let revoked: Vec<(Serial, Time)> = register
                .iter()
                .filter_map(|record| match record {
                    Record::Revoked { issuer, serial, at } if issuer == name => {
                        Some((serial.clone(), Time::from_micros(*at)))
                    }
                    _ => None,
                })
                .collect();
            // The number grows with time, so that no counter can be lost.
            let number = u64::try_from(now.micros()).unwrap_or(0);
            let list = key.list(number, (now, now + life), &revoked)?;
            replace(
                &self.folder.join(format!("{name}.crl")),
                &pem("X509 CRL", &list),
                false,
            )?;
        }
        Ok(())
    }

    /// A key that issues for cards.
    pub(super) fn cards_key(&self, name: &str) -> Result<&IssuingKey, AuthorityError> {
        let key = self.key(name)?;
        match key.authority() {
            Authority::Cards => Ok(key),
            Authority::Organisations => Err(AuthorityError::NoCards(name.to_owned())),
        }
    }

    fn key(&self, name: &str) -> Result<&IssuingKey, AuthorityError> {
        let found = self.keys.iter().find(|(known, _)| *known == name);
        found
            .map(|(_, key)| key)
            .ok_or_else(|| AuthorityError::NoIssuer(name.to_owned()))
    }
}

fn authority(name: &str) -> Authority {
    if name == ORGANISATIONS {
        Authority::Organisations
    } else {
        Authority::Cards
    }
}

/// 23 letters and digits that say nothing.
fn opaque_name(rng: &mut EnvRng) -> String {
    const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKLMNPQRSTUVWX";
    let mut drawn = [0; 23];
    rng.fill_bytes(&mut drawn);
    drawn
        .iter()
        .map(|byte| char::from(SIGNS[usize::from(byte % 32)]))
        .collect()
}

/// Midnight in Japan, some years from a moment.
fn years_from(now: Time, years: i32) -> Time {
    let day = now.date().saturating_add(Span::new().years(years));
    Time::from_jst(day.at(0, 0, 0, 0))
}

/// The last second of a day in Japan, some years from a moment.
fn end_of(now: Time, years: i32) -> Time {
    let day = now.date().saturating_add(Span::new().years(years));
    Time::from_jst(day.at(23, 59, 59, 0))
}
