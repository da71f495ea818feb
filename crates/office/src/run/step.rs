//! One step of a run: some people after the last, planned, written and noted in one unit.
//!
//! A kill before its commit leaves nothing, a kill after it leaves everything: the next step begins where the last commit
//! has put the mark. So nothing is issued twice and nobody is passed over, wherever the run dies.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::identity::Link;
use domain::month::TreatmentMonth;
use domain::monthly::LeftOutReason;
use domain::permit::{Action, Permit};
use exchange::registration::Lane;
use storage::Tx;

use super::report::RunReport;
use crate::issue::dossier::{Issuing, Planned};
use crate::issue::writing::Drafts;
use crate::store::facts;
use crate::store::runs::{self, LeftOut, Stored};
use crate::{Office, OfficeError};

/// People in one step of a run. Few, because what is decided at a desk meanwhile waits for the step that is being written,
/// here, at the hub and at verification: with 200 the slowest of 200 waited 600 ms, with 60 150 ms, and the run takes as long.
pub const PEOPLE_OF_A_STEP: i64 = 60;
/// Vouchers in one step, and so in one file.
const VOUCHERS: usize = 150;

/// What a step has planned.
#[derive(Default)]
struct Step {
    drafts: Vec<Drafts>,
    vouchers: usize,
    left_out: Vec<LeftOut>,
    already_issued: usize,
    withdrawn: usize,
    people: usize,
    /// The last person that was planned; nothing when nobody was left.
    reached: Option<String>,
}

impl Office {
    /// Does one step of the oldest run that is not finished; whether there was one.
    pub(crate) async fn step(self: &Arc<Self>) -> Result<bool, OfficeError> {
        let look = async move |tx: &mut Tx| Ok::<_, OfficeError>(runs::unfinished(tx).await?.is_some());
        if !self.store.read("office.runs", look).await? {
            return Ok(false);
        }
        let office = self.clone();
        let unit = async move |tx: &mut Tx| match runs::unfinished(tx).await? {
            Some(run) => office.do_step(tx, run).await,
            None => Ok(()),
        };
        self.store.unit("office.run", unit).await?;
        self.courier.ring();
        Ok(true)
    }

    async fn do_step(&self, tx: &mut Tx, mut run: Stored) -> Result<(), OfficeError> {
        let month = month_of(run.month)?;
        let step = self.plan_step(tx, month, &run.reached).await?;
        let Some(reached) = step.reached else {
            run.finished = true;
            run.finished_at = Some(self.env.now().micros());
            return Ok(runs::put(tx, &run).await?);
        };
        let news = self.complete(tx, month, step.drafts).await?;
        let issued = count(news.len());
        if issued > 0 {
            let decided = self.put_together(tx, Lane::Bulk, news).await?;
            if let Some(first) = decided.first() {
                runs::made(tx, &run.id, first.number, issued).await?;
            }
        }
        runs::leave_out(tx, &run.id, &step.left_out).await?;
        run.reached = reached;
        run.people_seen += count(step.people);
        run.issued += issued;
        run.already_issued += count(step.already_issued);
        run.withdrawn += count(step.withdrawn);
        Ok(runs::put(tx, &run).await?)
    }

    /// Plans the people after a link: at most [`PEOPLE_OF_A_STEP`] of them, and no further than [`VOUCHERS`] go.
    async fn plan_step(&self, tx: &mut Tx, month: TreatmentMonth, after: &str) -> Result<Step, OfficeError> {
        let due = facts::due(tx, month, after, PEOPLE_OF_A_STEP).await?;
        let (Some(first), Some(last)) = (due.first(), due.last()) else {
            return Ok(Step::default());
        };
        let mut dossiers = self.dossiers(tx, first, last, month).await?;
        let register = self.register_for(tx, dossiers.values()).await?;
        let mut step = Step::default();
        for link in due {
            let dossier = dossiers.remove(&link).unwrap_or_default();
            let plan = dossier.plan(month, self.number_regime, &register, Issuing::Missing);
            if step.vouchers > 0 && step.vouchers + plan.drafts.len() > VOUCHERS {
                break;
            }
            step.add(&link, plan, dossier.staff)?;
            step.reached = Some(link);
        }
        Ok(step)
    }

    /// The month's run without writing anything: the same plan, the same counts.
    pub(crate) async fn dry_run(
        self: &Arc<Self>,
        permit: &Permit,
        month: TreatmentMonth,
    ) -> Result<RunReport, OfficeError> {
        permit.require(Action::DecideAtOffice)?;
        self.refresh_register().await;
        let started_at = self.env.now().micros();
        let mut report = RunReport::dry(month, started_at);
        let mut after = String::new();
        loop {
            let office = self.clone();
            let read = async move |tx: &mut Tx| office.plan_step(tx, month, &after).await;
            let step = self.store.read("office.dry_run", read).await?;
            let Some(reached) = step.reached else {
                report.finished_at = Some(self.env.now().micros());
                report.people = report.people_seen;
                return Ok(report);
            };
            report.people_seen += count(step.people);
            report.issued += count(step.vouchers);
            report.already_issued += count(step.already_issued);
            report.withdrawn += count(step.withdrawn);
            for one in step.left_out {
                *report.left_out.entry(one.reason).or_default() += 1;
            }
            after = reached;
            super::let_others().await;
        }
    }
}

impl Step {
    fn add(&mut self, link: &str, plan: Planned, staff: domain::monthly::Staff) -> Result<(), OfficeError> {
        self.people += 1;
        self.vouchers += plan.drafts.len();
        self.already_issued += plan.already_issued();
        self.withdrawn += plan.withdrawn;
        // What is issued already is no loss: it is counted and not listed.
        let missing = plan
            .left_out
            .into_iter()
            .filter(|one| one.reason != LeftOutReason::AlreadyIssued);
        self.left_out.extend(missing.map(|one| LeftOut {
            link: link.to_owned(),
            entrustment: one.entrustment.as_str().to_owned(),
            reason: one.reason.name().to_owned(),
        }));
        if !plan.drafts.is_empty() {
            let link = Link::parse(link).map_err(|_| OfficeError::Shape { table: "entrusted" })?;
            self.drafts.push((link, staff, plan.drafts));
        }
        Ok(())
    }
}

/// The reasons of a run, counted.
pub(crate) type Reasons = BTreeMap<String, i64>;

/// The month that a row names.
pub(crate) fn month_of(number: i64) -> Result<TreatmentMonth, OfficeError> {
    TreatmentMonth::parse(&number.to_string()).map_err(|_| OfficeError::Shape { table: "run" })
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
