//! The table of a ward's month.

use std::fmt::Write;

use super::{Report, micros, quantile, tenths};

/// What a month costs from the office's files to verification.
pub(super) fn table(page: &mut String, report: &Report<'_>) -> std::fmt::Result {
    writeln!(page, "## A ward's month\n")?;
    writeln!(
        page,
        "The next month's vouchers of the people registered above, in bulk files of at most 150 records, each sent when \
         the one before has its receipt; visible when verification has applied the last. CPU is per voucher. *Beside*: \
         single decisions of the same time, one after the other, from the office's API until an inquiry shows them.\n"
    )?;
    writeln!(
        page,
        "| database | vouchers | files | MiB | hub took all, s | verification had all, s | vouchers/s | CPU µs: hub \
         | verification | PostgreSQL | beside: n | p50 ms | p99 ms | max ms |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    )?;
    for done in report.months {
        let vouchers = f64::from(u32::try_from(done.vouchers).unwrap_or(u32::MAX));
        let each = |used| tenths(micros(used) / vouchers);
        let mut beside = done.beside.clone();
        beside.sort_unstable();
        let at = |share| quantile(&beside, share).map_or("–".to_owned(), |time| tenths(micros(time) / 1e3));
        writeln!(
            page,
            "| {} | {} | {} | {} | {:.2} | {:.2} | {:.0} | {} | {} | {} | {} | {} | {} | {} |",
            done.database.name(),
            done.vouchers,
            done.files,
            done.bytes >> 20,
            done.taken.as_secs_f64(),
            done.visible.as_secs_f64(),
            vouchers / done.visible.as_secs_f64(),
            each(done.hub),
            each(done.verification),
            done.database_server.map_or("–".to_owned(), each),
            beside.len(),
            at(0.5),
            at(0.99),
            at(1.0),
        )?;
    }
    writeln!(page)
}
