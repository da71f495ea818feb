//! The table of roles that nobody asks.

use std::fmt::Write;

use super::{Report, tenths};

/// What the design allows a role: ms to start, MiB when idle.
const BUDGET: (f64, f64) = (300.0, 60.0);

/// Start, idle memory and disk of each role.
pub(super) fn table(page: &mut String, report: &Report<'_>) -> std::fmt::Result {
    writeln!(page, "## A role by itself\n")?;
    writeln!(
        page,
        "After everything above: all roles ended and started again on their filled databases, each a process of its own. \
         *Start* is from starting the process until it listens and has said so; *idle* its resident memory two seconds \
         later; *disk* what its database takes, per person with the vouchers of two months. The design allows {:.0} ms and {:.0} MiB.\n",
        BUDGET.0, BUDGET.1
    )?;
    writeln!(
        page,
        "| role | database | start, ms | idle, MiB | disk, MiB | disk per person, bytes |\n|---|---|--:|--:|--:|--:|"
    )?;
    let people = f64::from(u32::try_from(report.options.people).unwrap_or(u32::MAX));
    for one in report.standing {
        let bytes = f64::from(u32::try_from(one.disk >> 10).unwrap_or(u32::MAX)) * 1024.0;
        writeln!(
            page,
            "| {} | {} | {} | {} | {} | {:.0} |",
            one.role,
            one.database.name(),
            tenths(one.started.as_secs_f64() * 1e3),
            tenths(f64::from(u32::try_from(one.idle_kib).unwrap_or(u32::MAX)) / 1024.0),
            tenths(bytes / (1024.0 * 1024.0)),
            bytes / people,
        )?;
    }
    writeln!(page)
}
