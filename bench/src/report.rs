//! The report, as a page of Markdown.

use std::fmt::Write;
use std::time::Duration;

use crate::alike::Alike;
use crate::bulk::Done;
use crate::fill::Filled;
use crate::journey::Journeys;
use crate::options::Options;
use crate::rounds::Line;
use crate::standing::Standing;
use crate::ward::Ward;

mod alike;
mod bulk;
mod card;
mod inquiries;
mod made;
mod revocation;
mod standing;
mod ward;

pub(crate) use card::{CardReport, page as card_page};
pub(crate) use made::Made;
pub(crate) use revocation::page as revocation_page;

use inquiries::name;
use made::RATIOS;

/// Everything that was measured, and on what.
pub(crate) struct Report<'a> {
    pub(crate) options: &'a Options,
    pub(crate) made: Made,
    pub(crate) with_pgbench: bool,
    pub(crate) lines: &'a [Line],
    pub(crate) filled: &'a [Filled],
    pub(crate) journeys: &'a [Journeys],
    pub(crate) months: &'a [Done],
    pub(crate) alike: &'a [Alike],
    pub(crate) standing: &'a [Standing],
    pub(crate) wards: &'a [Ward],
}

/// The page.
pub(crate) fn page(report: &Report<'_>) -> String {
    let mut page = format!("# Figures, with {} people\n\n", report.options.people);
    // Writing to a String cannot fail.
    let _ = about(&mut page, report)
        .and_then(|()| inquiries::table(&mut page, report))
        .and_then(|()| inquiries::budget(&mut page, report))
        .and_then(|()| alike::table(&mut page, report))
        .and_then(|()| decisions(&mut page, report))
        .and_then(|()| bulk::table(&mut page, report))
        .and_then(|()| ward::table(&mut page, report))
        .and_then(|()| filling(&mut page, report))
        .and_then(|()| standing::table(&mut page, report))
        .and_then(|()| drift(&mut page, report));
    page
}

fn about(page: &mut String, report: &Report<'_>) -> std::fmt::Result {
    let Options {
        people,
        requests,
        rounds,
        decisions,
        seed,
        ..
    } = report.options;
    let measured = format!(
        "{people} people, seed {seed}; {requests} requests a line in {rounds} alternating rounds; {decisions} decisions"
    );
    report.made.table(page, &measured)?;
    writeln!(page, "{RATIOS}\n")
}

fn decisions(page: &mut String, report: &Report<'_>) -> std::fmt::Result {
    writeln!(page, "## From a decision to the clinic\n")?;
    writeln!(
        page,
        "One voucher at a time, each for another person who is matched already: office API, hub, feed, verification, \
         folder agent; five processes, one for each role (and PostgreSQL's). The clock starts when the decision is sent \
         to the office, so its commit is in it. *Told*: an inquiry over HTTP, asked every ms, shows the voucher. \
         *In `res`*: a result file holds it; the desk drops a request as soon as the office has answered, and another \
         20 ms after each result that came too early. The agent looks at `req` at most every 20 ms.\n"
    )?;
    writeln!(
        page,
        "| database | until | n | p50 ms | p99 ms | max ms | requests dropped, mean |\n|---|---|--:|--:|--:|--:|--:|"
    )?;
    for journeys in report.journeys {
        let mean = f64::from(journeys.requests) / length(&journeys.in_res);
        for (until, times, requests) in [
            ("told", &journeys.told, "–".to_owned()),
            ("in `res`", &journeys.in_res, tenths(mean)),
        ] {
            let mut times = times.clone();
            times.sort_unstable();
            let at =
                |share| quantile(&times, share).map_or("–".to_owned(), |time| tenths(micros(time) / 1e3));
            writeln!(
                page,
                "| {} | {until} | {} | {} | {} | {} | {requests} |",
                journeys.database.name(),
                times.len(),
                at(0.5),
                at(0.99),
                at(1.0),
            )?;
        }
    }
    writeln!(page)
}

fn filling(page: &mut String, report: &Report<'_>) -> std::fmt::Result {
    writeln!(page, "## Filling\n")?;
    writeln!(
        page,
        "The same people, registered as an office does: files with a person, an eligibility and a voucher each to the \
         hub, matching with the register's stand-in, feed, verification. Making the files and loading the register \
         are not in the time.\n"
    )?;
    writeln!(
        page,
        "| database | people | records | files | MiB | hub took all, s | verification had all, s | people/s |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|"
    )?;
    for filled in report.filled {
        let seconds = filled.visible.as_secs_f64();
        let people = f64::from(u32::try_from(filled.people).unwrap_or(u32::MAX));
        writeln!(
            page,
            "| {} | {} | {} | {} | {} | {:.1} | {seconds:.1} | {:.0} |",
            filled.database.name(),
            filled.people,
            filled.records,
            filled.files,
            filled.bytes >> 20,
            filled.taken.as_secs_f64(),
            people / seconds,
        )?;
    }
    writeln!(page)
}

fn drift(page: &mut String, report: &Report<'_>) -> std::fmt::Result {
    writeln!(page, "## References, first and last\n")?;
    references(page, report.lines.iter().filter(|line| line.is_reference()))
}

/// What some lines took in their first and in their last round.
fn references<'a>(page: &mut String, lines: impl Iterator<Item = &'a Line>) -> std::fmt::Result {
    writeln!(
        page,
        "| what | connections | CPU µs first | CPU µs last | all rounds |\n|---|--:|--:|--:|--:|"
    )?;
    for line in lines {
        if let Some((first, last)) = line.drift() {
            let (name, connections) = (name(line.target), line.connections);
            writeln!(
                page,
                "| {name} | {connections} | {} | {} | {} |",
                tenths(first),
                tenths(last),
                tenths(line.cpu()),
            )?;
        }
    }
    Ok(())
}

/// The time that this share of a sorted list does not exceed.
fn quantile(sorted: &[Duration], share: f64) -> Option<Duration> {
    let place = (share * length(sorted)).ceil();
    // Lists are far shorter than 2³², so the place is exact.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number from 0 to the length"
    )]
    let place = place as usize;
    sorted.get(place.saturating_sub(1)).copied()
}

fn length(list: &[Duration]) -> f64 {
    f64::from(u32::try_from(list.len()).unwrap_or(u32::MAX))
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn tenths(value: f64) -> String {
    format!("{value:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_members_of_the_list() {
        let list: Vec<Duration> = (1..=200).map(Duration::from_millis).collect();
        let at = |share| quantile(&list, share).unwrap().as_millis();
        assert_eq!((at(0.5), at(0.99), at(1.0)), (100, 198, 200));
        assert_eq!(quantile(&[], 0.5), None);
    }
}
