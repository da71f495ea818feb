//! `madoguchi doctor`: what a role needs, what is there, and what to do about the rest.

use std::path::Path;
use std::time::Duration;

use domain::permit::Actor;
use env::real::RealWorld;
use env::{Env, Origin};
use seal::{KeyFileError, RootKey};
use serde::Serialize;
use service::Caller;
use storage::Store;

use crate::cli::Doctor;
use crate::outcome::{Failure, Outcome, print, print_json};
use crate::roles::{RoleConfig, how_to_start};

/// Names in one finding.
const NAMED: usize = 10;

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
        findings.extend(folders(&env, &config.folders).await);
    }
    findings.push(own_address(&env, &config, &asked.config).await);
    for (name, at) in config.neighbours() {
        let next = format!("{name} を起動するか、設定ファイルの {name} の接続先を直してください。");
        findings.push(reachable(&env, &format!("接続先 {name}"), name, at, &next).await);
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
        Err(error @ KeyFileError::Open { .. }) => bad(
            what,
            format!("所有者以外も使えます（{error}）"),
            format!("chmod 600 {}", path.display()),
        ),
        Err(error) => bad(
            what,
            format!("読めません（{error}）"),
            "控えの鍵ファイルを元の場所に戻してください。新しく作る役割なら madoguchi init を使います。",
        ),
    }
}

/// Whether this role answers where it listens, and not another of its kind that has other data.
async fn own_address(env: &Env, config: &RoleConfig, file: &Path) -> Finding {
    let (name, at) = (config.role().name(), config.listen());
    let what = format!("この役割 {name}");
    if !at.is_this_machine() {
        return bad(
            format!("{what} {at}"),
            "待ち受けられません（平文の HTTP は 127.0.0.1 だけです）",
            "listen（環境変数 MADOGUCHI_LISTEN があればその値）を http://127.0.0.1:ポート に直してください。",
        );
    }
    let found = reachable(env, &what, name, at, &how_to_start(name, file)).await;
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

/// Whether a role of this name answers.
async fn reachable(env: &Env, what: &str, role: &str, at: &Origin, next: &str) -> Finding {
    let what = format!("{what} {at}");
    let caller = Caller::new(env, at, &Actor::Operator).within(Duration::from_secs(2));
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
        Err(error) => bad(what, format!("応答がありません（{error}）"), next),
    }
}
