//! What must be on the machine before the tests can run: PostgreSQL's server programs, a C compiler, OpenSSL's command, whose
//! word on certificates is asked beside ours, and a browser with its driver and a Japanese font.
//!
//! As root on Debian and its children what is missing is installed; anywhere else we say what to install.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell;

/// Oldest PostgreSQL that the storage supports.
const OLDEST: u32 = 15;

/// Debian's names for what we need; the compiler and headers are for the bundled SQLite.
const PACKAGES: [&str; 10] = [
    "postgresql",
    "gcc",
    "libc6-dev",
    "openssl",
    "chromium",
    "chromium-driver",
    "fonts-morisawa-bizud-gothic",
    "fonts-ipamj-mincho",
    "curl",
    "ca-certificates",
];

/// Programs that are called by their names.
const PROGRAMS: [&str; 4] = ["openssl", "chromium", "chromedriver", "curl"];

/// Where Debian, Red Hat and Homebrew keep versions of PostgreSQL that are not on the PATH.
const HOMES: [(&str, &str); 3] = [
    ("/usr/lib/postgresql", ""),
    ("/usr", "pgsql-"),
    ("/opt/homebrew/opt", "postgresql@"),
];

/// Finds the folder of PostgreSQL's server programs, after installing what is missing where that may be done.
pub(crate) fn check() -> Result<PathBuf, String> {
    let missing = missing();
    if !missing.is_empty() {
        if !(is_root() && on_path("apt-get").is_some()) {
            return Err(advice(&missing));
        }
        install(&missing)?;
    }
    postgres_folder()
        .filter(|_| self::missing().is_empty())
        .ok_or_else(|| advice(&self::missing()))
}

/// The folder that holds both `initdb` and `postgres`, the newest of those found.
pub(crate) fn postgres_folder() -> Option<PathBuf> {
    let homes = HOMES
        .iter()
        .flat_map(|(home, prefix)| versions(Path::new(home), prefix));
    let mut folders: Vec<(u32, PathBuf)> = path_folders()
        .chain(homes)
        .filter(|folder| folder.join("initdb").is_file())
        .filter_map(|folder| Some((version(&folder.join("postgres"))?, folder)))
        .filter(|(version, _)| *version >= OLDEST)
        .collect();
    folders.sort();
    folders.pop().map(|(_, folder)| folder)
}

pub(crate) fn is_root() -> bool {
    shell::ask("id", &["-u"]).as_deref() == Some("0")
}

fn missing() -> Vec<String> {
    let postgres = postgres_folder()
        .is_none()
        .then(|| format!("PostgreSQL {OLDEST} or newer (initdb, postgres)"));
    let compiler = compiler().is_none().then(|| "a C compiler (cc)".to_owned());
    let programs = PROGRAMS.iter().filter(|program| on_path(program).is_none());
    let programs = programs.map(|program| (*program).to_owned());
    postgres.into_iter().chain(compiler).chain(programs).collect()
}

fn advice(missing: &[String]) -> String {
    format!(
        "missing: {}\n  Debian, Ubuntu:  sudo apt-get install {}\n  Fedora:          sudo dnf install postgresql-server gcc glibc-devel openssl chromium chromedriver curl\n  macOS:           brew install postgresql@17 openssl chromium chromedriver && xcode-select --install",
        missing.join(", "),
        PACKAGES.join(" "),
    )
}

fn install(missing: &[String]) -> Result<(), String> {
    shell::say(&format!(
        "missing: {}; installing {}",
        missing.join(", "),
        PACKAGES.join(" ")
    ));
    let apt = |args: &[&str]| {
        let mut apt = Command::new("apt-get");
        apt.args(args).env("DEBIAN_FRONTEND", "noninteractive");
        shell::run(&mut apt)
    };
    apt(&["update"])?;
    apt(&[&["install", "--yes", "--no-install-recommends"][..], &PACKAGES].concat())
}

fn compiler() -> Option<PathBuf> {
    ["cc", "gcc", "clang"].iter().find_map(|name| on_path(name))
}

fn on_path(program: &str) -> Option<PathBuf> {
    path_folders()
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

fn path_folders() -> impl Iterator<Item = PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).collect::<Vec<_>>().into_iter()
}

fn versions(home: &Path, prefix: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(home).into_iter().flatten().flatten();
    let fitting = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix));
    fitting.map(|entry| entry.path().join("bin")).collect()
}

/// `postgres (PostgreSQL) 15.18 (Debian …)` → 15.
fn version(postgres: &Path) -> Option<u32> {
    let text = shell::ask(postgres.to_str()?, &["--version"])?;
    let number = text
        .split(' ')
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
