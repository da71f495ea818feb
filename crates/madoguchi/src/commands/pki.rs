//! `madoguchi pki`: the sandbox's authorities.

mod report;
mod show;

use std::path::Path;
use std::time::Duration;

use domain::permit::Tenant;
use env::real::RealWorld;
use env::{Env, Held};
use identity::authority::files::{pem, write_new};
use identity::authority::{Authorities, AuthorityError, Issued};
use identity::card::{NoSerial, Serial};

use crate::cli::{Pki, PkiCrl, PkiInit, PkiIssue, PkiOcsp, PkiRevoke};
use crate::outcome::{Failure, Outcome, print_json, tell};
use crate::trust::hold;
use report::{Answered, IssuedFiles, Keys, Revoked, list_of};

pub(super) async fn run(asked: &Pki) -> Outcome {
    let env = RealWorld::env();
    match asked {
        Pki::Init(asked) => init(&env, asked).await,
        Pki::Issue(asked) => issue(&env, asked).await,
        Pki::Revoke(asked) => revoke(&env, asked).await,
        Pki::Crl(asked) => crl(&env, asked).await,
        Pki::Ocsp(asked) => ocsp(&env, asked).await,
        Pki::Show(asked) => show::run(&env, asked).await,
    }
}

async fn init(env: &Env, asked: &PkiInit) -> Outcome {
    env.files().ensure_dir(&asked.dir).await?;
    let _held = hold(env, &asked.dir).await?;
    let authorities = Authorities::create(&asked.dir, env.now())?;
    if asked.json {
        return print_json(&Keys::of(&authorities, &asked.dir));
    }
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
        return print_json(&IssuedFiles {
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
    let list = list_of(&asked.dir, &asked.issuer);
    if asked.json {
        return print_json(&Revoked {
            issuer: &asked.issuer,
            serial: &serial,
            list: list.display().to_string(),
        });
    }
    tell(&format!("失効させ、失効リストを更新しました: {}", list.display()));
    Ok(())
}

async fn crl(env: &Env, asked: &PkiCrl) -> Outcome {
    let (authorities, _held) = open(env, &asked.dir).await?;
    authorities.lists(env.now(), Duration::from_hours(asked.hours))?;
    if asked.json {
        return print_json(&Keys::of(&authorities, &asked.dir));
    }
    tell(&format!("失効リストを更新しました: {}", asked.dir.display()));
    Ok(())
}

async fn ocsp(env: &Env, asked: &PkiOcsp) -> Outcome {
    let (authorities, _held) = open(env, &asked.dir).await?;
    let (serial, life) = (serial(&asked.serial)?, Duration::from_hours(asked.hours));
    let (word, answer) = authorities.answer(&asked.issuer, &serial, asked.delegated, env.now(), life)?;
    write_new(&asked.out, &answer, false)?;
    if asked.json {
        return print_json(&Answered {
            issuer: &asked.issuer,
            serial: &serial,
            stands: word.into(),
            answer: asked.out.display().to_string(),
        });
    }
    tell(&format!("失効の応答を書き出しました: {}", asked.out.display()));
    Ok(())
}

/// A certificate's number as typed.
fn serial(typed: &str) -> Result<Serial, Failure> {
    typed.parse().map_err(|wrong: NoSerial| {
        Failure::failed(format!("証明書の番号: {wrong}。")).next_step("madoguchi pki show 証明書ファイル")
    })
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
