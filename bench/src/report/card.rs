//! The report on inquiries with a card.

use std::fmt::Write;

use super::inquiries::{AT, BARE};
use super::made::RATIOS;
use super::{Made, micros, quantile, references, tenths};
use crate::alone::Alone;
use crate::card::{Asking, Seen};
use crate::options::{Database, Options};
use crate::rounds::{Line, Target};

/// What the design allows an inquiry with a card on SQLite, nonce included, in µs of processor time; the log leaf, which is not
/// built yet, is in it.
const BUDGET: [(Seen, f64); 2] = [(Seen::Known, 120.0), (Seen::New, 160.0)];

/// Everything that was measured, and on what.
pub(crate) struct CardReport<'a> {
    pub(crate) options: &'a Options,
    pub(crate) made: Made,
    /// People with a card.
    pub(crate) holders: usize,
    pub(crate) references: &'a [Line],
    pub(crate) rsa: &'a [Alone<'a>],
    pub(crate) askings: &'a [Asking],
}

/// The page.
pub(crate) fn page(report: &CardReport<'_>) -> String {
    let mut page = "# Inquiry with a card\n\n".to_owned();
    // Writing to a String cannot fail.
    let _ = about(&mut page, report)
        .and_then(|()| table(&mut page, report))
        .and_then(|()| budget(&mut page, report))
        .and_then(|()| drift(&mut page, report));
    page
}

fn about(page: &mut String, report: &CardReport<'_>) -> std::fmt::Result {
    let Options {
        people,
        requests,
        rounds,
        seed,
        ..
    } = report.options;
    let measured = format!(
        "{people} people, {} of them with an enrolled card, seed {seed}; {requests} visits a line in {rounds} alternating rounds",
        report.holders
    );
    report.made.table(page, &measured)?;
    writeln!(page, "{RATIOS}\n")
}

fn table(page: &mut String, report: &CardReport<'_>) -> std::fmt::Result {
    writeln!(
        page,
        "## Inquiries\n\n\
         A visit is two requests over one kept connection with TLS 1.3 and both certificates: `POST /institution/nonce`, then \
         `POST /institution/card` with the card's signature over it; every answer is looked into: 資格有効性 1 and the person's own \
         voucher. The nonce's use and the visit are durable before the answer leaves; nobody says anything about consents. *New*: \
         verification has never seen the certificate's bytes. *Known*: the same certificates again. All nonces of a batch are \
         fetched, then the cards sign (not measured, and not verification's), then all ask. CPU is that of verification's process and of \
         all of the PostgreSQL cluster's, per visit. The load's own is without signing.\n"
    )?;
    writeln!(
        page,
        "| database | certificate | connections | CPU µs | of it nonce | inquiry | database's | × two bare | × number inquiry \
         | × RSA | nonce p50, p99 µs | inquiry p50, p99 µs | load's CPU µs | answer bytes |\n\
         |---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    )?;
    for asking in report.askings {
        let cost = cost(asking);
        let over = |reference: Option<f64>| reference.map_or("–".to_owned(), |one| tenths(cost / one));
        let database = asking.nonce.cpu_of_database().zip(asking.card.cpu_of_database());
        writeln!(
            page,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            asking.database.name(),
            seen(asking.seen),
            asking.connections,
            tenths(cost),
            tenths(asking.nonce.cpu()),
            tenths(asking.card.cpu()),
            database.map_or("–".to_owned(), |(nonce, card)| tenths(nonce + card)),
            over(two_bare(report, asking.connections)),
            over(reference(
                report,
                Target::Hit(asking.database),
                asking.connections
            )),
            over(rsa(report)),
            percentiles(&asking.nonce),
            percentiles(&asking.card),
            tenths(asking.nonce.cpu_of_generator() + asking.card.cpu_of_generator()),
            asking.card.answer(),
        )?;
    }
    writeln!(page)
}

/// What that is beside the design's budget.
fn budget(page: &mut String, report: &CardReport<'_>) -> std::fmt::Result {
    let verdict = |within| if within { "within" } else { "**over**" };
    for asking in report.askings.iter().filter(|asking| asking.connections == AT) {
        let (database, seen, cost) = (asking.database.name(), seen(asking.seen), cost(asking));
        let ratio = two_bare(report, AT).map_or(f64::NAN, |two| cost / two);
        let said = format!(
            "{database}, {seen}, at {AT} connections: {} µs, {} × two bare requests",
            tenths(cost),
            tenths(ratio)
        );
        let allowed = BUDGET.iter().find(|(of, _)| *of == asking.seen);
        match allowed.filter(|_| asking.database == Database::Sqlite) {
            Some((_, allowed)) => writeln!(
                page,
                "- {said}; {} the design's {allowed:.0} µs, {} its {} ×.",
                verdict(cost <= *allowed),
                verdict(ratio <= allowed / (2.0 * BARE)),
                tenths(allowed / (2.0 * BARE)),
            )?,
            None => writeln!(page, "- {said}; the design names no figure.")?,
        }
    }
    writeln!(
        page,
        "\nThe design's figures are for 2,000,000 people with TLS, policy and a durable log leaf. TLS and a commit for each answer \
         are in these, policy and leaf are not yet.\n"
    )
}

fn drift(page: &mut String, report: &CardReport<'_>) -> std::fmt::Result {
    writeln!(
        page,
        "## References, first and last\n\n\
         The bare handler and the inquiry by number (hit) are those of `cargo xtask bench`; a bare RSA-2048 verification is one of a \
         message as long as a card's statement, by the load's own process.\n"
    )?;
    references(page, report.references.iter())?;
    writeln!(page, "\n| what | CPU µs |\n|---|--:|")?;
    for rsa in report.rsa {
        writeln!(page, "| {} | {} |", rsa.name, tenths(rsa.each()))?;
    }
    Ok(())
}

/// µs of processor time of one visit.
fn cost(asking: &Asking) -> f64 {
    asking.nonce.cpu() + asking.card.cpu()
}

fn two_bare(report: &CardReport<'_>, connections: u64) -> Option<f64> {
    reference(report, Target::Bare, connections).map(|one| 2.0 * one)
}

fn reference(report: &CardReport<'_>, target: Target, connections: u64) -> Option<f64> {
    let mut lines = report.references.iter();
    let line = lines.find(|line| line.target == target && line.connections == connections);
    line.map(Line::cpu)
}

fn rsa(report: &CardReport<'_>) -> Option<f64> {
    report.rsa.first().map(Alone::each)
}

fn seen(seen: Seen) -> &'static str {
    match seen {
        Seen::New => "new",
        Seen::Known => "known",
    }
}

fn percentiles(line: &Line<()>) -> String {
    let times = line.times();
    let at = |share| quantile(&times, share).map_or("–".to_owned(), |time| tenths(micros(time)));
    format!("{}, {}", at(0.5), at(0.99))
}
