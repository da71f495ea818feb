//! A role's configuration: one TOML file, with environment variables over it.
//!
//! `MADOGUCHI_STORE__DATABASE=…` sets `database` in the table `[store]`. Unknown keys are refused, so that a
//! typing error is not silently a default. What is wrong is told by line, key and rule and never by the value, which
//! may be a password.

use std::path::{Path, PathBuf};

use figment::Figment;
use figment::error::{Error, Kind};
use figment::providers::{Env as Variables, Format, Serialized, Toml};
use figment::value::Dict;
use serde::de::DeserializeOwned;

/// Why a configuration is not usable.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// There is no such file.
    #[error("設定ファイル {0} がありません。作るには: madoguchi init ROLE --data DIR")]
    Missing(PathBuf),
    /// It cannot be read.
    #[error("設定ファイル {path} を読めません: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// It does not say what the role needs.
    #[error("設定ファイル {path} が正しくありません: {fault}")]
    Wrong {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: Fault,
    },
}

/// What is wrong with a configuration's text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The text as such.
    #[error("{line}行目が TOML の書き方になっていません。")]
    NotToml {
        /// Which, from 1.
        line: usize,
    },
    /// A typing error, or a key of another role.
    #[error("{place}に知らないキーがあります。ここで使えるキー: {known}")]
    UnknownKey {
        /// `3行目`, the variables, or the table that has it.
        place: String,
        /// The keys that may stand there.
        known: String,
    },
    /// Something without a default is not said.
    #[error("{0} がありません。省略できないキーです。")]
    MissingKey(String),
    /// A value that does not fit its key.
    #[error("{key}: {expected}")]
    WrongValue {
        /// The key with its tables, or `値` where it is not known.
        key: String,
        /// What would fit.
        expected: String,
    },
}

/// Variables that steer tests and are no configuration.
const NOT_CONFIGURATION: [&str; 6] = [
    "kill_at",
    "log",
    "panic_at",
    "soak",
    "test_postgres",
    "test_program",
];

/// Reads a configuration file, with the environment over it.
///
/// # Errors
/// When the file is missing, is not TOML, has unknown keys, or lacks one that is needed.
pub fn load<C: DeserializeOwned>(path: &Path) -> Result<C, ConfigError> {
    let wrong = |fault| ConfigError::Wrong {
        path: path.to_owned(),
        fault,
    };
    let text = std::fs::read_to_string(path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => ConfigError::Missing(path.to_owned()),
        _ => ConfigError::Unreadable {
            path: path.to_owned(),
            source,
        },
    })?;
    let variables = Variables::prefixed("MADOGUCHI_")
        .ignore(&NOT_CONFIGURATION)
        .split("__");
    let layers = layer(&text).map_err(wrong)?.merge(variables);
    layers.extract().map_err(|error| wrong(fault(error, &text)))
}

/// Reads a configuration's text as it stands, without the environment.
///
/// # Errors
/// As [`load`].
pub fn parse<C: DeserializeOwned>(text: &str) -> Result<C, Fault> {
    layer(text)?.extract().map_err(|error| fault(error, text))
}

fn layer(text: &str) -> Result<Figment, Fault> {
    // The parser's own message shows the line with everything on it.
    let keys: Dict = Toml::from_str(text).map_err(|error| Fault::NotToml {
        line: line(text, error.span().map_or(0, |span| span.start)),
    })?;
    Ok(Figment::from(Serialized::defaults(keys)))
}

fn line(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    1 + before.iter().filter(|byte| **byte == b'\n').count()
}

/// The first fault, without what stands in the kinds of the library: the values.
fn fault(error: Error, text: &str) -> Fault {
    // The path may end in the very name that is not known.
    let unknown = match &error.kind {
        Kind::UnknownField(name, _) | Kind::UnknownVariant(name, _) => Some(name),
        _ => None,
    };
    let known: Vec<&str> = error
        .path
        .iter()
        .take_while(|step| Some(*step) != unknown)
        .map(String::as_str)
        .collect();
    let place = (!known.is_empty()).then(|| known.join("."));
    let expected = match error.kind {
        Kind::UnknownField(key, known) => {
            let line = starting(text, &key).map(|line| format!("{line}行目"));
            let place = line
                .or(place.map(|table| format!("[{table}] ")))
                .unwrap_or_else(|| variable(&key));
            return Fault::UnknownKey {
                place,
                known: known.join(", "),
            };
        }
        Kind::MissingField(key) => {
            let key = place.map_or_else(|| key.to_string(), |table| format!("{table}.{key}"));
            return Fault::MissingKey(key);
        }
        Kind::UnknownVariant(_, known) => format!("次のどれかを書いてください: {}", known.join(", ")),
        Kind::InvalidType(_, expected)
        | Kind::InvalidValue(_, expected)
        | Kind::InvalidLength(_, expected) => {
            format!("書けるのは {expected} です。")
        }
        Kind::DuplicateField(key) => format!("{key} が2回書かれています。"),
        // Our own types say what they expect, and repeat nothing.
        Kind::Message(message) => message,
        Kind::ISizeOutOfRange(_) | Kind::USizeOutOfRange(_) => "数が範囲の外です。".to_owned(),
        Kind::Unsupported(_) | Kind::UnsupportedKey(..) => "ここでは使わない種類の値です。".to_owned(),
    };
    Fault::WrongValue {
        key: place.unwrap_or_else(|| "値".to_owned()),
        expected,
    }
}

/// The variable that has a key, by the name that it has in this process, or without one.
fn variable(key: &str) -> String {
    let name = format!("MADOGUCHI_{}", key.to_ascii_uppercase());
    match std::env::var_os(&name) {
        Some(_) => format!("環境変数 {name} "),
        None => "環境変数 MADOGUCHI_… ".to_owned(),
    }
}

/// The line that begins with this key or names this table, from 1.
fn starting(text: &str, key: &str) -> Option<usize> {
    let begins = |line: &str| {
        let quotes = ['"', '\'', ' ', '\t'];
        let line = line
            .trim_start()
            .trim_start_matches('[')
            .trim_start_matches(quotes);
        let rest = line.strip_prefix(key).map(|rest| rest.trim_start_matches(quotes));
        rest.is_some_and(|rest| rest.starts_with(['=', '.', ']']))
    };
    text.lines().position(begins).map(|line| line + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Role {
        listen: crate::Origin,
        #[serde(default)]
        every_ms: u16,
    }

    const GOOD: &str = "listen = \"http://127.0.0.1:1\"\n";

    fn wrong(text: &str) -> String {
        parse::<Role>(text).unwrap_err().to_string()
    }

    #[test]
    fn what_is_wrong_is_told_by_line_key_and_rule() {
        assert_eq!(parse::<Role>(GOOD).unwrap().every_ms, 0);
        assert_eq!(wrong(""), "listen がありません。省略できないキーです。");
        assert_eq!(
            wrong(&format!("{GOOD}evry_ms = 1")),
            "2行目に知らないキーがあります。ここで使えるキー: listen, every_ms"
        );
        assert_eq!(
            wrong("[lisen]\na = 1"),
            "1行目に知らないキーがあります。ここで使えるキー: listen, every_ms"
        );
        assert_eq!(
            wrong(&format!("{GOOD}\nevery_ms = geheim")),
            "3行目が TOML の書き方になっていません。"
        );
        assert_eq!(
            wrong(&format!("{GOOD}every_ms = \"geheim\"")),
            "every_ms: 書けるのは u16 です。"
        );
        assert_eq!(
            wrong("listen = \"geheim\""),
            "listen: https://HOST:PORT の形で書いてください。"
        );
    }

    #[test]
    fn a_file_that_is_not_there_names_the_command_that_writes_one() {
        let error = load::<Role>(Path::new("nowhere/hub.toml")).unwrap_err();
        assert!(error.to_string().contains("madoguchi init"), "{error}");
    }
}
