//! The run: everything started and filled, then measured, then written down.

use std::path::{Path, PathBuf};

use env::Env;
use env::real::RealWorld;

use crate::alike::{Alike, Asked};
use crate::bulk::{self, Month};
use crate::cluster::Cluster;
use crate::fleet::{self, Fleet, Keys};
use crate::journey::Journeys;
use crate::options::{Database, Options};
use crate::people::{Kind, Person};
use crate::pgbench::Pgbench;
use crate::report::{Made, Report};
use crate::rounds::{Bench, Line};
use crate::standing::{self, Standing};
use crate::ward::{self, Ward};
use crate::{Fault, fill, journey, report, say};

/// Measures and reports.
pub(crate) async fn run(asked: &Options) -> Result<(), Fault> {
    let options = asked.settled();
    let env = RealWorld::env();
    let data = harness::attendant::folder().to_owned();
    let mut made = Made::before(&data);

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
    let registered = people.registered();
    let files = fill::make(&env, &data, &keys, &registered)?;

    let mut fleets = Vec::new();
    let mut filled = Vec::new();
    for database in options.databases() {
        let url = cluster.as_ref().map(Cluster::url);
        let fleet = Fleet::start(&env, &data, &keys, database, url).await?;
        fill::load_residents(&fleet, &registered).await?;
        fill::load_residents(&fleet, &people.decided).await?;
        fill::load_residents(&fleet, &people.beside).await?;
        filled.push(fill::register(&env, &fleet, &files).await?);
        fleets.push(fleet);
    }
    if let Some(cluster) = &cluster {
        cluster.tidy().await?;
    }

    let month = bulk::make(&env, &options, &people.usual, files.bulk())?;
    let Measured {
        lines,
        alike,
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
    drop(fleets);
    let standing = stand(&env, &data, &keys, &options, cluster.as_ref()).await?;
    let wards = options.databases().into_iter();
    let wards: Result<Vec<Ward>, Fault> = wards
        .map(|database| ward::run(&data, options.ward, database, cluster.as_ref()))
        .collect();
    let wards = wards?;
    if let Some(cluster) = &cluster {
        made.postgres = Some(cluster.version().await?);
    }
    made.after();
    let report = Report {
        options: &options,
        made,
        with_pgbench: pgbench.is_some(),
        lines: &lines,
        filled: &filled,
        journeys: &journeys,
        months: &months,
        alike: &alike,
        standing: &standing,
        wards: &wards,
    };
    put(&report::page(&report), options.report())
}

/// What was measured.
struct Measured {
    lines: Vec<Line>,
    alike: Vec<Alike>,
    journeys: Vec<Journeys>,
    months: Vec<bulk::Done>,
}

async fn measure(env: &Env, people: &People, month: &Month, bench: &Bench<'_>) -> Result<Measured, Fault> {
    let mut lines = bench.lines();
    bench.measure(&mut lines)?;
    let asked = Asked {
        day: people.day,
        usual: &people.usual,
        untold: &people.untold,
        unknown_from: people.unknown_from,
        questions: bench.options.untold,
    };
    let alike: Result<Vec<Alike>, Fault> = bench.fleets.iter().map(|fleet| asked.measure(fleet)).collect();
    let (mut journeys, mut months) = (Vec::new(), Vec::new());
    for fleet in bench.fleets {
        journeys.push(journey::travel(env, fleet, &people.decided).await?);
        let cluster = bench.cluster.map(Cluster::processes);
        months.push(month.send(env, fleet, cluster, &people.beside).await?);
    }
    bench.close(&mut lines)?;
    Ok(Measured {
        lines,
        alike: alike?,
        journeys,
        months,
    })
}

/// Starts every fleet again on what it has filled, and looks at its roles.
async fn stand(
    env: &Env,
    data: &Path,
    keys: &Keys,
    options: &Options,
    cluster: Option<&Cluster>,
) -> Result<Vec<Standing>, Fault> {
    let mut all = Vec::new();
    for database in options.databases() {
        let fleet = Fleet::start(env, data, keys, database, cluster.map(Cluster::url)).await?;
        all.extend(standing::measure(env, data, &fleet, cluster).await?);
    }
    Ok(all)
}

/// People of each kind that the clinic is told nothing of.
const OF_KIND: u64 = 200;

/// Who is in a run.
struct People {
    day: domain::calendar::Date,
    /// Registered by file, with a voucher at the clinic.
    usual: Vec<Person>,
    /// For whom vouchers are decided one by one, half of them with an eye on each end.
    decided: Vec<Person>,
    /// For whom vouchers are decided while a month's are on their way.
    beside: Vec<Person>,
    /// Registered by file, and of each the clinic is told nothing.
    untold: Vec<Person>,
    unknown_from: u64,
}

impl People {
    /// Everybody who is registered by file.
    fn registered(&self) -> Vec<Person> {
        [self.usual.as_slice(), &self.untold].concat()
    }

    fn of(env: &Env, options: &Options) -> People {
        let day = env.now().date();
        let range = |from, to, kind| (from..to).map(move |index| Person { index, day, kind });
        let usual = |from, to| range(from, to, Kind::Usual).collect();
        let decided_from = options.people;
        let beside_from = decided_from + 2 * options.decisions;
        let untold_from = beside_from + options.decisions;
        let mut unknown_from = untold_from;
        let mut untold = Vec::new();
        for kind in Kind::UNTOLD {
            untold.extend(range(unknown_from, unknown_from + OF_KIND, kind));
            unknown_from += OF_KIND;
        }
        People {
            day,
            usual: usual(0, options.people),
            decided: usual(decided_from, beside_from),
            beside: usual(beside_from, untold_from),
            untold,
            unknown_from,
        }
    }
}

/// The command that makes this report again.
pub(crate) fn command() -> String {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words = std::iter::once("cargo xtask bench".to_owned()).chain(arguments);
    words.collect::<Vec<_>>().join(" ")
}

/// Prints a page, and keeps it.
pub(crate) fn put(page: &str, path: PathBuf) -> Result<(), Fault> {
    use std::io::Write;
    std::io::stdout().write_all(page.as_bytes())?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(&path, page)?;
    say("the report is written");
    Ok(())
}
