//! The table of inquiries beside their references.

use std::fmt::Write;

use super::{Report, micros, quantile, tenths};
use crate::cluster::INSTALL;
use crate::options::Database;
use crate::rounds::{Line, Target};
use crate::serve::BARE_BYTES;

/// What the design allows an inquiry by number, in µs of processor time at [`AT`] connections; the log leaf, which is not
/// built yet, is in it.
const BUDGET: [(Database, f64); 2] = [(Database::Sqlite, 60.0), (Database::Postgres, 150.0)];

/// The connections at which the design has its figures. With one, every answer ends in a sleep of the server, and machines
/// differ in what waking costs.
pub(super) const AT: u64 = 8;
/// What the bare handler costs where the design has its figures, in µs, TLS included.
pub(super) const BARE: f64 = 9.0;

/// The table of everything that asks and answers.
pub(super) fn table(page: &mut String, report: &Report<'_>) -> std::fmt::Result {
    writeln!(page, "## Inquiry by number\n")?;
    writeln!(
        page,
        "OQSsiquc01 in XML over HTTP/1.1 and TLS 1.3 with both certificates, kept alive, each connection asking again as soon as it is answered. \
         *Hit*: the person's voucher is for the asking clinic and is shown. *Miss*: a lawful number that nobody has; its \
         answer leaves on a beat of 2 ms, so its times and requests/s are the beat's. \
         CPU is that of all server processes (verification's, and all of the PostgreSQL cluster's), per request; \
         the load's own is beside it because it ran on the same processors. The bare handler has the same listener \
         and router, takes the same question and answers {BARE_BYTES} fixed bytes. `pgbench -S -M prepared` looks up \
         one row of a million; five times as many as inquiries.\n"
    )?;
    if !report.with_pgbench && report.made.postgres.is_some() {
        writeln!(page, "pgbench is not installed: {INSTALL}.\n")?;
    }
    writeln!(
        page,
        "| what | connections | requests/s (rounds) | p50 µs | p99 µs | CPU µs | of it database | × bare | × pgbench -S \
         | load's CPU µs | answer bytes |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    )?;
    for line in report.lines {
        let (least, median, most) = line.rates();
        let times = line.times();
        let at = |share| quantile(&times, share).map_or("–".to_owned(), |time| tenths(micros(time)));
        let over = |target| ratio(report, line, target);
        let database = line.cpu_of_database().map_or("–".to_owned(), tenths);
        let load = match line.target {
            Target::Pgbench => "–".to_owned(),
            _ => tenths(line.cpu_of_generator()),
        };
        writeln!(
            page,
            "| {} | {} | {median:.0} ({least:.0}–{most:.0}) | {} | {} | {} | {database} | {} | {} | {load} | {} |",
            name(line.target),
            line.connections,
            at(0.5),
            at(0.99),
            tenths(line.cpu()),
            over(Target::Bare),
            over(Target::Pgbench),
            line.answer(),
        )?;
    }
    writeln!(page)
}

/// What that is beside the design's budget.
pub(super) fn budget(page: &mut String, report: &Report<'_>) -> std::fmt::Result {
    let at = |target| {
        let mut lines = report.lines.iter();
        lines.find(|line| line.target == target && line.connections == AT)
    };
    for (database, allowed) in BUDGET {
        for (name, target) in [("hit", Target::Hit(database)), ("miss", Target::Miss(database))] {
            let (Some(line), Some(bare)) = (at(target), at(Target::Bare)) else {
                continue;
            };
            let (cost, ratio) = (line.cpu(), line.cpu() / bare.cpu());
            let verdict = |within| if within { "within" } else { "**over**" };
            writeln!(
                page,
                "- {}, {name}, at {AT} connections: {} µs, {} the design's {allowed:.0} µs; {} × the bare handler, {} its {} ×.",
                database.name(),
                tenths(cost),
                verdict(cost <= allowed),
                tenths(ratio),
                verdict(ratio <= allowed / BARE),
                tenths(allowed / BARE),
            )?;
        }
    }
    writeln!(
        page,
        "\nThe design's figures are for 2,000,000 people with TLS, policy and a durable log leaf. TLS is in these, policy and leaf are not yet.\n"
    )
}

/// A line's first cell.
pub(super) fn name(target: Target) -> String {
    match target {
        Target::Bare => "bare handler".to_owned(),
        Target::Pgbench => "pgbench -S".to_owned(),
        Target::Hit(database) => format!("inquiry, hit, {}", database.name()),
        Target::Miss(database) => format!("inquiry, miss, {}", database.name()),
    }
}

/// A line's processor time beside a reference's at the same number of connections.
fn ratio(report: &Report<'_>, line: &Line, target: Target) -> String {
    let found = report
        .lines
        .iter()
        .find(|one| one.target == target && one.connections == line.connections);
    match found {
        Some(reference) if !line.is_reference() => tenths(line.cpu() / reference.cpu()),
        _ => "–".to_owned(),
    }
}
