//! What public assistance does to the insurers' rows.

use super::{InsuranceEnding, InsuranceRow};
use crate::calendar::Date;
use crate::eligibility::{Eligibility, EndReason, ReasonOfLoss, first_uncovered_day};

/// The rows as they are beside the periods of `aid`, by first day.
///
/// - 国民健康保険 and 後期高齢者医療 end on 開始日 with reason 02; on the first day after 停止 or 廃止 a new row begins, with the
///   same numbers. At 移管 the next office goes on the same day, so nothing begins; after 死亡 nothing begins at all.
/// - 被用者保険 is left as it is (併用).
///
/// The same holds beside 支援給付 (法別25).
#[must_use]
pub fn rows_beside_aid(base: &[InsuranceRow], aid: &[Eligibility]) -> Vec<InsuranceRow> {
    let aided = aided_days(aid);
    let mut rows = Vec::new();
    for row in base {
        if row.kind.stays_beside_aid() {
            rows.push(row.clone());
        } else {
            cut(row, &aided, &mut rows);
        }
    }
    rows.sort_by(|one, other| {
        (one.from, one.kind, one.insurer, &one.number).cmp(&(
            other.from,
            other.kind,
            other.insurer,
            &other.number,
        ))
    });
    rows
}

/// Days of aid without gap between them: from a first day until the first day without; none means no end.
type Aided = (Date, Option<Date>);

/// The periods of aid, those that touch joined, in order.
fn aided_days(aid: &[Eligibility]) -> Vec<Aided> {
    let mut periods: Vec<Aided> = aid
        .iter()
        .filter(|one| one.last_covered_day().is_none_or(|last| one.start <= last))
        .map(|one| {
            let until = one.end.filter(|end| end.reason != EndReason::Death);
            (one.start, until.map(first_uncovered_day))
        })
        .collect();
    periods.sort();
    let mut joined: Vec<Aided> = Vec::new();
    for (start, until) in periods {
        match joined.last_mut() {
            Some((_, before)) if before.is_none_or(|end| start <= end) => {
                *before = before.zip(until).map(|(one, other)| one.max(other));
            }
            _ => joined.push((start, until)),
        }
    }
    joined
}

/// Pushes what is left of `row` on days without aid.
fn cut(row: &InsuranceRow, aided: &[Aided], rows: &mut Vec<InsuranceRow>) {
    let mut rest = row.clone();
    for (start, until) in aided {
        if rest.ending.is_some_and(|ending| ending.date <= *start) {
            break;
        }
        if until.is_some_and(|until| until <= rest.from) {
            continue;
        }
        if rest.from < *start {
            rows.push(InsuranceRow {
                ending: Some(InsuranceEnding {
                    date: *start,
                    reason: ReasonOfLoss::AidBegan,
                }),
                ..rest.clone()
            });
        }
        match until {
            Some(until) if rest.ending.is_none_or(|ending| *until < ending.date) => rest.from = *until,
            _ => return,
        }
    }
    rows.push(rest);
}
