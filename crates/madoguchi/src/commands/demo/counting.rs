//! The roles' own counts after the run. Each says what it has; whether they agree is judged here.

use domain::calendar::Date;
use domain::month::TreatmentMonth;
use office::{Figures, MonthStates};
use service::Caller;

use super::filling::{AtHub, AtVerification};
use super::fleet::Fleet;
use crate::outcome::Failure;

/// What the roles say.
pub(super) struct Counted {
    pub(super) figures: Figures,
    pub(super) office: MonthStates,
    pub(super) hub: AtHub,
    pub(super) verification: AtVerification,
}

/// Asks every role.
pub(super) async fn count(fleet: &Fleet, day: Date) -> Result<Counted, Failure> {
    let month = TreatmentMonth::of(day);
    let path = format!("/counts?month={month}");
    let office = fleet.office()?;
    Ok(Counted {
        figures: office.get(&format!("/figures?date={day}")).await?,
        office: settled(fleet, &office, month).await?,
        hub: fleet.operator("hub")?.get(&path).await?,
        verification: fleet.operator("verification")?.get(&path).await?,
    })
}

/// The office hears within a mark's time that its records are visible; until then it says that they are applied.
async fn settled(fleet: &Fleet, office: &Caller, month: TreatmentMonth) -> Result<MonthStates, Failure> {
    for _ in 0..100 {
        let states: MonthStates = office.get(&format!("/months/{month}")).await?;
        if states.states.decided + states.states.sent + states.states.applied == 0 {
            return Ok(states);
        }
        fleet.env().sleep(std::time::Duration::from_millis(100)).await;
    }
    Ok(office.get(&format!("/months/{month}")).await?)
}

impl Counted {
    /// Where the counts do not agree.
    pub(super) fn disagreements(&self) -> Vec<String> {
        let of = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let states = self.office.states;
        let visible = of(states.applied + states.visible);
        let withdrawn = of(self.office.withdrawn);
        let pairs = [
            (
                "適用済みの医療券（福祉事務所、中間サーバー）",
                visible + withdrawn,
                self.hub.vouchers.applied,
            ),
            (
                "保留の医療券（福祉事務所、中間サーバー）",
                of(states.held),
                self.hub.vouchers.held,
            ),
            (
                "参照可の医療券（福祉事務所、資格確認）",
                visible + withdrawn,
                self.verification.vouchers,
            ),
            (
                "発行した医療券と、適用・保留・拒否の合計",
                of(states.total()),
                visible + of(states.held + states.refused),
            ),
        ];
        let differing = pairs.into_iter().filter(|(_, one, other)| one != other);
        differing
            .map(|(what, one, other)| format!("{what}: {one}件、{other}件"))
            .collect()
    }
}
