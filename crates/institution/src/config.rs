//! What an institution's site may choose.

use std::path::PathBuf;
use std::time::Duration;

use domain::number::InstitutionCode;
use env::Origin;
use exchange::text::{Encoding, Substitution};
use identity::Tls;
use serde::{Deserialize, Serialize};

/// The role's configuration. Keys that are not listed here are refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where this role's own small API listens, `https://127.0.0.1:PORT`.
    pub listen: Origin,
    /// The institution's own code (医療機関コード), ten digits.
    pub code: InstitutionCode,
    /// Where verification is, `https://HOST:PORT`.
    pub verification: Origin,
    /// The folder that holds `req`, `res` and `face`, and our own `work`, `quarantine` and `report`. All of them
    /// are on one file system.
    pub folders: PathBuf,
    /// How results are written: `utf-8` or `shift_jis`. Default `utf-8`. Requests say themselves how they are.
    #[serde(default)]
    pub encoding: SiteEncoding,
    /// How often `req` is looked at when nothing tells of a change, in ms. Default 500.
    #[serde(default = "default_rescan_ms")]
    pub rescan_ms: u64,
    /// How long a request may wait for verification before it is answered with an error, in s. Default 10.
    #[serde(default = "default_answer_within_s")]
    pub answer_within_s: u64,
    /// Whether results carry `OfficeDataAsOf`, how fresh the office's data is. Default true; off for software
    /// that stumbles over a tag it does not know.
    #[serde(default = "default_office_data_as_of")]
    pub office_data_as_of: bool,
    /// What stands for a character that Shift_JIS lacks. Default `look_alike`.
    #[serde(default)]
    pub substitution: SiteSubstitution,
    /// How long the second step of a bulk inquiry may wait for its result before it is answered with 処理中, in s.
    /// Default 20.
    #[serde(default = "default_bulk_wait_s")]
    pub bulk_wait_s: u64,
    /// Results of bulk inquiries of more than so many KiB are written as `.zip`. Default 1024.
    #[serde(default = "default_zip_over_kib")]
    pub zip_over_kib: u32,
    /// Where the pages for the desk listen (reader and reception), `http://127.0.0.1:PORT`. Without it there are none.
    #[serde(default)]
    pub pages: Option<Origin>,
    /// The folder of virtual cards (試験用カード). Sandboxes only.
    #[serde(default)]
    pub cards: Option<PathBuf>,
    /// After how long without a touch the reader asks whether somebody is still there, in s; as long again, and it begins
    /// anew. Default 60, at least 20 is kept.
    #[serde(default = "default_idle_s")]
    pub idle_s: u64,
    /// The certificate of its terminal, and whom it believes.
    pub tls: Tls,
}

/// What stands for a character that the site's encoding lacks. Each one is told and reported, whichever it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SiteSubstitution {
    /// The ordinary form where our table has one (`𠮷` as `吉`), else 〓; for requests that come in Shift_JIS. Who
    /// writes requests in UTF-8 gets 〓.
    #[default]
    LookAlike,
    /// Always 〓.
    Geta,
}

/// How the site's software reads results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SiteEncoding {
    /// UTF-8.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// CP932, called Shift_JIS in the declaration.
    #[serde(rename = "shift_jis")]
    ShiftJis,
}

impl From<SiteEncoding> for Encoding {
    fn from(site: SiteEncoding) -> Encoding {
        match site {
            SiteEncoding::Utf8 => Encoding::Utf8,
            SiteEncoding::ShiftJis => Encoding::ShiftJis,
        }
    }
}

impl Config {
    /// What must be said where one has a name already; everything else as by default.
    #[must_use]
    pub fn new(listen: Origin, code: InstitutionCode, verification: Origin, folders: PathBuf) -> Config {
        Config {
            listen,
            code,
            verification,
            folders,
            encoding: SiteEncoding::default(),
            rescan_ms: default_rescan_ms(),
            answer_within_s: default_answer_within_s(),
            office_data_as_of: default_office_data_as_of(),
            substitution: SiteSubstitution::default(),
            bulk_wait_s: default_bulk_wait_s(),
            zip_over_kib: default_zip_over_kib(),
            pages: None,
            cards: None,
            idle_s: default_idle_s(),
            tls: Tls::none(),
        }
    }

    /// Never 0: looking without a pause would be a busy loop.
    pub(crate) fn rescan(&self) -> Duration {
        Duration::from_millis(self.rescan_ms.max(10))
    }

    pub(crate) fn answer_within(&self) -> Duration {
        Duration::from_secs(self.answer_within_s)
    }

    pub(crate) fn bulk_wait(&self) -> Duration {
        Duration::from_secs(self.bulk_wait_s)
    }

    /// In bytes.
    pub(crate) fn zip_over(&self) -> usize {
        usize::try_from(self.zip_over_kib).map_or(usize::MAX, |kib| kib.saturating_mul(1024))
    }

    /// How a result is written for a request in this encoding.
    pub(crate) fn substitution(&self, asked: Encoding) -> Substitution {
        match (self.substitution, asked) {
            (SiteSubstitution::LookAlike, Encoding::ShiftJis) => Substitution::LookAlike,
            _ => Substitution::Geta,
        }
    }
}

fn default_rescan_ms() -> u64 {
    500
}

fn default_answer_within_s() -> u64 {
    10
}

fn default_bulk_wait_s() -> u64 {
    20
}

fn default_zip_over_kib() -> u32 {
    1024
}

fn default_idle_s() -> u64 {
    60
}

fn default_office_data_as_of() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(more: &str) -> Result<Config, serde_json::Error> {
        serde_json::from_str(&format!(
            r#"{{"listen":"https://127.0.0.1:0","code":"1319999015","verification":"https://127.0.0.1:1",
                "folders":"clinic","tls":{{"certificate":"","key":"","authority":"","revoked":""}}{more}}}"#
        ))
    }

    #[test]
    fn only_five_keys_are_needed_and_unknown_ones_are_refused() {
        let code = InstitutionCode::parse("1319999015").unwrap();
        let origin = |port| Origin::new("127.0.0.1", port);
        assert_eq!(
            read("").unwrap(),
            Config::new(origin(0), code, origin(1), "clinic".into())
        );
        assert_eq!(
            read(r#","encoding":"shift_jis""#).unwrap().encoding,
            SiteEncoding::ShiftJis
        );
        assert!(read(r#","encoding":"euc-jp""#).is_err());
        assert!(
            read(r#","rescan":1"#)
                .unwrap_err()
                .to_string()
                .contains("rescan_ms")
        );
    }
}
