//! `madoguchi institution card`: a virtual card, or one in a reader, is read as the desk does it.

mod reader;

use std::io::Write as _;
use std::path::Path;

use domain::presence::Method;
use env::Env;
use env::real::RealWorld;
use exchange::oqs::codes::QualificationValidity;
use exchange::oqs::siquc01::ResultMessage;
use exchange::presence::Enrolled;
use exchange::text::Encoding;
use identity::reader::{Face, Pin, Session, VirtualCard, Wire};
use institution::{CardDesk, CardFault, Config, TrialCard};

use crate::cli::Card;
use crate::outcome::{Failure, Outcome, print, print_json, tell};
use crate::roles::{RoleConfig, how_to_start};

pub(super) async fn run(asked: &Card) -> Outcome {
    understood(asked)?;
    let RoleConfig::Institution(config) = RoleConfig::load(&asked.config)? else {
        return Err(Failure::failed(format!(
            "設定ファイル {} は医療機関・薬局（institution）のものではありません。",
            asked.config.display()
        )));
    };
    let env = RealWorld::env();
    let Some(card) = &asked.card else {
        return reader::read(&env, &config, asked).await;
    };
    let desk = institution::card_desk(&env, &config).await?;
    let mut card = found(&env, card).await?;
    tell(&format!("カードを読み取っています: {}", card.holder));
    let pin = asked.pin.as_ref().unwrap_or(&card.pin).clone();
    let mut session = Session::open(&mut card.card).map_err(failed)?;
    let method = unlock(&mut session, asked.face, &pin)?;
    ask((&desk, &config), (&mut session, method), asked).await
}

/// What can be said on the command line and still be meant by nobody.
fn understood(asked: &Card) -> Outcome {
    if let Some(twice) = asked.said_twice() {
        return Err(Failure::usage(format!(
            "--consent に{}の回答が2つあります。種類ごとに1つだけ指定してください。何も送っていません。",
            twice.label()
        )));
    }
    if asked.reader.is_some() && (asked.pin.is_some() || asked.face) {
        return Err(Failure::usage(
            "--pin と --face は試験用カードだけに使えます。--reader とは一緒に指定できません。",
        )
        .next_step("--pin も --face も指定せずに実行し、尋ねられたら暗証番号を入力してください。"));
    }
    Ok(())
}

/// Asks with a card that is unlocked, whatever stands behind its wire.
async fn ask<W: Wire>(
    (desk, config): (&CardDesk, &Config),
    (session, method): (&mut Session<'_, W>, Method),
    asked: &Card,
) -> Outcome {
    if asked.enrol {
        let enrolled = desk.enrol(session, method).await;
        return told(enrolled.map_err(|fault| unanswered(fault, asked))?, asked.json);
    }
    let read = desk.read(session, method, asked.consent.clone()).await;
    let read = read.map_err(|fault| unanswered(fault, asked))?;
    match &read.face {
        Ok(name) => tell(&format!(
            "face フォルダに置きました: {}",
            config.folders.join("face").join(name).display()
        )),
        Err(error) => tell(&format!("face フォルダに置けませんでした: {error}")),
    }
    if !read.replaced.is_empty() {
        tell(&format!(
            "この文字コードで表せない文字{}か所を置き換えました。",
            read.replaced.len()
        ));
    }
    if !asked.consent.is_empty()
        && read.answer.body.qualification_validity == Some(QualificationValidity::NotFound)
    {
        tell("利用申込が済んでいないカードでは、同意の回答（--consent）は記録されません。");
    }
    put(&read.answer, asked.json)
}

/// The answer on standard output: as XML, or as the same message in JSON.
fn put(answer: &ResultMessage, json: bool) -> Outcome {
    if json {
        print(&String::from_utf8_lossy(&answer.write_json()?));
        return Ok(());
    }
    Ok(std::io::stdout().write_all(&answer.write(Encoding::Utf8)?)?)
}

async fn found(env: &Env, path: &Path) -> Result<TrialCard, Failure> {
    let card = TrialCard::read(env, path).await;
    card.ok_or_else(|| {
        let card = path.display();
        Failure::failed(format!("{card} は試験用カードとして読めません（{card}.crt、.key、.json が要ります）。"))
            .next_step("デモのカードは デモのフォルダ/cards にあります。作るには: madoguchi pki issue --dir 認証局のフォルダ card --out 名前")
    })
}

fn unlock(session: &mut Session<'_, VirtualCard>, face: bool, pin: &str) -> Result<Method, Failure> {
    if face {
        session.compare(Face::Same).map_err(failed)?;
        return Ok(Method::Face);
    }
    by_pin(session, pin)
}

/// What is no PIN is no try either.
fn by_pin<W: Wire>(session: &mut Session<'_, W>, typed: &str) -> Result<Method, Failure> {
    let pin = Pin::parse(typed)
        .ok_or_else(|| Failure::failed("暗証番号は数字4桁です。カードには何も送っていません。"))?;
    session.verify(&pin).map_err(failed)?;
    Ok(Method::Pin)
}

fn told(enrolled: Enrolled, json: bool) -> Outcome {
    if json {
        print_json(&enrolled)?;
    }
    match enrolled {
        Enrolled::Linked => {
            tell("利用申込が済みました。このカードで資格を確認できます。");
            Ok(())
        }
        Enrolled::NobodyHere => Err(Failure::failed(
            "この方の資格情報は、まだ福祉事務所から登録されていません。何も記録していません。",
        )
        .next_step("福祉事務所に確認し、登録された後でもう一度申し込んでください。")),
        Enrolled::NotThisCard => Err(
            Failure::failed("このカードは有効なものとして登録されていません。")
                .next_step("住所地の市区町村に確認してください。"),
        ),
    }
}

/// What the terminal's line to verification says. An error answer is an answer, and printed as such.
fn unanswered(fault: CardFault, asked: &Card) -> Failure {
    if let CardFault::Failed(answer) = &fault
        && let Err(not_printed) = put(answer, asked.json)
    {
        return not_printed;
    }
    if !matches!(fault, CardFault::Unreachable(_)) {
        return failed(fault);
    }
    // Beside the institution's on a sandbox's machine; on a real one it runs elsewhere.
    let theirs = asked.config.with_file_name("verification.toml");
    let next = fault.next().text();
    Failure::not_running(fault).next_step(if theirs.exists() {
        format!(
            "動いていなければ起動し、動いていれば、しばらくしてからもう一度読み取ってください: {}",
            how_to_start("verification", &theirs)
        )
    } else {
        next.to_owned()
    })
}

fn failed(fault: impl Into<CardFault>) -> Failure {
    let fault: CardFault = fault.into();
    let next = fault.next().text();
    Failure::failed(fault).next_step(next)
}
