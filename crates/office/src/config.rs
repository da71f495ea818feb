//! The role's configuration, and what of it the office works with.

use std::path::PathBuf;
use std::time::Duration;

use domain::calendar::Date;
use domain::identity::OfficeCode;
use domain::monthly::{IssuingWindow, MONTHS_AHEAD, MONTHS_BACK};
use domain::regime::NumberRegime;
use domain::text::AsReceived;
use env::Origin;
use identity::Tls;
use seal::{ColumnKey, HubPublicKey, IndexKey, RootKey};
use serde::Deserialize;
use storage::DatabaseConfig;

use crate::SAID_NUMBERS;

/// The role's configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where it listens, for instance `https://127.0.0.1:18081`.
    pub listen: Origin,
    /// Where its database is: `sqlite:PATH` or `postgres:…`.
    pub database: DatabaseConfig,
    /// Its root key's file.
    pub root_key: PathBuf,
    /// The office's code between the systems.
    pub office: OfficeCode,
    /// 福祉事務所名, as institutions read it.
    pub name: AsReceived,
    /// The hub.
    pub hub: Origin,
    /// The hub's public key, to which numbers are sealed: `mdghub1-…`.
    pub hub_key: HubPublicKey,
    /// The registers, whose list of designated institutions is followed; without, the list is loaded.
    #[serde(default)]
    pub registers: Option<Origin>,
    /// How the office numbers its people: `fixed` (固定番号), or `monthly` (月ごと変更).
    #[serde(default = "fixed")]
    pub number_regime: NumberRegime,
    /// How often the office marks how far it has sent everything, in ms.
    #[serde(default = "mark_every_ms")]
    pub mark_every_ms: u64,
    /// Months before this one whose vouchers are still issued.
    #[serde(default = "months_back")]
    pub months_back: u16,
    /// Months after this one whose vouchers are issued already.
    #[serde(default = "months_ahead")]
    pub months_ahead: u16,
    /// The office's today, for demos and trials whose people are of another day; the clock's when nothing is said.
    #[serde(default)]
    pub today: Option<Date>,
    /// Its certificate, and whom it believes.
    pub tls: Tls,
}

fn fixed() -> NumberRegime {
    NumberRegime::Fixed
}

fn mark_every_ms() -> u64 {
    1000
}

fn months_back() -> u16 {
    MONTHS_BACK
}

fn months_ahead() -> u16 {
    MONTHS_AHEAD
}

/// What an office is told when it starts, keys included.
pub struct Setup {
    /// The office's code.
    pub office: OfficeCode,
    /// 福祉事務所名.
    pub name: AsReceived,
    /// The hub.
    pub hub: Origin,
    /// The hub's public key.
    pub hub_key: HubPublicKey,
    /// The registers, if they are followed.
    pub registers: Option<Origin>,
    /// How it numbers its people.
    pub number_regime: NumberRegime,
    /// Seals what the office holds.
    pub column: ColumnKey,
    /// Recognises a 個人番号 that was said before; see [`SAID_NUMBERS`].
    pub said_numbers: IndexKey,
    /// How often it marks.
    pub mark_every: Duration,
    /// Which months it issues vouchers of.
    pub issuing: IssuingWindow,
    /// The office's today; the clock's when nothing is said.
    pub today: Option<Date>,
}

impl Config {
    /// The same with the keys by which the office seals and recognises.
    pub(crate) fn setup(&self, root: &RootKey) -> Setup {
        Setup {
            column: root.column_key(self.office.as_str()),
            said_numbers: root.index_key(SAID_NUMBERS),
            office: self.office.clone(),
            name: self.name.clone(),
            hub: self.hub.clone(),
            hub_key: self.hub_key.clone(),
            registers: self.registers.clone(),
            number_regime: self.number_regime,
            mark_every: Duration::from_millis(self.mark_every_ms),
            issuing: IssuingWindow {
                back: self.months_back,
                ahead: self.months_ahead,
            },
            today: self.today,
        }
    }
}
