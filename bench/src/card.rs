//! `--only card`: what an inquiry with a card costs verification, its nonce included.
//!
//! ```text
//! each round: bare RSA, bare handler, number inquiry; then for each database and number of connections
//!   certificates that nobody has seen ─▶ nonces │ cards sign │ inquiries      new
//!   the same certificates             ─▶ nonces │ cards sign │ inquiries      known
//!                                        measured  not         measured
//! ```
//!
//! The cards sign while nobody asks: that is the desks' work and not verification's, and takes much longer than all of this.

use env::Env;
use env::real::RealWorld;

use crate::alone::Alone;
use crate::cluster::Cluster;
use crate::fleet;
use crate::load::{self, Measured};
use crate::options::{Database, Options};
use crate::presence;
use crate::report::{CardReport, Made, card_page};
use crate::rounds::{self, Bench, CONNECTIONS, Line, Numbers, Target};
use crate::run::put;
use crate::town::Town;
use crate::{Fault, say};

mod desk;

use desk::Desk;

/// Visits of a batch, at most: its nonces live for a minute, and verification remembers 20,000 certificates.
const BATCH: u64 = 8_000;
/// Visits of each desk before the clock starts.
const WARM_UP: usize = 150;

/// Whether verification has seen the certificate before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Never.
    New,
    /// It remembers it.
    Known,
}

/// One line of the table: both requests, over all rounds.
pub(crate) struct Asking {
    pub(crate) database: Database,
    pub(crate) seen: Seen,
    pub(crate) connections: u64,
    pub(crate) nonce: Line<()>,
    pub(crate) card: Line<()>,
}

/// Measures, prints, and writes where the options say.
pub(crate) async fn run(options: &Options) -> Result<(), Fault> {
    let options = options.settled();
    let (env, data) = (RealWorld::env(), harness::attendant::folder());
    let mut made = Made::before(data);
    let cluster = match options.with(Database::Postgres) {
        true => Some(Cluster::start().await?),
        false => None,
    };
    let bare = fleet::start(data, "bare", &[])?;
    let town = Town::of(&env, data, &options)?;
    let mut fleets = Vec::new();
    for database in options.databases() {
        fleets.push(town.fleet(&env, data, database, cluster.as_ref()).await?);
    }
    if let Some(cluster) = &cluster {
        cluster.tidy().await?;
        made.postgres = Some(cluster.version().await?);
    }

    let bench = Bench {
        options: &options,
        day: town.day,
        bare: &bare,
        cluster: cluster.as_ref(),
        pgbench: None,
        fleets: &fleets,
        unknown_from: options.people,
    };
    let hits = options.databases().into_iter().map(Target::Hit);
    let mut references = rounds::lines(&std::iter::once(Target::Bare).chain(hits).collect::<Vec<_>>());
    let desk = presence::Desk::set_up(&env)?;
    let verify = |n| desk.verify(n);
    let mut rsa = [
        Alone::new("bare RSA-2048 verification, first", &verify),
        Alone::new("bare RSA-2048 verification, last", &verify),
    ];
    let each = usize::try_from(options.requests / options.rounds)?;
    let [first, last] = &mut rsa;
    let mut askings = askings(&options);
    for round in 0..options.rounds {
        say(&format!("round {} of {}", round + 1, options.rounds));
        first.measure(each)?;
        bench.round(&mut references, round)?;
        for pair in askings.chunks_mut(2) {
            one_round(&env, &town, &bench, pair, round)?;
        }
    }
    say("the references once more");
    bench.round(&mut references, options.rounds)?;
    last.measure(each)?;
    made.after();
    let report = CardReport {
        options: &options,
        made,
        holders: town.holders.len(),
        references: &references,
        rsa: &rsa,
        askings: &askings,
    };
    put(&card_page(&report), options.report())
}

/// All lines, empty; those of new certificates before those of the same ones known.
fn askings(options: &Options) -> Vec<Asking> {
    let mut all = Vec::new();
    for database in options.databases() {
        for connections in CONNECTIONS {
            all.extend([Seen::New, Seen::Known].map(|seen| Asking {
                database,
                seen,
                connections,
                nonce: Line::new((), connections),
                card: Line::new((), connections),
            }));
        }
    }
    all
}

/// All visits of all desks: the nonces measured, then the inquiries.
fn visits(
    env: &Env,
    desks: &mut [(Desk, Numbers)],
    servers: load::Servers,
) -> Result<(Measured, Measured), Fault> {
    let nonce = load::measure(
        desks,
        servers,
        |(desk, _)| desk.fetch(0..WARM_UP).map(drop),
        |(desk, _)| desk.fetch(WARM_UP..desk.visits()),
    )?;
    load::beside(desks, |(desk, _)| desk.sign(env))?;
    let card = load::measure(
        desks,
        servers,
        |(desk, _)| desk.ask(0..WARM_UP).map(drop),
        |(desk, _)| desk.ask(WARM_UP..desk.visits()),
    )?;
    Ok((nonce, card))
}

/// One round of new certificates and of the same ones known.
fn one_round(
    env: &Env,
    town: &Town,
    bench: &Bench<'_>,
    pair: &mut [Asking],
    round: u64,
) -> Result<(), Fault> {
    let Some((database, connections)) = pair.first().map(|one| (one.database, one.connections)) else {
        return Ok(());
    };
    let fleet = bench.fleets.iter().find(|fleet| fleet.database == database);
    let fleet = fleet.ok_or("its roles do not run")?;
    let at = fleet.verification().at();
    let mut desks: Vec<(Desk, Numbers)> = (0..connections)
        .map(|desk| {
            let numbers = Numbers::new(bench.options.seed, round * 100 + desk);
            Ok((Desk::open(at, &town.keys.cards)?, numbers))
        })
        .collect::<Result<_, Fault>>()?;
    let mut left = bench.options.requests.div_ceil(bench.options.rounds);
    while left > 0 {
        let batch = left.min(BATCH);
        left -= batch;
        let each = usize::try_from(batch.div_ceil(connections))?;
        load::beside(&mut desks, |(desk, numbers)| {
            let holder = |_| town.holder(numbers.next());
            desk.expect(&town.keys.cards, (0..WARM_UP + each).filter_map(holder))
        })?;
        for asking in &mut *pair {
            let (nonce, card) = visits(env, &mut desks, fleet.servers(bench.cluster))?;
            asking.nonce.push(nonce);
            asking.card.push(card);
        }
    }
    Ok(())
}
