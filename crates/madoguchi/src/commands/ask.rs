//! `madoguchi institution ask`: one request file to the running institution, its result on standard output.

use bytes::Bytes;
use domain::permit::Actor;
use env::real::RealWorld;
use exchange::oqs::names::{Family, RequestName};
use http::{Method, StatusCode};
use service::{Caller, Problem};

use crate::cli::{Ask, AskKind};
use crate::outcome::{Failure, Outcome};
use crate::roles::{RoleConfig, how_to_start};

/// 処理結果区分 of an answer that says what is wrong with the request.
const FAILED: &str = "9";
/// 処理結果区分 of a result that is not there yet.
const PROCESSING: &str = "2";
/// How many characters were replaced when none was.
const NONE: &str = "0";

pub(super) async fn run(asked: &Ask) -> Outcome {
    let RoleConfig::Institution(config) = RoleConfig::load(&asked.config)? else {
        return Err(Failure::failed(format!(
            "設定ファイル {} は医療機関・薬局（institution）のものではありません。",
            asked.config.display()
        )));
    };
    let env = config
        .tls
        .env(&RealWorld::env(), &Actor::Institution(config.code))?;
    let family = family(asked);
    let request = env.files().read(&asked.request, longest(family)).await?;
    let caller = Caller::oneself(&env, &config.listen);
    let path = format!("/ask/{}", family.prefix());
    let sent = caller
        .send(Method::POST, &path, "application/xml", Bytes::from(request))
        .await;
    let answer = sent.map_err(|error| {
        Failure::not_running(format!("医療機関（institution）が動いていません: {error}"))
            .next_step(how_to_start("institution", &asked.config))
    })?;
    if answer.status() != StatusCode::OK {
        let problem: Result<Problem, _> = serde_json::from_slice(answer.body());
        let reason = problem.map_or_else(|_| answer.status().to_string(), |problem| problem.title);
        return Err(Failure::failed(reason));
    }
    use std::io::Write;
    std::io::stdout().write_all(answer.body())?;
    let segment = answer.headers().get(institution::SEGMENT_HEADER);
    if let Some(replaced) = answer.headers().get(institution::REPLACED_HEADER)
        && *replaced != *NONE
    {
        let replaced = replaced.to_str().unwrap_or_default();
        eprintln!("この文字コードで表せない文字{replaced}か所を置き換えました。");
    }
    if segment.is_some_and(|segment| *segment == *PROCESSING) {
        eprintln!(
            "結果はまだありません（SegmentOfResult 2）。しばらくしてから、同じ受付番号（ReceptionNumber）で照会してください。"
        );
    }
    if segment.is_some_and(|segment| *segment == *FAILED) {
        return Err(Failure::failed(
            "回答はエラーです（SegmentOfResult 9）。理由は回答の ErrorCode と ErrorMessage にあります。",
        ));
    }
    Ok(())
}

/// The longest request, in bytes.
fn longest(family: Family) -> u64 {
    match family {
        Family::Muquc01 => 4 << 20,
        _ => 1 << 20,
    }
}

/// What is asked: as said, else as the file's name says, else about one person.
fn family(asked: &Ask) -> Family {
    let named = || {
        let name = asked.request.file_name()?.to_str()?;
        Some(RequestName::parse(name).ok()?.family())
    };
    asked
        .kind
        .map(AskKind::family)
        .or_else(named)
        .unwrap_or(Family::Siquc01)
}
