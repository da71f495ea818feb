//! Short rounds that alternate between everything that is compared, so that a busy minute of the machine falls on
//! all of them. The references stand first in each round, and once more at the very end.

use domain::calendar::Date;
use env::Origin;

use crate::child::Server;
use crate::cluster::Cluster;
use crate::fleet::Fleet;
use crate::load::{self, Measured, Question, Servers};
use crate::options::{Database, Options};
use crate::people::{Kind, Person};
use crate::pgbench::Pgbench;
use crate::{Fault, say, serve};

mod line;

pub(crate) use line::Line;

/// Numbers of connections.
pub(crate) const CONNECTIONS: [u64; 2] = [1, 8];

/// Empty lines of some targets, at each number of connections.
pub(crate) fn lines(targets: &[Target]) -> Vec<Line> {
    let of = |target: &Target| CONNECTIONS.map(|connections| Line::new(*target, connections));
    targets.iter().flat_map(of).collect()
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// The bare handler.
    Bare,
    /// `pgbench -S`.
    Pgbench,
    /// The inquiry about somebody whose voucher is here.
    Hit(Database),
    /// The inquiry about a number that nobody has.
    Miss(Database),
}

/// What there is to measure.
pub(crate) struct Bench<'a> {
    pub(crate) options: &'a Options,
    pub(crate) day: Date,
    pub(crate) bare: &'a Server,
    pub(crate) cluster: Option<&'a Cluster>,
    pub(crate) pgbench: Option<&'a Pgbench>,
    pub(crate) fleets: &'a [Fleet],
    /// People with numbers from here on do not exist.
    pub(crate) unknown_from: u64,
}

impl Bench<'_> {
    /// All lines, empty.
    pub(crate) fn lines(&self) -> Vec<Line> {
        let mut targets = vec![Target::Bare];
        targets.extend(self.pgbench.map(|_| Target::Pgbench));
        for fleet in self.fleets {
            targets.extend([Target::Hit(fleet.database), Target::Miss(fleet.database)]);
        }
        lines(&targets)
    }

    /// All rounds of all lines.
    pub(crate) fn measure(&self, lines: &mut [Line]) -> Result<(), Fault> {
        for round in 0..self.options.rounds {
            say(&format!("round {} of {}", round + 1, self.options.rounds));
            self.round(lines, round)?;
        }
        Ok(())
    }

    /// One round of some lines.
    pub(crate) fn round(&self, lines: &mut [Line], round: u64) -> Result<(), Fault> {
        for line in lines {
            line.push(self.once(line.target, line.connections, round)?);
        }
        Ok(())
    }

    /// The references once more, after everything else.
    pub(crate) fn close(&self, lines: &mut [Line]) -> Result<(), Fault> {
        say("the references once more");
        for line in lines.iter_mut().filter(|line| line.is_reference()) {
            line.push(self.once(line.target, line.connections, self.options.rounds)?);
        }
        Ok(())
    }

    fn once(&self, target: Target, connections: u64, round: u64) -> Result<Measured, Fault> {
        let requests = self.options.requests.div_ceil(self.options.rounds);
        let (server, servers) = match target {
            Target::Bare => (self.bare, Servers::alone(self.bare)),
            Target::Pgbench => {
                let (Some(pgbench), Some(cluster)) = (self.pgbench, self.cluster) else {
                    return Err("pgbench is not there".into());
                };
                return pgbench.measure(cluster, connections, requests);
            }
            Target::Hit(database) | Target::Miss(database) => {
                let fleet = self.fleets.iter().find(|fleet| fleet.database == database);
                let fleet = fleet.ok_or("its roles do not run")?;
                (fleet.verification(), fleet.servers(self.cluster))
            }
        };
        let each = requests.div_ceil(connections);
        let asked: Vec<Vec<Question>> = (0..connections)
            .map(|connection| {
                let mut numbers = Numbers::new(self.options.seed, round * 100 + connection);
                (0..each)
                    .map(|_| self.question(server.at(), target, numbers.next()))
                    .collect()
            })
            .collect();
        load::run(server.at(), &asked, servers)
    }

    fn question(&self, at: &Origin, target: Target, number: u64) -> Question {
        let within = number % self.options.people;
        let (index, expected) = match target {
            Target::Miss(_) => (
                self.unknown_from + within,
                "<QualificationValidity>4</QualificationValidity>".to_owned(),
            ),
            Target::Bare | Target::Pgbench => (within, serve::BARE_MARK.to_owned()),
            Target::Hit(_) => (within, self.person(within).issued()),
        };
        Question::post(
            at,
            serve::PATH,
            "xml",
            &self.person(index).request(),
            vec![expected],
        )
    }

    fn person(&self, index: u64) -> Person {
        Person {
            index,
            day: self.day,
            kind: Kind::Usual,
        }
    }
}

/// Numbers by seed (SplitMix64), the same on every machine.
pub(crate) struct Numbers(u64);

impl Numbers {
    /// Those of a stream; other streams have others.
    pub(crate) fn new(seed: u64, stream: u64) -> Numbers {
        Numbers(seed.wrapping_mul(0xD134_2543_DE82_EF95) ^ stream.wrapping_mul(0x2545_F491_4F6C_DD1D))
    }

    /// The next one.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_asks_the_same() {
        let drawn = |seed, stream| {
            let mut numbers = Numbers::new(seed, stream);
            [numbers.next(), numbers.next()]
        };
        assert_eq!(drawn(1, 2), drawn(1, 2));
        assert_ne!(drawn(1, 2), drawn(1, 3));
        assert_ne!(drawn(1, 2), drawn(2, 2));
    }
}
