//! `madoguchi doctor`: what a role needs, what is there, and what to do about the rest.

use std::path::Path;
use std::time::Duration;

use domain::permit::Actor;
use env::real::RealWorld;
use env::tls::TlsFault;
use env::{Env, NetError};
use identity::organisation::Named;
use seal::{KeyFileError, RootKey};
use serde::{Deserialize, Serialize};
use service::{CallError, Caller};
use storage::Store;

use crate::cli::Doctor;
use crate::outcome::{Failure, Outcome, print, print_json};
use crate::roles::{RoleConfig, how_to_start};

/// Names in one finding.
const NAMED: usize = 10;

/// How long a role may take to answer: a busy one is not one that does not run.
const PATIENCE: Duration = Duration::from_secs(10);

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
    let mut env = RealWorld::env();
    let mut findings: Vec<Finding> = config.keys().into_iter().map(key).collect();
    findings.push(certificate(&mut env, &config));
    findings.extend(database(&env, &config, &asked.config).await);
    if let RoleConfig::Institution(config) = &config {
        findings.extend(folders(&env, &config.folders).await);
    }
    findings.push(own_address(&env, &config, &asked.config).await);
    if let RoleConfig::Office(config) = &config {
        findings.extend(lanes(&env, config).await);
    }
    for (name, at) in config.neighbours() {
        let next = format!("{name} を起動するか、設定ファイルの {name} の接続先を直してください。");
        // A neighbour's name is its actor's.
        let caller = Caller::asking(&env, at, name);
        findings.push(reachable(&caller, &format!("接続先 {name}"), name, &next).await);
    }
    if asked.json {
        print_json(&findings)?;
    } else {
        for finding in &findings {
            let mark = if finding.well { "正常" } else { "異常" };
            print(&format!("{mark} {}: {}", finding.what, finding.found));
            if let Some(next) = &finding.next {
                print(&format!("     次にすること: {next}"));
            }
        }
    }
    match findings.iter().filter(|finding| !finding.well).count() {
        0 => Ok(()),
        bad => Err(Failure::failed(format!(
            "{}項目のうち {bad}項目に異常があります。",
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
    let what = format!("鍵ファイル {}", path.display());
    match RootKey::load(path) {
        Ok(key) => well(what, format!("読めます（確認値 {}）", key.check_value())),
        Err(KeyFileError::Open { path, mode }) => open_to_others(what, &path, mode),
        Err(error) => bad(
            what,
            format!("読めません（{error}）"),
            "控えの鍵ファイルを元の場所に戻してください。新しく作る役割なら madoguchi init を使います。",
        ),
    }
}

/// A file that is only its owner's, and others may use.
fn open_to_others(what: String, path: &Path, mode: u32) -> Finding {
    bad(
        what,
        format!("所有者以外も使えます（{}、{mode:04o}）", path.display()),
        format!("chmod 600 {}", path.display()),
    )
}

/// The role's certificate; when it is well, the world becomes the one in which it is known by it.
fn certificate(env: &mut Env, config: &RoleConfig) -> Finding {
    let (tls, whom) = (config.tls(), config.actor());
    let what = format!("証明書 {}", tls.certificate.display());
    let found = Named::read(&tls.certificate, tls.world);
    let tenant = found
        .as_ref()
        .ok()
        .and_then(|found| found.as_ref()?.tenant.clone());
    let next = format!(
        "この役割の証明書を置いてください。試験用なら: madoguchi pki issue --dir 認証局のフォルダ {} --out 名前",
        to_issue(&whom, tenant),
    );
    match tls.env(env, &whom) {
        Ok(known) => *env = known,
        Err(TlsFault::OpenToOthers { path, mode }) => return open_to_others(what, &path, mode),
        Err(error) => return bad(what, format!("使えません（{error}）"), next),
    }
    match found {
        Ok(Some(named)) if named.through < env.now() => bad(what, "有効期間が切れています", next),
        Ok(Some(named)) => well(
            what,
            format!(
                "{}の証明書です（{} まで有効）",
                named.tenant.unwrap_or_default(),
                named.through.date()
            ),
        ),
        Ok(None) => bad(what, "ありません", next),
        Err(error) => bad(what, format!("使えません（{error}）"), next),
    }
}

/// Whose certificate takes the place of one that was found: the same terminal's, where it was one of this role's.
fn to_issue(whom: &Actor, found: Option<String>) -> String {
    let terminals = format!("{whom}:terminal:");
    found
        .filter(|tenant| tenant.starts_with(&terminals))
        .unwrap_or_else(|| whom.to_string())
}

/// Whether this role answers where it listens, and not another of its kind that has other data.
async fn own_address(env: &Env, config: &RoleConfig, file: &Path) -> Finding {
    let (name, at) = (config.role().name(), config.listen());
    let what = format!("この役割 {name}");
    if at.is_plain() {
        return bad(
            format!("{what} {at}"),
            "待ち受けられません（役割は TLS で待ち受けます）",
            "listen（環境変数 MADOGUCHI_LISTEN があればその値）を https://127.0.0.1:ポート に直してください。",
        );
    }
    let caller = Caller::oneself(env, at);
    let found = reachable(&caller, &what, name, &how_to_start(name, file)).await;
    if found.well && config.is_served(env).await == Some(false) {
        return bad(
            found.what,
            "応答していますが、この設定のデータベースで動いている役割ではありません",
            "同じポートで動いている別の役割を終了するか、listen を直してください。",
        );
    }
    found
}

async fn database(env: &Env, config: &RoleConfig, file: &Path) -> Option<Finding> {
    let (database, migrations) = config.database()?;
    let what = format!("データベース {database}");
    Some(match Store::open(env, database, migrations).await {
        Ok(_store) => well(what, "開けます（この版のプログラムに合っています）"),
        Err(error) => bad(
            what,
            format!("使えません（{error}）"),
            format!("madoguchi migrate --config {}", file.display()),
        ),
    })
}

/// The shared folders, and what lies in `req` and will never be answered.
async fn folders(env: &Env, folders: &Path) -> Vec<Finding> {
    let what = format!("フォルダ {}", folders.display());
    let strangers = match institution::strangers(env, folders).await {
        Ok(strangers) => strangers,
        Err(error) => {
            let next = "この役割を一度起動してください。フォルダを作ります。";
            return vec![bad(what, format!("読めません（{error}）"), next)];
        }
    };
    let mut findings = vec![well(what, "読めます")];
    let what = format!("照会ではないもの {}", folders.join("req").display());
    if strangers.is_empty() {
        findings.push(well(what, "ありません"));
    } else {
        let named = strangers.iter().take(NAMED);
        let named: Vec<String> = named.map(|one| format!("{}（{}）", one.name, one.why)).collect();
        let more = if strangers.len() > NAMED { " ほか" } else { "" };
        findings.push(bad(
            what,
            format!("{}件あり、回答されません: {}{more}", strangers.len(), named.join("、")),
            "照会なら OQSsiquc01req_（識別文字）.xml などの名前のファイルで置き直し、そうでなければ req から取り除いてください。",
        ));
    }
    findings
}

/// A lane of the office, as far as it is looked at here.
#[derive(Deserialize)]
struct LaneStatus {
    lane: String,
    waiting: i64,
    refused: i64,
}

/// Whether the hub has refused a file: nothing of its lane goes after it. An office that does not answer is another finding.
async fn lanes(env: &Env, config: &office::Config) -> Option<Finding> {
    let caller = Caller::oneself(env, &config.listen).within(PATIENCE);
    let lanes: Vec<LaneStatus> = caller.get("/status").await.ok()?;
    let what = "中間サーバーへの登録";
    let stopped = lanes.iter().filter(|lane| lane.refused > 0);
    let stopped: Vec<String> = stopped
        .map(|lane| format!("{}（送信待ち {}件）", lane.lane, lane.waiting))
        .collect();
    if stopped.is_empty() {
        let waiting: i64 = lanes.iter().map(|lane| lane.waiting).sum();
        return Some(well(what, format!("止まっていません（送信待ち {waiting}件）")));
    }
    Some(bad(
        what,
        format!(
            "拒否されたファイルがあり、次の系統が止まっています: {}",
            stopped.join("、")
        ),
        "GET /files/{系統}/{番号} で理由を確認し、システム担当者へ連絡してください。",
    ))
}

/// Whether a role of this name answers.
async fn reachable(caller: &Caller, what: &str, role: &str, next: &str) -> Finding {
    let what = format!("{what} {}", caller.to());
    let caller = caller.clone().within(PATIENCE);
    match caller.get::<serde_json::Value>("/health").await {
        Ok(health) => match health.get("role").and_then(|role| role.as_str()) {
            Some(found) if found == role => well(what, format!("動いています（{found}）")),
            found => bad(
                what,
                format!(
                    "{role} ではなく {} が応答しています",
                    found.unwrap_or("別のプログラム")
                ),
                "設定ファイルのアドレスを直してください。",
            ),
        },
        Err(CallError::Net(error @ NetError::Certificate { .. })) => bad(
            what,
            format!("証明書を確認できません（{error}）"),
            "設定ファイルのアドレスと、双方の証明書・失効リストを確かめてください（madoguchi pki show）。",
        ),
        Err(error) => bad(what, format!("応答がありません（{error}）"), next),
    }
}

#[cfg(test)]
mod tests {
    use domain::number::InstitutionCode;

    use super::*;

    #[test]
    fn a_terminal_stays_one() {
        let whom = Actor::Institution(InstitutionCode::parse("1319999015").unwrap());
        let issued = |found: &str| to_issue(&whom, Some(found.to_owned()));
        let terminal = "institution:1319999015:terminal:desk-1";
        assert_eq!(issued(terminal), terminal);
        for other in ["hub", "institution:1319999025:terminal:desk-1"] {
            assert_eq!(issued(other), "institution:1319999015");
        }
        assert_eq!(to_issue(&whom, None), "institution:1319999015");
    }
}
