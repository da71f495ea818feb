//! `madoguchi pki`: the sandbox's authorities.

use std::path::Path;
use std::time::Duration;

use domain::permit::Tenant;
use env::real::RealWorld;
use env::{Env, FileError, Held};
use identity::authority::files::{pem, write_new};
use identity::authority::{Authorities, AuthorityError, Issued};
use identity::card::{NoSerial, Serial};
use identity::show::{Said, show};
use serde::Serialize;

use crate::cli::{Pki, PkiCrl, PkiInit, PkiIssue, PkiOcsp, PkiRevoke, PkiShow};
use crate::outcome::{Failure, Outcome, print, print_json, tell};

/// The longest file that is looked at: a list of some hundred thousand.
const MOST: u64 = 16 << 20;

/// What was issued.
#[derive(Serialize)]
struct Report<'a> {
    issuer: &'a str,
    serial: &'a Serial,
    certificate: String,
    key: String,
}

pub(super) async fn run(asked: &Pki) -> Outcome {
    let env = RealWorld::env();
    match asked {
        Pki::Init(asked) => init(&env, asked).await,
        Pki::Issue(asked) => issue(&env, asked).await,
        Pki::Revoke(asked) => revoke(&env, asked).await,
        Pki::Crl(asked) => crl(&env, asked).await,
        Pki::Ocsp(asked) => ocsp(&env, asked).await,
        Pki::Show(asked) => shown(&env, asked).await,
    }
}

async fn init(env: &Env, asked: &PkiInit) -> Outcome {
    env.files().ensure_dir(&asked.dir).await?;
    let _held = hold(env, &asked.dir).await?;
    Authorities::create(&asked.dir, env.now())?;
    tell(&format!("試験用の認証局を作成しました: {}", asked.dir.display()));
    tell(&format!(
        "次にすること: madoguchi pki issue --dir {} card --out card",
        asked.dir.display()
    ));
    Ok(())
}

async fn issue(env: &Env, asked: &PkiIssue) -> Outcome {
    let (authorities, _held) = open(env, &asked.dir).await?;
    let (certificate, key) = (
        asked.out.with_added_extension("crt"),
        asked.out.with_added_extension("key"),
    );
    // Before anything is issued: a certificate without its key is worth nothing.
    for path in [&certificate, &key] {
        if path.exists() {
            return Err(Failure::failed(format!("{} は既にあります。", path.display()))
                .next_step("--out に別の名前を指定してください。"));
        }
    }
    let mut rng = env.rng();
    let issued: Issued = match asked.whose.as_str() {
        "card" => authorities.issue_card(&asked.issuer, asked.years, env.now(), &mut rng)?,
        tenant => {
            let tenant: Tenant = tenant.parse().map_err(|error| {
                Failure::failed(format!("だれの証明書か分かりません: {error}"))
                    .next_step("madoguchi pki issue --help")
            })?;
            // Where the roles of a sandbox answer, when nothing is said.
            let names = match asked.name.as_slice() {
                [] => &["localhost".to_owned(), "127.0.0.1".to_owned()],
                said => said,
            };
            authorities.issue_organisation(&tenant, names, asked.days, env.now(), &mut rng)?
        }
    };
    write_new(&key, issued.key.as_bytes(), true)?;
    write_new(&certificate, &pem("CERTIFICATE", &issued.certificate), false)?;
    if asked.json {
        return print_json(&Report {
            issuer: &issued.issuer,
            serial: &issued.serial,
            certificate: certificate.display().to_string(),
            key: key.display().to_string(),
        });
    }
    tell(&format!(
        "発行しました: {}（鍵 {}、発行者 {}、番号 {}）",
        certificate.display(),
        key.display(),
        issued.issuer,
        issued.serial
    ));
    Ok(())
}

async fn revoke(env: &Env, asked: &PkiRevoke) -> Outcome {
    let (authorities, _held) = open(env, &asked.dir).await?;
    let serial = serial(&asked.serial)?;
    authorities.revoke(&asked.issuer, &serial, env.now())?;
    let list = asked.dir.join(format!("{}.crl", asked.issuer));
    tell(&format!("失効させ、失効リストを更新しました: {}", list.display()));
    Ok(())
}

async fn crl(env: &Env, asked: &PkiCrl) -> Outcome {
    let (authorities, _held) = open(env, &asked.dir).await?;
    authorities.lists(env.now(), Duration::from_hours(asked.hours))?;
    tell(&format!("失効リストを更新しました: {}", asked.dir.display()));
    Ok(())
}

async fn ocsp(env: &Env, asked: &PkiOcsp) -> Outcome {
    let (authorities, _held) = open(env, &asked.dir).await?;
    let (serial, life) = (serial(&asked.serial)?, Duration::from_hours(asked.hours));
    let answer = authorities.answer(&asked.issuer, &serial, asked.delegated, env.now(), life)?;
    write_new(&asked.out, &answer, false)?;
    tell(&format!("失効の応答を書き出しました: {}", asked.out.display()));
    Ok(())
}

/// A certificate's number as typed.
fn serial(typed: &str) -> Result<Serial, Failure> {
    typed.parse().map_err(|wrong: NoSerial| {
        Failure::failed(format!("証明書の番号: {wrong}。")).next_step("madoguchi pki show 証明書ファイル")
    })
}

async fn shown(env: &Env, asked: &PkiShow) -> Outcome {
    let bytes = env.files().read(&asked.file, MOST).await?;
    let said = show(&identity::show::unarmoured(&bytes)?)?;
    if asked.json {
        return print_json(&said);
    }
    let line = |label: &str, text: &str| print(&format!("{label}: {text}"));
    match &said {
        Said::Certificate {
            issuer,
            subject,
            serial,
            from,
            through,
            key,
            authority,
            policies,
            world,
            names,
        } => {
            line(
                "種類",
                if *authority {
                    "発行者の証明書"
                } else {
                    "証明書"
                },
            );
            line("発行者", issuer);
            line("主体者", subject);
            line("番号", serial);
            line("有効期間", &format!("{from} から {through} まで"));
            line("鍵", key);
            if let Some(world) = world {
                line("環境", world.label());
            }
            for policy in policies {
                line("ポリシー", policy);
            }
            for name in names {
                line("別名", name);
            }
        }
        Said::RevocationList {
            issuer,
            made,
            next,
            revoked,
        } => {
            line("種類", "失効リスト");
            line("発行者", issuer);
            line("作成", made);
            line("次回", next.as_deref().unwrap_or("なし"));
            line("失効", &format!("{}件", revoked.len()));
            for serial in revoked {
                line("番号", &serial.to_string());
            }
        }
    }
    Ok(())
}

/// One at a time: two would give one number twice.
async fn hold(env: &Env, folder: &Path) -> Result<Held, Failure> {
    match env.files().hold(&folder.join("pki.lock")).await {
        Ok(held) => Ok(held),
        Err(FileError::Held { by, .. }) => Err(Failure::held(folder.display(), &by)),
        Err(error) => Err(error.into()),
    }
}

async fn open(env: &Env, folder: &Path) -> Result<(Authorities, Held), Failure> {
    if !folder.join("issued.jsonl").exists() {
        return Err(
            Failure::failed(format!("{} に認証局がありません。", folder.display()))
                .next_step(format!("madoguchi pki init --dir {}", folder.display())),
        );
    }
    let held = hold(env, folder).await?;
    let opened: Result<Authorities, AuthorityError> = Authorities::open(folder);
    Ok((opened?, held))
}
