//! What can be said on the command line. People script this: names and meanings stay.

mod institution;
mod pki;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use domain::calendar::Date;
use domain::month::TreatmentMonth;

pub(crate) use institution::{Ask, AskKind, Card, Institution};
pub(crate) use pki::{Pki, PkiCrl, PkiInit, PkiIssue, PkiOcsp, PkiRevoke, PkiShow};

/// Online eligibility verification for public-assistance medical aid (医療扶助のオンライン資格確認).
///
/// Results go to standard output (as JSON where --json is given), everything for people to standard error.
/// Exit codes: 0 done; 1 refused or failed, with the reason; 2 usage; 3 the role is not running.
#[derive(Parser)]
#[command(
    version,
    after_help = "Example:\n  madoguchi demo --once --json\n  madoguchi number check payer 12139994"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Runs a ward's office, hub, verification and five institutions in one process, and takes its month all the way.
    #[command(
        after_help = "Examples:\n  madoguchi demo\n  madoguchi demo --once --json\n  madoguchi demo --people 500 --data /tmp/small --port 18081 --date 2026-11-25"
    )]
    Demo(Demo),
    /// Writes a role's configuration and root key. Nothing that is there is overwritten.
    #[command(after_help = "Example:\n  madoguchi init hub --data data && madoguchi init office --data data")]
    Init(Init),
    /// Runs a role until it is told to stop (Ctrl-C or SIGTERM).
    #[command(after_help = "Example:\n  madoguchi serve hub --config data/hub.toml")]
    Serve(Serve),
    /// Brings a role's database to this program's version.
    #[command(after_help = "Example:\n  madoguchi migrate --config data/hub.toml")]
    Migrate(Migrate),
    /// Says what a role needs, what is there, and what to do about the rest.
    #[command(after_help = "Example:\n  madoguchi doctor --config data/office.toml --json")]
    Doctor(Doctor),
    /// Looks at numbers of the field.
    #[command(
        subcommand,
        after_help = "Example:\n  madoguchi number check recipient 1234566"
    )]
    Number(Number),
    /// An office's own commands.
    #[command(
        subcommand,
        after_help = "Example:\n  madoguchi office issue --config data/office.toml --month 2026-12 --dry-run"
    )]
    Office(Office),
    /// An institution's own commands.
    #[command(
        subcommand,
        after_help = "Example:\n  madoguchi institution ask --config data/clinic.toml REQUEST.xml"
    )]
    Institution(Institution),
    /// Runs all roles under seeded clocks and faults and checks the promises.
    #[command(after_help = "Example:\n  madoguchi simulate --seeds 1..50")]
    Simulate(Simulate),
    /// Makes up people, registers and institutions by a seed and writes them to files.
    #[command(
        after_help = "Examples:\n  madoguchi synth --people 9746 --seed 1 --out ward\n  madoguchi synth --people 2000000 --offices 200 --seed 1 --out nation --json"
    )]
    Synth(Synth),
    /// The sandbox's own authorities: certificates of cards and of organisations, and what was revoked.
    #[command(
        subcommand,
        after_help = "Example:\n  madoguchi pki init --dir data/pki && madoguchi pki issue --dir data/pki card --out data/card"
    )]
    Pki(Pki),
}

#[derive(Args)]
pub(crate) struct Demo {
    /// Where everything is kept: configurations, databases, keys, the institutions' folders.
    #[arg(long, value_name = "DIR", default_value = "madoguchi-demo")]
    pub(crate) data: PathBuf,
    /// The first of nineteen ports, at most 65517. Without it: those of the last start that said one, else 18081 to 18099; free ones with --once.
    #[arg(long, value_name = "BASE", value_parser = clap::value_parser!(u16).range(1..=65_527))]
    pub(crate) port: Option<u16>,
    /// Which people the demo makes up; 1 when nothing is said.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// People who receive assistance on the day: 9,746 in 8,721 households when nothing is said.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=2_000_000))]
    pub(crate) people: Option<u64>,
    /// The day of the demo; today in Japan when nothing is said. What a folder holds keeps its day.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) date: Option<Date>,
    /// A PostgreSQL server instead of SQLite files: postgres://… or host=… dbname=…; each role gets a schema.
    /// What a folder holds keeps its server.
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
    /// Takes the month all the way, says how it went, and ends.
    #[arg(long)]
    pub(crate) once: bool,
    /// With --once: the result as one JSON object.
    #[arg(long, requires = "once")]
    pub(crate) json: bool,
}

/// A role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    /// 福祉事務所
    Office,
    /// 医療保険者等向け中間サーバー等
    Hub,
    /// オンライン資格確認等システム
    Verification,
    /// 医療機関・薬局
    Institution,
    /// Stand-ins for what is outside (住民基本台帳)
    Registers,
}

#[derive(Args)]
pub(crate) struct Init {
    /// The role.
    pub(crate) role: Role,
    /// The folder; ROLE.toml and ROLE/ are made in it.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
}

#[derive(Args)]
pub(crate) struct Serve {
    /// The role; it must be the one that the configuration describes.
    pub(crate) role: Role,
    /// The role's configuration.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
}

#[derive(Args)]
pub(crate) struct Migrate {
    /// The role's configuration.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
}

#[derive(Args)]
pub(crate) struct Doctor {
    /// The role's configuration.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// The findings as one JSON list.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum Number {
    /// Says whether a number is valid, and if not which rule it breaks. Exit code 0 valid, 1 invalid.
    #[command(
        after_help = "Examples:\n  madoguchi number check payer 12139994\n  madoguchi number check institution 1319999015\n  madoguchi number check individual - < FILE\n\nAn individual number is read from standard input only, so that it stands in no shell history."
    )]
    Check(NumberCheck),
}

/// A kind of number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum NumberKind {
    /// 公費負担者番号, 8 digits
    Payer,
    /// 受給者番号, 7 digits
    Recipient,
    /// 保険者番号, 6 or 8 digits
    Insurer,
    /// 医療機関コード, 10 digits
    Institution,
    /// 個人番号, 12 digits, from standard input
    Individual,
}

#[derive(Args)]
pub(crate) struct NumberCheck {
    /// What kind of number it is.
    pub(crate) kind: NumberKind,
    /// The number; `-` reads one line from standard input.
    #[arg(allow_hyphen_values = true)]
    pub(crate) value: String,
    /// The finding as one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum Office {
    /// Issues every voucher that is due in a month (月次発券). A run that was cut off goes on where it was; another run of
    /// the same month issues what is missing and nothing twice.
    #[command(
        after_help = "Examples:\n  madoguchi office issue --config data/office.toml --month 2026-12\n  madoguchi office issue --config data/office.toml --month 2026-12 --dry-run --json"
    )]
    Issue(Issue),
}

#[derive(Args)]
pub(crate) struct Issue {
    /// The office's configuration; its role must be running.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// 診療年月
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    pub(crate) month: TreatmentMonth,
    /// Only says what would be issued, and what not and why; nothing is written.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// The run as one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Simulate {
    /// The seeds: the first, and the one after the last.
    #[arg(long, value_name = "A..B", value_parser = seeds)]
    pub(crate) seeds: std::ops::Range<u64>,
    /// The summary as one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

fn month(text: &str) -> Result<TreatmentMonth, String> {
    let expected = || "expected YYYY-MM, for instance 2026-12".to_owned();
    let (year, month) = text.split_once('-').ok_or_else(expected)?;
    if (year.len(), month.len()) != (4, 2) {
        return Err(expected());
    }
    TreatmentMonth::parse(&format!("{year}{month}")).map_err(|_| expected())
}

#[derive(Args)]
pub(crate) struct Synth {
    /// People who receive on the day, in all offices together.
    #[arg(long, value_name = "N")]
    pub(crate) people: u64,
    /// Offices that they are divided into, evenly.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) offices: u32,
    /// Who they are: the same seed, date and numbers make the same bytes.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// The day on which the figures hold; today in Japan when nothing is said.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) date: Option<Date>,
    /// The folder for people.ndjson, residents.ndjson, insurers.ndjson and institutions.ndjson.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// The counts as one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

fn seeds(text: &str) -> Result<std::ops::Range<u64>, String> {
    let (first, end) = text.split_once("..").ok_or("expected A..B, for instance 1..50")?;
    let first: u64 = first.parse().map_err(|_| "A: expected a number")?;
    let end: u64 = end.parse().map_err(|_| "B: expected a number")?;
    if first < end {
        Ok(first..end)
    } else {
        Err("A must be smaller than B".into())
    }
}
