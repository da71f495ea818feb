//! cargo-deny: licences, bans and sources of everything that we depend on, and known vulnerabilities.
//!
//! The tool is no dependency of the workspace, so the run installs it for itself, in one version, under `target/tools`:
//! about 3.5 minutes of CPU once for a checkout. The database of advisories is fetched from GitHub. Where that cannot
//! be reached and no earlier copy is there, that part says loudly that it was skipped.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::shell;

/// The version that `deny.toml` is written for.
const VERSION: &str = "0.20.2";

/// The program, installed when it is not there in this version.
pub(crate) fn ready() -> Result<PathBuf, String> {
    let tools = shell::target().join("tools");
    let own = tools.join(format!("bin/cargo-deny{}", std::env::consts::EXE_SUFFIX));
    for program in [own.clone(), PathBuf::from("cargo-deny")] {
        if shell::ask(&program.to_string_lossy(), &["--version"]).is_some_and(|said| said.ends_with(VERSION))
        {
            return Ok(program);
        }
    }
    shell::say(&format!(
        "installing cargo-deny {VERSION} under target/tools; once, some minutes"
    ));
    let mut install = shell::cargo(&[
        "install",
        "cargo-deny",
        "--locked",
        "--version",
        VERSION,
        "--root",
    ]);
    shell::run(install.arg(&tools).current_dir(shell::root()))?;
    Ok(own)
}

/// Licences, bans and sources: all that can be judged from the lock file and the sources.
pub(crate) fn check(deny: &PathBuf) -> Result<(), String> {
    let which = ["check", "--hide-inclusion-graph", "licenses", "bans", "sources"];
    shell::run(Command::new(deny).args(which).current_dir(shell::root()))
}

/// Known vulnerabilities; `Ok(Some(why))` when nothing could be checked.
pub(crate) fn advisories(deny: &PathBuf) -> Result<Option<String>, String> {
    let mut fetch = Command::new(deny);
    fetch.args(["fetch", "db"]).current_dir(shell::root());
    let fetched = fetch.stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !fetched.is_ok_and(|status| status.success()) && !is_there() {
        return Ok(Some(
            "no database of advisories: GitHub cannot be reached; with network: `cargo deny fetch db`"
                .to_owned(),
        ));
    }
    let which = ["check", "--hide-inclusion-graph", "--disable-fetch", "advisories"];
    shell::run(Command::new(deny).args(which).current_dir(shell::root())).map(|()| None)
}

/// Whether an earlier run fetched the database.
fn is_there() -> bool {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let copies = home.and_then(|home| std::fs::read_dir(home.join("advisory-dbs")).ok());
    copies
        .into_iter()
        .flatten()
        .flatten()
        .any(|copy| copy.path().join("crates").is_dir())
}
