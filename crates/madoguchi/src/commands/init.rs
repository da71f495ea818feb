//! `madoguchi init`: a role's configuration, root key and certificate.

use std::path::{Path, PathBuf};

use domain::permit::{Actor, NoTenant};
use env::real::RealWorld;
use env::{Env, Origin};
use seal::RootKey;
use storage::DatabaseConfig;

use crate::cli::{Init, Role};
use crate::outcome::{Failure, Outcome, tell};
use crate::templates::{self, Misses, OfficeText};
use crate::trust::Sandbox;

/// The office and the institution of a sandbox, and the institution's terminal (資格確認端末).
const OFFICE: &str = "13999";
const INSTITUTION: &str = "1319999015";
pub(crate) const TERMINAL: &str = "desk-1";

pub(super) async fn run(asked: &Init) -> Outcome {
    let env = RealWorld::env();
    let data = std::path::absolute(&asked.data)?;
    env.files().ensure_dir(&data).await?;
    let name = asked.role.name();
    let config = data.join(format!("{name}.toml"));
    if config.exists() {
        return Err(
            Failure::failed(format!("{} は既にあります。変更していません。", config.display()))
                .next_step("その設定ファイルを編集するか、別の --data を指定してください。"),
        );
    }
    let text = text(&env, asked.role, &data).await?;
    env.files().create(&config, text.as_bytes()).await?;
    tell(&format!("作成しました: {}", config.display()));
    tell(&format!(
        "次にすること: madoguchi migrate --config {0} && madoguchi serve {name} --config {0}",
        config.display()
    ));
    Ok(())
}

/// The role's configuration, with its usual port and files below the data folder.
async fn text(env: &Env, role: Role, data: &Path) -> Result<String, Failure> {
    let name = role.name();
    let whom = match role {
        Role::Registers => Actor::Registers.to_string(),
        Role::Hub => Actor::Hub.to_string(),
        Role::Verification => Actor::Verification.to_string(),
        Role::Office => format!("office:{OFFICE}"),
        Role::Institution => format!("institution:{INSTITUTION}:terminal:{TERMINAL}"),
    };
    let whom = whom.parse().map_err(|wrong: NoTenant| Failure::failed(wrong))?;
    let tls = Sandbox::open(env, data).await?.certified(name, &whom).await?;
    let db = DatabaseConfig::Sqlite {
        path: data.join(name).join(format!("{name}.db")),
    };
    let listen = usual(role);
    Ok(match role {
        Role::Registers => {
            let (root, residents) = (root_key(env, data, name).await?, residents_key(env, data).await?);
            templates::registers(&listen, &db, &root, &residents, &tls)
        }
        Role::Hub => {
            let (root, residents) = (root_key(env, data, name).await?, residents_key(env, data).await?);
            templates::hub(&listen, &db, &root, &residents, &usual(Role::Registers), &tls)
        }
        Role::Verification => {
            let root = root_key(env, data, name).await?;
            templates::verification(&listen, &db, &root, &usual(Role::Hub), &tls, Misses::Usual)
        }
        Role::Office => {
            let hub_key = hub_key(data)?;
            let root = root_key(env, data, name).await?;
            let text = OfficeText {
                code: OFFICE,
                name: "見本福祉事務所",
                hub_key: &hub_key,
                registers: Some(&usual(Role::Registers)),
                today: None,
            };
            templates::office(&listen, &db, &root, &usual(Role::Hub), &text, &tls)
        }
        Role::Institution => {
            let folders = data.join("institution").join("OQS");
            templates::institution(
                &listen,
                &usual(Role::Verification),
                INSTITUTION,
                &folders,
                &tls,
                None,
                10,
            )
        }
    })
}

/// Where a role listens when nothing else is said.
pub(crate) fn usual(role: Role) -> Origin {
    let port = match role {
        Role::Office => 18081,
        Role::Hub => 18082,
        Role::Verification => 18083,
        Role::Institution => 18084,
        Role::Registers => 18085,
    };
    Origin::new("127.0.0.1", port)
}

/// The role's root key; one that is there stays.
pub(crate) async fn root_key(env: &Env, data: &Path, name: &str) -> Result<PathBuf, Failure> {
    let folder = data.join(name);
    env.files().ensure_dir(&folder).await?;
    key(env, folder.join("root.key"))
}

/// The key that hub and register share; one that is there stays.
pub(crate) async fn residents_key(env: &Env, data: &Path) -> Result<PathBuf, Failure> {
    env.files().ensure_dir(data).await?;
    key(env, data.join("residents.key"))
}

fn key(env: &Env, path: PathBuf) -> Result<PathBuf, Failure> {
    if !path.exists() {
        RootKey::create(&path, &mut env.rng())?;
        tell(&format!("作成しました: {}", path.display()));
    }
    Ok(path)
}

/// The public key of the hub in the same data folder.
pub(crate) fn hub_key(data: &Path) -> Result<String, Failure> {
    let path = data.join("hub").join("root.key");
    if !path.exists() {
        return Err(Failure::failed(format!(
            "{} がありません。福祉事務所の設定には、中間サーバーの公開鍵が要ります。",
            path.display()
        ))
        .next_step(format!("madoguchi init hub --data {}", data.display())));
    }
    Ok(RootKey::load(&path)?.hub_private_key().public_key().to_string())
}
