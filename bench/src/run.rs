//! The run: everything started and filled, then measured, then written down.

use std::path::PathBuf;

use env::Env;
use env::real::RealWorld;

use crate::cluster::Cluster;
use crate::fleet::{self, Fleet, Keys};
use crate::journey::Journeys;
use crate::options::{Database, Options};
use crate::people::Person;
use crate::pgbench::Pgbench;
use crate::report::Report;
use crate::rounds::Bench;
use crate::{Fault, fill, journey, machine, report, say};

/// Measures and reports.
pub(crate) async fn run(asked: &Options) -> Result<(), Fault> {
    let options = asked.settled();
    let env = RealWorld::env();
    let data = harness::attendant::folder().to_owned();
    let load_before = machine::load_average();

    let cluster = match options.with(Database::Postgres) {
        true => Some(Cluster::start().await?),
        false => None,
    };
    let pgbench = match &cluster {
        Some(cluster) => Pgbench::prepare(cluster)?,
        None => None,
    };
    let bare = fleet::start(&data, "bare", &[])?;
    let people = People::of(&env, &options);
    let keys = Keys::make(&env, &data)?;
    let files = fill::make(&env, &data, &keys, &people.registered)?;

    let mut fleets = Vec::new();
    let mut filled = Vec::new();
    for database in [Database::Sqlite, Database::Postgres] {
        if !options.with(database) {
            continue;
        }
        let url = cluster.as_ref().map(Cluster::url);
        let fleet = Fleet::start(&env, &data, &keys, database, url).await?;
        fill::load_residents(&env, &fleet, &people.registered).await?;
        fill::load_residents(&env, &fleet, &people.decided).await?;
        filled.push(fill::register(&env, &fleet, &files).await?);
        fleets.push(fleet);
    }
    if let Some(cluster) = &cluster {
        cluster.tidy().await?;
    }

    let (lines, journeys) = measure(
        &env,
        &people,
        &Bench {
            options: &options,
            day: people.day,
            bare: &bare,
            cluster: cluster.as_ref(),
            pgbench: pgbench.as_ref(),
            fleets: &fleets,
            unknown_from: people.unknown_from,
        },
    )
    .await?;
    let postgres = match &cluster {
        Some(cluster) => Some(cluster.version().await?),
        None => None,
    };
    let report = Report {
        options: &options,
        command: command(),
        machine: machine::rows(&data),
        load: (load_before, machine::load_average()),
        postgres,
        with_pgbench: pgbench.is_some(),
        lines: &lines,
        filled: &filled,
        journeys: &journeys,
        processes: fleets.first().map_or(0, Fleet::processes),
    };
    write(&report, options.report())
}

async fn measure(
    env: &Env,
    people: &People,
    bench: &Bench<'_>,
) -> Result<(Vec<crate::rounds::Line>, Vec<Journeys>), Fault> {
    let mut lines = bench.lines();
    bench.measure(&mut lines)?;
    let mut journeys = Vec::new();
    for fleet in bench.fleets {
        journeys.push(journey::travel(env, fleet, &people.decided).await?);
    }
    bench.close(&mut lines)?;
    Ok((lines, journeys))
}

/// Who is in a run.
struct People {
    day: domain::calendar::Date,
    /// Registered by file, with a voucher.
    registered: Vec<Person>,
    /// For whom vouchers are decided one by one, half of them with an eye on each end.
    decided: Vec<Person>,
    unknown_from: u64,
}

impl People {
    fn of(env: &Env, options: &Options) -> People {
        let day = env.now().date();
        let range = |from, to| (from..to).map(|index| Person { index, day }).collect();
        let unknown_from = options.people + 2 * options.decisions;
        People {
            day,
            registered: range(0, options.people),
            decided: range(options.people, unknown_from),
            unknown_from,
        }
    }
}

/// The command that makes this report again.
fn command() -> String {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words = std::iter::once("cargo xtask bench".to_owned()).chain(arguments);
    words.collect::<Vec<_>>().join(" ")
}

fn write(report: &Report<'_>, path: PathBuf) -> Result<(), Fault> {
    use std::io::Write;
    let page = report::page(report);
    std::io::stdout().write_all(page.as_bytes())?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(&path, page)?;
    say("the report is written");
    Ok(())
}
