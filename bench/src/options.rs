//! What can be said on the command line.

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

const EXAMPLES: &str = "Examples:
  cargo xtask bench                          everything, into bench/reports/first-table.md
  cargo xtask bench --quick                  a minute's look; its figures are not for publishing
  cargo xtask bench --databases sqlite       without PostgreSQL
  cargo xtask bench --people 1000000 --report bench/reports/million.md
                                             the same with a million people; filling takes long
  cargo xtask bench --only presence          what it costs to judge a card's proof; no server, half a minute
  cargo xtask bench --only card              what an inquiry with a card costs
  cargo xtask bench --only revocation        how long a revocation takes to be believed; half a minute

Exit codes: 0 measured, 1 failed with the reason, 2 usage.";

/// Measures inquiries and decisions beside references of the same run; prints a Markdown report.
#[derive(Parser)]
#[command(name = "madoguchi-bench", bin_name = "cargo xtask bench", after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) options: Options,
    #[command(subcommand)]
    pub(crate) task: Option<Task>,
}

/// What children of the bench do.
#[derive(Subcommand)]
pub(crate) enum Task {
    /// Run one server until standard input ends. The bench starts these itself.
    #[command(hide = true)]
    Serve {
        /// A role's configuration.
        config: PathBuf,
    },
}

/// How much is measured, and where the report goes.
#[derive(Args, Clone)]
pub(crate) struct Options {
    /// People that verification knows, each with an eligibility and a voucher.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=2_000_000))]
    pub(crate) people: u64,
    /// Requests of each line of the table, over all rounds.
    #[arg(long, default_value_t = 60_000, value_parser = clap::value_parser!(u64).range(80..))]
    pub(crate) requests: u64,
    /// Rounds in which they are measured.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=100))]
    pub(crate) rounds: u64,
    /// Decisions that are followed to the `res` folder.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub(crate) decisions: u64,
    /// Vouchers of the next month, sent as a monthly run sends them.
    #[arg(long, default_value_t = 25_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub(crate) vouchers: u64,
    /// Questions about each kind of person that a clinic is told nothing of.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(80..=1_000_000))]
    pub(crate) untold: u64,
    /// People of the ward whose whole month is run as the demo runs it.
    #[arg(long, default_value_t = 13_127, value_parser = clap::value_parser!(u64).range(120..=100_000))]
    pub(crate) ward: u64,
    /// Certificates and cards that are revoked, of each so many.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=1_000))]
    pub(crate) revocations: u64,
    /// Everything smaller: 1,000 people, 4,000 requests in 2 rounds, 30 decisions, 2,500 vouchers, 400 of `--untold`, a ward of 500,
    /// 20 revocations.
    #[arg(long)]
    pub(crate) quick: bool,
    /// One part alone; its report is bench/reports/PART.md.
    #[arg(long, value_enum)]
    pub(crate) only: Option<Part>,
    /// Databases to measure.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "sqlite,postgres")]
    pub(crate) databases: Vec<Database>,
    /// Chooses who is asked for, in which order.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Where the report is written, beside being printed [default: bench/reports/first-table.md].
    #[arg(long)]
    pub(crate) report: Option<PathBuf>,
}

/// A part that can be measured by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Judging that a card was here: the processor time of one process.
    Presence,
    /// Inquiries with a card: the processor time of verification.
    Card,
    /// Revoking a terminal's certificate and a card: how long until it is refused.
    Revocation,
}

/// A kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Database {
    /// A SQLite file for each role.
    Sqlite,
    /// A schema for each role in a private PostgreSQL cluster.
    Postgres,
}

impl Database {
    /// Its name in the report.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Database::Sqlite => "SQLite",
            Database::Postgres => "PostgreSQL",
        }
    }
}

impl Options {
    /// What is really measured, `--quick` applied.
    pub(crate) fn settled(&self) -> Options {
        let mut settled = self.clone();
        if self.quick {
            settled.people = self.people.min(1_000);
            settled.requests = self.requests.min(4_000);
            settled.rounds = self.rounds.min(2);
            settled.decisions = self.decisions.min(30);
            settled.vouchers = self.vouchers.min(2_500);
            settled.untold = self.untold.min(400);
            settled.ward = self.ward.min(500);
            settled.revocations = self.revocations.min(20);
        }
        settled
    }

    /// Where the report goes.
    pub(crate) fn report(&self) -> PathBuf {
        let name = match self.only {
            Some(Part::Presence) => "presence",
            Some(Part::Card) => "card",
            Some(Part::Revocation) => "revocation",
            None => "first-table",
        };
        let usual = || Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("reports/{name}.md"));
        self.report.clone().unwrap_or_else(usual)
    }

    /// The databases to measure, SQLite first.
    pub(crate) fn databases(&self) -> Vec<Database> {
        let all = [Database::Sqlite, Database::Postgres];
        all.into_iter().filter(|database| self.with(*database)).collect()
    }

    /// Whether this database is measured.
    pub(crate) fn with(&self, database: Database) -> bool {
        self.databases.contains(&database)
    }
}
