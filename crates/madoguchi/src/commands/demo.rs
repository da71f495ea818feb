//! `madoguchi demo`: a welfare office of a ward's size, everything that it talks to, and its month.
//!
//! ```text
//! kept ─▶ fleet: nine roles ─▶ filling: registers, office ─▶ month: the run, and 200 decisions beside it
//!                                                               └▶ reception: is what is told what was decided?
//!                                                               └▶ counting: do the roles agree?  ─▶ summary
//! ```
//!
//! - [`kept`]: which town a folder holds; a second start takes up where it was, and another town is refused. While a demo
//!   runs, the folder is locked.
//! - [`fleet`]: keys, configurations and the roles, five institutions among them.
//! - [`filling`]: everything is registered over the real path, with a bar for each part.
//! - [`month`], [`single`]: the monthly run, and decisions of people at their desks while it is being applied.
//! - [`desk`]: a receipt computer's side of an institution's folders.
//! - [`standstill`]: when nothing moves any more, the demo says so and ends.
//! - [`cards`]: cards of some people, read at the clinic.
//! - [`tries`]: requests to try by hand, and what to expect of each.
//! - [`reception`], [`counting`]: what is told against what was decided, and the roles' own counts against each other.

use domain::month::TreatmentMonth;
use env::real::RealWorld;
use env::{Env, FileError, Held};
use synthetic::{Town, Ward};

use crate::cli::Demo;
use crate::outcome::{Failure, Outcome, print_json, tell};
use crate::platform;

mod bar;
mod cards;
mod counting;
mod desk;
mod filling;
mod fleet;
mod kept;
mod month;
mod reception;
mod single;
mod standstill;
mod summary;
mod tries;

use fleet::Fleet;
use kept::Kept;
use single::Pick;
use summary::Summary;

/// What to do when the roles cannot start, in most cases because of their ports or because files are not as the demo left them.
const OTHER_PORTS: &str = "ポートが使われているときは、空いている19個の先頭を --port で指定してください（例: --port 28081）。\
                           別のデモが動いているなら、それを Ctrl-C で終了しても構いません。\
                           ファイルが示されているときは、元に戻すか、--data に別のフォルダを指定してください。";

pub(super) async fn run(asked: Demo) -> Outcome {
    let env = RealWorld::env();
    let kept = Kept::open(&env, &asked).await?;
    if kept.is_new() {
        single::enough(kept.people, |people| town_of(&kept, people))?;
    }
    let held = hold(&env, &asked).await?;
    // Another start may have ended just before the folder was ours.
    let mut kept = Kept::open(&env, &asked).await?;
    let town = town_of(&kept, kept.people)?;
    let picks = single::picks(&town, kept.rounds)?;
    let mut stop = std::pin::pin!(platform::told_to_stop());
    let fleet = Fleet::start(&env, &asked, &kept, &town).await;
    let fleet = fleet.map_err(|failure| failure.or_next_step(OTHER_PORTS))?;
    held.tell(&fleet.shown()).await;
    kept.keep(&env).await?;
    let told = tokio::select! {
        told = tell_month(&env, &fleet, &town, &picks, &mut kept) => told,
        () = &mut stop => {
            tell("終了しています。");
            Err(Failure::failed("途中で止められました。")
                .next_step("同じコマンドをもう一度実行すると、続きから始まります。"))
        }
    };
    let told = match told {
        Ok(summary) => conclude(&asked, &summary),
        Err(failure) => Err(failure.within("デモを続けられません").or_next_step(
            "上に表示されたエラー（書き込めない、接続できないなど）を取り除いてから、同じコマンドをもう一度実行してください。続きから始まります。",
        )),
    };
    if told.is_ok() && !asked.once {
        invite(&fleet, TreatmentMonth::of(town.day()));
        stop.await;
        tell("終了しています。");
    }
    fleet.stop().await;
    drop(held);
    told
}

/// The town that a folder holds, with so many people.
fn town_of(kept: &Kept, people: u64) -> Result<Town, Failure> {
    Ok(Town::new(kept.seed, kept.date, Ward::of_people(people)?, 1)?)
}

/// Takes the data folder for this process: two demos would write each other's configurations.
async fn hold(env: &Env, asked: &Demo) -> Result<Held, Failure> {
    let data = std::path::absolute(&asked.data)?;
    env.files().ensure_dir(&data).await?;
    let held = env.files().hold(&data.join("demo.lock")).await;
    held.map_err(|error| match error {
        FileError::Held { by, .. } => Failure::held(format!("フォルダ {}", data.display()), &by),
        error => error.into(),
    })
}

async fn tell_month(
    env: &Env,
    fleet: &Fleet,
    town: &Town,
    picks: &[Pick],
    kept: &mut Kept,
) -> Result<Summary, Failure> {
    if !kept.filled {
        filling::fill(fleet, town).await?;
        kept.filled = true;
        kept.keep(env).await?;
    }
    let month = TreatmentMonth::of(town.day());
    filling::until_matched(env, fleet, month).await?;
    let ran = month::run(env, fleet, town, picks, kept).await?;
    let mut answers = reception::ask_around(env, fleet, town).await?;
    let next = month::run_next(env, fleet, month.next()).await?;
    let counted = counting::count(fleet, town.day()).await?;
    let desks = single::desks(env, fleet, town);
    let clinic = desks
        .first()
        .ok_or_else(|| Failure::failed("診療所の窓口がありません。"))?;
    let holders = cards::issue(fleet, town, clinic).await?;
    let cards = cards::read_all(fleet, town.day(), &holders).await?;
    answers.failures.extend(cards.failures);
    tries::write(env, fleet, town, &holders).await?;
    Ok(Summary::new(
        picks.len(),
        ran,
        answers,
        &next,
        &counted,
        cards.read,
    ))
}

/// Says how it went; what does not add up ends with 1.
fn conclude(asked: &Demo, summary: &Summary) -> Outcome {
    summary.tell();
    if asked.json {
        print_json(summary)?;
    }
    match summary.failures.first() {
        None => Ok(()),
        Some(first) => Err(Failure::failed(format!(
            "デモの確認で {}件の食い違いがありました。最初の1件: {first}",
            summary.failures.len()
        ))),
    }
}

/// What there is to see and to try.
fn invite(fleet: &Fleet, month: TreatmentMonth) {
    tell("");
    for (role, at) in fleet.addresses() {
        tell(&format!("  {role:<13} {at}  {}", fleet::about(role)));
    }
    if let Some(pages) = fleet.pages("clinic") {
        tell(&format!(
            "  {:<13} {pages}/  診療所の受付の画面（患者用）、{pages}/reception（受付用）",
            "pages"
        ));
    }
    let data = fleet.data().display();
    let program = this_program();
    let later = month.next().next();
    let later = format!("{:04}-{:02}", later.year(), later.month());
    let tries = [
        (
            "診療所のレセコンのように照会する（回答は res に出ます）",
            format!(
                "cp {data}/try/OQSsiquc01req_0001.xml {data}/clinic/OQS/ && mv {data}/clinic/OQS/OQSsiquc01req_0001.xml {data}/clinic/OQS/req/ && sleep 1 && cat {data}/clinic/OQS/res/OQSsiquc01res_0001.xml"
            ),
        ),
        (
            "同じ照会の回答を画面に出す",
            format!(
                "{program} institution ask --config {data}/clinic.toml {data}/try/OQSsiquc01req_0001.xml"
            ),
        ),
        (
            "試験用カードを診療所の端末で読み取る（回答は画面と face に出ます）",
            format!("{program} institution card --config {data}/clinic.toml {data}/cards/1-voucher"),
        ),
        (
            "薬局の今月の調剤券を一括で受け付ける",
            format!(
                "{program} institution ask --config {data}/pharmacy.toml {data}/try/OQSmutic01req_0001.xml"
            ),
        ),
        (
            "再来月分の月次発券を試行する（何も書きません）",
            format!("{program} office issue --config {data}/office.toml --month {later} --dry-run"),
        ),
        (
            "福祉事務所の設定と接続先を点検する",
            format!("{program} doctor --config {data}/office.toml"),
        ),
    ];
    tell("");
    tell("お試しください（別の端末で）。");
    tell(&format!(
        "ほかの照会（別の医療機関あて、廃止、併用など）と、それぞれに期待する回答は {data}/try/README.txt にあります。"
    ));
    for (what, command) in tries {
        tell(&format!("  # {what}"));
        tell(&format!("  {command}"));
    }
    tell("");
    tell("Ctrl-C で終了します。データは残り、次に起動すると続きから始まります。");
}

/// How this program can be called again from here.
fn this_program() -> String {
    let Ok(program) = std::env::current_exe() else {
        return "madoguchi".to_owned();
    };
    let here = std::env::current_dir().unwrap_or_default();
    program
        .strip_prefix(here)
        .unwrap_or(&program)
        .display()
        .to_string()
}
