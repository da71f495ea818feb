//! `madoguchi demo`: all roles in one process, and one voucher all the way.
//!
//! - [`fleet`]: keys, configurations and the five roles.
//! - [`story`]: whom the demo is about: one person, one eligibility, one voucher, made up from the seed.
//! - [`journey`]: the decision at the office, the request in `req`, the result in `res`.

use env::Env;
use env::real::RealWorld;

use crate::cli::Demo;
use crate::outcome::{Outcome, print_json, tell};
use crate::platform;

mod fleet;
mod journey;
mod story;

use fleet::Fleet;
use story::Story;

pub(super) async fn run(asked: Demo) -> Outcome {
    let env = RealWorld::env();
    let day = asked.date.unwrap_or_else(|| env.now().date());
    let story = Story::new(asked.seed, day);
    let fleet = Fleet::start(&env, &asked).await?;
    let told = tell_story(&env, &fleet, &story, &asked).await;
    if told.is_ok() && !asked.once {
        let told = platform::told_to_stop();
        invite(&fleet);
        told.await;
        tell("stopping");
    }
    fleet.stop().await;
    told
}

async fn tell_story(env: &Env, fleet: &Fleet, story: &Story, asked: &Demo) -> Outcome {
    let summary = journey::travel(env, fleet, story).await?;
    if asked.json {
        return print_json(&summary);
    }
    tell(&format!(
        "voucher {} reached the clinic {} ms after the decision",
        summary.issue_number, summary.decision_to_result_ms
    ));
    tell(&format!(
        "  answer {}: {}",
        summary.answer,
        summary.result_file.display()
    ));
    Ok(())
}

/// What there is to see and to try.
fn invite(fleet: &Fleet) {
    tell("");
    for (role, at) in fleet.addresses() {
        tell(&format!("  {role:<13} {at}"));
    }
    let data = fleet.data().display();
    let program = this_program();
    tell("");
    tell("Try:");
    tell(&format!(
        "  cp {data}/try/OQSsiquc01req_0001.xml {data}/clinic/OQS/req/   and look into {data}/clinic/OQS/res/"
    ));
    tell(&format!(
        "  {program} institution ask --config {data}/clinic.toml {data}/try/OQSsiquc01req_0001.xml"
    ));
    tell(&format!("  {program} doctor --config {data}/office.toml"));
    tell("");
    tell("Ctrl-C ends the demo; its data stay and are taken up again.");
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
