//! What must be on the machine: Chromium, its driver, and axe.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use env::Origin;
use harness::attendant::{self, Attendant};

/// What to do when something is missing.
const INSTALL: &str = "these tests need a browser: `cargo xtask test` installs what is missing on Debian as root \
    and fetches axe; by hand: `apt-get install chromium chromium-driver fonts-morisawa-bizud-gothic`";

/// The version of axe that xtask fetches.
const AXE: &str = "axe-core-4.14.1";

/// Starts the driver in the folder `$1` on a free port. Browsers are started by it and end with it.
const START: &str = r#"
mkdir -p "$1"
chromedriver --port=0 >"$1/driver.log" 2>&1 </dev/null &
driver=$!
until grep -q 'started successfully on port' "$1/driver.log"; do
  kill -0 "$driver" 2>/dev/null || { cat "$1/driver.log"; exit 1; }
  sleep 0.05
done"#;

/// Ends it, and every browser whose profile lies in the folder. The attendant's children ignore gentler signals, as it does.
const STOP: &str = r#"
kill -KILL "$driver" 2>/dev/null
for process in /proc/[0-9]*; do
  tr '\0' ' ' <"$process/cmdline" 2>/dev/null | grep -q -- "--user-data-dir=$1/" && kill -KILL "${process#/proc/}" 2>/dev/null
done"#;

/// The driver that this process's tests use.
///
/// # Panics
/// When it does not start, with what to install.
pub(crate) fn driver() -> &'static Origin {
    static DRIVER: OnceLock<(Origin, Attendant)> = OnceLock::new();
    let (at, _attendant) = DRIVER.get_or_init(|| {
        for program in ["chromedriver", "chromium"] {
            assert!(on_path(program).is_some(), "there is no `{program}`: {INSTALL}");
        }
        let folder = profiles();
        let attendant = Attendant::start(None, START, STOP, &[&folder]);
        let attendant = attendant.unwrap_or_else(|said| panic!("chromedriver: {said}\n{INSTALL}"));
        let log = std::fs::read_to_string(folder.join("driver.log")).unwrap_or_default();
        let port = log
            .split("started successfully on port ")
            .nth(1)
            .and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok());
        let port = port.unwrap_or_else(|| panic!("chromedriver names no port: {log}"));
        (Origin::plain("127.0.0.1", port), attendant)
    });
    at
}

/// Where browsers keep their profiles: a folder of this process, which goes with it.
pub(crate) fn profiles() -> PathBuf {
    attendant::folder().join("browsers")
}

/// The browser.
pub(crate) fn chromium() -> PathBuf {
    on_path("chromium").unwrap_or_else(|| panic!("there is no `chromium`: {INSTALL}"))
}

/// axe's script.
///
/// # Panics
/// When it was not fetched.
pub(crate) fn axe() -> &'static str {
    static AXE_SCRIPT: OnceLock<String> = OnceLock::new();
    AXE_SCRIPT.get_or_init(|| {
        let path = target().join("tools").join(AXE).join("axe.min.js");
        std::fs::read_to_string(&path)
            .unwrap_or_else(|_| panic!("{} is not there: {INSTALL}", path.display()))
    })
}

/// The folder for pictures.
pub(crate) fn pictures() -> PathBuf {
    target().join("pictures")
}

/// Cargo's target folder: the one that holds this very test.
fn target() -> PathBuf {
    let here = std::env::current_exe().unwrap_or_default();
    let folder = here.ancestors().find(|folder| folder.ends_with("target"));
    folder.map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"),
        Path::to_path_buf,
    )
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}
