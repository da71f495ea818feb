//! What a report was made by, and on what.

use std::fmt::Write;
use std::path::Path;

use crate::machine;
use crate::run::command;

/// How to read a report that has references.
pub(super) const RATIOS: &str = "Read the ratios, which are of the same minutes, before the µs. The references run first in every round and \
     once more at the end; the last table shows what they did in between.";

/// The first table of a report.
pub(crate) struct Made {
    command: String,
    machine: Vec<(&'static str, String)>,
    /// Load averages.
    before: String,
    after: String,
    /// PostgreSQL's version and settings.
    pub(crate) postgres: Option<String>,
}

impl Made {
    /// Before anything is measured, with the folder of the databases.
    pub(crate) fn before(data: &Path) -> Made {
        Made {
            command: command(),
            machine: machine::rows(data),
            before: machine::load_average(),
            after: String::new(),
            postgres: None,
        }
    }

    /// After everything.
    pub(crate) fn after(&mut self) {
        self.after = machine::load_average();
    }

    /// The table, with what was measured, and on how busy a machine.
    pub(super) fn table(&self, page: &mut String, measured: &str) -> std::fmt::Result {
        writeln!(page, "| | |\n|---|---|\n| command | `{}` |", self.command)?;
        for (name, value) in &self.machine {
            writeln!(page, "| {name} | {value} |")?;
        }
        writeln!(
            page,
            "| load average before, after | {}; {} |",
            self.before, self.after
        )?;
        writeln!(page, "| SQLite | bundled, WAL, synchronous FULL |")?;
        if let Some(postgres) = &self.postgres {
            writeln!(page, "| PostgreSQL | {postgres}; private cluster, Unix socket |")?;
        }
        writeln!(page, "| measured | {measured} |\n")?;
        writeln!(
            page,
            "**How far to trust this.** Load, servers and databases share the processors above, and whoever else \
             worked on the machine does too: the load average tells.\n"
        )?;
        // What stood there before we began was not ours.
        let first = self.before.split(' ').next();
        let others: f64 = first.and_then(|one| one.parse().ok()).unwrap_or(0.0);
        if others >= 0.5 {
            writeln!(
                page,
                "**This machine was shared**: its load average was {others} before the run began. Times, p99 above all, \
                 are of a busy machine.\n"
            )?;
        }
        Ok(())
    }
}
