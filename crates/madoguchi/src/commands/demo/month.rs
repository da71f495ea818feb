//! The monthly run as the office does it, and single decisions spread over the time in which it is being applied.

use std::time::Duration;

use domain::month::TreatmentMonth;
use env::{Env, Time};
use exchange::registration::feed::Heads;
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use futures_util::stream::FuturesUnordered;
use office::{MonthStates, PEOPLE_OF_A_STEP, RunReport};
use serde::Deserialize;
use serde_json::json;
use service::{CallError, Caller};
use synthetic::Town;

use super::bar::bar;
use super::filling::{self, AtVerification};
use super::fleet::Fleet;
use super::kept::Kept;
use super::single::{self, Pick, Took};
use super::standstill::Standstill;
use crate::outcome::Failure;

/// How often it is looked how far the run has come.
const LOOK: Duration = Duration::from_millis(10);
/// How many of these looks ask the office itself.
const OFFICE_LOOKS: u32 = 10;
/// Single decisions under way at the same time.
const AT_ONCE: usize = 12;

/// The month as it went.
pub(super) struct Ran {
    pub(super) run: RunReport,
    /// From its beginning until everything of it was visible, in seconds.
    pub(super) seconds: f64,
    /// The single decisions.
    pub(super) took: Vec<Took>,
    /// How many of them fell into the time in which the run was being applied.
    pub(super) inside: usize,
}

#[derive(Deserialize)]
struct Status {
    heads: Heads,
}

/// Runs the month, unless an earlier start did, with these single decisions beside it.
pub(super) async fn run(
    env: &Env,
    fleet: &Fleet,
    town: &Town,
    picks: &[Pick],
    kept: &mut Kept,
) -> Result<Ran, Failure> {
    let month = TreatmentMonth::of(town.day());
    let (office, verification) = (fleet.office()?, fleet.operator("verification")?);
    let desks = single::desks(env, fleet, town);
    let dry = dry_run(&office, month).await?;
    let files = (dry.people.max(1) + PEOPLE_OF_A_STEP - 1) / PEOPLE_OF_A_STEP;
    let status: Status = verification.get("/status").await?;
    let (base, began) = (status.heads.bulk, env.now());
    let (mut report, goes) = start(&office, month).await?;
    let people = bar(u64::try_from(dry.people).unwrap_or(0), "月次発券");
    let applied = bar(u64::try_from(files).unwrap_or(0), "登録・反映（ファイル）");

    let (mut next, mut took, mut ended) = (0, Vec::new(), None);
    let mut under_way = FuturesUnordered::new();
    let mut standstill = Standstill::new(began, (status.heads, report.people_seen, 0, 0));
    for look in 0_u32.. {
        let status: Status = verification.get("/status").await?;
        let reached = (status.heads.bulk - base).clamp(0, files);
        applied.set_position(u64::try_from(reached).unwrap_or(0));
        if look % OFFICE_LOOKS == 0 {
            if let (false, Some(id)) = (report.finished, report.id.clone()) {
                report = office.get(&format!("/runs/{id}")).await?;
                people.set_position(u64::try_from(report.people_seen).unwrap_or(0));
            }
            if ended.is_none() && report.finished && filling::is_settled(fleet, month).await?.0 {
                ended = Some(env.now());
            }
        }
        let due = match ended {
            Some(_) => picks.len(),
            None => due(picks.len(), reached, files),
        };
        while next < due && under_way.len() < AT_ONCE {
            if let Some(pick) = picks.get(next) {
                under_way.push(single::decide(&office, &desks, pick));
            }
            next += 1;
        }
        if under_way.is_empty() && next == picks.len() && ended.is_some() {
            break;
        }
        standstill.look(
            env.now(),
            (status.heads, report.people_seen, took.len(), next),
            "月次発券と反映",
        )?;
        let rest = std::pin::pin!(env.sleep(LOOK));
        if under_way.is_empty() {
            rest.await;
        } else if let Either::Left((Some(one), _)) = select(under_way.next(), rest).await {
            took.push(one?);
        }
    }
    people.finish();
    applied.finish();
    let ended = ended.unwrap_or_else(|| env.now());
    let seconds = match (goes, kept.run_seconds) {
        (false, Some(seconds)) => seconds,
        _ => ended.since(began).as_secs_f64(),
    };
    kept.run_seconds = Some(seconds);
    // Only now: a start that is killed before makes the same decisions again, instead of using new ones up.
    kept.rounds += 1;
    kept.keep(env).await?;
    let inside = if goes {
        took.iter().filter(|one| falls_inside(one, began, ended)).count()
    } else {
        0
    };
    Ok(Ran {
        run: report,
        seconds,
        took,
        inside,
    })
}

/// How many of the single decisions are due when so many of the run's files are applied: evenly, the first with the first.
fn due(all: usize, reached: i64, files: i64) -> usize {
    let reached = usize::try_from(reached).unwrap_or(0);
    let files = usize::try_from(files).unwrap_or(1).max(1);
    (all * (reached + 1) / (files + 1)).min(all)
}

fn falls_inside(took: &Took, began: Time, ended: Time) -> bool {
    took.decided.micros() >= began.micros() && took.decided.micros() <= ended.micros()
}

/// The next month's continuing vouchers.
pub(super) struct Next {
    /// How many the office has issued.
    pub(super) issued: u64,
    /// How many of them verification shows already.
    pub(super) visible: i64,
}

/// Issues the next month's continuing vouchers before its 1st.
pub(super) async fn run_next(env: &Env, fleet: &Fleet, month: TreatmentMonth) -> Result<Next, Failure> {
    let office = fleet.office()?;
    let (mut report, _) = start(&office, month).await?;
    let people = bar(u64::try_from(report.people).unwrap_or(0), "翌月の継続分");
    let mut standstill = Standstill::new(env.now(), report.people_seen);
    while !report.finished {
        standstill.look(env.now(), report.people_seen, "翌月分の発券")?;
        env.sleep(LOOK).await;
        if let Some(id) = report.id.clone() {
            report = office.get(&format!("/runs/{id}")).await?;
        }
        people.set_position(u64::try_from(report.people_seen).unwrap_or(0));
    }
    people.finish();
    filling::until_matched(env, fleet, month).await?;
    let counts: AtVerification = fleet
        .operator("verification")?
        .get(&format!("/counts?month={month}"))
        .await?;
    let states: MonthStates = office.get(&format!("/months/{month}")).await?;
    Ok(Next {
        issued: states.states.total(),
        visible: counts.vouchers,
    })
}

async fn dry_run(office: &Caller, month: TreatmentMonth) -> Result<RunReport, Failure> {
    let office = office.clone().within(Duration::from_secs(600));
    Ok(office
        .post("/runs", &json!({ "month": month, "dry_run": true }))
        .await?)
}

/// Starts a month's run, or goes on with it; one that an earlier start has finished stays as it is. Whether it goes.
async fn start(office: &Caller, month: TreatmentMonth) -> Result<(RunReport, bool), Failure> {
    let before: Result<RunReport, CallError> = office.get(&format!("/runs?month={month}")).await;
    match before {
        Ok(report) if report.finished => Ok((report, false)),
        Ok(_) | Err(CallError::Refused { .. }) => {
            Ok((office.post("/runs", &json!({ "month": month })).await?, true))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_decisions_are_spread_over_the_run() {
        let at: Vec<usize> = (0..=4).map(|reached| due(200, reached, 4)).collect();
        assert_eq!(at, [40, 80, 120, 160, 200]);
        assert_eq!((due(7, 0, 4), due(7, 4, 4), due(0, 0, 1)), (1, 7, 0));
        assert_eq!((due(200, 0, 1), due(200, 1, 1), due(200, 9, 0)), (100, 200, 200));
    }
}
