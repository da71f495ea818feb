//! axe-core, which judges pages in the tests with a browser: one pinned package of npm's registry, under `target/tools`. Nothing of
//! it is in the tree, and nothing of it is shipped.

use std::process::Command;

use crate::shell;

/// The version that the tests look for (`tests/browser/src/tools.rs`).
const VERSION: &str = "4.14.1";
/// The package's SHA-256.
const SHA256: &str = "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745";

/// Fetches it when it is not there.
pub(crate) fn ready() -> Result<(), String> {
    let tools = shell::target().join("tools");
    let folder = tools.join(format!("axe-core-{VERSION}"));
    if folder.join("axe.min.js").is_file() {
        return Ok(());
    }
    shell::say(&format!("fetching axe-core {VERSION} into target/tools"));
    std::fs::create_dir_all(&folder).map_err(|fault| format!("{}: {fault}", folder.display()))?;
    let package = tools.join("axe-core.tgz");
    let address = format!("https://registry.npmjs.org/axe-core/-/axe-core-{VERSION}.tgz");
    let mut fetch = Command::new("curl");
    fetch.args(["--fail", "--silent", "--show-error", "--location", "--output"]);
    shell::run(fetch.arg(&package).arg(address))?;
    let said = shell::ask("sha256sum", &[&package.to_string_lossy()]);
    if !said.is_some_and(|said| said.starts_with(SHA256)) {
        let _not_kept = std::fs::remove_file(&package);
        return Err(format!("axe-core {VERSION}: the package is not the pinned one"));
    }
    let mut unpack = Command::new("tar");
    unpack.arg("-xzf").arg(&package).arg("-C").arg(&folder);
    unpack.args(["--strip-components=1", "package/axe.min.js", "package/LICENSE"]);
    shell::run(&mut unpack)?;
    std::fs::remove_file(&package).map_err(|fault| format!("{}: {fault}", package.display()))
}
