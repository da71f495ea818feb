//! Since when somebody receives, and why no longer.

use domain::calendar::Date;
use domain::eligibility::{Eligibility, EndReason, Ending};

use crate::days::{earlier, later};
use crate::dice::{About, Dice};
use crate::kind::{Kind, Kinds};
use crate::town::Office;

/// The periods of aid, and when the last of them was decided.
pub(crate) struct Aid {
    pub(crate) eligibilities: Vec<Eligibility>,
    pub(crate) decided_on: Date,
}

/// One period: its first day, and its end.
type Span = (Date, Option<Ending>);

impl Office {
    /// The aid of the `index`-th. `transferred` is the day on which another office of the town let them go.
    pub(crate) fn aid(&self, index: u64, kinds: Kinds, born: Date, transferred: Option<Date>) -> Aid {
        let day = self.town.day();
        let mut dice = Dice::new(self.town.seed(), self.number, index, About::Aid);
        let (first, more) = self.spans(&mut dice, index, kinds, transferred);
        let spans = std::iter::once(first).chain(more);
        let last = more.map_or(first.0, |(start, _)| start);
        let decided_on = if kinds.has(Kind::Retroactive) {
            later(last, dice.between(10, 30)).min(day)
        } else {
            last.min(day)
        };
        let law = if kinds.has(Kind::OtherLaw) { "25" } else { "12" };
        let (payer, recipient, office_name) = (self.payer(law, index), self.recipient(index), self.name());
        let eligibility = |(start, end): Span| Eligibility {
            payer,
            recipient,
            office_name: office_name.clone(),
            // Nobody receives before they are born.
            start: start.max(born),
            end,
        };
        Aid {
            eligibilities: spans.map(eligibility).collect(),
            decided_on,
        }
    }

    /// The first period, and the one after it if there is one.
    fn spans(
        &self,
        dice: &mut Dice,
        index: u64,
        kinds: Kinds,
        transferred: Option<Date>,
    ) -> (Span, Option<Span>) {
        let day = self.town.day();
        let usual = self.home(index).since;
        let until = |date, reason| (usual, Some(Ending { date, reason }));
        if kinds.has(Kind::NoDayLeft) {
            match day == day.last_of_month() {
                true => ((day, None), None),
                false => (until(later(day, 1), EndReason::Termination), None),
            }
        } else if kinds.has(Kind::Newborn) {
            // From the birth, which is later.
            ((usual, None), None)
        } else if kinds.has(Kind::Retroactive) {
            ((earlier(day, dice.between(10, 40)), None), None)
        } else if kinds.has(Kind::TransferredIn) {
            let start = transferred.unwrap_or_else(|| self.transfer_day(index));
            ((start, None), None)
        } else if kinds.has(Kind::Resumed) {
            let resumed = earlier(day, dice.between(0, 50));
            let suspended = earlier(resumed, dice.between(20, 60));
            (until(suspended, EndReason::Suspension), Some((resumed, None)))
        } else if kinds.has(Kind::Ending) {
            let left = u32::from((day.last_of_month().day() - day.day()).unsigned_abs());
            let date = later(day, dice.between(1, left.max(1)));
            (until(date, EndReason::Termination), None)
        } else if kinds.has(Kind::Ended) {
            (
                until(earlier(day, dice.between(0, 100)), EndReason::Termination),
                None,
            )
        } else if kinds.has(Kind::Suspended) {
            (
                until(earlier(day, dice.between(0, 90)), EndReason::Suspension),
                None,
            )
        } else if kinds.has(Kind::Died) {
            (until(earlier(day, dice.between(1, 110)), EndReason::Death), None)
        } else if kinds.has(Kind::TransferredOut) {
            (until(self.transfer_day(index), EndReason::Transfer), None)
        } else if kinds.has(Kind::Future) {
            ((later(day, dice.between(1, 45)), None), None)
        } else {
            ((usual, None), None)
        }
    }

    /// The day on which somebody goes on from one office to the next.
    pub(crate) fn transfer_day(&self, index: u64) -> Date {
        let mut dice = Dice::new(self.town.seed(), self.number, index, About::Transfer);
        earlier(self.town.day(), dice.between(0, 60))
    }
}
