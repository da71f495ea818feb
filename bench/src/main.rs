//! Figures for the first path: what an inquiry costs, and how long a decision takes to reach a clinic.
//!
//! One run measures everything, our own handlers beside references of the same minutes on the same machine,
//! because ratios travel between machines and microseconds do not:
//!
//! ```text
//! this process                              children, one for each server (`madoguchi-bench serve FILE`)
//!   load: raw sockets, kept alive ────────▶   bare          the stack with a handler that does nothing
//!   pgbench -S ──────────────────────────▶   PostgreSQL     a private cluster that flushes
//!   load, fill, journey ─────────────────▶   registers, hub, verification, office, institution
//!   cpu: /proc of each server, before and after             once on SQLite, once on PostgreSQL
//! ```
//!
//! - [`serve`] is a child: a role started by the same `start` as the program's `serve`, with the same allocator.
//! - [`people`] makes people up by their number; [`fleet`] starts the roles; [`fill`] registers everybody through
//!   hub and feed, as an office does; [`bulk`] sends a month's vouchers the same way. No table is written directly.
//! - [`rounds`] measures in short rounds that alternate, references first and last; [`load`], [`pgbench`] and
//!   [`journey`] are what is measured; [`cpu`] reads what servers used.
//! - [`alike`]: whether answers that must look alike take alike long; [`standing`]: what a role costs when nobody asks;
//!   [`ward`]: the program's own demo, from the office's run on.
//! - [`presence`]: what it costs to judge a card's proof, by itself; [`card`]: what an inquiry with one costs;
//!   [`revocation`]: how long until one that was revoked is refused. [`cards`] are the people's,
//!   who are a [`town`].
//! - [`report`] writes it down, with the [`machine`].

mod alike;
mod alone;
mod bulk;
mod card;
mod cards;
mod child;
mod cluster;
mod cpu;
mod fill;
mod fleet;
mod journey;
mod load;
mod machine;
mod options;
mod people;
mod pgbench;
mod presence;
mod report;
mod revocation;
mod rounds;
mod run;
mod serve;
mod standing;
mod town;
mod ward;
mod watch;

use std::process::ExitCode;

use clap::Parser;

use options::{Cli, Part, Task};

/// The program's allocator, so that children are the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Why there is no figure.
type Fault = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let cli = Cli::parse();
    start_log();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = runtime.map_err(Fault::from).and_then(|runtime| match &cli.task {
        Some(Task::Serve { config }) => runtime.block_on(serve::run(config)),
        None => runtime.block_on(async {
            match cli.options.only {
                Some(Part::Presence) => presence::run(&cli.options),
                Some(Part::Card) => card::run(&cli.options).await,
                Some(Part::Revocation) => revocation::run(&cli.options).await,
                None => run::run(&cli.options).await,
            }
        }),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            say(&fault.to_string());
            ExitCode::FAILURE
        }
    }
}

/// As the program does it, so that a child's log costs what the program's costs.
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("MADOGUCHI_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}

/// Progress, to standard error.
fn say(line: &str) {
    use std::io::Write;
    // Nobody may be reading any more; that is no fault.
    let _nobody_reads = writeln!(std::io::stderr().lock(), "bench: {line}");
}
