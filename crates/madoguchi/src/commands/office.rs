//! `madoguchi office issue`: a month's vouchers, by the running office.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use domain::month::TreatmentMonth;
use domain::monthly::LeftOutReason;
use domain::permit::Actor;
use env::Env;
use env::real::RealWorld;
use office::RunReport;
use serde_json::json;
use service::{CallError, Caller};

use crate::cli::Issue;
use crate::outcome::{Failure, Outcome, print_json, tell};
use crate::roles::{RoleConfig, how_to_start};

/// How often the office is asked how far it is.
const LOOK: Duration = Duration::from_millis(100);
/// Characters of a whole bar.
const BAR: usize = 30;

pub(super) async fn issue(asked: &Issue) -> Outcome {
    let RoleConfig::Office(config) = RoleConfig::load(&asked.config)? else {
        return Err(Failure::failed(format!(
            "設定ファイル {} は福祉事務所（office）のものではありません。",
            asked.config.display()
        )));
    };
    let me = Actor::Office(config.office.clone());
    let env = config.tls.env(&RealWorld::env(), &me)?;
    // A dry run is answered when it is done.
    let caller = Caller::oneself(&env, &config.listen).within(Duration::from_secs(600));
    let serve = how_to_start("office", &asked.config);
    let failed = |error: CallError| failure(error, &serve);
    let body = json!({ "month": asked.month, "dry_run": asked.dry_run });
    let mut report: RunReport = caller.post("/runs", &body).await.map_err(failed)?;
    if let Some(id) = report.id.clone() {
        report = follow(&env, &caller, &id, report).await.map_err(failed)?;
    }
    summarise(&report);
    if asked.json {
        print_json(&report)?;
    }
    Ok(())
}

/// Follows a run until everybody is planned.
async fn follow(env: &Env, caller: &Caller, id: &str, mut report: RunReport) -> Result<RunReport, CallError> {
    let bar = Bar::new();
    while !report.finished {
        bar.show(&report);
        env.sleep(LOOK).await;
        report = caller.get(&format!("/runs/{id}")).await?;
    }
    bar.show(&report);
    bar.end();
    Ok(report)
}

/// The bar on standard error, where somebody looks at it.
struct Bar {
    seen: bool,
}

impl Bar {
    fn new() -> Bar {
        Bar {
            seen: std::io::stderr().is_terminal(),
        }
    }

    fn show(&self, report: &RunReport) {
        if self.seen {
            self.write(&format!("\r{}", line(report)));
        }
    }

    fn end(&self) {
        if self.seen {
            self.write("\n");
        }
    }

    fn write(&self, text: &str) {
        let mut stderr = std::io::stderr();
        // A terminal that is gone shows nothing; the run goes on.
        let _gone = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
    }
}

/// `[██████····] 120/200人 発券 310件`.
fn line(report: &RunReport) -> String {
    let (seen, people) = (report.people_seen.max(0), report.people.max(1));
    let full = usize::try_from(seen.min(people) * 30 / people)
        .unwrap_or(0)
        .min(BAR);
    let full = if report.finished { BAR } else { full };
    format!(
        "[{}{}] {seen}/{}人 発券 {}件",
        "█".repeat(full),
        "·".repeat(BAR - full),
        report.people,
        report.issued
    )
}

/// What came of it, for people.
fn summarise(report: &RunReport) {
    let trial = if report.dry_run { "（試行）" } else { "" };
    let month = month_text(report.month);
    tell(&format!(
        "{month}分の発券{trial}: {}件（対象 {}人、発行済み {}件、撤回済み {}件）",
        report.issued, report.people_seen, report.already_issued, report.withdrawn
    ));
    for (name, count) in &report.left_out {
        let reason = LeftOutReason::ALL.iter().find(|reason| reason.name() == name);
        let (label, next) = reason.map_or((name.as_str(), ""), |reason| (reason.label(), reason.next_step()));
        tell(&format!("  発券せず {count}件: {label} ({name})。{next}"));
    }
    if let Some(states) = report.states {
        tell(&format!(
            "  登録: 送信待ち {}件、送信中 {}件、適用 {}件、医療機関から参照可 {}件、保留 {}件、拒否 {}件",
            states.decided,
            states.sent,
            states.applied,
            states.visible,
            states.held,
            states.refused + states.superseded
        ));
    }
    if let Some(id) = &report.id {
        tell(&format!("  発券しなかった委託の一覧: GET /runs/{id}/left-out"));
    }
}

fn month_text(month: TreatmentMonth) -> String {
    format!("{}年{}月", month.year(), month.month())
}

fn failure(error: CallError, serve: &str) -> Failure {
    match error {
        CallError::Net(error) => {
            Failure::not_running(format!("福祉事務所（office）が動いていません: {error}")).next_step(serve)
        }
        CallError::Refused { problem, .. } => {
            let failure = Failure::failed(problem.title);
            match problem.next {
                _ if problem.field.as_deref() == Some("month") => {
                    failure.next_step("--month を直してください（YYYY-MM）。")
                }
                Some(next) => failure.next_step(next),
                None => failure,
            }
        }
        error @ CallError::Shape { .. } => Failure::failed(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(seen: i64, people: i64, finished: bool) -> RunReport {
        let report = json!({
            "month": "202612", "dry_run": false, "finished": finished, "started_at": 0, "people": people,
            "people_seen": seen, "issued": 7, "already_issued": 0, "withdrawn": 0, "left_out": {},
        });
        serde_json::from_value(report).unwrap()
    }

    #[test]
    fn the_bar_is_as_long_as_the_run_has_come() {
        assert_eq!(line(&report(0, 200, false)).matches('█').count(), 0);
        assert_eq!(line(&report(100, 200, false)).matches('█').count(), 15);
        // More people than there were when it began, and none at all.
        assert_eq!(line(&report(300, 200, false)).matches('█').count(), 30);
        assert_eq!(line(&report(0, 0, true)).matches('█').count(), 30);
    }
}
