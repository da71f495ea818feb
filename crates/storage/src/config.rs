//! Which database a role uses, as its configuration says it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::{StoreError, platform};

/// Which database. In a configuration file either one text (see [`FromStr`]) or a table:
///
/// ```toml
/// database = "sqlite:office/office.db"
/// database = "postgres://office@db.example/madoguchi?schema=office"
/// database = "host=/run/postgresql dbname=madoguchi schema=office"
/// database = { postgres = { url = "postgres://office@db.example/madoguchi", schema = "office" } }
/// ```
///
/// Shown (`Display`, `Debug`), it has no password.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseConfig {
    /// A file of this machine, for one role.
    Sqlite {
        /// The file.
        path: PathBuf,
    },
    /// A PostgreSQL server, version 15 or newer. Connections are not encrypted: a socket of this machine, or
    /// a network that is protected by other means.
    Postgres {
        /// The address, as a `postgres://` URL or as `host=… dbname=…`.
        url: String,
        /// The role's own schema: lower-case letters, digits and `_`.
        schema: String,
    },
    /// A database in this process's memory, for simulations. See [`crate::hold_inline`].
    Inline {
        /// Stores of the same name see the same database.
        name: String,
    },
}

/// How long a server may be silent behind an open connection before it is gone: else a unit would wait for a host that vanished as
/// long as the operating system does, which is hours.
const GONE: Duration = Duration::from_secs(30);
/// The schema when none is named.
const DEFAULT_SCHEMA: &str = "public";

impl DatabaseConfig {
    /// The whole address in one text, **with** the password: for writing configuration files only.
    pub fn with_password(&self) -> String {
        match self {
            DatabaseConfig::Postgres { url, schema } if is_url(url) => {
                format!(
                    "{url}{}schema={schema}",
                    if url.contains('?') { '&' } else { '?' }
                )
            }
            DatabaseConfig::Postgres { url, schema } => format!("{url} schema={schema}"),
            other => other.to_string(),
        }
    }

    /// The address for the driver, checked.
    pub(crate) fn server(url: &str, schema: &str) -> Result<tokio_postgres::Config, StoreError> {
        let mut letters = schema.chars();
        let first = letters.next().is_some_and(|c| c.is_ascii_lowercase() || c == '_');
        if !first
            || schema.len() > 63
            || !letters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        {
            return Err(StoreError::Address(
                "schema: expected at most 63 lower-case letters, digits and `_`, not beginning with a digit"
                    .into(),
            ));
        }
        // The driver's own message may quote the text, and with it the password.
        let mut config: tokio_postgres::Config = url.parse().map_err(|_| {
            StoreError::Address(
                "database: expected postgres://USER@HOST/DATABASE?schema=NAME or host=… dbname=… schema=…"
                    .into(),
            )
        })?;
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(GONE);
        }
        config.keepalives_idle(config.get_keepalives_idle().min(GONE));
        Ok(config)
    }
}

fn is_url(text: &str) -> bool {
    text.starts_with("postgres://") || text.starts_with("postgresql://")
}

/// Takes `schema=…` out of an address, because the driver does not know it.
fn take_schema(text: &str) -> (String, Option<String>) {
    let (head, list, between) = match text.split_once('?') {
        Some((head, query)) if is_url(text) => (head, query, '&'),
        None if is_url(text) => (text, "", '&'),
        _ => ("", text, ' '),
    };
    let mut schema = None;
    let mut kept: Vec<&str> = Vec::new();
    for part in list.split(between) {
        match part.strip_prefix("schema=") {
            Some(name) => schema = Some(name.to_owned()),
            None => kept.push(part),
        }
    }
    let kept = kept.join(&between.to_string());
    let mark = if head.is_empty() || kept.is_empty() {
        ""
    } else {
        "?"
    };
    (format!("{head}{mark}{kept}"), schema)
}

impl FromStr for DatabaseConfig {
    type Err = StoreError;

    /// `sqlite:PATH`, `postgres://…?schema=NAME`, `host=… dbname=… schema=NAME` or `inline:NAME`.
    fn from_str(text: &str) -> Result<DatabaseConfig, StoreError> {
        if let Some(path) = text.strip_prefix("sqlite:").filter(|path| !path.is_empty()) {
            return Ok(DatabaseConfig::Sqlite { path: path.into() });
        }
        if let Some(name) = text.strip_prefix("inline:").filter(|name| !name.is_empty()) {
            return Ok(DatabaseConfig::Inline {
                name: name.to_owned(),
            });
        }
        if !is_url(text) && !text.contains('=') {
            return Err(StoreError::Address(
                "database: expected sqlite:PATH, postgres://… or host=… dbname=…".into(),
            ));
        }
        let (url, schema) = take_schema(text);
        let schema = schema.unwrap_or_else(|| DEFAULT_SCHEMA.into());
        DatabaseConfig::server(&url, &schema)?;
        Ok(DatabaseConfig::Postgres { url, schema })
    }
}

impl fmt::Display for DatabaseConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (url, schema) = match self {
            DatabaseConfig::Sqlite { path } => return write!(f, "sqlite:{}", path.display()),
            DatabaseConfig::Inline { name } => return write!(f, "inline:{name}"),
            DatabaseConfig::Postgres { url, schema } => (url, schema),
        };
        let Ok(server) = url.parse::<tokio_postgres::Config>() else {
            return write!(f, "a PostgreSQL server with an unreadable address");
        };
        for host in server.get_hosts() {
            write!(f, "host={} ", platform::host(host))?;
        }
        for port in server.get_ports() {
            write!(f, "port={port} ")?;
        }
        if let Some(user) = server.get_user() {
            write!(f, "user={user} ")?;
        }
        if let Some(name) = server.get_dbname() {
            write!(f, "dbname={name} ")?;
        }
        write!(f, "schema={schema}")
    }
}

impl fmt::Debug for DatabaseConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
enum Table {
    Sqlite { path: PathBuf },
    Postgres { url: String, schema: String },
    Inline { name: String },
}

impl<'de> Deserialize<'de> for DatabaseConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<DatabaseConfig, D::Error> {
        struct TextOrTable;
        impl<'de> Visitor<'de> for TextOrTable {
            type Value = DatabaseConfig;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("sqlite:PATH, postgres://…?schema=NAME, or a table")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<DatabaseConfig, E> {
                text.parse().map_err(E::custom)
            }

            fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<DatabaseConfig, A::Error> {
                Ok(match Table::deserialize(MapAccessDeserializer::new(table))? {
                    Table::Sqlite { path } => DatabaseConfig::Sqlite { path },
                    Table::Postgres { url, schema } => DatabaseConfig::Postgres { url, schema },
                    Table::Inline { name } => DatabaseConfig::Inline { name },
                })
            }
        }
        deserializer.deserialize_any(TextOrTable)
    }
}

#[cfg(test)]
mod tests;
