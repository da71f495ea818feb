//! What the demo says at its end: for people, and as one JSON object.

use std::collections::BTreeMap;

use domain::monthly::LeftOutReason;
use serde::Serialize;

use super::counting::Counted;
use super::month::{Next, Ran};
use super::reception::Answers;
use crate::outcome::tell;
use crate::platform;

/// The demo's figures. People script this: names and meanings stay.
#[derive(Serialize)]
pub(super) struct Summary {
    /// Households that receive on the day, as the office counts them.
    households: u64,
    /// People who receive on the day.
    people: u64,
    /// People without a number, whom nobody can match: served on paper.
    not_matchable: i64,
    vouchers: Vouchers,
    decision_to_institution_ms: Times,
    /// From the run's beginning until all of it was visible.
    monthly_run_seconds: f64,
    /// The next month's vouchers that are visible before its 1st.
    continuing_visible_at_start_of_month: i64,
    /// Answers at the desks after the run, by 資格有効性, to inquiries by number.
    answers: BTreeMap<String, u64>,
    /// Cards that were read at the clinic.
    cards: usize,
    /// Of this process, in which all roles run; null where the system does not say.
    peak_memory_mib: Option<u64>,
    /// What does not hold; empty when all is well.
    pub(super) failures: Vec<String>,
    /// Single decisions in the time of the run.
    #[serde(skip)]
    inside: usize,
    /// The next month's vouchers that the office has issued.
    #[serde(skip)]
    next_issued: u64,
    /// Of the failures, the answers that are not what was decided, and the counts that do not agree.
    #[serde(skip)]
    differing: (usize, usize),
}

/// The month's vouchers, single decisions included, by what became of them.
#[derive(Serialize)]
struct Vouchers {
    issued: u64,
    applied: u64,
    refused: u64,
    held: u64,
    left_out: BTreeMap<String, u64>,
}

#[derive(Serialize)]
struct Times {
    n: usize,
    p50: f64,
    p99: f64,
}

impl Times {
    fn of(mut ms: Vec<f64>) -> Times {
        ms.sort_by(f64::total_cmp);
        // The smallest that at least so many hundredths of all are not above.
        let at = |hundredths: usize| {
            let place = (ms.len() * hundredths).div_ceil(100).max(1) - 1;
            ms.get(place).map_or(0.0, |ms| (ms * 1e3).round() / 1e3)
        };
        let (p50, p99) = (at(50), at(99));
        Times {
            n: ms.len(),
            p50,
            p99,
        }
    }
}

impl Summary {
    pub(super) fn new(
        asked: usize,
        ran: Ran,
        answers: Answers,
        next: &Next,
        counted: &Counted,
        cards: usize,
    ) -> Summary {
        let states = counted.office.states;
        let ms = |one: &super::single::Took| one.arrived.since(one.decided).as_secs_f64() * 1e3;
        let times = Times::of(ran.took.iter().map(ms).collect());
        let disagreements = counted.disagreements();
        let differing = (answers.failures.len(), disagreements.len());
        let mut failures = answers.failures;
        failures.extend(disagreements);
        if times.n < asked {
            failures.push(format!("随時の決定 {asked}件のうち、届いたのは {}件", times.n));
        }
        let mut by_code: BTreeMap<String, u64> = ["1", "2", "4", "6"].map(|code| (code.to_owned(), 0)).into();
        by_code.extend(answers.by_code);
        Summary {
            households: counted.figures.households,
            people: counted.figures.people,
            not_matchable: counted.hub.people.no_number,
            vouchers: Vouchers {
                issued: states.total(),
                applied: states.applied + states.visible,
                refused: states.refused,
                held: states.held,
                left_out: ran
                    .run
                    .left_out
                    .iter()
                    .map(|(reason, n)| (reason.clone(), u64::try_from(*n).unwrap_or(0)))
                    .collect(),
            },
            decision_to_institution_ms: times,
            monthly_run_seconds: (ran.seconds * 1e3).round() / 1e3,
            continuing_visible_at_start_of_month: next.visible,
            answers: by_code,
            cards,
            peak_memory_mib: platform::peak_memory_mib(),
            failures,
            inside: ran.inside,
            next_issued: next.issued,
            differing,
        }
    }

    /// For people.
    pub(super) fn tell(&self) {
        let Vouchers {
            issued,
            applied,
            refused,
            held,
            left_out,
        } = &self.vouchers;
        let times = &self.decision_to_institution_ms;
        tell("");
        tell(&format!(
            "保護受給中 {}世帯 {}人。個人番号がなく照合できない方 {}人（現在受給していない方を含む。紙の医療券で受診できます）。",
            self.households, self.people, self.not_matchable
        ));
        tell(&format!(
            "今月分: 発行 {issued}件、うち参照可 {applied}件、保留 {held}件（本人確認ができない等）、拒否 {refused}件（医療券・調剤券）"
        ));
        for (name, count) in left_out {
            let reason = LeftOutReason::ALL.iter().find(|reason| reason.name() == name);
            let label = reason.map_or(name.as_str(), |reason| reason.label());
            tell(&format!("  発券せず {count}件: {label} ({name})"));
        }
        tell(&format!(
            "月次発券の開始から、保留を除く全件が医療機関から参照可になるまで {:.1}秒",
            self.monthly_run_seconds
        ));
        tell(&format!(
            "随時の決定 {}件（うち月次発券の反映中 {}件）: 決定から、医療機関の res に回答が出るまで 中央値 {:.0} ミリ秒、99%が {:.0} ミリ秒以内",
            times.n, self.inside, times.p50, times.p99
        ));
        tell(&format!(
            "翌月分: 発行 {}件、うち参照可 {}件（継続して委託する方の医療券・調剤券）",
            self.next_issued, self.continuing_visible_at_start_of_month
        ));
        let (answers, counts) = self.differing;
        let of = |code: &str| self.answers.get(code).copied().unwrap_or(0);
        tell(&format!(
            "五つの医療機関・薬局等での照会 {}件: 有効 {}件、該当資格なし {}件。決定との食い違い {answers}件、役割どうしの件数の食い違い {counts}件",
            self.answers.values().sum::<u64>(),
            of("1"),
            of("4")
        ));
        tell(&format!("診療所での試験用カードの読み取り {}枚", self.cards));
        for failure in self.failures.iter().take(20) {
            tell(&format!("  食い違い: {failure}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let times = Times::of((1..=200).rev().map(f64::from).collect());
        assert_eq!((times.n, times.p50, times.p99), (200, 100.0, 198.0));
        let one = Times::of(vec![7.5]);
        assert_eq!((one.p50, one.p99), (7.5, 7.5));
        assert_eq!(Times::of(Vec::new()).n, 0);
    }
}
