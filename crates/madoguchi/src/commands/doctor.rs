//! `madoguchi doctor`: what a role needs, what is there, and what to do about the rest.

use std::path::Path;
use std::time::Duration;

use domain::permit::Actor;
use env::real::RealWorld;
use env::{Env, Origin};
use seal::RootKey;
use serde::Serialize;
use service::Caller;
use storage::Store;

use crate::cli::Doctor;
use crate::outcome::{Failure, Outcome, print, print_json};
use crate::roles::RoleConfig;

/// One thing that was looked at.
#[derive(Serialize)]
struct Finding {
    what: String,
    well: bool,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

pub(super) async fn run(asked: &Doctor) -> Outcome {
    let config = RoleConfig::load(&asked.config)?;
    let env = RealWorld::env();
    let mut findings = Vec::new();
    for path in config.keys() {
        findings.push(key(path));
    }
    findings.extend(database(&env, &config, &asked.config).await);
    if let RoleConfig::Institution(config) = &config {
        findings.push(folders(&env, &config.folders).await);
    }
    let name = config.role().name();
    let serve = format!("madoguchi serve {name} --config {}", asked.config.display());
    findings.push(reachable(&env, &format!("this role ({name})"), config.listen(), &serve).await);
    for (name, at) in config.neighbours() {
        findings.push(reachable(&env, name, at, &format!("start {name}, or correct its address")).await);
    }
    if asked.json {
        print_json(&findings)?;
    } else {
        for finding in &findings {
            let mark = if finding.well { "ok  " } else { "BAD " };
            print(&format!("{mark} {}: {}", finding.what, finding.found));
            if let Some(next) = &finding.next {
                print(&format!("     next: {next}"));
            }
        }
    }
    match findings.iter().filter(|finding| !finding.well).count() {
        0 => Ok(()),
        bad => Err(Failure::failed(format!(
            "{bad} of {} are not well",
            findings.len()
        ))),
    }
}

fn well(what: impl ToString, found: impl ToString) -> Finding {
    Finding {
        what: what.to_string(),
        well: true,
        found: found.to_string(),
        next: None,
    }
}

fn bad(what: impl ToString, found: impl ToString, next: impl ToString) -> Finding {
    Finding {
        what: what.to_string(),
        well: false,
        found: found.to_string(),
        next: Some(next.to_string()),
    }
}

fn key(path: &Path) -> Finding {
    let what = format!("key file {}", path.display());
    match RootKey::load(path) {
        Ok(key) => well(what, format!("readable, check value {}", key.check_value())),
        Err(error) => bad(
            what,
            error,
            "put the key file back from its copy, or `madoguchi init` for a new role",
        ),
    }
}

async fn database(env: &Env, config: &RoleConfig, file: &Path) -> Option<Finding> {
    let (database, migrations) = config.database()?;
    let what = format!("database {database}");
    Some(match Store::open(env, database, migrations).await {
        Ok(_store) => well(what, "reachable, of this program's version"),
        Err(error) => bad(
            what,
            error,
            format!("madoguchi migrate --config {}", file.display()),
        ),
    })
}

async fn folders(env: &Env, folders: &Path) -> Finding {
    let what = format!("folder {}", folders.display());
    match env.files().list(&folders.join("req")).await {
        Ok(waiting) => well(what, format!("readable, {} files in req", waiting.len())),
        Err(error) => bad(what, error, "start the role once; it makes its folders"),
    }
}

async fn reachable(env: &Env, name: &str, at: &Origin, next: &str) -> Finding {
    let what = format!("{name} at {at}");
    let caller = Caller::new(env, at, &Actor::Operator).within(Duration::from_secs(2));
    match caller.get::<serde_json::Value>("/health").await {
        Ok(health) => well(
            what,
            format!(
                "runs as {}",
                health.get("role").and_then(|r| r.as_str()).unwrap_or("?")
            ),
        ),
        Err(error) => bad(what, error, next),
    }
}
