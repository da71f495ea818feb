//! The table of answers that must look alike.

use std::fmt::Write;
use std::time::Duration;

use super::{Report, micros, quantile, tenths};
use crate::alike::{About, Alike};
use crate::people::Kind;

/// By how much the medians of two kinds may differ.
const ALLOWED: f64 = 0.05;

/// The times of answers that say nothing, by whom the question was about.
pub(super) fn table(page: &mut String, report: &Report<'_>) -> std::fmt::Result {
    writeln!(page, "## Answers that must look alike\n")?;
    writeln!(
        page,
        "Promise `addressed`: an institution that is told nothing must not learn why, by the time of the answer either. \
         Every kind is asked about in turn, over eight connections, each kind first as often as any other. These answers \
         leave on a beat of 2 ms that begins with their question, so their time is the beat's.\n"
    )?;
    writeln!(
        page,
        "| the question is about | database | n | p50 µs | p99 µs | median beside the least |\n|---|---|--:|--:|--:|--:|"
    )?;
    for alike in report.alike {
        let (least, _) = extremes(alike);
        for kind in &alike.kinds {
            let at = |share| quantile(&kind.sorted, share);
            let shown = |share| at(share).map_or("–".to_owned(), |time| tenths(micros(time)));
            let over = at(0.5).map_or(f64::NAN, |median| micros(median) / micros(least) - 1.0);
            writeln!(
                page,
                "| {} | {} | {} | {} | {} | +{:.2} % |",
                name(kind.about),
                alike.database.name(),
                kind.sorted.len(),
                shown(0.5),
                shown(0.99),
                over * 100.0,
            )?;
        }
    }
    writeln!(page)?;
    for alike in report.alike {
        let (least, most) = extremes(alike);
        let apart = micros(most) / micros(least) - 1.0;
        let verdict = if apart <= ALLOWED { "within" } else { "**over**" };
        writeln!(
            page,
            "- {}: two medians differ by at most {:.2} %, {verdict} the {:.0} % that may be.",
            alike.database.name(),
            apart * 100.0,
            ALLOWED * 100.0
        )?;
    }
    writeln!(page)
}

/// The least and the greatest median.
fn extremes(alike: &Alike) -> (Duration, Duration) {
    let medians = alike.kinds.iter().filter_map(|kind| quantile(&kind.sorted, 0.5));
    let least = medians.clone().min().unwrap_or_default();
    (least, medians.max().unwrap_or_default())
}

fn name(about: About) -> &'static str {
    match about {
        About::Nobody => "a number that nobody has",
        About::BornWrongly => "somebody with a voucher here, another birth date",
        About::Untold(kind) => match kind {
            Kind::Usual => "somebody with a voucher here",
            Kind::Elsewhere => "a voucher elsewhere",
            Kind::WithoutVoucher => "no voucher",
            Kind::Ended => "ended, with a voucher here",
            Kind::NotBegun => "not yet begun",
            Kind::Shielded => "不開示該当, with a voucher here",
        },
    }
}
