//! The run: everything started and filled, then measured, then written down.

use std::path::PathBuf;

use env::Env;
use env::real::RealWorld;

use crate::bulk::{self, Month};
use crate::cluster::Cluster;
use crate::fleet::{self, Fleet, Keys};
use crate::journey::Journeys;
use crate::options::{Database, Options};
use crate::people::Person;
use crate::pgbench::Pgbench;
use crate::report::Report;
use crate::rounds::{Bench, Line};
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
        fill::load_residents(&env, &fleet, &people.beside).await?;
        filled.push(fill::register(&env, &fleet, &files).await?);
        fleets.push(fleet);
    }
    if let Some(cluster) = &cluster {
        cluster.tidy().await?;
    }

    let month = bulk::make(&env, &options, &people.registered, files.count())?;
    let Measured {
        lines,
        journeys,
        months,
    } = measure(
        &env,
        &people,
        &month,
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
        months: &months,
        processes: fleets.first().map_or(0, Fleet::processes),
    };
    write(&report, options.report())
}

/// What was measured.
struct Measured {
    lines: Vec<Line>,
    journeys: Vec<Journeys>,
    months: Vec<bulk::Done>,
}

async fn measure(env: &Env, people: &People, month: &Month, bench: &Bench<'_>) -> Result<Measured, Fault> {
    let mut lines = bench.lines();
    bench.measure(&mut lines)?;
    let (mut journeys, mut months) = (Vec::new(), Vec::new());
    for fleet in bench.fleets {
        journeys.push(journey::travel(env, fleet, &people.decided).await?);
        let cluster = bench.cluster.map(Cluster::processes);
        months.push(month.send(env, fleet, cluster, &people.beside).await?);
    }
    bench.close(&mut lines)?;
    Ok(Measured {
        lines,
        journeys,
        months,
    })
}

/// Who is in a run.
struct People {
    day: domain::calendar::Date,
    /// Registered by file, with a voucher.
    registered: Vec<Person>,
    /// For whom vouchers are decided one by one, half of them with an eye on each end.
    decided: Vec<Person>,
    /// For whom vouchers are decided while a month's are on their way.
    beside: Vec<Person>,
    unknown_from: u64,
}

impl People {
    fn of(env: &Env, options: &Options) -> People {
        let day = env.now().date();
        let range = |from, to| (from..to).map(|index| Person { index, day }).collect();
        let decided_from = options.people;
        let beside_from = decided_from + 2 * options.decisions;
        let unknown_from = beside_from + options.decisions;
        People {
            day,
            registered: range(0, options.people),
            decided: range(decided_from, beside_from),
            beside: range(beside_from, unknown_from),
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
