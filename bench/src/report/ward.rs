//! The table of a ward's whole month.

use std::fmt::Write;

use super::{Report, tenths};

/// What the demo says of an office's month.
pub(super) fn table(page: &mut String, report: &Report<'_>) -> std::fmt::Result {
    writeln!(page, "## A ward's whole month\n")?;
    writeln!(
        page,
        "`madoguchi demo --once --json --people {}`: nine roles in one process. *Run* is from the start of the office's \
         monthly run until every voucher of it is visible at verification: planning, writing, sending, matching, applying. \
         *Decision* is from the office's commit of a single decision, made while the run is being applied, until a result \
         file in `res` holds its 交付番号. *Whole* is the demo from nothing to its end.\n",
        report.options.ward
    )?;
    writeln!(
        page,
        "| database | people | vouchers issued | applied | held | run, s | decisions | p50 ms | p99 ms | peak MiB | whole, s |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    )?;
    for ward in report.wards {
        let said = &ward.said;
        writeln!(
            page,
            "| {} | {} | {} | {} | {} | {:.2} | {} | {} | {} | {} | {:.1} |",
            ward.database.name(),
            said.people,
            said.vouchers.issued,
            said.vouchers.applied,
            said.vouchers.held,
            said.monthly_run_seconds,
            said.decision_to_institution_ms.n,
            tenths(said.decision_to_institution_ms.p50),
            tenths(said.decision_to_institution_ms.p99),
            said.peak_memory_mib,
            ward.whole.as_secs_f64(),
        )?;
    }
    writeln!(page)
}
