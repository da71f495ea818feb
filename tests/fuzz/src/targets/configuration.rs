//! Configuration files of roles, and addresses of databases. Both may hold a password.

use env::config;
use storage::DatabaseConfig;

use super::{Target, variant, words};
use crate::secrets::assert_discreet;

/// A TOML file, read as the hub's and as the institution's.
pub(super) const ROLE: Target = Target {
    name: "configuration",
    check: role,
    weight: 8,
    words: words!["listen = \"" "database = \"" "database = { postgres = { url = \"" "code = \"1319999015\"\n" "[store]\n" "[tls]\nworld = \"sandbox\"\n"
        "\"\"\"" "'''" "rescan_ms = -1\n" "encoding = \"shift_jis\"\n" "postgres://u:" "@h/d" "= 1979-05-27\n" "#"],
};

/// One address.
pub(super) const DATABASE: Target = Target {
    name: "database-address",
    check: database,
    weight: 1,
    words: words!["sqlite:" "inline:" "postgres://" "postgresql://" "?schema=" "&" "host=" "password=" "dbname=" "@" ":"
        "schema=office" "sslmode=disable" "%41" "%" "port=0" "'"],
};

fn role(bytes: &[u8]) -> String {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return "not-text".to_owned();
    };
    match config::parse::<institution::Config>(text) {
        Ok(config) => {
            let told = serde_json::to_value(&config).expect("a configuration can be shown");
            assert_eq!(
                serde_json::from_value::<institution::Config>(told).ok(),
                Some(config)
            );
            return "institution".to_owned();
        }
        Err(fault) => assert_discreet(&format!("{fault} {fault:?}")),
    }
    match config::parse::<hub::Config>(text) {
        Ok(config) => {
            assert_eq!(config.listen.to_string().parse().ok(), Some(config.listen));
            "hub".to_owned()
        }
        Err(fault) => {
            assert_discreet(&format!("{fault} {fault:?}"));
            variant(&fault)
        }
    }
}

fn database(bytes: &[u8]) -> String {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return "not-text".to_owned();
    };
    match text.parse::<DatabaseConfig>() {
        Ok(config) => {
            let again = config.with_password().parse::<DatabaseConfig>();
            assert_eq!(
                again.ok().as_ref(),
                Some(&config),
                "written and read, it is another"
            );
            let kind = match config {
                DatabaseConfig::Sqlite { .. } => "sqlite",
                DatabaseConfig::Postgres { .. } => "postgres",
                DatabaseConfig::Inline { .. } => "inline",
            };
            kind.to_owned()
        }
        Err(error) => {
            assert_discreet(&format!("{error} {error:?}"));
            "refused".to_owned()
        }
    }
}
